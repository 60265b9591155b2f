"""What becomes of an attempt that is begun, answered or submitted when it cannot be."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext

from enrollments.models import Enrollment
from quizzes.models import Attempt, Step
from quizzes.queries import Path
from quizzes.rules import Refusal
from web.http import Refusal as RefusalPage
from web.templatetags.vignette import instant, moment


def _course(enrollment: Enrollment) -> str:
    return reverse("learner:course", args=[enrollment.course.slug])


def cannot_start(refusal: Refusal, enrollment: Enrollment, title: str, until: dt.datetime | None = None) -> RefusalPage:
    texts = {
        Refusal.ALREADY_PASSED: gettext("You have passed “%(title)s”. A pass stands; there is nothing to take again."),
        Refusal.NO_ATTEMPTS_LEFT: gettext(
            "You have used every attempt at “%(title)s”. Your answers and results are kept."
        ),
        Refusal.PRACTICE_OPEN: gettext(
            "A practice walk through “%(title)s” is open, and one walk is open at a time. Finish it first; nothing of yours was changed."
        ),
        Refusal.ATTEMPT_OPEN: gettext(
            "An attempt at “%(title)s” that counts is open. Finish it first; nothing of yours was changed."
        ),
        Refusal.NOT_RELEASED: gettext(
            "Practice at “%(title)s” opens once you pass it or use your last attempt, because it tells the reasons. Nothing of yours was changed."
        ),
        Refusal.NO_PRACTICE: gettext("“%(title)s” is practice already: begin it again from its own page."),
        Refusal.COOLING_DOWN: gettext(
            "The last attempt at “%(title)s” did not pass, and the course asks for some time before the next. You can"
            " begin again on %(until)s. Your answers and results are kept."
        ),
    }
    return RefusalPage(
        gettext("Another attempt cannot begin"),
        texts[refusal] % {"title": title, "until": moment(until)},
        _course(enrollment),
        gettext("Back to the course"),
    )


def enrollment_ended(enrollment: Enrollment) -> RefusalPage:
    return RefusalPage(
        gettext("This enrollment has ended"),
        gettext(
            "The last attempt was used without a pass, so this enrollment is closed. Everything you did is kept. You can enroll again from the course page."
        ),
        _course(enrollment),
        gettext("Back to the course"),
    )


def attempt_closed(attempt: Attempt, *, lost: bool) -> RefusalPage:
    """`lost` says whether an answer came with the request that is not among those saved before."""
    if attempt.ran_out:
        return _time_was_over(attempt, lost=lost)
    text = gettext("It was submitted %(when)s from another window. What was saved by then was counted.")
    if lost:
        text = gettext(
            "It was submitted %(when)s from another window. What was saved by then was counted; the answer you just gave was not."
        )
    return RefusalPage(
        gettext("This attempt was already submitted"),
        text % {"when": instant(attempt.submitted_at)},
        reverse("learner:attempt-result", args=[attempt.public_id]),
        gettext("See the result"),
    )


def _time_was_over(attempt: Attempt, *, lost: bool) -> RefusalPage:
    text = gettext("It ended %(when)s. The answers saved until then are submitted and count.")
    if lost:
        text = gettext(
            "It ended %(when)s. The answers saved until then are submitted and count; the answer you just gave came too"
            " late and was not saved."
        )
    return RefusalPage(
        gettext("The time of this attempt is over"),
        text % {"when": instant(attempt.deadline_at)},
        reverse("learner:attempt-result", args=[attempt.public_id]),
        gettext("See the result"),
    )


def already_decided(attempt: Attempt, path: Path, step: Step) -> RefusalPage:
    choice = path.scenario.nodes[step.node_key].choice_by_key[step.choice_key]
    return RefusalPage(
        gettext("You have already decided this"),
        gettext("You chose: “%(choice)s” A decision cannot be taken back, as in the room. Your path is unchanged.")
        % {"choice": choice.text},
        reverse("learner:attempt", args=[attempt.public_id]),
        gettext("Go on from where you are"),
    )

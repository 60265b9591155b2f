"""Words for what the services refuse: what happened to her work, and what to do next."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from courses.document import Assessment, AssessmentKind, Release, Scenario
from enrollments.models import Enrollment
from quizzes.models import Attempt, Step
from quizzes.queries import Path
from quizzes.rules import Refusal
from web.templatetags.vignette import instant


@dataclass(frozen=True, slots=True)
class Words:
    """A refusal page: a headline, what it means, and the one way on."""

    title: str
    text: str
    url: str
    action: str


def _course(enrollment: Enrollment) -> str:
    return reverse("learner:course", args=[enrollment.course.slug])


# --- attempts


def cannot_start(refusal: Refusal, enrollment: Enrollment, title: str) -> Words:
    texts = {
        Refusal.ALREADY_PASSED: gettext("You have passed “%(title)s”. A pass stands; there is nothing to take again."),
        Refusal.NO_ATTEMPTS_LEFT: gettext(
            "You have used every attempt at “%(title)s”. Your answers are kept, and the reasons are open to you."
        ),
    }
    return Words(
        gettext("Another attempt cannot begin"),
        texts[refusal] % {"title": title},
        _course(enrollment),
        gettext("Back to the course"),
    )


def enrollment_ended(enrollment: Enrollment) -> Words:
    return Words(
        gettext("This enrollment has ended"),
        gettext(
            "The last attempt was used without a pass, so this enrollment is closed. Everything you did is kept. You can enroll again from the course page."
        ),
        _course(enrollment),
        gettext("Back to the course"),
    )


def attempt_closed(attempt: Attempt) -> Words:
    return Words(
        gettext("This attempt was already submitted"),
        gettext(
            "It was submitted %(when)s from another window. What was saved by then was counted; the answer you just gave was not."
        )
        % {"when": instant(attempt.submitted_at)},
        reverse("learner:attempt-result", args=[attempt.public_id]),
        gettext("See the result"),
    )


def already_decided(attempt: Attempt, path: Path, step: Step) -> Words:
    choice = path.scenario.nodes[step.node_key].choice_by_key[step.choice_key]
    return Words(
        gettext("You have already decided this"),
        gettext("You chose: “%(choice)s” A decision cannot be taken back, as in the room. Your path is unchanged.")
        % {"choice": choice.text},
        reverse("learner:attempt", args=[attempt.public_id]),
        gettext("Go on from where you are"),
    )


def assessment_rules(about: Assessment) -> list[str]:
    """The rules of a quiz or scenario, each in a sentence, told before it begins."""
    lines = [_attempts_line(about.max_attempts, about.kind)]
    lines.append(gettext("No timer. You may stop and come back; your place is kept."))
    lines.append(_release_line(about.released if isinstance(about, Scenario) else about.release))
    return lines


def _attempts_line(allowed: int | None, kind: AssessmentKind) -> str:
    if kind is AssessmentKind.FORMATIVE:
        return gettext("This is practice: it does not decide whether you pass, and you may repeat it.")
    if allowed is None:
        return gettext("You may try as often as you like.")
    return ngettext("You have %(count)d attempt.", "You have %(count)d attempts.", allowed) % {"count": allowed}


def _release_line(release: Release) -> str:
    return {
        Release.NEVER: gettext("Correct answers are not shown."),
        Release.AFTER_EACH_CHOICE: gettext("Reasons follow each decision."),
        Release.AFTER_SUBMISSION: gettext("Reasons for every option are shown as soon as you finish."),
        Release.AFTER_PASS_OR_LAST_ATTEMPT: gettext("Reasons are shown once you pass or use your last attempt."),
    }[release]

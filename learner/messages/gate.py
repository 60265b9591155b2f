"""Where she stands in a course: what is next, and what the certificate still needs."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from courses.document import Assessment, Quiz
from enrollments.rules import PartKind, PartProgress
from learner.messages.marks import marks_words
from quizzes.queries import AssessmentState
from quizzes.rules import marks_needed
from web.templatetags.vignette import day, minutes_words, moment


def part_title(part: PartProgress) -> str:
    if part.kind is PartKind.SCENARIO:
        return gettext("Case: %(title)s") % {"title": part.title}
    return part.title


def go_to(part: PartProgress) -> str:
    return gettext("Go on to “%(title)s”") % {"title": part.title}


def practice_first(part: PartProgress, then: object) -> str:
    return gettext("Before it comes a practice that decides nothing: “%(title)s”, %(minutes)s. %(then)s") % {
        "title": part.title,
        "minutes": minutes_words(part.minutes),
        "then": then,
    }


def go_on_with(part: PartProgress) -> str:
    return gettext("Go on with “%(title)s”") % {"title": part.title}


def finish(part: PartProgress) -> str:
    return gettext("See how “%(title)s” ended") % {"title": part.title}


def try_again(part: PartProgress) -> str:
    return gettext("Try “%(title)s” again") % {"title": part.title}


LESSONS = gettext_lazy("Lessons")


@dataclass(frozen=True, slots=True)
class LastGate:
    """The words of a gate that opens at the end."""

    title: str | Promise
    locked: str | Promise
    open: str | Promise
    action: str | Promise
    done: str | Promise


#: In place of `locked` and `open` once the enrollment has ended.
NOT_OPENED = gettext_lazy("Not opened in this enrollment.")
NOT_PASSED = gettext_lazy("Not passed in this enrollment.")

EVALUATION = LastGate(
    title=gettext_lazy("Feedback"),
    locked=gettext_lazy("Opens when everything above is done. About three minutes; your employer never sees it."),
    open=gettext_lazy("About three minutes. It is confidential, and your employer never sees it."),
    action=gettext_lazy("Give feedback"),
    done=gettext_lazy("Given. Your answers are kept apart from your name."),
)
ATTESTATION = LastGate(
    title=gettext_lazy("Attestation"),
    locked=gettext_lazy(
        "Opens last. You confirm in one sentence that the work is your own. Then the certificate is issued at once."
    ),
    open=gettext_lazy("You confirm in one sentence that the work is your own. Then the certificate is issued at once."),
    action=gettext_lazy("Read and confirm"),
    done=gettext_lazy("You confirmed that the work is your own."),
)


def all_lessons_read(count: int, last: dt.datetime) -> str:
    values = {"count": count, "day": day(last)}
    return ngettext("Read on %(day)s.", "All %(count)d read. The last on %(day)s.", count) % values


def lessons_read(read: int, total: int) -> str:
    return gettext("%(read)d of %(total)d read.") % {"read": read, "total": total}


def passed(state: AssessmentState) -> str:
    best = state.best
    assert best is not None
    values = {"day": day(best.submitted_at), "marks": marks_words(best.raw), "maximum": best.maximum}
    if best.kind == "scenario":
        return gettext("Passing ending reached on %(day)s.") % values
    if best.is_unscored:
        return gettext("Passed on %(day)s.") % values
    return gettext("Passed on %(day)s, with %(marks)s of %(maximum)s.") % values


def no_attempts_left(state: AssessmentState) -> str:
    return ngettext(
        "The one attempt is used, and it did not pass.",
        "All %(count)d attempts are used, and none passed.",
        state.taken,
    ) % {"count": state.taken}


def assessment_detail(assessment: Assessment, state: AssessmentState) -> str:
    return f"{_rule(assessment)} {_attempts(state)}"


def _rule(assessment: Assessment) -> str:
    if not isinstance(assessment, Quiz):
        return assessment.passing_rule or gettext("Reach a passing ending.")
    questions = ngettext("%(count)d question.", "%(count)d questions.", assessment.drawn) % {"count": assessment.drawn}
    if assessment.pass_percent is None:
        return questions
    if assessment.counts_answers:
        needed = marks_needed(assessment.drawn, assessment.pass_percent)
        return (
            questions
            + " "
            + ngettext("%(count)d correct answer passes.", "%(count)d correct answers pass.", needed)
            % {"count": needed}
        )
    return questions + " " + gettext("%(percent)d%% of the marks pass.") % {"percent": assessment.pass_percent}


def _attempts(state: AssessmentState) -> str:
    if attempt := state.open_attempt:
        values: dict[str, object] = {"number": state.taken, "allowed": state.allowed}
        if attempt.is_over:
            return gettext("The time of attempt %(number)d is over; what you answered until then counts.") % values
        if attempt.deadline_at:
            timed = {"number": attempt.number, "when": moment(attempt.deadline_at)}
            return gettext("Attempt %(number)d is open, and its time ends on %(when)s.") % timed
        if state.allowed is None:
            return gettext("Attempt %(number)d is open; what you answered is saved.") % values
        return gettext("Attempt %(number)d of %(allowed)d is open; what you answered is saved.") % values
    if state.left is None:
        return gettext("You may take it as often as you like.")
    if state.taken:
        return ngettext(
            "Not passed yet; %(count)d attempt is left.", "Not passed yet; %(count)d attempts are left.", state.left
        ) % {"count": state.left}
    return ngettext("You have %(count)d attempt.", "You have %(count)d attempts.", state.left) % {"count": state.left}

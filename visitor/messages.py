"""The sentences of the visitor's pages that depend on more than a template can see."""

from django.utils.translation import gettext, ngettext

from courses.document import Assessment, AssessmentKind, Grade, Lesson, LessonKind, Quiz
from courses.parts import FactStatus

# --- course information


def form_of(part: Lesson | Assessment, decisions: int) -> str:
    if isinstance(part, Lesson):
        return lesson_form(part.kind)
    if isinstance(part, Quiz):
        words = ngettext("%(count)d question", "%(count)d questions", part.drawn) % {"count": part.drawn}
        return gettext("Practice, %(words)s") % {"words": words} if part.kind is AssessmentKind.FORMATIVE else words
    words = ngettext("Case, %(count)d decision", "Case, up to %(count)d decisions", decisions)
    return words % {"count": decisions}


def lesson_form(kind: LessonKind | None) -> str:
    match kind:
        case LessonKind.CHECKLIST:
            return gettext("Checklist")
        case LessonKind.REFERENCE:
            return gettext("To look up")
        case None:
            return gettext("Lesson")


def quiz_passes(quiz: Quiz, needed: int | None) -> str:
    if needed is None:
        return gettext("%(percent)d%% of the marks") % {"percent": quiz.pass_percent or 0}
    numbers = {"needed": needed, "drawn": quiz.drawn, "percent": quiz.pass_percent or 0}
    return gettext("%(needed)d of %(drawn)d questions right (%(percent)d%%)") % numbers


def scenario_passes() -> str:
    return gettext("a passing ending")


def attempts(assessment: Assessment) -> str:
    limit = assessment.max_attempts
    if limit is None:
        return gettext("as many attempts as you like")
    return ngettext("one attempt", "at most %(count)d attempts", limit) % {"count": limit}


def whole_course() -> str:
    return gettext("The course as a whole")


def fact_status_short(status: FactStatus) -> str:
    return {
        FactStatus.VERIFIED: gettext("Verified"),
        FactStatus.REPORTED: gettext("Reported"),
        FactStatus.GENERAL: gettext("General knowledge"),
        FactStatus.CONTESTED: gettext("Contested"),
    }[status]


def fact_status(status: FactStatus) -> str:
    return {
        FactStatus.VERIFIED: gettext("Verified: the text itself was read"),
        FactStatus.REPORTED: gettext("Reported by another source"),
        FactStatus.GENERAL: gettext("General knowledge of the profession"),
        FactStatus.CONTESTED: gettext("Contested"),
    }[status]


def grade(of: Grade) -> str:
    return {
        Grade.PRIMARY: gettext("primary source"),
        Grade.SECONDARY: gettext("secondary source"),
        Grade.TERTIARY: gettext("tertiary source"),
    }[of]


def level(name: str) -> str:
    return {
        "introductory": gettext("Introductory"),
        "intermediate": gettext("Intermediate"),
        "advanced": gettext("Advanced"),
    }[name]

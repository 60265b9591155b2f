"""The rules of a quiz or a scenario, told before it begins."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from courses.document import Assessment, AssessmentKind, CourseFile, Release, Scenario
from quizzes.queries import AssessmentState
from quizzes.rules import GRACE
from web.templatetags.vignette import minutes_words


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds about one thing, under a name that can be found at a glance."""

    name: str
    lines: list[str]


def assessment_rules(about: Assessment, state: AssessmentState, course: CourseFile) -> list[Rule]:
    """The rules of a quiz or scenario as they hold for her, each in a sentence, told before it begins.

    None where a pass stands: nothing begins there any more.
    """
    if state.passed and about.kind is AssessmentKind.SUMMATIVE:
        return []
    rules = [
        Rule(gettext("Attempts"), _attempts_lines(about, state)),
        Rule(gettext("Time limit"), _time_lines(state)),
        Rule(gettext("Reasons"), [_release_line(about.released if isinstance(about, Scenario) else about.release)]),
    ]
    if state.terms.cool_down:
        rules.append(Rule(gettext("Between attempts"), [_cool_down_line(state.limits.cool_down_hours or 0)]))
    if state.allowed is not None and about.key in course.gates.pass_:
        rules.append(Rule(gettext("Last attempt"), [_last_attempt_line(course.retake_after_days)]))
    return rules


def _attempts_lines(about: Assessment, state: AssessmentState) -> list[str]:
    lines = _allowed_lines(about.max_attempts, about.kind)
    if state.allowed is not None and state.arranged.extra_attempts:
        lines.append(_arranged_attempts(state.arranged.extra_attempts, state.allowed))
    if state.left is not None and state.used:
        lines.append(_left_line(state.left))
    return lines


def _allowed_lines(allowed: int | None, kind: AssessmentKind) -> list[str]:
    is_practice = kind is AssessmentKind.FORMATIVE
    if allowed is None and is_practice:
        return [gettext("This is practice: it does not decide whether you pass, and you may repeat it.")]
    if allowed is None:
        return [gettext("You may try as often as you like.")]
    lines = [gettext("This is practice: it does not decide whether you pass.")] if is_practice else []
    lines.append(ngettext("You have %(count)d attempt.", "You have %(count)d attempts.", allowed) % {"count": allowed})
    return lines


def _arranged_attempts(extra: int, allowed: int) -> str:
    values = {"count": extra, "allowed": allowed}
    return (
        ngettext(
            "Arranged for you: one more attempt, so %(allowed)d in all.",
            "Arranged for you: %(count)d more attempts, so %(allowed)d in all.",
            extra,
        )
        % values
    )


def _left_line(left: int) -> str:
    if not left:
        return gettext("None of them is left.")
    return ngettext("%(count)d of them is left.", "%(count)d of them are left.", left) % {"count": left}


def _last_attempt_line(days: int) -> str:
    if not days:
        return gettext("A last attempt without a pass ends this enrollment; you can enroll again at once.")
    return ngettext(
        "A last attempt without a pass ends this enrollment; you can enroll again one day later.",
        "A last attempt without a pass ends this enrollment; you can enroll again %(count)d days later.",
        days,
    ) % {"count": days}


def _time_lines(state: AssessmentState) -> list[str]:
    limit, minutes = state.limits.minutes, state.terms.minutes
    untimed = gettext("No timer. You may stop and come back; your place is kept.")
    if limit is None:
        return [untimed]
    general = gettext("You have %(time)s from the start.") % {"time": minutes_words(limit)}
    if minutes is None:
        return [gettext("Arranged for you: no time limit."), untimed]
    lines = [general]
    if minutes != limit:
        lines.append(
            gettext("Arranged for you: %(percent)d%% more time, so %(time)s.")
            % {"percent": state.arranged.extra_time_percent, "time": minutes_words(minutes)}
        )
    lines.append(gettext("The clock runs while the page is closed, too."))
    lines.append(gettext("When the time is over, the answers saved until then are submitted."))
    lines.append(_grace_line(int(GRACE.total_seconds())))
    return lines


def _grace_line(seconds: int) -> str:
    return ngettext(
        "An answer that arrives up to one second after the end still counts.",
        "An answer that arrives up to %(count)d seconds after the end still counts.",
        seconds,
    ) % {"count": seconds}


def _cool_down_line(hours: int) -> str:
    return ngettext(
        "After an attempt that does not pass, the next may begin one hour later.",
        "After an attempt that does not pass, the next may begin %(count)d hours later.",
        hours,
    ) % {"count": hours}


def _release_line(release: Release) -> str:
    return {
        Release.NEVER: gettext("Correct answers are not shown."),
        Release.AFTER_EACH_CHOICE: gettext("Reasons follow each decision."),
        Release.AFTER_SUBMISSION: gettext("Reasons for every option are shown as soon as you finish."),
        Release.AFTER_PASS_OR_LAST_ATTEMPT: gettext("Reasons are shown once you pass or use your last attempt."),
    }[release]

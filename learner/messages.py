"""Words for what the services refuse: what happened to her work, and what to do next."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from courses.document import Assessment, AssessmentKind, CourseFile, Quiz, Release, Scenario
from enrollments.models import Enrollment
from enrollments.rules import PartKind, PartProgress
from quizzes.models import Attempt, ItemChallenge, Step
from quizzes.queries import AssessmentState, Path
from quizzes.rules import GRACE, Refusal, marks_needed
from training.services import NotHers, NotOpenYet
from web.http import Refusal as RefusalPage
from web.templatetags.vignette import day, instant, minutes_words, moment


def _course(enrollment: Enrollment) -> str:
    return reverse("learner:course", args=[enrollment.course.slug])


# --- attempts


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


def not_submitted_yet(attempt: Attempt) -> RefusalPage:
    return RefusalPage(
        gettext("This attempt is not submitted yet"),
        gettext(
            "A question can be challenged as soon as the attempt is submitted; your words were not kept. What you answered"
            " is saved. Answer the question as you think best, and challenge it from the result."
        ),
        reverse("learner:attempt", args=[attempt.public_id]),
        gettext("Back to the questions"),
    )


def challenged(number: int, release: Release) -> str:
    if release is Release.NEVER:
        return gettext(
            "Your challenge of question %(number)d is with the authors of the course. A mail tells you when one of them"
            " has looked at it."
        ) % {"number": number}
    return gettext(
        "Your challenge of question %(number)d is with the authors of the course. Their answer comes by mail and stands"
        " with this result."
    ) % {"number": number}


def already_challenged(challenge: ItemChallenge) -> RefusalPage:
    return RefusalPage(
        gettext("You challenged this question before"),
        gettext(
            "You challenged this question on %(day)s; those words are with the authors, these were not kept. Your"
            " challenge and what became of it stand with the result."
        )
        % {"day": day(challenge.made_at)},
        reverse("learner:attempt-result", args=[challenge.attempt.public_id]),
        gettext("Back to the result"),
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


def assessment_rules(about: Assessment, state: AssessmentState, course: CourseFile) -> list[str]:
    """The rules of a quiz or scenario as they hold for her, each in a sentence, told before it begins."""
    lines = _attempts_lines(about.max_attempts, about.kind)
    if state.allowed is not None and state.arranged.extra_attempts:
        lines.append(_arranged_attempts(state.arranged.extra_attempts, state.allowed))
    if state.allowed is not None and about.key in course.gates.pass_:
        lines.append(_last_attempt_line(course.retake_after_days))
    lines += _time_lines(state)
    if state.terms.cool_down:
        lines.append(_cool_down_line(state.limits.cool_down_hours or 0))
    lines.append(_release_line(about.released if isinstance(about, Scenario) else about.release))
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


def already_asked(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("Your earlier request still waits"),
        gettext(
            "There is one request at a time for a course. What you wrote now was not kept; the earlier one stands."
        ),
        url,
        gettext("See what you asked for"),
    )


def _attempts_lines(allowed: int | None, kind: AssessmentKind) -> list[str]:
    is_practice = kind is AssessmentKind.FORMATIVE
    if allowed is None and is_practice:
        return [gettext("This is practice: it does not decide whether you pass, and you may repeat it.")]
    if allowed is None:
        return [gettext("You may try as often as you like.")]
    lines = [gettext("This is practice: it does not decide whether you pass.")] if is_practice else []
    lines.append(ngettext("You have %(count)d attempt.", "You have %(count)d attempts.", allowed) % {"count": allowed})
    return lines


def _release_line(release: Release) -> str:
    return {
        Release.NEVER: gettext("Correct answers are not shown."),
        Release.AFTER_EACH_CHOICE: gettext("Reasons follow each decision."),
        Release.AFTER_SUBMISSION: gettext("Reasons for every option are shown as soon as you finish."),
        Release.AFTER_PASS_OR_LAST_ATTEMPT: gettext("Reasons are shown once you pass or use your last attempt."),
    }[release]


# --- where she stands in a course


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


# --- what the certificate needs

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
        return gettext("Passing end reached on %(day)s.") % values
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
        return assessment.passing_rule or gettext("Reach a passing end.")
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


def marks_words(marks: Fraction) -> str:
    """Marks as whole numbers and fractions (2 1/3), never rounded: the number shown is the number that decides."""
    whole, rest = divmod(marks.numerator, marks.denominator)
    if not rest:
        return str(whole)
    return f"{whole} {rest}/{marks.denominator}" if whole else f"{rest}/{marks.denominator}"


# --- enrollment and lessons


def not_offered(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("This course takes no new learners"),
        gettext(
            "It is not open for new enrollments at present, and you were not enrolled. Courses that you began and"
            " certificates that you hold are not touched."
        ),
        url,
        gettext("See the courses on offer"),
    )


def too_soon(until: dt.datetime, url: str) -> RefusalPage:
    return RefusalPage(
        gettext("You can begin again on %(day)s") % {"day": day(until)},
        gettext(
            "Your last enrollment ended after its last attempt, and the course asks for some days in between. It opens"
            " to you again on %(instant)s. What you did before is kept, and nothing was changed now."
        )
        % {"instant": instant(until)},
        url,
        gettext("Back to the course"),
    )


def lesson_not_kept(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("This enrollment has ended"),
        gettext(
            "The lesson was not marked as read, because the enrollment ended before. Everything that you did until then"
            " is kept, and you can still read the lessons."
        ),
        url,
        gettext("Back to the course"),
    )


# --- the last gates


def evaluation_not_open(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("Feedback is not open yet"),
        gettext(
            "It opens when every lesson is read and every assessment that counts is passed. Your answers were not kept,"
            " because they would be about a course that you have not finished; everything else of yours is as it was."
        ),
        url,
        gettext("See what is left"),
    )


def attestation_not_open(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("The attestation is not open yet"),
        gettext(
            "It confirms everything before it, so it comes last. Nothing was recorded now, and nothing of yours was"
            " changed."
        ),
        url,
        gettext("See what is left"),
    )


def last_gate_ended(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("This enrollment has ended"),
        gettext(
            "It ended after its last attempt, without completion, so nothing more is added to it. What you did until"
            " then is kept. You can enroll again from the course page."
        ),
        url,
        gettext("Back to the course"),
    )


def cannot_be_printed(url: str) -> RefusalPage:
    return RefusalPage(
        gettext("The PDF cannot be made now"),
        gettext(
            "Something on it, such as a license number, has characters for which we have no type. The certificate is not"
            " touched by this: it stands, and anybody can check it at its address. Correct the license, or write to us."
        ),
        url,
        gettext("Back to the certificate"),
    )


# --- what an organization asks


def acknowledged(title: str) -> str:
    return gettext("It is on record that you have read “%(title)s” today.") % {"title": title}


def not_acknowledged(refusal: Exception, here: str) -> RefusalPage:
    match refusal:
        case NotOpenYet():
            text = gettext("What you do before %(day)s does not count for this period. Come back then.")
            text = text % {"day": day(refusal.opens_on)}
        case NotHers():
            text = gettext("Your time there has ended, so nothing is asked of you any more.")
        case _:
            text = gettext("These words are not asked of you any more: the policy has changed, or nobody asks for it.")
    return RefusalPage(gettext("Nothing was recorded"), text, here, gettext("Look at it as it is now"))


def no_evidence(here: str) -> RefusalPage:
    return RefusalPage(
        gettext("Evidence is not what is asked here"),
        gettext("What is asked is not met by evidence from elsewhere. Nothing was kept of what you entered."),
        here,
        gettext("See what is asked"),
    )


def already_handed_in(back: str) -> RefusalPage:
    return RefusalPage(
        gettext("You have handed in this file before"),
        gettext("The very same file stands there for the same requirement. It was not kept a second time."),
        back,
        gettext("See what you handed in"),
    )


def evidence_kept(organization: str) -> str:
    words = gettext(
        "It is kept. Somebody at %(organization)s looks at it, and you get a mail; it counts once approved."
    )
    return words % {"organization": organization}


def evidence_withdrawn() -> str:
    return gettext("You have taken it back. Nobody decides upon it any more.")


def evidence_not_withdrawn(back: str) -> RefusalPage:
    return RefusalPage(
        gettext("It was decided before"),
        gettext("Only what waits can be taken back. Nothing changed."),
        back,
        gettext("See how it stands"),
    )

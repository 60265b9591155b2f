"""Why a status is what it is: its trace, step by step, with who did what."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext, ngettext

from accounts.models import Leave
from training.models import Extension, Statement, Waiver, WaiverReason
from training.queries import Acts, Explained
from training.rules import PartKind, Status, Step, StepCode
from web.templatetags.vignette import day

_MOVED: Final = (
    *(StepCode.EXTENDED, StepCode.SHIFTED, StepCode.DUE_NOW_BY, StepCode.OPENS),
    *(StepCode.GRACE_UNTIL, StepCode.GRACE_SHIFTED),
)


@dataclass(frozen=True, slots=True)
class Reason:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a trace is told with: the acts, the leaves, the names of whoever acted, and who asked first."""

    acts: Acts
    leaves: list[Leave]
    names: Mapping[str, str]
    assigned_by: str


def traced(explained: Explained, told: Told, today: dt.date) -> list[Reason]:
    """The trace of a status in words, with who did what and why."""
    steps = explained.standing.trace
    full = [_with(_reason(step, explained, told.assigned_by, today), _more(step, explained, told)) for step in steps]
    moved = {
        *(StepCode.EXTENDED, StepCode.SHIFTED, StepCode.GRACE_SHIFTED),
        *(StepCode.WAIVED, StepCode.ON_LEAVE, StepCode.RELEASED),
    }
    if explained.standing.met is None and moved.isdisjoint(step.code for step in steps):
        full.insert(
            -1, Reason(gettext("Nothing moves the day"), gettext("No leave, no waiver and no extension is on record."))
        )
    full.extend(_waiting(told))
    return full


def _reason(step: Step, explained: Explained, assigned_by: str, today: dt.date) -> Reason:
    if step.code in _MOVED:
        return _moved(step)
    if step.code is StepCode.OVERDUE_AGAIN:
        return Reason(*overdue_again(step.day, explained.standing.due.due_on))
    if step.code in (StepCode.WAIVED, StepCode.ON_LEAVE, StepCode.RELEASED):
        return _standing_still(step)
    if step.code in (StepCode.ACKNOWLEDGED, StepCode.EVIDENCE_APPROVED, StepCode.STATED):
        return _proved(step, explained)
    return _asked_and_done(step, explained, assigned_by, today)


def _moved(step: Step) -> Reason:
    match step.code:
        case StepCode.EXTENDED:
            words = ngettext("%(days)d day was added", "%(days)d days were added", step.days) % {"days": step.days}
            return Reason(words, gettext("An administrator gave more time. An extension never makes a day earlier."))
        case StepCode.SHIFTED:
            words = ngettext("%(days)d day away moved it", "%(days)d days away moved it", step.days)
            return Reason(words % {"days": step.days}, gettext("During a leave the clock stands still."))
        case StepCode.GRACE_SHIFTED:
            words = ngettext("%(days)d day away is not one of them", "%(days)d days away are not among them", step.days)
            return Reason(words % {"days": step.days}, gettext("During a leave the days of grace stand still, too."))
        case StepCode.DUE_NOW_BY:
            title = gettext("So it is due on %(day)s") % {"day": day(step.day)}
            return Reason(title, gettext("The day ends at midnight, as above."))
        case StepCode.OPENS:
            title = gettext("It opens on %(day)s") % {"day": day(step.day)}
            return Reason(title, gettext("What was done before that day does not count for this period."))
        case _:
            words = ngettext("%(days)d day of grace follows", "%(days)d days of grace follow", step.days)
            text = gettext("It is overdue only after %(day)s.") % {"day": day(step.day)}
            return Reason(words % {"days": step.days}, text)


def _standing_still(step: Step) -> Reason:
    match step.code:
        case StepCode.WAIVED if step.day is not None:
            title = gettext("It is waived until %(day)s") % {"day": day(step.day)}
            return Reason(title, gettext("Until then it is not asked for. It never counts as done."))
        case StepCode.WAIVED:
            return Reason(gettext("It is waived"), gettext("It is not asked for. It never counts as done."))
        case StepCode.ON_LEAVE:
            title = gettext("The person has been away since %(day)s") % {"day": day(step.day)}
            return Reason(title, gettext("Nothing falls due during a leave; the day moves on by the days away."))
        case _:
            title = gettext("Nobody asks for it any more")
            return Reason(title, gettext("The rule or the person that asked for it ended that."))


def overdue_again(on: dt.date | None, due_on: dt.date) -> tuple[str, str]:
    """What comes when a waiver ends after the due day, and what can be done about it."""
    title = gettext("On %(day)s it would be overdue at once") % {"day": day(on)}
    words = gettext(
        "It is due %(due)s, and a waiver moves no day. Give more time as well, or waive it for good, "
        "if it is not to be late then."
    )
    return title, words % {"due": day(due_on)}


def _proved(step: Step, explained: Explained) -> Reason:
    title = {
        StepCode.ACKNOWLEDGED: gettext("The policy was acknowledged on %(day)s"),
        StepCode.EVIDENCE_APPROVED: gettext("Approved evidence shows that it was done on %(day)s"),
        StepCode.STATED: gettext("An administrator stated that it was done on %(day)s"),
    }[step.code]
    words = gettext("It is on record since %(day)s.") % {"day": day(step.at)}
    if explained.standing.status is Status.DONE:
        return Reason(title % {"day": day(step.day)}, f"{gettext('That was in time.')} {words}")
    return Reason(title % {"day": day(step.day)}, f"{_late(explained.standing.days)} {words}")


def _late(days: int) -> str:
    return ngettext("That was %(days)d day late.", "That was %(days)d days late.", days) % {"days": days}


def _asked_and_done(step: Step, explained: Explained, assigned_by: str, today: dt.date) -> Reason:
    match step.code:
        case StepCode.ASSIGNED:
            words = gettext("%(who)s asked for this on %(day)s.")
            return Reason(gettext("Somebody asked for it"), words % {"who": assigned_by, "day": day(step.at)})
        case StepCode.DUE_BY:
            words = gettext("The day ends at midnight, %(zone)s time. Until then it is not late.")
            title = gettext("It is due on %(day)s") % {"day": day(step.day)}
            return Reason(title, words % {"zone": explained.zone.rsplit("/", 1)[-1].replace("_", " ")})
        case StepCode.LEFT:
            title = gettext("The time here ended on %(day)s") % {"day": day(step.day)}
            return Reason(title, gettext("What came due or was completed after that is not counted."))
        case StepCode.COMPLETION_SHARED:
            title = gettext("The person shared it with you on %(day)s") % {"day": day(step.at)}
            return Reason(title, gettext("It was begun before, or outside, the time here, and counts because of that."))
        case StepCode.NOT_COMPLETED:
            return Reason(gettext("It is not done"), _not_done(explained.kinds, today))
        case _:
            return _completed(explained)


def _not_done(kinds: frozenset[PartKind], today: dt.date) -> str:
    """What is missing, and when each kind of what is asked counts."""
    when = {
        PartKind.COURSE: gettext("A course begun before the first day here counts only when the person shares it."),
        PartKind.POLICY: gettext("A policy counts once the person acknowledges it."),
        PartKind.EVIDENCE: gettext("Evidence counts once it is approved."),
    }
    nothing = gettext("Nothing that meets it was on record on %(day)s.") % {"day": day(today)}
    return " ".join([nothing, *(words for kind, words in when.items() if kind in kinds)])


def _completed(explained: Explained) -> Reason:
    met = explained.row.met
    title = gettext("It was completed on %(day)s") % {"day": day(met.completed_on if met else None)}
    text = _late(explained.standing.days)
    if explained.standing.status is Status.DONE:
        text = gettext("That was in time. The date is the learner’s own, as printed on the certificate.")
    by = gettext("By the course “%(title)s”.") % {"title": met.course} if met and met.course else ""
    return Reason(title, f"{by} {text}".strip())


def _with(reason: Reason, more: str) -> Reason:
    return replace(reason, text=f"{reason.text} {more}") if more else reason


def _more(step: Step, explained: Explained, told: Told) -> str:
    match step.code:
        case StepCode.DUE_BY:
            return _asked(step, explained)
        case StepCode.EXTENDED:
            return " ".join(extension_words(one, told.names) for one in told.acts.extensions)
        case StepCode.SHIFTED | StepCode.GRACE_SHIFTED | StepCode.ON_LEAVE:
            return " ".join(_leave(one) for one in told.leaves)
        case StepCode.WAIVED:
            return " ".join(waiver_words(one, told.names) for one in told.acts.waivers if one.ended_at is None)
        case StepCode.STATED:
            return " ".join(
                statement_words(one, told.names) for one in told.acts.statements if one.withdrawn_at is None
            )
        case _:
            return ""


def _asked(step: Step, explained: Explained) -> str:
    """Which rule, where it is one; and who else asks."""
    asker = explained.askers.get(step.source)
    words = gettext("The rule “%(name)s” asks for it.") % {"name": asker.rule} if asker and asker.rule else ""
    others = [one.rule or gettext("by hand") for key, one in explained.askers.items() if key != step.source]
    if others:
        also = gettext("It is also asked for by: %(others)s. Of those who ask, the earliest day holds.")
        words = f"{words} {also % {'others': ', '.join(others)}}".strip()
    return words


def _leave(leave: Leave) -> str:
    if leave.ends_on is None:
        return gettext("Away since %(day)s.") % {"day": day(leave.starts_on)}
    days = {"first": day(leave.starts_on), "back": day(leave.ends_on)}
    return gettext("Away from %(first)s, back on %(back)s.") % days


def _waiting(told: Told) -> Iterator[Reason]:
    for one in told.acts.statements:
        if one.needs_second and one.decided_at is None and one.withdrawn_at is None:
            title = gettext("A statement waits for a second person")
            yield Reason(
                title, f"{statement_words(one, told.names)} {gettext('It does not count until it is confirmed.')}"
            )


def extension_words(one: Extension, names: Mapping[str, str]) -> str:
    words = ngettext(
        "%(days)d day, given by %(who)s on %(day)s: “%(why)s”.",
        "%(days)d days, given by %(who)s on %(day)s: “%(why)s”.",
        one.days,
    )
    return words % {
        "days": one.days,
        "who": _name(one.granted_by, names),
        "day": day(one.granted_at),
        "why": one.reason,
    }


def waiver_reasons() -> dict[WaiverReason, str]:
    return {
        WaiverReason.NOT_IN_ROLE: gettext("Not needed in this person’s work"),
        WaiverReason.EQUIVALENT: gettext("Something of equal worth was done"),
        WaiverReason.REGULATOR: gettext("Exempted by a regulator or payer"),
        WaiverReason.UNAVAILABLE: gettext("It could not be offered in time"),
        WaiverReason.LEAVING: gettext("Leaving before it would matter"),
        WaiverReason.OTHER: gettext("Another reason, kept elsewhere"),
    }


def waiver_words(one: Waiver, names: Mapping[str, str]) -> str:
    words = gettext("Waived by %(who)s on %(day)s: %(why)s.")
    why = waiver_reasons()[WaiverReason(one.reason)]
    return words % {"who": _name(one.granted_by, names), "day": day(one.granted_at), "why": why}


def statement_words(one: Statement, names: Mapping[str, str]) -> str:
    said = {"who": _name(one.stated_by, names), "day": day(one.done_on), "why": one.reason}
    words = gettext("%(who)s states that it was done on %(day)s: “%(why)s”.") % said
    if one.is_confirmed is None:
        return words
    decided = gettext("Confirmed by %(who)s.") if one.is_confirmed else gettext("Rejected by %(who)s.")
    return f"{words} {decided % {'who': _name(one.decided_by, names)}}"


def _name(actor: str, names: Mapping[str, str]) -> str:
    return names.get(actor, gettext("somebody"))

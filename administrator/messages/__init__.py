"""Words of the administrator's pages."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.contrib.humanize.templatetags.humanize import apnumber
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts.models import Organization
from quizzes.services import Granted, Reopening
from training.queries import Explained, Met
from training.rules import PartKind, Status, Step, StepCode
from training.services import Assigned, CourseNotOffered, DueInPast, NotAMember
from web.http import Refusal
from web.templatetags.vignette import day, day_short


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def person_lead(explained: list[Explained]) -> str:
    """How a person stands, in a sentence or two."""
    if not explained:
        return gettext("Nothing has been asked of this person yet.")
    counts = dict.fromkeys(Status, 0)
    for one in explained:
        counts[one.standing.status] += 1
    done = counts[Status.DONE] + counts[Status.DONE_LATE]
    sentences = []
    if overdue := counts[Status.OVERDUE]:
        sentences.append(
            ngettext("%(n)s requirement is overdue.", "%(n)s requirements are overdue.", overdue) % _n(overdue)
        )
    if open_count := counts[Status.DUE] + counts[Status.GRACE] + counts[Status.UPCOMING]:
        sentences.append(
            ngettext("%(n)s requirement is open.", "%(n)s requirements are open.", open_count) % _n(open_count)
        )
    if apart := counts[Status.WAIVED] + counts[Status.SUSPENDED]:
        sentences.append(
            ngettext(
                "%(n)s requirement is waived or stands still.", "%(n)s requirements are waived or stand still.", apart
            )
            % _n(apart)
        )
    if done:
        sentences.append(ngettext("%(n)s requirement is done.", "%(n)s requirements are done.", done) % _n(done))
    return " ".join(_sentence(sentence) for sentence in sentences)


def _n(number: int) -> dict[str, str]:
    return {"n": str(apnumber(number))}


@dataclass(frozen=True, slots=True)
class Reason:
    title: str
    text: str


def reasons(explained: Explained, *, assigned_by: str, today: dt.date) -> list[Reason]:
    """The trace of a status in words."""
    return [_reason(step, explained, assigned_by, today) for step in explained.standing.trace]


_MOVED: Final = (
    *(StepCode.EXTENDED, StepCode.SHIFTED, StepCode.DUE_NOW_BY, StepCode.OPENS),
    *(StepCode.GRACE_UNTIL, StepCode.GRACE_SHIFTED),
)


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
    if explained.standing.status is Status.DONE:
        return Reason(title, gettext("That was in time. The date is the learner’s own, as printed on the certificate."))
    return Reason(title, _late(explained.standing.days))


def status_words(status: Status, days: int, met: Met | None) -> str:
    """A status with its number, as the chip says it."""
    match status:
        case Status.OVERDUE:
            return ngettext("%(days)d day overdue", "%(days)d days overdue", days) % {"days": days}
        case Status.DUE if days == 0:
            return gettext("Due today")
        case Status.DUE:
            return ngettext("Due in %(days)d day", "Due in %(days)d days", days) % {"days": days}
        case Status.DONE_LATE:
            return ngettext("Done %(days)d day late", "Done %(days)d days late", days) % {"days": days}
        case Status.DONE:
            return gettext("Done %(day)s") % {"day": day_short(met.completed_on if met else None)}
        case Status.GRACE:
            words = ngettext("%(days)d day past due, in grace", "%(days)d days past due, in grace", days)
            return words % {"days": days}
        case Status.UPCOMING:
            return ngettext("Opens in %(days)d day", "Opens in %(days)d days", days) % {"days": days}
        case _:
            return status_names()[status]


def status_names() -> dict[Status, str]:
    """The statuses that a board lists, in its order, and what becomes of those that nobody asks for any more."""
    return {
        Status.OVERDUE: gettext("Overdue"),
        Status.GRACE: gettext("In grace"),
        Status.DUE: gettext("Open, not yet due"),
        Status.UPCOMING: gettext("Not open yet"),
        Status.SUSPENDED: gettext("On leave"),
        Status.WAIVED: gettext("Waived"),
        Status.DONE_LATE: gettext("Done late"),
        Status.DONE: gettext("Done in time"),
        Status.RELEASED: gettext("No longer asked"),
    }


def assigned(done: Assigned, title: str) -> str:
    new, already = len(done.asked), len(done.already)
    if not new:
        return gettext("Nothing changed: everybody you chose had been asked for “%(title)s” before.") % {"title": title}
    words = ngettext("%(new)d person was asked for “%(title)s”.", "%(new)d people were asked for “%(title)s”.", new) % {
        "new": new,
        "title": title,
    }
    if already:
        words += " " + ngettext(
            "%(already)d had been asked before and keeps the date given then.",
            "%(already)d had been asked before and keep the date given then.",
            already,
        ) % {"already": already}
    return words


def not_assigned(refusal: Exception, organization: Organization) -> Refusal:
    """Why an assignment that was looked over before could not be made a moment later."""
    again = reverse("administrator:assignment-new", args=[organization.slug])
    nothing = gettext("Nobody was asked for anything, and no mail was sent.")
    match refusal:
        case NotAMember():
            text = ngettext(
                "%(number)d of the people you chose has left, or is no longer in a team of yours.",
                "%(number)d of the people you chose have left, or are no longer in a team of yours.",
                len(refusal.memberships),
            ) % {"number": len(refusal.memberships)}
        case DueInPast():
            text = gettext("The day you chose is over: today is %(today)s.") % {"today": day(refusal.today)}
        case CourseNotOffered():
            text = gettext("The course is no longer offered to new learners.")
        case _:
            raise refusal
    return Refusal(gettext("The course was not assigned"), f"{text} {nothing}", again, gettext("Choose again"))


def person_added(name: str) -> str:
    return gettext("%(name)s was added, and an invitation is on its way.") % {"name": name}


def invited(name: str) -> str:
    return gettext("A new invitation to %(name)s is on its way. Earlier links no longer work.") % {"name": name}


def not_invited(address: str) -> Refusal:
    return Refusal(
        gettext("No invitation was sent"),
        gettext("The person has an account here already, or is no longer with your organization. Nothing changed."),
        address,
        gettext("Back to the person"),
    )


def accommodation_granted(name: str, granted: Granted) -> str:
    told = gettext("It is arranged for %(name)s, and a mail is on its way.") % {"name": name}
    more = {
        Reopening.NOT_NEEDED: "",
        Reopening.REOPENED: gettext("The enrollment that had ended after the last attempt is open again."),
        Reopening.ANOTHER_IS_OPEN: gettext(
            "The enrollment that had ended stays ended, because the course was begun anew; it holds in the new one."
        ),
    }[granted.reopening]
    if granted.closes:
        more = gettext(
            "It replaced further attempts, so no attempt is left at an assessment that must be passed: the enrollment has"
            " ended. Granting further attempts opens it again."
        )
    return f"{told} {more}".strip()


def accommodation_declined(name: str) -> str:
    return gettext("Your answer is kept, and a mail to %(name)s is on its way.") % {"name": name}


def accommodation_ended(name: str) -> str:
    return gettext("It has ended for %(name)s. An attempt that is open keeps what it began with.") % {"name": name}


def own_accommodation(address: str) -> Refusal:
    return Refusal(
        gettext("Somebody else decides this"),
        gettext(
            "Nobody decides what is arranged for herself. Nothing changed; the request still waits for a colleague."
        ),
        address,
        gettext("Back to the list"),
    )


def already_answered(address: str) -> Refusal:
    return Refusal(
        gettext("Somebody answered this before you"),
        gettext("The request has its answer, and it stands. What you entered was not kept."),
        address,
        gettext("Back to the list"),
    )


EXPORT_HEADER = (
    "name", "work_email", "staff_number", "team", "requirement_id", "requirement", "due_on", "status", "days",
    "completed_on", "met_by", "course_version", "certificate",
)  # fmt: skip

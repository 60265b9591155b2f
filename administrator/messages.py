"""Words of the administrator's pages."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import apnumber
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts.models import Organization
from quizzes.services import Granted, Reopening
from training.queries import Explained, Met
from training.rules import Status, Step, StepCode
from training.services import Assigned, CourseNotOffered, DueInPast, NotAMember
from web.http import Refusal
from web.templatetags.vignette import day, day_short


def headline(*, people_overdue: int, open_count: int, total: int) -> str:
    """What to do, in a sentence."""
    if people_overdue:
        words = ngettext(
            "%(number)s person needs a word from you.", "%(number)s people need a word from you.", people_overdue
        )
        return _sentence(words % {"number": apnumber(people_overdue)})
    if open_count:
        words = ngettext(
            "Nobody is overdue. %(number)s obligation is open.",
            "Nobody is overdue. %(number)s obligations are open.",
            open_count,
        )
        return words % {"number": open_count}
    if total:
        return gettext("Everything that was asked is done.")
    return gettext("Nobody has been asked for a course yet.")


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
        sentences.append(ngettext("%(n)s course is overdue.", "%(n)s courses are overdue.", overdue) % _n(overdue))
    if open_count := counts[Status.DUE]:
        sentences.append(
            ngettext("%(n)s course is open and not yet due.", "%(n)s courses are open and not yet due.", open_count)
            % _n(open_count)
        )
    if done:
        sentences.append(ngettext("%(n)s course is done.", "%(n)s courses are done.", done) % _n(done))
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


def _reason(step: Step, explained: Explained, assigned_by: str, today: dt.date) -> Reason:
    match step.code:
        case StepCode.ASSIGNED:
            words = gettext("%(who)s asked for this course on %(day)s.")
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
            words = gettext(
                "No completion that counts was on record on %(day)s. A course begun before the first day here counts"
                " only when the person shares it."
            )
            return Reason(gettext("It is not completed"), words % {"day": day(today)})
        case StepCode.COMPLETED:
            return _completed(explained)


def _completed(explained: Explained) -> Reason:
    met = explained.row.met
    title = gettext("It was completed on %(day)s") % {"day": day(met.completed_on if met else None)}
    if explained.standing.status is Status.DONE:
        return Reason(title, gettext("That was in time. The date is the learner’s own, as printed on the certificate."))
    days = explained.standing.days
    words = ngettext("That was %(days)d day late.", "That was %(days)d days late.", days) % {"days": days}
    return Reason(title, words)


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


def status_names() -> dict[Status, str]:
    return {
        Status.OVERDUE: gettext("Overdue"),
        Status.DUE: gettext("Open, not yet due"),
        Status.DONE_LATE: gettext("Done late"),
        Status.DONE: gettext("Done in time"),
    }


def assigned(done: Assigned, title: str) -> str:
    new, already = len(done.new), len(done.already)
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


def address_taken() -> str:
    return gettext("Somebody here has this work e-mail already. Look under People, or type another address.")


def staff_number_taken() -> str:
    return gettext("Somebody here has this staff number already.")


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
    "name", "work_email", "staff_number", "team", "course", "course_title", "due_on", "status", "days", "completed_on",
    "course_version", "certificate",
)  # fmt: skip

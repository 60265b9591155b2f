"""How somebody stands, in words."""

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from training.queries import Explained, Met
from training.rules import Status
from web.templatetags.vignette import day_short

#: What nobody has to do anything about any more.
OVER = frozenset({Status.DONE, Status.DONE_LATE, Status.RELEASED})


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


def person_lead(explained: list[Explained]) -> str:
    """How a person stands, in a sentence or two."""
    if not explained:
        return gettext("Nothing is asked of this person.")
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
    return " ".join(capfirst(sentence) for sentence in sentences)


def _n(number: int) -> dict[str, str]:
    return {"n": str(apnumber(number))}

"""Words of the overview, of the board, and of what a person keeps of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from training.queries import BoardRow, Sort, TeamCounts, Waiting
from web.http import Refusal


def percent(part: int, whole: int) -> int:
    """Whole percent, rounded down: a hundred is said only when all is done."""
    return 100 * part // whole if whole else 0


def headline(*, people_overdue: int, open_count: int, total: int, apart: int = 0) -> str:
    """What to do, in a sentence."""
    if people_overdue:
        words = ngettext(
            "%(number)s person needs a word from you.", "%(number)s people need a word from you.", people_overdue
        )
        return capfirst(words % {"number": grouped(people_overdue)})
    if open_count:
        words = ngettext(
            "Nobody is overdue. %(number)s obligation is open.",
            "Nobody is overdue. %(number)s obligations are open.",
            open_count,
        )
        # A number that begins a sentence begins it with a capital, the second sentence too.
        return words % {"number": capfirst(grouped(open_count))}
    if total:
        return gettext("Everything that was asked is done.")
    if apart:
        return gettext("All that was asked is waived, or its people are on leave.")
    return gettext("Nobody has been asked for anything yet.")


def next_step(*, counts: TeamCounts, first: BoardRow | None, soon: int) -> str:
    """How far the organization is, and where to begin."""
    if not counts.total:
        return ""
    values = {
        "overdue": f"{counts.overdue:,}",
        "done": f"{counts.done:,}",
        "total": f"{counts.total:,}",
        "percent": percent(counts.done, counts.total),
    }
    done = ngettext(
        "%(done)s of %(total)s obligations is done (%(percent)s%%)",
        "%(done)s of %(total)s obligations are done (%(percent)s%%)",
        counts.done,
    )
    done %= values
    if first is None:
        if not soon:
            return gettext("%(done)s, and none is late.") % {"done": done}
        words = ngettext(
            "%(done)s, and none is late. %(soon)s falls due within seven days.",
            "%(done)s, and none is late. %(soon)s fall due within seven days.",
            soon,
        )
        return words % {"done": done, "soon": f"{soon:,}"}
    late = ngettext("%(overdue)s is overdue", "%(overdue)s are overdue", counts.overdue) % values
    begin = ngettext(
        "Begin with %(name)s, %(days)s day overdue.", "Begin with %(name)s, %(days)s days overdue.", first.days
    ) % {"name": first.name, "days": first.days}
    return gettext("%(done)s, and %(late)s. %(begin)s") % {"done": done, "late": late, "begin": begin}


@dataclass(frozen=True, slots=True)
class Wait:
    """One kind of work that waits: its drawing, its words, and the route and filter of the list that holds just that."""

    icon: str
    words: str
    route: str
    query: str = ""


def waiting_work(waiting: Waiting, *, before_start: int, sees_everybody: bool) -> list[Wait]:
    """What waits for this person. A manager neither confirms statements nor invites, nor decides about accommodations."""
    found = list(_waiting_for_all(waiting, before_start))
    if sees_everybody:
        found = [*_waiting_for_administrators(waiting), *found]
    return found


def _waiting_for_administrators(waiting: Waiting) -> Iterator[Wait]:
    if number := waiting.statements:
        words = ngettext(
            "%(n)s statement that a second person must confirm",
            "%(n)s statements that a second person must confirm",
            number,
        )
        yield Wait("clock", words % {"n": f"{number:,}"}, "statements")
    if number := waiting.accommodations:
        words = ngettext(
            "%(n)s learner waits for an answer about an accommodation",
            "%(n)s learners wait for an answer about an accommodation",
            number,
        )
        yield Wait("clock", words % {"n": f"{number:,}"}, "accommodations")
    if number := waiting.invitations:
        words = ngettext("%(n)s invitation not accepted", "%(n)s invitations not accepted", number)
        yield Wait("person", words % {"n": f"{number:,}"}, "invitations")


def _waiting_for_all(waiting: Waiting, early: int) -> Iterator[Wait]:
    if number := waiting.evidence:
        words = ngettext("%(n)s piece of evidence to decide", "%(n)s pieces of evidence to decide", number)
        yield Wait("clock", words % {"n": f"{number:,}"}, "evidence-list")
    if number := waiting.hired_later:
        words = ngettext(
            "%(n)s person was hired after the first day here, by the dates on record",
            "%(n)s people were hired after their first day here, by the dates on record",
            number,
        )
        yield Wait("warning", words % {"n": f"{number:,}"}, "people", "dates=odd")
    if early:
        words = ngettext(
            "%(n)s obligation was due before the person’s first day",
            "%(n)s obligations were due before the person’s first day",
            early,
        )
        yield Wait("warning", words % {"n": f"{early:,}"}, "obligations", "status=overdue&dates=odd")
    if number := waiting.without_account:
        words = ngettext(
            "%(n)s person without an account, who cannot start",
            "%(n)s people without an account, who cannot start",
            number,
        )
        yield Wait("person", words % {"n": f"{number:,}"}, "people", "account=none")


def sort_names() -> dict[Sort, str]:
    return {
        Sort.STATUS: gettext("What needs a word first"),
        Sort.DUE: gettext("Due date"),
        Sort.NAME: gettext("Name"),
    }


def grouped(number: int) -> str:
    """Three, 12, 1,234."""
    return str(apnumber(number)) if number < 10 else f"{number:,}"


def view_saved(name: str) -> str:
    return gettext("The view is kept as “%(name)s”. Only you see it.") % {"name": name}


def view_removed(name: str) -> str:
    return gettext("“%(name)s” is no longer kept. Nothing else changed.") % {"name": name}


def view_name_taken(name: str, address: str) -> Refusal:
    return Refusal(
        gettext("You have another view with that name"),
        gettext("“%(name)s” is the name of another of your views. Nothing changed.") % {"name": name},
        address,
        gettext("Back to your views"),
    )


def view_without_name(address: str) -> Refusal:
    return Refusal(
        gettext("A view needs a name"),
        gettext("The name was empty, or longer than 60 letters. Nothing changed."),
        address,
        gettext("Back to your views"),
    )

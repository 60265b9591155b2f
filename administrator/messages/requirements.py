"""Words about what is asked: requirements, rules, whom they reach and by when, and what a preview shows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from administrator.messages.status import status_names
from training.rules import (
    Anchor,
    Audience,
    Combine,
    Condition,
    Kind,
    Misfit,
    Order,
    Place,
    Reason,
    Recurrence,
    RuleText,
    Status,
)
from training.services import Unfit
from web.http import Refusal
from web.templatetags.vignette import day


def _listed(words: Iterable[str], *, last: str) -> str:
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"


def audience_words(audience: Audience, teams: Mapping[int, str]) -> str:
    """Whom a rule reaches, in a sentence."""
    kinds = [_kind_words(kind, found, teams) for kind, found in _by_kind(audience.any)]
    last = gettext("and") if audience.combine is Combine.EACH else gettext("or")
    reached = _listed(kinds, last=last)
    if not audience.exempt:
        return gettext("%(people)s.") % {"people": capfirst(reached)}
    but = _listed([_kind_words(kind, found, teams) for kind, found in _by_kind(audience.exempt)], last=gettext("and"))
    words = gettext("%(people)s; but not %(others)s.") % {"people": reached, "others": but}
    return capfirst(words)


def _by_kind(conditions: Iterable[Condition]) -> Iterator[tuple[Kind, list[Condition]]]:
    found: dict[Kind, list[Condition]] = {}
    for condition in conditions:
        found.setdefault(condition.kind, []).append(condition)
    yield from found.items()


def _kind_words(kind: Kind, found: list[Condition], teams: Mapping[int, str]) -> str:
    words = _listed([_value(each, teams) for each in found], last=gettext("or"))
    match kind:
        case Kind.EVERYONE:
            return gettext("everybody here")
        case Kind.TEAM:
            return gettext("people in %(teams)s") % {"teams": words}
        case Kind.ROLE:
            return gettext("people who are %(roles)s here") % {"roles": words}
        case Kind.TITLE:
            return gettext("people with the job title %(titles)s") % {"titles": words}
        case Kind.PROFESSION:
            return gettext("people of the profession %(professions)s") % {"professions": words}
        case Kind.HIRED:
            return gettext("people hired %(days)s") % {"days": words}
        case Kind.PEOPLE:
            number = len(frozenset[str]().union(*(each.people for each in found)))
            return ngettext("%(n)d person by name", "%(n)d people by name", number) % {"n": number}


def _value(condition: Condition, teams: Mapping[int, str]) -> str:
    match condition.kind:
        case Kind.TEAM:
            name = teams.get(condition.team, gettext("a team that is gone"))
            return gettext("%(team)s and the teams below") % {"team": name} if condition.below else name
        case Kind.HIRED if condition.first and condition.last:
            return gettext("from %(first)s to %(last)s") % {"first": day(condition.first), "last": day(condition.last)}
        case Kind.HIRED if condition.first:
            return gettext("on or after %(first)s") % {"first": day(condition.first)}
        case Kind.HIRED:
            return gettext("on or before %(last)s") % {"last": day(condition.last)}
        case Kind.ROLE:
            return role_names().get(condition.word, condition.word)
        case _:
            return f"“{condition.word}”" if condition.word else ""


def role_names() -> dict[str, str]:
    return {
        "owner": gettext("owner"),
        "training-administrator": gettext("training administrator"),
        "manager": gettext("manager of a team"),
        "author": gettext("author"),
    }


def due_words(order: Order) -> str:
    """By when a rule asks, in a sentence."""
    if order.anchor is Anchor.FIXED:
        first = gettext("Due on %(day)s.") % {"day": day(order.fixed_on)}
        if order.offset_days:
            first = gettext("Due %(days)s %(day)s.") % {
                "days": _days_from(order.offset_days),
                "day": day(order.fixed_on),
            }
        return f"{first} {repeat_words(order)}".strip()
    anchors = {
        Anchor.ASSIGNED: gettext("the day on which the person is asked"),
        Anchor.HIRED: gettext("the day of hire"),
        Anchor.JOINED_TEAM: gettext("the day on which the person joined the team"),
        Anchor.EXPIRY: gettext("the day on which approved evidence expires"),
    }
    if not order.offset_days:
        first = gettext("Due on %(day)s.") % {"day": anchors[order.anchor]}
    else:
        first = gettext("Due %(days)s %(day)s.") % {"days": _days_from(order.offset_days), "day": anchors[order.anchor]}
    return f"{first} {repeat_words(order)}".strip()


def _days_from(days: int) -> str:
    if days < 0:
        return ngettext("%(n)d day before", "%(n)d days before", -days) % {"n": -days}
    return ngettext("%(n)d day after", "%(n)d days after", days) % {"n": days}


def repeat_words(order: Order) -> str:
    repeat = order.repeat
    months = ngettext("%(n)d month", "%(n)d months", repeat.every_months) % {"n": repeat.every_months}
    sentences = {
        Recurrence.NONE: gettext("It is asked once."),
        Recurrence.FROM_COMPLETION: gettext("It comes back %(months)s after each completion.") % {"months": months},
        Recurrence.FROM_DUE: gettext("It comes back %(months)s after each due day.") % {"months": months},
        Recurrence.CALENDAR: gettext("It comes back every year, due on day %(day)d of month %(month)d.")
        % {"day": repeat.day, "month": repeat.month},
    }
    words = [sentences[repeat.kind]]
    if order.window_days is not None:
        opens = ngettext(
            "It opens %(n)d day before it is due.", "It opens %(n)d days before it is due.", order.window_days
        )
        words.append(opens % {"n": order.window_days})
    if order.grace_days:
        grace = ngettext("%(n)d day of grace follows.", "%(n)d days of grace follow.", order.grace_days)
        words.append(grace % {"n": order.grace_days})
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class RuleWords:
    reached: str
    due: str


def rule_words(text: RuleText, teams: Mapping[int, str]) -> RuleWords:
    return RuleWords(audience_words(text.audience, teams), due_words(text.order))


def place_names() -> dict[Place, str]:
    return {
        Place.NEW: gettext("Asked now"),
        Place.SATISFIED: gettext("Already done"),
        Place.ASKED: gettext("Asked before"),
        Place.IMPOSSIBLE: gettext("No day for them"),
        Place.EXEMPT: gettext("Exempt by the rule"),
        Place.ENDS: gettext("No longer asked"),
    }


def place_hints() -> dict[Place, str]:
    return {
        Place.NEW: gettext("Each gets one mail that names what is asked and the day."),
        Place.SATISFIED: gettext("What they have completed counts. They are on the list as done, and get no mail."),
        Place.ASKED: gettext("They owe it already. Of several days the earliest holds."),
        Place.IMPOSSIBLE: gettext("The rule reaches them, and the day cannot be worked out or is over."),
        Place.EXEMPT: gettext("The rule names them, and then leaves them out."),
        Place.ENDS: gettext("The rule does not reach them any more. What they have done stays."),
    }


def preview_lead(counts: Mapping[str, int]) -> str:
    """“42 people: 30 new, 8 already done, 3 exempt, 1 without a due date.”"""
    people, told = counts.get("people", 0), _places_told(counts)
    first = ngettext("%(n)d person", "%(n)d people", people) % {"n": people}
    return f"{first}: {told}." if told else gettext("The rule reaches nobody who is here today.")


def _places_told(counts: Mapping[str, int]) -> str:
    parts = [
        (gettext("%(n)d new"), "new"),
        (gettext("%(n)d already done"), "satisfied"),
        (gettext("%(n)d asked before"), "asked"),
        (gettext("%(n)d exempt"), "exempt"),
        (gettext("%(n)d without a due date"), "impossible"),
    ]
    return ", ".join(words % {"n": counts[name]} for words, name in parts if counts.get(name))


def released_words() -> tuple[str, str]:
    """A group of names, and what becomes of them."""
    return gettext("Released"), gettext("Nobody else asks it of them. They owe it no longer, and get no mail about it.")


def others_words() -> tuple[str, str]:
    return (
        gettext("Asked by others, too"),
        gettext("Another rule, or a person, asks it of them as well. They owe it still."),
    )


def open_words() -> tuple[str, str]:
    return gettext("Open now"), gettext("They see the new version at once, with the same day.")


def matrix_lead(counts: Mapping[str, Any]) -> str:
    """“In all: 30 new, 8 already done, 1 without a due date.” Whoever is in two rules is counted in both."""
    told = _places_told(counts)
    words = gettext("In all: %(told)s.") % {"told": told} if told else gettext("Nobody new would be asked.")
    if len([each for each in counts.get("rules", ()) if each.get("people")]) < 2:
        return words
    return gettext("%(words)s Whoever is in two rules counts in both.") % {"words": words}


def change_lead(counts: Mapping[str, int], *, is_ending: bool) -> str:
    """What one rule of a matrix would come to."""
    ends = counts.get("ends", 0)
    if is_ending:
        words = ngettext(
            "%(n)d open obligation would no longer be asked by it, and %(released)d by nobody.",
            "%(n)d open obligations would no longer be asked by it, and %(released)d by nobody.",
            ends,
        )
        return words % {"n": ends, "released": counts.get("released", 0)}
    lead = preview_lead(counts)
    if not ends:
        return lead
    more = ngettext("%(n)d is no longer asked by it.", "%(n)d are no longer asked by it.", ends) % {"n": ends}
    return f"{lead} {more}"


def reason_words(reason: Reason) -> str:
    """Why there is no day, as a clause of its own."""
    return {
        Reason.NO_HIRE_DATE: gettext("No hire date is on record"),
        Reason.NO_TEAM_DATE: gettext("The person is in no team"),
        Reason.NO_EXPIRY: gettext("No approved evidence with an expiry is on record"),
        Reason.DUE_IN_PAST: gettext("The day by the rule is over"),
    }[reason]


def what_to_do(reason: Reason) -> str:
    return {
        Reason.NO_HIRE_DATE: gettext("Enter the hire date, or give a day by hand."),
        Reason.NO_TEAM_DATE: gettext("Put the person in a team, or give a day by hand."),
        Reason.NO_EXPIRY: gettext("Approve evidence that expires, or give a day by hand."),
        Reason.DUE_IN_PAST: gettext("Give a day that can be kept."),
    }[reason]


def misfit_words(misfit: Misfit) -> str:
    return {
        Misfit.NO_TITLE: gettext("Give it a title, and evidence a name."),
        Misfit.NO_PARTS: gettext("Ask for at least one thing: a course, a policy or evidence."),
        Misfit.TOO_MANY_PARTS: gettext("Ask for at most twelve things; make two requirements of it."),
        Misfit.NO_COURSE: gettext("Choose the course itself before those that count as it."),
        Misfit.NO_TEXT: gettext("A policy needs a name and its words."),
        Misfit.TWO_KINDS_OF_EVIDENCE: gettext("One requirement asks for one kind of evidence."),
        Misfit.COURSE_TWICE: gettext("The same course stands twice in one part."),
        Misfit.BAD_LADDER: gettext("Write each reminder once, at most a year from the due day."),
    }[misfit]


def unfit_words(unfit: Unfit) -> str:
    return {
        Unfit.NO_NAME: gettext("Give the rule a name."),
        Unfit.BAD_NUMBER: gettext("One of the numbers of days or months is too large or too small."),
        Unfit.NO_DAY: gettext("Give the day from which it is counted."),
        Unfit.DAY_IN_PAST: gettext("This day is over. Choose a later day, or let it come back."),
        Unfit.UNKNOWN_TEAM: gettext("One of the teams is no longer there. Choose again."),
        Unfit.UNKNOWN_ROLE: gettext("One of the roles does not exist. Choose again."),
        Unfit.UNKNOWN_PERSON: gettext("One of the people is no longer there. Choose again."),
    }[unfit]


def asked_already() -> str:
    return gettext("You ask for this course already. Publish a new version of that requirement instead.")


def nothing_new() -> str:
    return gettext("The newest version asks for exactly this. Nothing was changed.")


def not_offered() -> str:
    return gettext("One of the courses is no longer offered to new learners.")


def is_retired() -> str:
    return gettext("This is no longer asked, so nothing can be changed.")


def status_lines(counts: Mapping[Status, int]) -> list[tuple[Status, str, int]]:
    names = status_names()
    return [(status, names[status], number) for status, number in counts.items()]


def ladder_words(ladder: Iterable[int]) -> str:
    """On which days a reminder goes: 14 and 1 day before, on the due day, 7 days after."""
    days = sorted(ladder)
    return ", ".join(
        _days_words(side, [abs(day) for day in days if (day > 0) - (day < 0) == side])
        for side in (-1, 0, 1)
        if any((day > 0) - (day < 0) == side for day in days)
    )


def _days_words(side: int, days: list[int]) -> str:
    if side == 0:
        return gettext("on the due day")
    told = {"days": _listed(map(str, days), last=gettext("and"))}
    if side < 0:
        return ngettext("%(days)s day before", "%(days)s days before", days[-1]) % told
    return ngettext("%(days)s day after", "%(days)s days after", days[-1]) % told


def created(title: str) -> str:
    return gettext("“%(title)s” is saved. Nobody is asked yet: a rule says whom, and by when.") % {"title": title}


def moved() -> str:
    return gettext("Nothing was done: the facts have moved since you looked. This is how they stand now.")


def rule_published(name: str, number: int, *, waits: bool) -> str:
    """`waits` says that it reaches so many that a worker carries it out."""
    if waits:
        words = gettext(
            "The rule “%(name)s” is published as version %(number)d. The people whom it reaches are asked within minutes."
        )
    else:
        words = gettext(
            "The rule “%(name)s” is published as version %(number)d. The people whom it reaches have been asked."
        )
    return words % {"name": name, "number": number}


def rule_retired() -> str:
    return gettext("The rule has ended. What was done, and the history, stays.")


def version_published(number: int) -> str:
    return gettext("Version %(number)d holds from now on.") % {"number": number}


def requirement_retired() -> str:
    return gettext("It is no longer asked. What was done, and the history, stays.")


def matrix_applied(number: int) -> str:
    return ngettext("%(n)d rule was changed.", "%(n)d rules were changed.", number) % {"n": number}


def dates_given(number: int) -> str:
    if not number:
        return gettext("Nothing changed: everybody you chose had a day already.")
    return ngettext("%(n)d person was given a day.", "%(n)d people were given a day.", number) % {"n": number}


def ended_meanwhile(address: str) -> Refusal:
    return Refusal(
        gettext("This was ended in the meantime"),
        gettext("Somebody retired it while you were looking. Nothing was changed, and nobody was asked."),
        address,
        gettext("Back to what is asked"),
    )


def not_dated(address: str) -> Refusal:
    return Refusal(
        gettext("No day was given"),
        gettext("The rule does not reach one of the people you chose any more, or a day is over. Nothing was changed."),
        address,
        gettext("Look at the list again"),
    )

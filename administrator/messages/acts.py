"""Words of the acts upon obligations, one by one or many at once."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext, ngettext

from administrator.messages.reasons import waiver_reasons
from training.models import Preview, WaiverReason
from training.rules import Act, Fault, Obstacle, Plan
from training.services import DOES, AlreadyDecided, NothingChosen, NotPossible, OwnObligation, SamePerson, UnfitTerms
from web.http import Refusal
from web.templatetags.vignette import day

# --- one act


def act_titles() -> dict[Act, str]:
    return {
        Act.EXTEND: gettext("Give more time"),
        Act.WAIVE: gettext("Record a waiver"),
        Act.STATE: gettext("State that it was done"),
        Act.RELEASE: gettext("Stop asking"),
    }


def act_leads() -> dict[Act, str]:
    """What each act does, before it is done."""
    return {
        Act.EXTEND: gettext(
            "The day moves on by so many days. It never becomes earlier, and what was given stays given."
        ),
        Act.WAIVE: gettext(
            "It is not asked for while the waiver holds. Every list and report shows it as waived, never as done."
        ),
        Act.STATE: gettext(
            "For what was done in another way: a day in a classroom, a course elsewhere. It counts as done on the day that you state."
        ),
        Act.RELEASE: gettext(
            "What a person asked for by hand is asked for no longer. What a rule asks for stays; the rule is changed instead."
        ),
    }


def act_buttons() -> dict[Act, str]:
    return {
        Act.EXTEND: gettext("Give the time"),
        Act.WAIVE: gettext("Waive it"),
        Act.STATE: gettext("State it"),
        Act.RELEASE: gettext("Stop asking"),
    }


def all_the_same() -> str:
    return gettext("Waive it all the same")


def acted(plan: Plan, name: str, title: str, *, waits: bool = False) -> str:
    """`waits`: a second person confirms it first."""
    if waits:
        words = gettext("Stated: %(name)s has done “%(title)s”. It counts once a second person confirms it.")
        return words % {"name": name, "title": title}
    words = {
        Act.EXTEND: gettext("%(name)s has more time for “%(title)s”."),
        Act.WAIVE: gettext("“%(title)s” is waived for %(name)s."),
        Act.STATE: gettext("It is on record that %(name)s has done “%(title)s”."),
        Act.RELEASE: gettext("You ask %(name)s for “%(title)s” no longer."),
    }[plan.act]
    return words % {"name": name, "title": title}


def obstacle_words() -> dict[str, str]:
    """Why an act cannot be done to an obligation, as a heading of those that it leaves out."""
    return {
        DOES: gettext("These obligations"),
        Obstacle.OWN: gettext("Your own: a colleague decides"),
        Obstacle.MET: gettext("Done already"),
        Obstacle.RELEASED: gettext("Not asked for any more"),
        Obstacle.WAIVED: gettext("Waived already, at least as long"),
        Obstacle.STATED: gettext("Stated already"),
        Obstacle.TOO_EARLY: gettext("The day is before the first one that counts"),
        Obstacle.BY_RULE: gettext("A rule asks for it: change the rule"),
    }


def not_acted(refusal: Exception, address: str) -> Refusal:
    """Why an act was not done, and what stands."""
    match refusal:
        case OwnObligation():
            text = gettext("Nobody decides upon what is asked of herself. A colleague who administers can.")
        case SamePerson():
            text = gettext("Whoever stated or handed in something does not decide upon it. A colleague can.")
        case AlreadyDecided():
            text = gettext("Somebody decided upon it, or withdrew it, before you. That stands.")
        case NotPossible():
            text = obstacle_words()[refusal.obstacle] + "."
        case UnfitTerms():
            text = fault_words()[refusal.fault]
        case NothingChosen():
            text = gettext("Nothing can be done to any of those you chose.")
        case _:
            raise refusal
    nothing = gettext("Nothing changed.")
    return Refusal(gettext("That was not done"), f"{text} {nothing}", address, gettext("Go back"))


def fault_words() -> dict[Fault, str]:
    return {
        Fault.DAYS: gettext("Give at least one day, and two years at most."),
        Fault.NO_REASON: gettext("Say why."),
        Fault.DAY_OVER: gettext("The day that you chose is over."),
        Fault.DAY_TO_COME: gettext("The day that you chose is still to come."),
    }


def waiver_ended(name: str) -> str:
    return gettext("The waiver has ended, and %(name)s is asked again.") % {"name": name}


def statement_answered(decision: str, name: str) -> str:
    words = {
        "confirm": gettext("The statement about %(name)s is confirmed and counts."),
        "reject": gettext("The statement about %(name)s is rejected and does not count."),
        "withdraw": gettext("The statement about %(name)s is withdrawn and counts no longer."),
    }[decision]
    return words % {"name": name}


# --- many at once


def bulk_title(plan: Plan, number: int, *, is_done: bool) -> str:
    """What will be done, or was, in a sentence with its number."""
    if is_done:
        return _bulk_done(plan, number)
    match plan.act:
        case Act.EXTEND:
            words = ngettext(
                "%(number)d obligation will be due %(days)d days later",
                "%(number)d obligations will be due %(days)d days later",
                number,
            )
        case Act.WAIVE:
            words = ngettext("%(number)d obligation will be waived", "%(number)d obligations will be waived", number)
        case Act.STATE:
            words = ngettext(
                "%(number)d obligation will be stated as done", "%(number)d obligations will be stated as done", number
            )
        case Act.RELEASE:
            words = ngettext(
                "%(number)d obligation will not be asked for by hand any more",
                "%(number)d obligations will not be asked for by hand any more",
                number,
            )
    return words % {"number": number, "days": plan.days}


def _bulk_done(plan: Plan, number: int) -> str:
    match plan.act:
        case Act.EXTEND:
            words = ngettext(
                "%(number)d obligation is due %(days)d days later",
                "%(number)d obligations are due %(days)d days later",
                number,
            )
        case Act.WAIVE:
            words = ngettext("%(number)d obligation is waived", "%(number)d obligations are waived", number)
        case Act.STATE:
            words = ngettext(
                "%(number)d obligation is stated as done", "%(number)d obligations are stated as done", number
            )
        case Act.RELEASE:
            words = ngettext(
                "%(number)d obligation is not asked for by hand any more",
                "%(number)d obligations are not asked for by hand any more",
                number,
            )
    return words % {"number": number, "days": plan.days}


def plan_facts(plan: Plan) -> Iterator[tuple[str, str]]:
    """The terms of an act as facts beside its preview."""
    match plan.act:
        case Act.EXTEND:
            yield gettext("Days more"), str(plan.days)
            yield gettext("Why"), plan.words
        case Act.WAIVE:
            yield gettext("Why"), waiver_reasons()[WaiverReason(plan.code)]
            yield gettext("Until the end of"), day(plan.until_on) if plan.until_on else gettext("For good")
        case Act.STATE:
            yield gettext("Done on"), day(plan.done_on)
            yield gettext("How it is known"), plan.words
            if plan.needs_second:
                yield gettext("Counts"), gettext("Once a second person confirms it")
        case Act.RELEASE:
            yield gettext("What a rule asks for"), gettext("Stays as it is")


def overdue_again_words(number: int, on: dt.date | None) -> str:
    """Of how many the waiver would end after their day, and what can be done about it."""
    words = ngettext(
        "%(number)d of them would be overdue at once on %(day)s: it is due before, and a waiver moves no day.",
        "%(number)d of them would be overdue at once on %(day)s: they are due before, and a waiver moves no day.",
        number,
    )
    then = gettext("Give more time as well, or waive them for good, if they are not to be late then.")
    return f"{words % {'day': day(on), 'number': number}} {then}"


def left_out(preview: Preview) -> Iterable[tuple[str, str, int]]:
    """Those that the act leaves out, with the words why, and their number."""
    words = obstacle_words()
    return [(code, words[code], number) for code, number in preview.counts.items() if code != DOES]


def too_many(number: int, most: int) -> str:
    words = gettext("These are %(number)s, and at most %(most)s are done at once. Choose a team or a requirement.")
    return words % {"number": number, "most": most}


def nothing_chosen() -> str:
    return gettext("Choose at least one obligation, or all of them.")


def policy_kept() -> str:
    return gettext("It holds from now on. What was stated before keeps the policy of its day.")

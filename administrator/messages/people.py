"""Words of the pages about people and teams."""

import datetime as dt

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from accounts.models import Role
from accounts.services import (
    AddressTaken,
    BeforeTheEnd,
    FirstDayHolds,
    LeaveCancelled,
    LeaveEndsFirst,
    LeaveOutside,
    LeaveOverlaps,
    StaffNumberTaken,
    TeamBelowItself,
    TeamNotEmpty,
    TeamRetired,
    TeamTaken,
    TeamTooDeep,
)
from web.http import Refusal
from web.templatetags.vignette import day, role_name


def role_names() -> dict[Role, str]:
    return {role: role_name(role) for role in Role}


def record_saved(name: str) -> str:
    return gettext("The record of %(name)s is saved.") % {"name": name}


def ended(name: str, on: dt.date, today: dt.date) -> str:
    if on > today:
        return gettext("%(name)s will leave: from %(day)s on nothing is open any more.") % {
            "name": name,
            "day": day(on),
        }
    return gettext("%(name)s has left. Roles and invitations ended with it; what was recorded stays.") % {"name": name}


def end_withdrawn(name: str) -> str:
    return gettext("%(name)s is here as before.") % {"name": name}


def returned(name: str) -> str:
    return gettext("%(name)s has a new place, and an invitation is on its way.") % {"name": name}


def leave_recorded(name: str) -> str:
    return gettext("The leave of %(name)s is recorded.") % {"name": name}


def leave_ended(on: dt.date) -> str:
    return gettext("The first day back is %(day)s.") % {"day": day(on)}


def leave_cancelled() -> str:
    return gettext("The leave is taken back, as if it had never been recorded.")


def role_given(name: str, role: Role) -> str:
    return gettext("%(name)s is now: %(role)s.") % {"name": name, "role": role_names()[role]}


def role_ended(name: str, role: Role, on: dt.date) -> str:
    words = gettext("%(role)s ends for %(name)s on %(day)s.")
    return words % {"name": name, "role": role_names()[role], "day": day(on)}


def invitation_withdrawn(name: str) -> str:
    return gettext("The link that %(name)s was sent no longer works.") % {"name": name}


def people_invited(number: int) -> str:
    if not number:
        return gettext("Nobody was sent a mail: all of them were invited or have joined in the meantime.")
    return ngettext("%(number)d invitation is on its way.", "%(number)d invitations are on their way.", number) % {
        "number": number
    }


def team_added(name: str) -> str:
    return gettext("The team %(name)s is there.") % {"name": name}


def team_saved(name: str) -> str:
    return gettext("The team %(name)s is saved.") % {"name": name}


def team_retired(name: str) -> str:
    return gettext("The team %(name)s is no longer in use.") % {"name": name}


def address_taken() -> str:
    return gettext("Somebody here has this work e-mail already. Look under People, or type another address.")


def staff_number_taken() -> str:
    return gettext("Somebody here has this staff number already.")


def changed_meanwhile() -> str:
    return gettext(
        "Somebody else changed this record while you had it open. Below is what you typed; open the record again to see"
        " what it holds now."
    )


def fault_of_record(refusal: Exception) -> tuple[str, str]:
    """The field of the form that a refusal belongs to, and its words."""
    match refusal:
        case AddressTaken():
            return "work_email", address_taken()
        case StaffNumberTaken():
            return "staff_number", staff_number_taken()
        case BeforeTheEnd():
            return "started_on", gettext("The earlier time here was not over on this day. Choose a later one.")
        case TeamRetired():
            return "team", gettext("This team is no longer in use. Choose another one.")
        case FirstDayHolds():
            return "", gettext("The first day can no longer be moved: obligations or leaves hang on it.")
    raise refusal


def fault_of_leave(refusal: Exception) -> str:
    match refusal:
        case LeaveOverlaps():
            return gettext(
                "Another leave of this person has a day in common with it. Correct that one, or cancel it first."
            )
        case LeaveOutside():
            return gettext("A leave begins while the person is here: not before the first day, and not after the last.")
        case LeaveEndsFirst():
            return gettext("The first day back comes after the first day away.")
        case LeaveCancelled():
            return gettext("This leave was cancelled in the meantime.")
    raise refusal


def fault_of_team(refusal: Exception) -> tuple[str, str]:
    match refusal:
        case TeamTaken():
            return "name", gettext("There is a team of this name in this place already.")
        case TeamBelowItself():
            return "parent", gettext("A team cannot stand below itself, or below a team that stands below it.")
        case TeamTooDeep():
            return "parent", gettext("Teams can be eight levels deep; here there would be more.")
        case TeamRetired():
            return "parent", gettext("This team is no longer in use. Choose another one.")
    raise refusal


def team_not_empty(refusal: TeamNotEmpty, address: str) -> Refusal:
    people = ngettext("%(n)d person is in it", "%(n)d people are in it", refusal.people) % {"n": refusal.people}
    teams = ngettext("%(n)d team stands below it", "%(n)d teams stand below it", refusal.teams) % {"n": refusal.teams}
    why = gettext(" and ").join(words for words, number in ((people, refusal.people), (teams, refusal.teams)) if number)
    return Refusal(
        gettext("The team is still in use"),
        gettext("%(why)s. Move them first; nothing changed.") % {"why": capfirst(why)},
        address,
        gettext("Back to the team"),
    )


def not_yours_to_end(address: str) -> Refusal:
    return Refusal(
        gettext("Only an owner can do this"),
        gettext("The person has a role that you could not give, so you cannot end it either. Nothing changed."),
        address,
        gettext("Back to the person"),
    )


def not_yours_to_move(address: str) -> Refusal:
    return Refusal(
        gettext("Only an owner can change this address or first day"),
        gettext(
            "The person has a role that you could not give. The invitation that carries it goes to the work e-mail, and it"
            " begins on the first day here. Nothing was saved."
        ),
        address,
        gettext("Back to the person"),
    )


def last_owner(address: str) -> Refusal:
    return Refusal(
        gettext("Somebody must own the organization"),
        gettext(
            "This is the last owner with an account and no end in sight. Make somebody else owner first; nothing changed."
        ),
        address,
        gettext("Back to the person"),
    )


def has_left(address: str) -> Refusal:
    return Refusal(
        gettext("The person is no longer here"),
        gettext("Nothing changed. If the person comes back, give a new place from the page of the person."),
        address,
        gettext("Back to the person"),
    )


def end_stands(refusal: Exception, address: str) -> Refusal:
    why = {
        AddressTaken: gettext("Somebody here has the work e-mail by now, perhaps the same person in a newer place."),
        StaffNumberTaken: gettext("Somebody here has the staff number by now."),
    }[type(refusal)]
    return Refusal(
        gettext("The end stands"),
        gettext("%(why)s Nothing changed.") % {"why": why},
        address,
        gettext("Back to the person"),
    )


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

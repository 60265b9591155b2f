"""Words of the audit trail: what was done, to what, and whether the chain holds."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from training.queries import TrailRow

#: What is done, in words, by the action's word of code.
ACTIONS: Final[Mapping[str, Promise]] = {
    "account.address_changed": gettext_lazy("The address of an account was changed by support"),
    "account.deactivated": gettext_lazy("An account was closed"),
    "account.reopened": gettext_lazy("A closed account was opened again"),
    "account.sessions_ended": gettext_lazy("Every session of an account was ended by support"),
    "account.sign_in_refused": gettext_lazy("A sign-in was refused"),
    "account.signed_in": gettext_lazy("Somebody signed in"),
    "account.signed_out": gettext_lazy("Somebody signed out"),
    "accommodation.asked": gettext_lazy("An accommodation was asked for"),
    "accommodation.declined": gettext_lazy("An accommodation was declined"),
    "accommodation.ended": gettext_lazy("An accommodation was ended"),
    "accommodation.granted": gettext_lazy("An accommodation was granted"),
    "accommodation.read": gettext_lazy("A wish for an accommodation was looked at"),
    "address.added": gettext_lazy("An e-mail was added to an account"),
    "address.main_changed": gettext_lazy("The main e-mail of an account was changed"),
    "address.removed": gettext_lazy("An e-mail was removed from an account"),
    "adjustment.approved": gettext_lazy("A change of a score’s rule was approved"),
    "adjustment.proposed": gettext_lazy("A change of a score’s rule was proposed"),
    "adjustment.withdrawn": gettext_lazy("A change of a score’s rule was withdrawn"),
    "audit.checked": gettext_lazy("The audit trail was checked"),
    "audit.exported": gettext_lazy("The audit trail was exported"),
    "audit.read": gettext_lazy("The audit trail was read"),
    "challenge.answered": gettext_lazy("A challenge was answered"),
    "completion.shared": gettext_lazy("A completion was shared"),
    "course.assigned": gettext_lazy("A course was assigned"),
    "course.created": gettext_lazy("A course was created"),
    "course.retired": gettext_lazy("A course was retired"),
    "course.retirement_withdrawn": gettext_lazy("The retirement of a course was taken back"),
    "evidence.approved": gettext_lazy("Evidence was approved"),
    "evidence.handed_in": gettext_lazy("Evidence was handed in"),
    "evidence.read": gettext_lazy("Evidence was looked at"),
    "evidence.rejected": gettext_lazy("Evidence was rejected"),
    "evidence.withdrawn": gettext_lazy("Evidence was withdrawn"),
    "invitation.accepted": gettext_lazy("An invitation was accepted"),
    "invitation.sent": gettext_lazy("An invitation was sent"),
    "invitation.withdrawn": gettext_lazy("An invitation was withdrawn"),
    "invitations.sent": gettext_lazy("Invitations were sent"),
    "leave.cancelled": gettext_lazy("A leave was taken back"),
    "leave.ended": gettext_lazy("The end of a leave was recorded"),
    "leave.recorded": gettext_lazy("A leave was recorded"),
    "matrix.applied": gettext_lazy("The matrix of requirements was changed"),
    "membership.added": gettext_lazy("A person was added"),
    "membership.changed": gettext_lazy("A person’s record was changed"),
    "membership.end_withdrawn": gettext_lazy("A person’s end was taken back"),
    "membership.ended": gettext_lazy("A person’s time here was ended"),
    "membership.returned": gettext_lazy("A person came back"),
    "obligation.extended": gettext_lazy("Days were added to an obligation"),
    "obligation.released": gettext_lazy("An obligation was released"),
    "obligation.reminded": gettext_lazy("Somebody was reminded by hand"),
    "obligation.stated": gettext_lazy("An obligation was stated as met"),
    "obligation.waived": gettext_lazy("An obligation was waived"),
    "obligations.exported": gettext_lazy("The list of obligations was exported"),
    "obligations.renewed": gettext_lazy("Obligations were renewed"),
    "organization.created": gettext_lazy("The organization was created"),
    "password.changed": gettext_lazy("A password was changed"),
    "password.reset": gettext_lazy("A password was set by a mailed link"),
    "person.read": gettext_lazy("A person’s record was looked at"),
    "policy.acknowledged": gettext_lazy("A policy was acknowledged"),
    "policy.changed": gettext_lazy("How the organization trains was changed"),
    "reminders.changed": gettext_lazy("The hours of reminders were changed"),
    "report.asked": gettext_lazy("A report was asked for"),
    "report.downloaded": gettext_lazy("A report was downloaded"),
    "report.exported": gettext_lazy("A report was made and taken"),
    "report.failed": gettext_lazy("A report could not be made"),
    "report.made": gettext_lazy("A report was made"),
    "report.removed": gettext_lazy("A report’s file was removed"),
    "requirement.created": gettext_lazy("A requirement was created"),
    "requirement.published": gettext_lazy("A version of a requirement was published"),
    "requirement.retired": gettext_lazy("A requirement was retired"),
    "role.ended": gettext_lazy("A role was ended"),
    "role.granted": gettext_lazy("A role was granted"),
    "roster.applied": gettext_lazy("A roster file was applied"),
    "roster.check_asked": gettext_lazy("A check of a roster file was asked for"),
    "roster.checked": gettext_lazy("A roster file was checked"),
    "roster.confirmed": gettext_lazy("A roster file was confirmed"),
    "roster.errors_exported": gettext_lazy("The faults of a roster file were exported"),
    "roster.part_applied": gettext_lazy("A part of a roster file was applied"),
    "roster.received": gettext_lazy("A roster file was received"),
    "roster.removed": gettext_lazy("A roster file was removed"),
    "roster.stopped": gettext_lazy("A roster file was stopped"),
    "rule.applied": gettext_lazy("A rule was applied"),
    "rule.days_given": gettext_lazy("Realistic days were given"),
    "rule.published": gettext_lazy("A version of a rule was published"),
    "rule.retired": gettext_lazy("A rule was retired"),
    "second_factor.added": gettext_lazy("A second factor was added"),
    "second_factor.asked": gettext_lazy("Whether a second factor is asked for was changed"),
    "second_factor.code_used": gettext_lazy("A recovery code was used"),
    "second_factor.codes_made": gettext_lazy("Recovery codes were made anew"),
    "second_factor.removed": gettext_lazy("A second factor was removed"),
    "second_factor.reset": gettext_lazy("The second factors of an account were removed by support"),
    "sources.ended": gettext_lazy("Obligations were no longer asked for"),
    "statement.confirmed": gettext_lazy("A statement was confirmed"),
    "statement.rejected": gettext_lazy("A statement was rejected"),
    "statement.withdrawn": gettext_lazy("A statement was withdrawn"),
    "team.added": gettext_lazy("A team was added"),
    "team.changed": gettext_lazy("A team was changed"),
    "team.moved": gettext_lazy("A team was moved"),
    "team.renamed": gettext_lazy("A team was renamed"),
    "team.retired": gettext_lazy("A team was retired"),
    "version.published": gettext_lazy("A version of a course was published"),
    "version.rendered": gettext_lazy("A version of a course was rendered anew"),
    "version.withdrawn": gettext_lazy("A version of a course was withdrawn"),
    "waiver.ended": gettext_lazy("A waiver was ended"),
}


def action_choices() -> list[tuple[str, str]]:
    """The actions to filter by, in the order of their words."""
    return sorted(((code, str(words)) for code, words in ACTIONS.items()), key=lambda each: each[1].casefold())


#: What kind of thing it was done to, by its word of code; people are named instead.
THINGS: Final[Mapping[str, Promise]] = {
    "accounts.invitation": gettext_lazy("an invitation"),
    "accounts.leave": gettext_lazy("a leave"),
    "accounts.membership": gettext_lazy("a person"),
    "accounts.organization": gettext_lazy("the organization"),
    "accounts.rolegrant": gettext_lazy("a role"),
    "accounts.rosterimport": gettext_lazy("a list of people"),
    "accounts.team": gettext_lazy("a team"),
    "accounts.user": gettext_lazy("an account"),
    "courses.course": gettext_lazy("a course"),
    "courses.courseversion": gettext_lazy("a version of a course"),
    "enrollments.enrollment": gettext_lazy("a completion"),
    "training.assignmentrule": gettext_lazy("a rule"),
    "training.evidence": gettext_lazy("evidence"),
    "training.obligation": gettext_lazy("an obligation"),
    "training.preview": gettext_lazy("several obligations"),
    "training.report": gettext_lazy("a report"),
    "training.requirement": gettext_lazy("a requirement"),
    "training.statement": gettext_lazy("a statement that something was done"),
    "training.trainingpolicy": gettext_lazy("how the organization trains"),
    "training.waiver": gettext_lazy("a waiver"),
}


def actor_words(row: TrailRow) -> str:
    if row.is_system:
        return gettext("The system")
    if row.is_visitor:
        return gettext("Somebody who was not signed in")
    return row.actor or gettext("Somebody who is not of your people")


def action_words(row: TrailRow) -> str:
    # What has no words yet is told by its word of code, not left out.
    return str(ACTIONS.get(row.event.action, row.event.action))


def thing_words(row: TrailRow) -> str:
    return row.whom or str(THINGS.get(row.event.object_type, row.event.object_type))


#: What an event says of what was left empty.
NOTHING: tuple[object, ...] = ("", None, [], {})


def detail_words(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The details as pairs of words of code; of a long list its length and the first few."""
    return [(name, _shown(value)) for name, value in sorted(details.items()) if value not in NOTHING]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(each)}" for name, each in value.items() if each not in NOTHING)
    if not isinstance(value, list):
        return str(value)
    words = ngettext("%(number)d in all", "%(number)d in all", len(value)) % {"number": len(value)}
    first = ", ".join(str(each) for each in value[:3])
    return first if len(value) <= 3 else f"{first}, … ({words})"


def verdict_words(details: Mapping[str, Any]) -> str:
    """What a check of the chain found."""
    faults, until = details["faults"], f"{details['until']:,}"
    if not faults:
        return gettext("The trail was whole: all %(until)s events follow from one another.") % {"until": until}
    words = {
        "altered": ngettext("%(n)d event was altered", "%(n)d events were altered", faults.get("altered", 0)),
        "missing": ngettext("%(n)d event is missing", "%(n)d events are missing", faults.get("missing", 0)),
        "unchained": ngettext(
            "%(n)d event does not follow from the one before it",
            "%(n)d events do not follow from the one before them",
            faults.get("unchained", 0),
        ),
    }
    told = "; ".join(words[fault] % {"n": number} for fault, number in faults.items())
    return gettext("The trail does not hold: %(faults)s.") % {"faults": told}

"""Words of the audit trail: what was done, to what, and whether the chain holds."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext

from training.queries import TrailRow


def action_names() -> dict[str, str]:
    """What is done, in words, by the action's word of code."""
    return {
        "accommodation.asked": gettext("An accommodation was asked for"),
        "accommodation.declined": gettext("An accommodation was declined"),
        "accommodation.ended": gettext("An accommodation was ended"),
        "accommodation.granted": gettext("An accommodation was granted"),
        "accommodation.read": gettext("A wish for an accommodation was looked at"),
        "adjustment.approved": gettext("A change of a score’s rule was approved"),
        "adjustment.proposed": gettext("A change of a score’s rule was proposed"),
        "adjustment.withdrawn": gettext("A change of a score’s rule was withdrawn"),
        "audit.checked": gettext("The audit trail was checked"),
        "audit.exported": gettext("The audit trail was exported"),
        "audit.read": gettext("The audit trail was read"),
        "challenge.answered": gettext("A challenge was answered"),
        "completion.shared": gettext("A completion was shared"),
        "course.assigned": gettext("A course was assigned"),
        "course.created": gettext("A course was created"),
        "evidence.approved": gettext("Evidence was approved"),
        "evidence.handed_in": gettext("Evidence was handed in"),
        "evidence.read": gettext("Evidence was looked at"),
        "evidence.rejected": gettext("Evidence was rejected"),
        "evidence.withdrawn": gettext("Evidence was withdrawn"),
        "invitation.accepted": gettext("An invitation was accepted"),
        "invitation.sent": gettext("An invitation was sent"),
        "invitation.withdrawn": gettext("An invitation was withdrawn"),
        "invitations.sent": gettext("Invitations were sent"),
        "leave.cancelled": gettext("A leave was taken back"),
        "leave.ended": gettext("The end of a leave was recorded"),
        "leave.recorded": gettext("A leave was recorded"),
        "matrix.applied": gettext("The matrix of requirements was changed"),
        "membership.added": gettext("A person was added"),
        "membership.changed": gettext("A person’s record was changed"),
        "membership.end_withdrawn": gettext("A person’s end was taken back"),
        "membership.ended": gettext("A person’s time here was ended"),
        "membership.returned": gettext("A person came back"),
        "obligation.extended": gettext("Days were added to an obligation"),
        "obligation.released": gettext("An obligation was released"),
        "obligation.reminded": gettext("Somebody was reminded by hand"),
        "obligation.stated": gettext("An obligation was stated as met"),
        "obligation.waived": gettext("An obligation was waived"),
        "obligations.exported": gettext("The list of obligations was exported"),
        "obligations.renewed": gettext("Obligations were renewed"),
        "organization.created": gettext("The organization was created"),
        "person.read": gettext("A person’s record was looked at"),
        "policy.acknowledged": gettext("A policy was acknowledged"),
        "policy.changed": gettext("How the organization trains was changed"),
        "reminders.changed": gettext("The hours of reminders were changed"),
        "report.asked": gettext("A report was asked for"),
        "report.downloaded": gettext("A report was downloaded"),
        "report.exported": gettext("A report was made and taken"),
        "report.failed": gettext("A report could not be made"),
        "report.made": gettext("A report was made"),
        "report.removed": gettext("A report’s file was removed"),
        "requirement.created": gettext("A requirement was created"),
        "requirement.published": gettext("A version of a requirement was published"),
        "requirement.retired": gettext("A requirement was retired"),
        "role.ended": gettext("A role was ended"),
        "role.granted": gettext("A role was granted"),
        "roster.applied": gettext("A roster file was applied"),
        "roster.check_asked": gettext("A check of a roster file was asked for"),
        "roster.checked": gettext("A roster file was checked"),
        "roster.confirmed": gettext("A roster file was confirmed"),
        "roster.errors_exported": gettext("The faults of a roster file were exported"),
        "roster.part_applied": gettext("A part of a roster file was applied"),
        "roster.received": gettext("A roster file was received"),
        "roster.removed": gettext("A roster file was removed"),
        "roster.stopped": gettext("A roster file was stopped"),
        "rule.applied": gettext("A rule was applied"),
        "rule.days_given": gettext("Realistic days were given"),
        "rule.published": gettext("A version of a rule was published"),
        "rule.retired": gettext("A rule was retired"),
        "sources.ended": gettext("Obligations were no longer asked for"),
        "statement.confirmed": gettext("A statement was confirmed"),
        "statement.rejected": gettext("A statement was rejected"),
        "statement.withdrawn": gettext("A statement was withdrawn"),
        "team.added": gettext("A team was added"),
        "team.changed": gettext("A team was changed"),
        "team.moved": gettext("A team was moved"),
        "team.renamed": gettext("A team was renamed"),
        "team.retired": gettext("A team was retired"),
        "version.published": gettext("A version of a course was published"),
        "version.rendered": gettext("A version of a course was rendered anew"),
        "version.withdrawn": gettext("A version of a course was withdrawn"),
        "waiver.ended": gettext("A waiver was ended"),
    }


def action_choices() -> list[tuple[str, str]]:
    return sorted(action_names().items(), key=lambda each: each[1].casefold())


def thing_names() -> dict[str, str]:
    """What kind of thing it was done to, by its word of code; people are named instead."""
    return {
        "accounts.invitation": gettext("an invitation"),
        "accounts.leave": gettext("a leave"),
        "accounts.membership": gettext("a person"),
        "accounts.organization": gettext("the organization"),
        "accounts.rolegrant": gettext("a role"),
        "accounts.rosterimport": gettext("a list of people"),
        "accounts.team": gettext("a team"),
        "accounts.user": gettext("an account"),
        "courses.course": gettext("a course"),
        "courses.courseversion": gettext("a version of a course"),
        "enrollments.enrollment": gettext("a completion"),
        "training.assignmentrule": gettext("a rule"),
        "training.evidence": gettext("evidence"),
        "training.obligation": gettext("an obligation"),
        "training.preview": gettext("several obligations"),
        "training.report": gettext("a report"),
        "training.requirement": gettext("a requirement"),
        "training.statement": gettext("a statement that something was done"),
        "training.trainingpolicy": gettext("how the organization trains"),
        "training.waiver": gettext("a waiver"),
    }


def actor_words(row: TrailRow) -> str:
    if row.is_system:
        return gettext("The system")
    return row.actor or gettext("Somebody who is not of your people")


def action_words(row: TrailRow) -> str:
    # What has no words yet is told by its word of code, not left out.
    return action_names().get(row.event.action, row.event.action)


def thing_words(row: TrailRow) -> str:
    return row.whom or thing_names().get(row.event.object_type, row.event.object_type)


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

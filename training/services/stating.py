"""Statements that an obligation was met otherwise: confirmed or rejected by a second person, withdrawn by one."""

from django.utils import timezone

from accounts.services.access import NotAllowed, require_administrator
from audit.services import Person, record, refusals_recorded
from training.models import Statement
from training.services.acting import OwnObligation, require_another
from training.services.counting import recount


class SamePerson(Exception):
    """Whoever stated or handed in something does not decide upon it."""


class AlreadyDecided(Exception):
    """Somebody decided, or withdrew it, before."""


def confirm_statement(*, statement: Statement, by: Person) -> Statement:
    """From now on the statement counts; once. Raises NotAllowed, OwnObligation, SamePerson, AlreadyDecided."""
    return _decide(statement, by, is_confirmed=True)


def reject_statement(*, statement: Statement, by: Person) -> Statement:
    """The statement never counts; once. Raises NotAllowed, OwnObligation, SamePerson, AlreadyDecided."""
    return _decide(statement, by, is_confirmed=False)


def withdraw_statement(*, statement: Statement, by: Person) -> Statement:
    """The statement counts no longer; once, and a repetition changes nothing. Raises NotAllowed and OwnObligation."""
    obligation, organization = statement.obligation, statement.obligation.membership.organization
    refusals = (NotAllowed, OwnObligation)
    with refusals_recorded("statement.withdrawn", *refusals, by=by, target=statement, organization=organization):
        require_administrator(by, organization)
        require_another(obligation, by)
        now = timezone.now()
        standing = Statement.objects.filter(pk=statement.pk, withdrawn_at__isnull=True)
        if standing.update(withdrawn_at=now, withdrawn_by=by.audit_name):
            recount([obligation.pk], now)
            _record("statement.withdrawn", statement, by)
    statement.refresh_from_db()
    return statement


def _decide(statement: Statement, by: Person, *, is_confirmed: bool) -> Statement:
    obligation, organization = statement.obligation, statement.obligation.membership.organization
    action = "statement.confirmed" if is_confirmed else "statement.rejected"
    refusals = (NotAllowed, OwnObligation, SamePerson, AlreadyDecided)
    with refusals_recorded(action, *refusals, by=by, target=statement, organization=organization):
        require_administrator(by, organization)
        require_another(obligation, by)
        if statement.stated_by == by.audit_name:
            raise SamePerson
        now = timezone.now()
        waiting = Statement.objects.filter(
            pk=statement.pk, needs_second=True, decided_at__isnull=True, withdrawn_at__isnull=True
        )
        if waiting.update(decided_at=now, decided_by=by.audit_name, is_confirmed=is_confirmed):
            recount([obligation.pk], now)
            _record(action, statement, by)
        elif not Statement.objects.filter(
            pk=statement.pk, decided_by=by.audit_name, is_confirmed=is_confirmed, withdrawn_at__isnull=True
        ).exists():
            raise AlreadyDecided
    statement.refresh_from_db()
    return statement


def _record(action: str, statement: Statement, by: Person) -> None:
    obligation = statement.obligation
    organization = obligation.membership.organization
    record(action, by=by, target=statement, organization=organization, obligation=str(obligation.public_id))

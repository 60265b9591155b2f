import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from audit.models import AuditEvent, ChainHead
from audit.rules import GENESIS
from audit.services import record
from audit.triggers import definitions


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_number", [1, 2])
def test_flush_passes_the_triggers_and_puts_them_back(round_number: int) -> None:
    user = User.objects.create_user("x@example.com")

    record("test.done", by=user, target=user)

    assert definitions(connection, "audit_auditevent")
    assert AuditEvent.objects.get().previous == GENESIS
    assert ChainHead.objects.get().sequence == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.update(action="other")

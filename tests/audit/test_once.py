import threading
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction

from accounts.models import Organization, User
from audit.models import RequestId
from audit.services import RequestIdReused, once


def found(slug: str) -> str:
    return str(Organization.objects.create(slug=slug, name=slug).public_id)


def test_once_acts_at_the_first_request_only(vera: User) -> None:
    request_id = uuid4()

    outcomes = [once(by=vera, request_id=request_id, route="found", act=lambda: found("one")) for _ in range(3)]

    assert outcomes == [str(Organization.objects.get().public_id)] * 3
    row = RequestId.objects.get()
    assert (row.actor, row.route, row.outcome_id) == (vera.audit_name, "found", outcomes[0])


def test_once_keeps_people_apart(vera: User, charlie: User) -> None:
    request_id = uuid4()
    once(by=vera, request_id=request_id, route="found", act=lambda: found("one"))
    once(by=charlie, request_id=request_id, route="found", act=lambda: found("two"))

    assert set(Organization.objects.values_list("slug", flat=True)) == {"harbor", "one", "two"}


def test_once_refuses_the_id_of_another_act(vera: User) -> None:
    request_id = uuid4()
    once(by=vera, request_id=request_id, route="found", act=lambda: found("one"))

    with pytest.raises(RequestIdReused):
        once(by=vera, request_id=request_id, route="other", act=lambda: found("two"))


def test_once_keeps_nothing_of_an_act_that_failed(vera: User) -> None:
    request_id = uuid4()

    def broken() -> str:
        found("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        once(by=vera, request_id=request_id, route="found", act=broken)

    assert (Organization.objects.count(), RequestId.objects.count()) == (0, 0)
    assert once(by=vera, request_id=request_id, route="found", act=lambda: found("whole"))


def test_once_inside_a_larger_act(vera: User) -> None:
    request_id = uuid4()
    with transaction.atomic():
        first = once(by=vera, request_id=request_id, route="found", act=lambda: found("one"))

    assert once(by=vera, request_id=request_id, route="found", act=lambda: found("two")) == first


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_act_once() -> None:
    user = User.objects.create_user("vera@example.com")
    request_id: UUID = uuid4()
    start = threading.Barrier(3)
    outcomes: list[str] = []

    def ask() -> None:
        try:
            start.wait()
            outcomes.append(once(by=user, request_id=request_id, route="found", act=lambda: found("one")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == [str(Organization.objects.get().public_id)] * 3

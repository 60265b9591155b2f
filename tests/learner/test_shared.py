import datetime as dt
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.queries import today_in
from accounts.services import accept_invitation, end_membership, invite, return_member
from audit.services import SYSTEM
from enrollments.models import Enrollment
from tests.conftest import client_of, seat
from tests.publishing import publish_example
from training.models import SharedCompletion

URL = "/learn/shared/"


@pytest.fixture
def earlier(ana: User) -> Enrollment:
    """A course that ana completed before she worked at the clinic."""
    version = publish_example()
    began = dt.datetime(2025, 11, 3, 17, tzinfo=dt.UTC)
    return Enrollment.objects.create(
        user=ana,
        course=version.course,
        version=version,
        acknowledged_at=began,
        started_at=began,
        completed_at=began + dt.timedelta(days=1),
        completed_on=dt.date(2025, 11, 4),
        completed_zone="America/Denver",
    )


def ids(membership: Membership, enrollment: Enrollment) -> dict[str, str]:
    return {"membership": str(membership.public_id), "enrollment": str(enrollment.public_id)}


def test_shared_says_what_each_employer_sees(ana: User) -> None:
    page = client_of(ana).get(URL).content.decode()

    assert "Riverbend Clinic" in page
    assert "Crisis team" in page
    assert "Never sees: your answers and choices" in page


def test_shared_without_an_employer(vera: User) -> None:
    assert "No employer." in client_of(vera).get(URL).content.decode()


def test_shared_tells_when_the_person_left(ana: User, omar: User) -> None:
    end_membership(membership=Membership.objects.get(user=ana), by=omar, on=dt.date(2026, 3, 1))

    assert "until March 1, 2026" in client_of(ana).get(URL).content.decode()


def test_earlier_completion_is_shared_once(ana: User, earlier: Enrollment) -> None:
    membership = Membership.objects.get(user=ana)
    client = client_of(ana)
    assert "Share it" in client.get(URL).content.decode()

    for _ in range(2):
        assert client.post(URL, ids(membership, earlier))["Location"] == URL

    shared = SharedCompletion.objects.get()
    assert (shared.membership, shared.enrollment) == (membership, earlier)
    assert "shared by you" in client.get(URL).content.decode()


def test_completion_begun_there_counts_by_itself(ana: User, earlier: Enrollment) -> None:
    now = timezone.now()
    Enrollment.objects.update(started_at=now, acknowledged_at=now, completed_at=now)

    page = client_of(ana).get(URL).content.decode()

    assert "by itself" in page
    assert "Share it" not in page


def test_open_course_cannot_be_shared(ana: User, earlier: Enrollment) -> None:
    Enrollment.objects.update(completed_at=None, completed_on=None, completed_zone="")

    response = client_of(ana).post(URL, ids(Membership.objects.get(user=ana), earlier))

    assert response.status_code == 409
    assert SharedCompletion.objects.count() == 0


def test_nobody_shares_for_somebody_else(ana: User, cody: User, earlier: Enrollment) -> None:
    of_ana, of_cody = Membership.objects.get(user=ana), Membership.objects.get(user=cody)

    assert client_of(cody).post(URL, ids(of_ana, earlier)).status_code == 404
    assert client_of(cody).post(URL, ids(of_cody, earlier)).status_code == 404
    assert client_of(ana).post(URL, ids(of_cody, earlier)).status_code == 404
    assert client_of(ana).post(URL, {"membership": "x", "enrollment": str(uuid4())}).status_code == 404
    assert SharedCompletion.objects.count() == 0


def back(user: User) -> Membership:
    """Her new place after she left and came back today."""
    old = end_membership(membership=Membership.objects.get(user=user), by=SYSTEM)
    new = return_member(membership=old, started_on=today_in(old.organization), by=SYSTEM)
    return accept_invitation(token=invite(membership=new, by=SYSTEM).token, user=user)


def test_rejoiner_is_offered_what_she_completed_in_her_earlier_time(ana: User, earlier: Enrollment) -> None:
    began = dt.datetime(2026, 2, 1, 17, tzinfo=dt.UTC)  # by itself for the old place, and earlier for the new one
    Enrollment.objects.update(started_at=began, acknowledged_at=began, completed_at=began + dt.timedelta(days=1))
    client = client_of(ana)
    by_itself = "</svg>by itself<"  # the chip, and not the sentence above the table
    assert by_itself in client.get(URL).content.decode()

    new = back(ana)

    page = client.get(URL).content.decode()
    assert (by_itself in page, "Share it" in page, "If you left and came back" in page) == (False, True, True)
    client.post(URL, ids(new, earlier))
    assert SharedCompletion.objects.get().membership == new


def test_nothing_new_is_shared_with_where_she_left(ana: User, earlier: Enrollment) -> None:
    old = end_membership(membership=Membership.objects.get(user=ana), by=SYSTEM)

    assert client_of(ana).post(URL, ids(old, earlier)).status_code == 404
    assert SharedCompletion.objects.count() == 0


def test_each_of_two_employers_is_shown_what_is_shared_with_it_alone(
    ana: User, charlie: User, earlier: Enrollment
) -> None:
    there = seat(ana, Organization.objects.get(slug="harbor"))
    client = client_of(ana)
    assert client.get(URL).content.decode().count("Share it") == 2

    client.post(URL, ids(there, earlier))

    page = client.get(URL).content.decode()
    assert (page.count("Share it"), page.count("shared by you")) == (1, 1)
    assert SharedCompletion.objects.get().membership == there


def test_shared_asks_strangers_to_sign_in(db: None) -> None:
    assert Client().get(URL)["Location"] == f"/accounts/login/?next={URL}"

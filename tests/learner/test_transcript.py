import datetime as dt

import pytest
from django.test import Client

from accounts.models import User
from audit.services import SYSTEM
from certificates import services
from certificates.models import SigningKey
from certificates.rules import grouped_code
from courses.models import CourseVersion
from enrollments.models import Enrollment
from tests.certifying import STARTED, certified
from tests.conftest import client_of, expect_statements
from tests.publishing import publish_example

pytestmark = pytest.mark.django_db
PAGE = "/learn/transcript/"


@pytest.fixture
def version(db: None) -> CourseVersion:
    return publish_example()


def completed(user: User, version: CourseVersion, day: int) -> Enrollment:
    return Enrollment.objects.create(
        user=user,
        course=version.course,
        version=version,
        acknowledged_at=STARTED,
        started_at=STARTED,
        completed_at=STARTED + dt.timedelta(days=day),
        completed_on=(STARTED + dt.timedelta(days=day)).date(),
        completed_zone="UTC",
    )


@pytest.mark.parametrize("others", [0, 2])
def test_transcript_takes_four_statements_however_long(
    ana: User, version: CourseVersion, signing_key: SigningKey, others: int
) -> None:
    certified(ana, version)
    for day in range(others):
        completed(ana, version, day)
    client = client_of(ana)

    with expect_statements(4):
        text = client.get(PAGE).content.decode()

    assert text.count('<tr role="row"><th scope="row"') == 1 + others


def test_transcript_shows_dates_versions_and_certificates(
    ana: User, version: CourseVersion, signing_key: SigningKey
) -> None:
    certificate = certified(ana, version)
    completed(ana, version, 0)

    text = client_of(ana).get(PAGE).content.decode()

    assert "Ana Reyes has completed 2 courses" in text
    assert grouped_code(certificate.code) in text
    assert "Version 1" in text
    assert "November 19, 2026" in text
    assert "Not issued yet" in text
    assert "carry no continuing-education credit" in text


def test_transcript_marks_what_was_revoked(ana: User, version: CourseVersion, signing_key: SigningKey) -> None:
    services.revoke_certificate(certificate=certified(ana, version), because="Test.", by=SYSTEM)

    assert "Revoked" in client_of(ana).get(PAGE).content.decode()


def test_transcript_is_her_own(ana: User, cody: User, version: CourseVersion, signing_key: SigningKey) -> None:
    certified(cody, version)

    assert "No completed course yet" in client_of(ana).get(PAGE).content.decode()


def test_transcript_asks_for_a_sign_in(db: None) -> None:
    assert Client().get(PAGE).headers["Location"] == f"/accounts/login/?next={PAGE}"

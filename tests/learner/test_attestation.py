import datetime as dt

import pytest
from django.utils import timezone
from django.utils.dateformat import format as format_date

from accounts.models import User
from certificates import keys
from certificates.models import Attestation, Certificate, SigningKey
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import close_enrollment
from tests.certifying import enrolled, pass_everything, ready_to_attest
from tests.conftest import Clinic, client_of, expect_statements
from tests.publishing import SLUG, publish_example
from tests.training import build
from tests.training.build import seat_of
from training.models import Obligation

pytestmark = pytest.mark.django_db
PAGE = f"/learn/courses/{SLUG}/attestation/"


@pytest.fixture
def version(db: None) -> CourseVersion:
    return publish_example()


@pytest.fixture
def enrollment(ana: User, version: CourseVersion, signing_key: SigningKey) -> Enrollment:
    return ready_to_attest(ana, version)


def test_page_shows_the_statement_and_the_name(ana: User, enrollment: Enrollment) -> None:
    client = client_of(ana)

    with expect_statements(8):
        text = client.get(PAGE).content.decode()

    assert "I did this course myself, and the answers are my own." in text
    assert "made out to Ana Reyes" in text
    assert "before that day" not in text


def test_page_says_that_it_is_too_early_for_what_opens_later(
    ana: User, clinic: Clinic, version: CourseVersion, enrollment: Enrollment
) -> None:
    opens_on = timezone.localdate() + dt.timedelta(days=40)
    asked = build.requirement(clinic.organization, course=version.course)
    build.owes(seat_of(ana), asked, opens_on + dt.timedelta(days=30), opens_on=opens_on)
    client, told = client_of(ana), format_date(opens_on, "F j, Y")

    assert f"asks for this course from {told} on. If you confirm before that day" in client.get(PAGE).content.decode()
    course = client.get(f"/learn/courses/{SLUG}/").content.decode()
    assert f"It opens on {told}: a completion before that day does not count for it." in course
    client.post(PAGE, {"confirmed": "on"})
    begin = client.get(f"/courses/{SLUG}/").content.decode()
    assert f"Riverbend Clinic asks for it from {told} on: a completion before that day does not count" in begin
    assert Obligation.objects.get().met_at is None


def test_confirming_completes_and_leads_to_the_certificate(ana: User, enrollment: Enrollment) -> None:
    answer = client_of(ana).post(PAGE, {"confirmed": "on"})

    certificate = Certificate.objects.get()
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/learn/certificates/{certificate.code}/"
    assert Attestation.objects.get().enrollment == enrollment
    enrollment.refresh_from_db()
    assert enrollment.completed_at is not None


def test_confirming_twice_leads_to_the_same_certificate(ana: User, enrollment: Enrollment) -> None:
    client = client_of(ana)

    answers = [client.post(PAGE, {"confirmed": "on"}) for _ in range(2)]

    assert len({each.headers["Location"] for each in answers}) == 1
    assert Certificate.objects.count() == 1
    assert "You confirmed on" in client.get(PAGE).content.decode()


def test_unticked_box_records_nothing(ana: User, enrollment: Enrollment) -> None:
    page = client_of(ana).post(PAGE, {})

    assert page.status_code == 422
    assert "Nothing was recorded" in page.content.decode()
    assert not Attestation.objects.exists()


def test_before_everything_else_it_is_refused_in_words(ana: User, version: CourseVersion) -> None:
    pass_everything(enrolled(ana, version))
    client = client_of(ana)

    page, refusal = client.get(PAGE), client.post(PAGE, {"confirmed": "on"})

    assert page.status_code == 200
    assert f"/learn/courses/{SLUG}/evaluation/" in page.content.decode()
    assert refusal.status_code == 409
    assert not Attestation.objects.exists()


def test_ended_enrollment_is_refused(ana: User, enrollment: Enrollment) -> None:
    close_enrollment(enrollment=enrollment, by=ana)

    assert client_of(ana).post(PAGE, {"confirmed": "on"}).status_code == 409


def test_without_a_key_the_completion_stands_and_the_page_says_so(ana: User, enrollment: Enrollment) -> None:
    keys.key_file().unlink()
    client = client_of(ana)

    page = client.post(PAGE, {"confirmed": "on"}, follow=True)

    assert page.redirect_chain == [(f"/learn/courses/{SLUG}/certificate/", 303)]
    text = page.content.decode()
    assert "is recorded and stands" in text
    assert "issue none without a signature" in text
    assert not Certificate.objects.exists()


def test_not_hers_is_not_found(charlie: User, enrollment: Enrollment) -> None:
    assert client_of(charlie).get(PAGE).status_code == 404
    assert client_of(charlie).post(PAGE, {"confirmed": "on"}).status_code == 404

import pytest

from accounts.models import User
from certificates import keys
from certificates.models import Attestation, Certificate, SigningKey
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import close_enrollment
from tests.certifying import enrolled, pass_everything, ready_to_attest
from tests.conftest import client_of, expect_statements
from tests.publishing import SLUG, publish_example

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

    with expect_statements(7):
        text = client.get(PAGE).content.decode()

    assert "I did this course myself, and the answers are my own." in text
    assert "made out to Ana Reyes" in text


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

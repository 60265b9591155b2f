import datetime as dt
import io
from collections.abc import Callable

import pypdf
import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.models import License, User
from audit.services import SYSTEM
from certificates import keys, services
from certificates.models import Certificate, SigningKey
from certificates.rules import grouped_code
from certificates.services import settle
from courses.models import CourseVersion
from tests.certifying import attested_at, certified, enrolled, ready_to_settle
from tests.conftest import client_of, expect_statements
from tests.publishing import SLUG, publish_example

pytestmark = pytest.mark.django_db
ISSUE = f"/learn/courses/{SLUG}/certificate/"


@pytest.fixture
def version(db: None) -> CourseVersion:
    return publish_example()


@pytest.fixture
def certificate(ana: User, version: CourseVersion, signing_key: SigningKey) -> Certificate:
    return certified(ana, version)


def page_of(certificate: Certificate) -> str:
    return f"/learn/certificates/{certificate.code}/"


def pdf_text(client: Client, certificate: Certificate) -> str:
    answer = client.get(f"/learn/certificates/{certificate.code}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    return " ".join(pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())


def test_page_shows_the_sheet_and_where_to_check_it(ana: User, certificate: Certificate, settings: Settings) -> None:
    settings.SITE_URL = "https://vignette.example"
    client = client_of(ana)

    with expect_statements(4):
        text = client.get(page_of(certificate)).content.decode()

    assert "Ana Reyes" in text
    assert f"https://vignette.example/verify/{certificate.code}/" in text
    assert grouped_code(certificate.code) in text


def test_page_takes_the_code_as_printed(ana: User, certificate: Certificate) -> None:
    printed = grouped_code(certificate.code).lower()

    assert client_of(ana).get(f"/learn/certificates/{printed}/").status_code == 200


@pytest.mark.parametrize("end", ["/", ".pdf"])
def test_certificate_of_somebody_else_is_not_found(
    charlie: User, omar: User, certificate: Certificate, end: str
) -> None:
    for other in (charlie, omar):
        assert client_of(other).get(f"/learn/certificates/{certificate.code}{end}").status_code == 404
    assert Client().get(f"/learn/certificates/{certificate.code}{end}").status_code == 302
    assert client_of(omar).get(f"/learn/certificates/{'0' * 26}{end}").status_code == 404


def test_pdf_prints_license_numbers_and_the_address(ana: User, version: CourseVersion, signing_key: SigningKey) -> None:
    License.objects.create(user=ana, profession="Social worker", jurisdiction="California", number="LCSW 12345")
    certificate = certified(ana, version)
    client = client_of(ana)

    with expect_statements(5):
        text = pdf_text(client, certificate)

    assert "Social worker, California, LCSW 12345" in text
    assert "12345" not in client.get(page_of(certificate)).content.decode()


def test_pdf_is_named_by_its_code(ana: User, certificate: Certificate) -> None:
    answer = client_of(ana).get(f"/learn/certificates/{certificate.code}.pdf?paper=a4")

    assert (
        answer.headers["Content-Disposition"]
        == f'attachment; filename="certificate-{grouped_code(certificate.code)}.pdf"'
    )
    assert "no-store" in answer.headers["Cache-Control"]
    width = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].mediabox.width
    assert round(float(width)) == 842


def test_pdf_that_cannot_be_printed_is_refused_in_words(
    ana: User, certificate: Certificate, version: CourseVersion, cody: User
) -> None:
    License.objects.create(user=cody, profession="Nurse", jurisdiction="Oregon", number="1 \u0378")
    hers = certified(cody, version)

    page = client_of(cody).get(f"/learn/certificates/{hers.code}.pdf")

    assert page.status_code == 409
    assert "The PDF cannot be made now" in page.content.decode()


def test_unconfirmed_certificate_is_neither_shown_nor_printed(ana: User, certificate: Certificate) -> None:
    SigningKey.objects.update(compromised_at=certificate.issued_at)
    client = client_of(ana)

    text = client.get(page_of(certificate)).content.decode()
    answer = client.get(f"/learn/certificates/{certificate.code}.pdf")

    assert "cannot be confirmed now" in text
    assert "certifies that" not in text
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(certificate))


def test_page_of_a_revoked_certificate_says_why(ana: User, certificate: Certificate) -> None:
    services.revoke_certificate(certificate=certificate, because="Issued in error.", by=SYSTEM)

    text = client_of(ana).get(page_of(certificate)).content.decode()

    assert "was revoked on" in text
    assert "Issued in error." in text


@pytest.mark.parametrize("act", [services.revoke_certificate, services.supersede_certificate])
def test_certificate_that_no_longer_stands_is_not_printed(
    ana: User, certificate: Certificate, act: Callable[..., object]
) -> None:
    client = client_of(ana)
    assert "Download the PDF" in client.get(page_of(certificate)).content.decode()

    act(certificate=certificate, because="Issued in error.", by=SYSTEM)

    answer = client.get(f"/learn/certificates/{certificate.code}.pdf")
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(certificate))
    assert "Download the PDF" not in client.get(page_of(certificate)).content.decode()


def test_page_of_a_superseded_certificate_leads_to_the_newer(ana: User, certificate: Certificate) -> None:
    newer = services.supersede_certificate(certificate=certificate, because="Name.", by=SYSTEM)

    assert page_of(newer) in client_of(ana).get(page_of(certificate)).content.decode()


# --- issuing


def test_issue_leads_to_the_certificate_there_is(ana: User, certificate: Certificate) -> None:
    client = client_of(ana)

    assert client.get(ISSUE).headers["Location"] == page_of(certificate)
    assert client.post(ISSUE).headers["Location"] == page_of(certificate)
    assert Certificate.objects.count() == 1


def test_issue_before_completion_says_what_is_left(ana: User, version: CourseVersion, signing_key: SigningKey) -> None:
    enrolled(ana, version)
    client = client_of(ana)

    page = client.post(ISSUE, follow=True)

    assert page.redirect_chain == [(ISSUE, 303)]
    assert "not complete yet" in page.content.decode()
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "carries your legal name"), ("Ana \u0378", "has no letters for"), ("Ana Reyes", "can be issued now")],
)
def test_issue_says_what_the_certificate_waits_for(
    ana: User, version: CourseVersion, signing_key: SigningKey, name: str, words: str
) -> None:
    enrollment = ready_to_settle(ana, version)
    User.objects.filter(pk=ana.pk).update(legal_name="")
    settle(enrollment=enrollment, by=ana)
    User.objects.filter(pk=ana.pk).update(legal_name=name)

    assert words in client_of(ana).get(ISSUE).content.decode()


def test_get_never_writes(ana: User, version: CourseVersion, signing_key: SigningKey) -> None:
    enrollment = ready_to_settle(ana, version)
    keys.key_file().chmod(0o644)
    settle(enrollment=enrollment, by=ana)
    keys.key_file().chmod(0o600)

    client_of(ana).get(ISSUE)

    assert not Certificate.objects.exists()


def test_issue_of_somebody_else_is_not_found(charlie: User, certificate: Certificate) -> None:
    assert client_of(charlie).get(ISSUE).status_code == 404
    assert client_of(charlie).post(ISSUE).status_code == 404


# --- the same day everywhere


@time_machine.travel(dt.datetime(2026, 11, 22, 9, 31, tzinfo=dt.UTC))
def test_late_in_honolulu_is_the_same_day_everywhere(
    ana: User, omar: User, version: CourseVersion, signing_key: SigningKey
) -> None:
    User.objects.filter(pk=ana.pk).update(time_zone="Pacific/Honolulu")
    ana.refresh_from_db()
    enrollment = attested_at(ana, dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC), version)
    certificate = settle(enrollment=enrollment, by=ana).certificate
    assert certificate is not None
    client, stranger = client_of(ana), Client()
    User.objects.filter(pk=ana.pk).update(time_zone="Europe/Berlin")

    told = [
        client.get(page_of(certificate)).content.decode(),
        client.get("/learn/transcript/").content.decode(),
        pdf_text(client, certificate),
        stranger.get(f"/verify/{certificate.code}/").content.decode(),
    ]

    for text in told:
        assert "November 21, 2026" in text
        assert "November 22, 2026" not in text.partition("certifies that")[2]
    record = stranger.get(f"/verify/{certificate.code}.json").json()
    assert record["certificate"]["completed_on"] == "2026-11-21"
    assert record["certificate"]["completed_zone"] == "Pacific/Honolulu"

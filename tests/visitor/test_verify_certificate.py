import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisDown

from accounts.models import License, User
from audit.services import SYSTEM
from certificates import keys, services
from certificates.keys import signature_holds
from certificates.models import Certificate, SigningKey
from certificates.payload import parse
from certificates.rules import grouped_code
from courses.models import CourseVersion
from tests.certifying import certified
from tests.conftest import client_of, expect_statements
from tests.publishing import publish_example

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    cache.clear()


@pytest.fixture
def version(db: None) -> CourseVersion:
    return publish_example()


@pytest.fixture
def certificate(ana: User, version: CourseVersion, signing_key: SigningKey) -> Certificate:
    License.objects.create(user=ana, profession="Social worker", jurisdiction="California", number="LCSW 12345")
    return certified(ana, version)


def page_of(certificate: Certificate) -> str:
    return f"/verify/{certificate.code}/"


def text_of(certificate: Certificate) -> str:
    page = Client().get(page_of(certificate))
    assert page.status_code == 200
    return str(page.content.decode().partition("<main")[2])


def record_of(certificate: Certificate) -> dict[str, object]:
    answer = Client().get(f"/verify/{certificate.code}.json")
    assert answer.status_code == 200
    record: dict[str, object] = answer.json()
    return record


def test_valid_certificate_is_shown_to_anybody_in_two_statements(certificate: Certificate) -> None:
    with expect_statements(2):
        text = text_of(certificate)

    assert text.index("This certificate is valid.") < text.index("Ana Reyes")
    assert grouped_code(certificate.code) in text
    assert "Social worker, California" in text
    assert "carries no continuing-education credit" in text


def test_license_number_and_salt_are_nowhere(certificate: Certificate) -> None:
    for told in (text_of(certificate), str(record_of(certificate))):
        assert "12345" not in told
        assert certificate.license_salt not in told


@pytest.mark.parametrize("end", ["/", ".json"])
def test_answers_are_discreet(certificate: Certificate, end: str) -> None:
    for code in (certificate.code, "0" * 26):
        headers = Client().get(f"/verify/{code}{end}").headers
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in headers


def test_page_is_the_same_for_somebody_signed_in(ana: User, certificate: Certificate) -> None:
    client = client_of(ana)

    with expect_statements(2):
        page = client.get(page_of(certificate))

    assert "Sign out" not in page.content.decode()


def test_code_in_another_spelling_leads_to_the_page(certificate: Certificate) -> None:
    page = Client().get(f"/verify/{grouped_code(certificate.code).lower()}/")

    assert (page.status_code, page.headers["Location"]) == (302, page_of(certificate))
    assert Client().get(f"/verify/{grouped_code(certificate.code)}.json").json()["valid"] is True


@pytest.mark.parametrize("code", ["0" * 26, "x", "0" * 4000, "8" * 26])
def test_unknown_code_is_not_found_in_plain_words(certificate: Certificate, code: str) -> None:
    page = Client().get(f"/verify/{code}/")

    assert page.status_code == 404
    assert "There is no certificate with this code." in page.content.decode()
    answer = Client().get(f"/verify/{code}.json")
    assert (answer.status_code, answer.json()) == (404, {"verdict": "not-found", "valid": False})


def test_revoked_certificate_says_when_and_why_and_never_404(certificate: Certificate) -> None:
    services.revoke_certificate(certificate=certificate, because="The test was taken by another.", by=SYSTEM)

    text = text_of(certificate)

    assert "This certificate was revoked on" in text
    assert "The test was taken by another." in text
    assert "is valid" not in text
    record = record_of(certificate)
    assert (record["verdict"], record["valid"]) == ("revoked", False)
    assert record["because"] == "The test was taken by another."


def test_revoked_certificate_stays_revoked_without_its_key(certificate: Certificate) -> None:
    services.revoke_certificate(certificate=certificate, because="Test.", by=SYSTEM)
    SigningKey.objects.update(compromised_at=certificate.issued_at)

    assert "was revoked on" in text_of(certificate)
    assert "Ana Reyes" not in text_of(certificate)


def test_superseded_certificate_leads_to_the_newer_without_its_name(ana: User, certificate: Certificate) -> None:
    User.objects.filter(pk=ana.pk).update(legal_name="Ana Castellanos")
    newer = services.supersede_certificate(certificate=certificate, because="The name changed.", by=SYSTEM)

    text = text_of(certificate)

    assert "This certificate was replaced on" in text
    assert page_of(newer) in text
    assert "Castellanos" not in text
    assert "Castellanos" not in str(record_of(certificate))
    assert record_of(certificate)["newer"] == f"http://testserver/verify/{newer.code}.json"
    assert "Reyes" not in text_of(newer)
    assert "This certificate is valid." in text_of(newer)
    assert certificate.code not in str(record_of(newer))


def test_demonstration_is_no_credential(certificate: Certificate) -> None:
    SigningKey.objects.update(is_demo=True)

    assert "This is a demonstration, not a credential." in text_of(certificate)
    record = record_of(certificate)
    assert (record["verdict"], record["valid"], record["demonstration"]) == ("demonstration", False, True)


def test_what_cannot_be_confirmed_is_not_shown(certificate: Certificate, tmp_path: object) -> None:
    SigningKey.objects.update(public_key=keys.make_private_key(keys.key_file()))

    text = text_of(certificate)

    assert "This certificate cannot be confirmed now." in text
    assert "Ana Reyes" not in text
    record = record_of(certificate)
    assert (record["verdict"], record["valid"]) == ("unconfirmed", False)
    assert "certificate" not in record
    assert "signed" not in record


def test_verification_needs_no_private_key(certificate: Certificate) -> None:
    keys.key_file().unlink()

    assert "This certificate is valid." in text_of(certificate)


def test_record_can_be_checked_with_the_published_keys(certificate: Certificate) -> None:
    record = record_of(certificate)
    signed = record["signed"]
    assert isinstance(signed, dict)

    published = {key["kid"]: key["x"] for key in Client().get("/verify/keys.json").json()["keys"]}

    payload = parse(signed["payload"])
    assert signature_holds(SigningKey(public_key=published[payload.kid]), signed["payload"], signed["signature"])
    assert record["certificate"] == payload.model_dump(mode="json")


# --- confirming a license number


@pytest.mark.parametrize(
    ("number", "answer"), [("lcsw-12345", "Yes: the certificate"), ("LCSW 12346", "No: this number")]
)
def test_license_number_is_confirmed_or_not(certificate: Certificate, number: str, answer: str) -> None:
    page = Client(enforce_csrf_checks=True, headers={"origin": "null"}).post(page_of(certificate), {"number": number})

    assert page.status_code == 200
    assert answer in page.content.decode()


@pytest.mark.parametrize("number", ["", "x" * 61])
def test_license_number_is_asked_for_again(certificate: Certificate, number: str) -> None:
    assert Client().post(page_of(certificate), {"number": number}).status_code == 422


def test_license_numbers_cannot_all_be_tried_even_from_many_addresses(certificate: Certificate) -> None:
    answers = [
        Client(REMOTE_ADDR=f"192.0.2.{each}").post(page_of(certificate), {"number": str(each)}).status_code
        for each in range(31)
    ]

    assert answers == [200] * 30 + [429]
    assert Client(REMOTE_ADDR="192.0.2.99").get(page_of(certificate)).status_code == 200


def test_license_number_of_a_certificate_without_licenses(
    cody: User, version: CourseVersion, signing_key: SigningKey
) -> None:
    certificate = certified(cody, version)

    assert "Confirm a license number" not in text_of(certificate)
    assert "No: this number" not in Client().post(page_of(certificate), {"number": "1"}).content.decode()


# --- limits


@pytest.mark.parametrize("path", ["/verify/", f"/verify/{'0' * 26}/", f"/verify/{'0' * 26}.json"])
def test_one_address_may_ask_sixty_times_a_minute(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visitor.limits.time.time", lambda: 1_000_000.0)
    client = Client(REMOTE_ADDR="192.0.2.1")

    statuses = [client.get(path).status_code for _ in range(61)]
    refusal = client.get(path)

    assert 429 not in statuses[:60]
    assert statuses[60] == 429
    assert refusal.headers["Retry-After"] == "60"
    assert "too many questions" in refusal.content.decode()
    assert Client(REMOTE_ADDR="192.0.2.2").get(path).status_code != 429


def test_certificate_is_verified_while_the_cache_is_away(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise RedisDown

    monkeypatch.setattr(cache, "add", away)
    client = Client(raise_request_exception=False)

    assert "This certificate is valid." in text_of(certificate)
    assert client.get(f"/verify/{certificate.code}.json").status_code == 200
    assert client.post(page_of(certificate), {"number": "1"}).status_code == 500  # without a count nobody tries numbers


def test_address_behind_our_proxy_is_the_one_it_saw(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visitor.limits.time.time", lambda: 1_000_000.0)
    settings.TRUSTED_PROXIES = 1

    statuses = [
        Client(headers={"x-forwarded-for": f"198.51.100.{each}, 192.0.2.7"}).get("/verify/").status_code
        for each in range(61)
    ]

    assert statuses[60] == 429


# --- keys


def test_keys_are_all_there_with_their_periods(signing_key: SigningKey) -> None:
    services.publish_key(public_key=keys.make_private_key(keys.key_file()), is_demo=True, by=SYSTEM)
    services.retire_key(key=signing_key, by=SYSTEM)

    with expect_statements(1):
        listed = Client().get("/verify/keys.json").json()["keys"]

    assert [each["demonstration"] for each in listed] == [False, True]
    assert [each["retired_at"] is not None for each in listed] == [True, False]
    assert listed[0]["x"] == signing_key.public_key

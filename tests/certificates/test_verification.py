import base64
import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from certificates import keys
from certificates.models import Certificate, SigningKey
from certificates.payload import NotAPayload, Payload, parse
from certificates.queries import checked, checked_certificate, genuine_payload
from certificates.rules import Verdict
from courses import canonical
from tests.certifying import certified
from tests.conftest import expect_statements
from tests.properties import examples

pytestmark = pytest.mark.django_db
B64 = string.ascii_letters + string.digits + "-_="


def forged(certificate: Certificate, **changed: object) -> Certificate:
    """The row as an intruder with the database would like it, unsaved."""
    columns = {field.attname: getattr(certificate, field.attname) for field in Certificate._meta.concrete_fields}
    copy = Certificate(**(columns | changed))
    copy.key = certificate.key
    return copy


def resigned(certificate: Certificate, **changed: object) -> Certificate:
    """The row with another payload, signed by our own key."""
    text = canonical.dumps(json.loads(certificate.payload) | changed)
    return forged(certificate, payload=text, signature=keys.active_signer().sign(text))


@pytest.fixture
def certificate(ana: User, signing_key: SigningKey) -> Certificate:
    return Certificate.objects.select_related("key", "replacement").get(pk=certified(ana).pk)


def test_checked_certificate_takes_two_statements(certificate: Certificate) -> None:
    with expect_statements(2):
        found = checked_certificate(certificate.code)

    assert found is not None
    assert found.verdict is Verdict.VALID


def test_checked_certificate_of_an_unknown_code_is_none(certificate: Certificate) -> None:
    with expect_statements(1):
        assert checked_certificate("0" * 26) is None


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_no_mutated_payload_is_genuine(certificate: Certificate, data: st.DataObject) -> None:
    text = certificate.payload
    place = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.characters(codec="utf-8"))
    head, tail = text[:place], text[place + 1 :]
    mutated = data.draw(st.sampled_from([head + new + tail, head + new + text[place:], head + tail, text + new, head]))

    assert (genuine_payload(forged(certificate, payload=mutated)) is not None) == (mutated == text)


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 85), st.sampled_from(B64))
def test_no_mutated_signature_is_genuine(certificate: Certificate, place: int, letter: str) -> None:
    signature = certificate.signature
    mutated = signature[:place] + letter + signature[place + 1 :]

    assert (genuine_payload(forged(certificate, signature=mutated)) is not None) == (mutated == signature)


@pytest.mark.parametrize("signature", ["", "A", "A" * 86, "=" * 86, "none", "é" * 86])
def test_no_empty_or_misshapen_signature_is_genuine(certificate: Certificate, signature: str) -> None:
    assert genuine_payload(forged(certificate, signature=signature)) is None


def test_signature_has_one_spelling(certificate: Certificate) -> None:
    raw = base64.urlsafe_b64decode(certificate.signature + "==")
    last = certificate.signature[-1]
    other = next(
        letter
        for letter in B64
        if letter != last and base64.urlsafe_b64decode(f"{certificate.signature[:-1]}{letter}==") == raw
    )

    assert genuine_payload(forged(certificate, signature=certificate.signature[:-1] + other)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "0" * 26},
        {"kid": "another"},
        {"template": 1},
        {"issued_at": "2020-01-01T00:00:00.000000Z"},
        {"type": "vignette/certificate/v2"},
        {"alg": "none"},
        {"minutes": "15"},
        {"completed_on": None},
    ],
)
def test_row_that_its_payload_disagrees_with_is_not_genuine(
    certificate: Certificate, changed: dict[str, object]
) -> None:
    assert genuine_payload(resigned(certificate, **changed)) is None


def test_resigned_without_a_change_is_genuine(certificate: Certificate) -> None:
    assert genuine_payload(resigned(certificate)) == parse(certificate.payload)


def test_certificate_signed_by_a_key_that_is_not_its_own_is_not_genuine(
    certificate: Certificate, tmp_path: object
) -> None:
    stranger = SigningKey(kid=certificate.key.kid, public_key=keys.make_private_key(keys.key_file()))
    copy = forged(certificate)
    copy.key = stranger

    assert genuine_payload(copy) is None
    assert checked(certificate).verdict is Verdict.VALID


def test_certificate_without_a_status_is_not_valid(certificate: Certificate) -> None:
    copy = forged(certificate, id=certificate.pk + 1)

    assert checked(copy).verdict is Verdict.UNCONFIRMED


def test_payload_is_the_same_after_reading_it(certificate: Certificate) -> None:
    assert parse(certificate.payload).text() == certificate.payload


@pytest.mark.parametrize("text", ["", "{}", "null", '{"a":1.5}', '{"a":1,"a":1}', "[" * 2000])
def test_parse_refuses_what_is_no_payload(text: str) -> None:
    with pytest.raises(NotAPayload):
        parse(text)


def test_parse_refuses_another_spelling_of_the_same(certificate: Certificate) -> None:
    with pytest.raises(NotAPayload):
        parse(json.dumps(json.loads(certificate.payload)))


def test_quarter_hours_are_rounded_down(certificate: Certificate) -> None:
    payload: Payload = parse(certificate.payload)

    quarters = [payload.model_copy(update={"minutes": minutes}).quarter_hours for minutes in (14, 15, 29, 60, 89)]

    assert quarters == [0, 1, 1, 4, 5]

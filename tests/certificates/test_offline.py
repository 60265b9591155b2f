"""The function that docs/certificates.md gives to people without this site."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from certificates.models import SigningKey
from tests.certifying import certified

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "certificates.md"
Record = dict[str, dict[str, str]]


@pytest.fixture
def is_genuine() -> Callable[[Record, object], bool]:
    code = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)[0]
    names: dict[str, Callable[[Record, object], bool]] = {}
    exec(code, names)
    return names["is_genuine"]


def test_published_record_and_keys_suffice(
    ana: User, signing_key: SigningKey, is_genuine: Callable[[Record, object], bool]
) -> None:
    certificate = certified(ana)
    record = Client().get(f"/verify/{certificate.code}.json").json()
    keys = Client().get("/verify/keys.json").json()

    assert is_genuine(record, keys)

    signed = record["signed"]
    forged = signed | {"payload": signed["payload"].replace("Ana Reyes", "Ann Reyes")}
    assert forged != signed
    assert not is_genuine({"signed": forged}, keys)
    assert not is_genuine(record, {"keys": []})


def test_keys_that_cannot_be_trusted_offline_are_refused(
    ana: User, signing_key: SigningKey, is_genuine: Callable[[Record, object], bool]
) -> None:
    certificate = certified(ana)
    record = Client().get(f"/verify/{certificate.code}.json").json()

    for changed in ({"is_demo": True}, {"compromised_at": certificate.issued_at}):
        SigningKey.objects.update(**{"is_demo": False, "compromised_at": None} | changed)
        assert not is_genuine(record, Client().get("/verify/keys.json").json())

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.utils import timezone
from pytest_django import Settings

from certificates import keys
from certificates.checks import signing_works
from certificates.keys import KeyFault, NoUsableKey
from certificates.models import SigningKey


def published(public_key: str, *, is_demo: bool = False) -> SigningKey:
    return SigningKey.objects.create(kid=keys.kid_of(public_key), public_key=public_key, is_demo=is_demo)


def test_make_private_key_keeps_the_file_private_and_earlier_keys_in_it(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "keys.pem"

    first, second = keys.make_private_key(path), keys.make_private_key(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert list(keys.private_keys(path)) == [keys.kid_of(first), keys.kid_of(second)]
    assert [each.name for each in path.parent.iterdir()] == ["keys.pem"]


def test_make_private_key_refuses_while_another_is_made(tmp_path: Path) -> None:
    (tmp_path / "keys.pem.new").touch()

    with pytest.raises(FileExistsError):
        keys.make_private_key(tmp_path / "keys.pem")


def test_self_check_is_content_with_a_published_key(signing_key: SigningKey) -> None:
    assert keys.self_check() is None
    assert keys.active_signer().row == signing_key


def test_active_signer_is_the_newest_in_use(signing_key: SigningKey) -> None:
    newer = published(keys.make_private_key(keys.key_file()))

    assert keys.active_signer().row == newer

    SigningKey.objects.filter(pk=newer.pk).update(retired_at=timezone.now())
    assert keys.active_signer().row == signing_key

    SigningKey.objects.filter(pk=signing_key.pk).update(compromised_at=timezone.now())
    with pytest.raises(NoUsableKey) as refusal:
        keys.active_signer()
    assert refusal.value.fault is KeyFault.NONE_PUBLISHED


def test_active_signer_passes_by_a_newer_key_whose_private_half_is_elsewhere(
    signing_key: SigningKey, tmp_path: Path
) -> None:
    published(keys.make_private_key(tmp_path / "elsewhere.pem"))

    assert keys.active_signer().row == signing_key


def test_self_check_names_a_missing_file(signing_key: SigningKey) -> None:
    keys.key_file().unlink()

    assert keys.self_check() == KeyFault.NO_FILE
    assert keys.file_fault() == KeyFault.NO_FILE


def test_self_check_names_an_unreadable_file(signing_key: SigningKey) -> None:
    keys.key_file().unlink()
    keys.key_file().mkdir(mode=0o700)

    assert keys.self_check() == KeyFault.UNREADABLE


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_self_check_refuses_a_file_that_others_may_read(signing_key: SigningKey, mode: int) -> None:
    keys.key_file().chmod(mode)

    assert keys.self_check() == KeyFault.TOO_OPEN


def test_self_check_names_a_swapped_file(signing_key: SigningKey) -> None:
    keys.key_file().unlink()
    keys.make_private_key(keys.key_file())

    assert keys.self_check() == KeyFault.NONE_PUBLISHED


def test_self_check_names_a_published_key_that_is_no_pair(signing_key: SigningKey, tmp_path: Path) -> None:
    SigningKey.objects.update(public_key=keys.make_private_key(tmp_path / "other.pem"))

    assert keys.self_check() == KeyFault.MISMATCH


@pytest.mark.parametrize("content", ["", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_self_check_names_a_file_without_a_key(signing_key: SigningKey, content: str) -> None:
    keys.key_file().write_text(content)

    assert keys.self_check() == KeyFault.NO_KEY_IN_FILE


@pytest.mark.parametrize("other", [ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)])
def test_keys_of_another_algorithm_are_not_ours(
    signing_key: SigningKey, other: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
) -> None:
    pem = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    keys.key_file().write_bytes(pem)

    assert keys.self_check() == KeyFault.NO_KEY_IN_FILE


def test_a_demonstration_key_signs_nothing_in_production(signing_key: SigningKey, settings: Settings) -> None:
    SigningKey.objects.update(is_demo=True)
    assert keys.self_check() is None

    settings.IS_PRODUCTION = True

    assert keys.self_check() == KeyFault.NONE_PUBLISHED


def test_system_check_speaks_in_production_only(signing_key: SigningKey, settings: Settings) -> None:
    keys.key_file().chmod(0o644)
    assert signing_works(None, ["default"]) == []

    settings.IS_PRODUCTION = True

    assert [fault.id for fault in signing_works(None, ["default"])] == ["certificates.E001"]
    assert [fault.id for fault in signing_works(None)] == ["certificates.E001"]
    keys.key_file().chmod(0o600)
    assert signing_works(None, ["default"]) == []


def test_signature_holds_for_that_text_and_key_only(signing_key: SigningKey, tmp_path: Path) -> None:
    signature = keys.active_signer().sign("text")
    other = SigningKey(public_key=keys.make_private_key(tmp_path / "other.pem"))

    assert keys.signature_holds(signing_key, "text", signature)
    assert not keys.signature_holds(signing_key, "text ", signature)
    assert not keys.signature_holds(other, "text", signature)
    assert not keys.signature_holds(SigningKey(public_key="AAAA"), "text", signature)


def test_signature_is_of_certificates_only(signing_key: SigningKey) -> None:
    bare = keys.active_signer().private.sign(b"text")

    assert not keys.signature_holds(signing_key, "text", keys._encoded(bare))

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import User
from certificates import keys
from certificates.models import Certificate, SigningKey
from certificates.queries import checked
from certificates.rules import Verdict, grouped_code
from tests.certifying import certified, ready_to_settle

pytestmark = pytest.mark.django_db


def told_by(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def verdict_of(certificate: Certificate) -> Verdict:
    return checked(Certificate.objects.select_related("key", "replacement").get(pk=certificate.pk)).verdict


def test_create_certificate_key_makes_a_demo_key_outside_production(
    db: None, settings: Settings, tmp_path: object
) -> None:
    settings.CERTIFICATE_KEY_FILE = f"{tmp_path}/keys.pem"

    told = told_by("create_certificate_key")

    key = SigningKey.objects.get()
    assert key.kid in told
    assert key.is_demo
    assert keys.self_check() is None


def test_create_certificate_key_makes_a_real_key_in_production(db: None, settings: Settings, tmp_path: object) -> None:
    settings.CERTIFICATE_KEY_FILE = f"{tmp_path}/keys.pem"
    settings.IS_PRODUCTION = True

    told_by("create_certificate_key")

    assert not SigningKey.objects.get().is_demo
    assert keys.self_check() is None


def test_create_certificate_key_refuses_beside_a_key_in_use(signing_key: SigningKey) -> None:
    with pytest.raises(CommandError, match="rotate_certificate_key"):
        told_by("create_certificate_key")

    assert SigningKey.objects.count() == 1


def test_create_certificate_key_makes_none_beside_a_file_that_others_may_read(
    signing_key: SigningKey, settings: Settings
) -> None:
    path = Path(settings.CERTIFICATE_KEY_FILE)
    before = path.read_bytes()
    path.chmod(0o644)

    with pytest.raises(CommandError, match=r"No key was made: .*make it mode 0600.* repair"):
        told_by("create_certificate_key")

    assert (SigningKey.objects.count(), path.read_bytes()) == (1, before)


@pytest.mark.parametrize("command", ["create_certificate_key", "rotate_certificate_key"])
def test_key_commands_say_that_a_key_is_being_made(command: str, signing_key: SigningKey, settings: Settings) -> None:
    path = Path(settings.CERTIFICATE_KEY_FILE)
    path.with_name(f"{path.name}.new").touch()
    if command == "create_certificate_key":
        path.unlink()

    with pytest.raises(CommandError, match=r"\.new is there: .* If none runs, remove it"):
        told_by(command)

    assert SigningKey.objects.filter(retired_at=None).count() == 1


def test_rotate_certificate_key_retires_the_old_one(ana: User, cody: User, signing_key: SigningKey) -> None:
    old = certified(ana)

    told_by("rotate_certificate_key")

    new = certified(cody, old.enrollment.version)
    signing_key.refresh_from_db()
    assert signing_key.retired_at is not None
    assert new.key != old.key
    assert [verdict_of(old), verdict_of(new)] == [Verdict.VALID, Verdict.DEMONSTRATION]


def test_rotate_certificate_key_refuses_without_a_key(signing_key: SigningKey) -> None:
    keys.key_file().unlink()

    with pytest.raises(CommandError, match="does not exist"):
        told_by("rotate_certificate_key")


def test_mark_certificate_key_retires(signing_key: SigningKey) -> None:
    told_by("mark_certificate_key", signing_key.kid, "--retired")

    signing_key.refresh_from_db()
    assert signing_key.retired_at is not None


def test_mark_certificate_key_lists_what_to_replace(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)
    since = certificate.issued_at - dt.timedelta(minutes=1)

    told = told_by("mark_certificate_key", signing_key.kid, "--compromised-since", since.isoformat())

    assert grouped_code(certificate.code) in told
    assert verdict_of(certificate) is Verdict.UNCONFIRMED


def test_mark_certificate_key_since_now_leaves_what_was_issued(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)

    told = told_by("mark_certificate_key", signing_key.kid, "--compromised-since", "now")

    assert "0 certificates" in told
    assert verdict_of(certificate) is Verdict.VALID


@pytest.mark.parametrize("since", ["yesterday", "2026-11-22T08:00:00"])
def test_mark_certificate_key_refuses_an_unclear_time(signing_key: SigningKey, since: str) -> None:
    with pytest.raises(CommandError, match="offset"):
        told_by("mark_certificate_key", signing_key.kid, "--compromised-since", since)


def test_mark_certificate_key_refuses_an_unknown_key(signing_key: SigningKey) -> None:
    with pytest.raises(CommandError, match="no key"):
        told_by("mark_certificate_key", "nobody", "--retired")


def test_revoke_certificate_takes_the_code_as_printed(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)

    told_by("revoke_certificate", grouped_code(certificate.code).lower(), "--because", "Issued in error.")

    assert verdict_of(certificate) is Verdict.REVOKED


def test_revoke_certificate_refuses_an_unknown_code(signing_key: SigningKey) -> None:
    with pytest.raises(CommandError, match="no certificate"):
        told_by("revoke_certificate", "0" * 26, "--because", "x")


@pytest.mark.parametrize("command", ["revoke_certificate", "supersede_certificate"])
def test_commands_refuse_an_empty_reason(ana: User, signing_key: SigningKey, command: str) -> None:
    with pytest.raises(CommandError, match="Say why"):
        told_by(command, certified(ana).code, "--because", " ")


def test_supersede_certificate_names_the_new_code(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)

    told = told_by("supersede_certificate", certificate.code, "--because", "The name changed.")

    assert grouped_code(Certificate.objects.get(replaces=certificate).code) in told


def test_supersede_certificate_refuses_a_revoked_one(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)
    told_by("revoke_certificate", certificate.code, "--because", "x")

    with pytest.raises(CommandError, match="not replaced"):
        told_by("supersede_certificate", certificate.code, "--because", "x")


def test_supersede_certificate_refuses_without_a_key(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)
    keys.key_file().unlink()

    with pytest.raises(CommandError, match="no-key"):
        told_by("supersede_certificate", certificate.code, "--because", "x")


def test_settle_enrollments_finishes_what_was_left(ana: User, signing_key: SigningKey) -> None:
    ready_to_settle(ana)
    keys.key_file().chmod(0o644)
    assert told_by("settle_enrollments") == "1 no-key\n"
    keys.key_file().chmod(0o600)

    assert told_by("settle_enrollments") == "1 issued\n"
    assert told_by("settle_enrollments") == "Nothing to settle.\n"
    assert Certificate.objects.count() == 1

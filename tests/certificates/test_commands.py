import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from accounts.models import User
from audit.services import SYSTEM, Person
from certificates import keys
from certificates.models import Certificate, SigningKey
from certificates.queries import checked
from certificates.rules import Verdict, grouped_code
from certificates.services import (
    Settlement,
    mark_key_compromised,
    revoke_certificate,
    settle,
    supersede_certificate,
)
from enrollments.models import Enrollment
from tests.certifying import certified, ready_to_settle
from tests.publishing import publish_example

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


def test_settle_enrollments_passes_by_one_that_fails(
    ana: User, cody: User, signing_key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = publish_example()
    first, second = ready_to_settle(ana, version), ready_to_settle(cody, version)

    def failing(*, enrollment: Enrollment, by: Person) -> Settlement:
        if enrollment == first:
            raise RuntimeError
        return settle(enrollment=enrollment, by=by)

    monkeypatch.setattr("certificates.management.commands.settle_enrollments.settle", failing)

    with pytest.raises(CommandError, match="could not be settled"):
        told_by("settle_enrollments")

    assert Certificate.objects.get().enrollment == second


# --- a database that was restored from a backup


def lost(file: str, act: Callable[[], object]) -> None:
    """What was done and kept outside, and is gone: the database is as it was before."""
    with transaction.atomic():
        act()
        told_by("certificate_statuses", "--save", file)
        assert told_by("certificate_statuses", "--against", file) == "All that was saved holds here.\n"
        transaction.set_rollback(True)


def test_certificate_statuses_revokes_again_what_a_backup_revived(
    ana: User, cody: User, signing_key: SigningKey, tmp_path: Path
) -> None:
    version, file = publish_example(), str(tmp_path / "statuses.json")
    revoked, standing = certified(ana, version), certified(cody, version)
    lost(file, lambda: revoke_certificate(certificate=revoked, because="Issued by mistake.", by=SYSTEM))

    with pytest.raises(CommandError, match="1 of what was saved"):
        told_by("certificate_statuses", "--against", file)
    assert verdict_of(revoked) is Verdict.VALID
    told = told_by("certificate_statuses", "--against", file, "--again")

    assert f"{grouped_code(revoked.code)} is revoked again: Issued by mistake." in told
    shown = checked(Certificate.objects.select_related("key", "replacement").get(pk=revoked.pk))
    assert (shown.verdict, shown.because) == (Verdict.REVOKED, "Issued by mistake.")
    assert verdict_of(standing) is Verdict.VALID
    assert told_by("certificate_statuses", "--against", file) == "All that was saved holds here.\n"


def test_certificate_statuses_names_what_is_not_there_any_more(
    ana: User, signing_key: SigningKey, tmp_path: Path
) -> None:
    old, file = certified(ana), str(tmp_path / "statuses.json")
    lost(file, lambda: supersede_certificate(certificate=old, because="The name was corrected.", by=SYSTEM))

    err = io.StringIO()
    with pytest.raises(CommandError, match="2 of what was saved"):
        call_command("certificate_statuses", "--against", file, "--again", stderr=err)

    assert f"{grouped_code(old.code)} was superseded by one that is not here" in err.getvalue()
    assert "was issued, and there is no such certificate." in err.getvalue()


def test_certificate_statuses_leaves_what_happened_since(ana: User, signing_key: SigningKey, tmp_path: Path) -> None:
    certificate, file = certified(ana), str(tmp_path / "statuses.json")
    told_by("certificate_statuses", "--save", file)
    revoke_certificate(certificate=certificate, because="Issued by mistake.", by=SYSTEM)

    assert told_by("certificate_statuses", "--against", file) == "All that was saved holds here.\n"


def test_certificate_statuses_distrusts_a_compromised_key_again(
    ana: User, signing_key: SigningKey, tmp_path: Path
) -> None:
    certificate, file = certified(ana), str(tmp_path / "statuses.json")
    since = certificate.issued_at - dt.timedelta(hours=1)
    lost(file, lambda: mark_key_compromised(key=signing_key, since=since, by=SYSTEM))
    assert verdict_of(certificate) is Verdict.VALID

    with pytest.raises(CommandError, match="1 of what was saved"):
        told_by("certificate_statuses", "--against", file)
    assert "is compromised again" in told_by("certificate_statuses", "--against", file, "--again")

    assert verdict_of(certificate) is Verdict.UNCONFIRMED

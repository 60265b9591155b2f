import datetime as dt
import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.services import SYSTEM
from certificates.management.commands._certificates import certificate_named
from certificates.models import SigningKey
from certificates.queries import standings
from certificates.rules import Standing, Verdict, fallen_back, grouped_code
from certificates.services import mark_key_compromised, revoke_certificate


class Command(BaseCommand):
    help = "Keep outside what became of every certificate, so that a database restored from a backup revives none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--save", type=Path, metavar="FILE", help="write all statuses, to be kept elsewhere")
        what.add_argument("--against", type=Path, metavar="FILE", help="name what was saved and holds no more")
        parser.add_argument("--again", action="store_true", help="and revoke it again, for the reasons that were saved")

    def handle(self, *args: Any, save: Path | None, against: Path | None, again: bool, **options: Any) -> None:
        if save:
            save.write_text(json.dumps(_present(), indent=1) + "\n")
            return
        assert against is not None
        left = self._compare(json.loads(against.read_text()), again=again)
        if left:
            raise CommandError(f"{left} of what was saved in {against} does not hold here.")
        self.stdout.write("All that was saved holds here.")

    def _compare(self, saved: dict[str, Any], *, again: bool) -> int:
        """How many differences are left after what could be done about them was done."""
        kept = {code: Standing(**was) for code, was in saved["certificates"].items()}
        present = standings()
        left = sum(self._trusted_again(kid, since, again=again) for kid, since in saved["compromised"].items())
        for code, was in fallen_back(kept, present).items():
            if code not in present:
                self.stderr.write(f"{grouped_code(code)} was {was.status}, and there is no such certificate.")
            elif was.status == Verdict.SUPERSEDED:
                self.stderr.write(f"{grouped_code(code)} was superseded by one that is not here: {was.because}")
            elif again:
                revoke_certificate(certificate=certificate_named(code), because=was.because, by=SYSTEM)
                self.stdout.write(f"{grouped_code(code)} is revoked again: {was.because}")
                continue
            else:
                self.stderr.write(f"{grouped_code(code)} was revoked: {was.because}")
            left += 1
        return left

    def _trusted_again(self, kid: str, since: str, *, again: bool) -> bool:
        """Whether a key that was known to be compromised is trusted here for longer."""
        at = dt.datetime.fromisoformat(since)
        key = SigningKey.objects.filter(kid=kid).first()
        if key and key.compromised_at and key.compromised_at <= at:
            return False
        if key and again:
            mark_key_compromised(key=key, since=at, by=SYSTEM)
            self.stdout.write(f"Key {kid} is compromised again since {since}.")
            return False
        self.stderr.write(f"Key {kid} was compromised since {since}.")
        return True


def _present() -> dict[str, Any]:
    compromised = SigningKey.objects.filter(compromised_at__isnull=False).values_list("kid", "compromised_at")
    return {
        "certificates": {code: asdict(standing) for code, standing in standings().items()},
        "compromised": {kid: at.isoformat() for kid, at in compromised if at},
    }

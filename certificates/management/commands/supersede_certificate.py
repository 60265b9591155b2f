from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.services import SYSTEM
from certificates.management.commands._certificates import certificate_named
from certificates.rules import grouped_code
from certificates.services import CannotIssue, NoReason, Revoked, supersede_certificate


class Command(BaseCommand):
    help = "Issue a certificate anew with the holder's present legal name and licenses; the old one then leads to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--because", required=True, help="shown to everybody who verifies the old certificate")

    def handle(self, *args: Any, **options: Any) -> None:
        certificate = certificate_named(options["code"])
        try:
            newer = supersede_certificate(certificate=certificate, because=options["because"], by=SYSTEM)
        except NoReason as error:
            raise CommandError("Say why: the reason is shown to everybody who verifies the old certificate.") from error
        except Revoked as error:
            raise CommandError("A revoked certificate is not replaced.") from error
        except CannotIssue as error:
            raise CommandError(f"Nothing was changed: no certificate can be issued now ({error.because}).") from error
        self.stdout.write(f"Replaced by {grouped_code(newer.code)}.")

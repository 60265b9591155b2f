from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.services import SYSTEM
from certificates.management.commands._certificates import certificate_named
from certificates.services import NoReason, revoke_certificate


class Command(BaseCommand):
    help = "Take a certificate back. Whoever verifies it reads that it was revoked, when, and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--because", required=True, help="shown to everybody who verifies the certificate")

    def handle(self, *args: Any, **options: Any) -> None:
        certificate = certificate_named(options["code"])
        try:
            change = revoke_certificate(certificate=certificate, because=options["because"], by=SYSTEM)
        except NoReason as error:
            raise CommandError("Say why: the reason is shown to everybody who verifies the certificate.") from error
        self.stdout.write(f"Revoked at {change.at.isoformat()}: {change.because}")

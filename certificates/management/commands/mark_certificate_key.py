from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from audit.services import SYSTEM
from certificates import rules, services
from certificates.models import SigningKey
from certificates.queries import affected_by


class Command(BaseCommand):
    help = "Retire a signing key, or say since when it is compromised and list the certificates to replace."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kid")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--retired", action="store_true")
        what.add_argument("--compromised-since", metavar="INSTANT", help="such as 2026-11-22T08:00:00Z, or `now`")

    def handle(self, *args: Any, **options: Any) -> None:
        key = SigningKey.objects.filter(kid=options["kid"]).first()
        if key is None:
            raise CommandError(f"There is no key {options['kid']}.")
        if options["retired"]:
            services.retire_key(key=key, by=SYSTEM)
            self.stdout.write(f"Key {key.kid} signs nothing more. What it signed stays valid.")
            return
        self._compromised(key, options["compromised_since"])

    def _compromised(self, key: SigningKey, said: str) -> None:
        since = timezone.now() if said == "now" else parse_datetime(said)
        if since is None or since.tzinfo is None:
            raise CommandError("Say the instant with its offset, such as 2026-11-22T08:00:00Z.")
        services.mark_key_compromised(key=key, since=since, by=SYSTEM)
        affected = list(affected_by(key))
        self.stdout.write(
            f"Key {key.kid} is compromised since {key.compromised_at}. {len(affected)} certificates cannot be confirmed."
        )
        for certificate in affected:
            self.stdout.write(rules.grouped_code(certificate.code))
        if affected:
            self.stdout.write("Replace each with `supersede_certificate CODE --because …` once a new key is in use.")

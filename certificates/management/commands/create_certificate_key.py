from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.services import SYSTEM
from certificates import keys, services


class Command(BaseCommand):
    help = "Make the first key that signs certificates. The private half goes into CERTIFICATE_KEY_FILE, mode 0600."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kid = keys.active_signer().row.kid
        except keys.NoUsableKey:
            pass
        else:
            raise CommandError(f"The key {kid} is in use. `rotate_certificate_key` replaces it.")
        public_key = keys.make_private_key(keys.key_file())
        key = services.publish_key(public_key=public_key, is_demo=not settings.IS_PRODUCTION, by=SYSTEM)
        self.stdout.write(f"Key {key.kid} is in use. Keep {keys.key_file()} out of the database's backups.")

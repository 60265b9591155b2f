from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.services import SYSTEM
from certificates import keys, services
from certificates.management.commands._certificates import new_private_key

#: The file is there: another key beside the one in it would hide what happened to it.
REPAIRED_BY_HAND = {keys.KeyFault.TOO_OPEN, keys.KeyFault.UNREADABLE}


class Command(BaseCommand):
    help = "Make the first key that signs certificates. The private half goes into CERTIFICATE_KEY_FILE, mode 0600."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kid = keys.active_signer().row.kid
        except keys.NoUsableKey as error:
            if error.fault in REPAIRED_BY_HAND:
                raise CommandError(
                    f"No key was made: {error}. The key may be there; repair {keys.key_file()}."
                ) from error
        else:
            raise CommandError(f"The key {kid} is in use. `rotate_certificate_key` replaces it.")
        key = services.publish_key(public_key=new_private_key(), is_demo=not settings.IS_PRODUCTION, by=SYSTEM)
        self.stdout.write(f"Key {key.kid} is in use. Keep {keys.key_file()} out of the database's backups.")

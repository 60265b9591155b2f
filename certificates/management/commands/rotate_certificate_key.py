from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.services import SYSTEM
from certificates import keys, services
from certificates.management.commands._certificates import new_private_key


class Command(BaseCommand):
    help = "Make a new signing key and retire the one in use. Certificates signed by the old one stay valid."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            old = keys.active_signer().row
        except keys.NoUsableKey as error:
            raise CommandError(f"There is no key to replace: {error}. `create_certificate_key` makes one.") from error
        new = services.publish_key(public_key=new_private_key(), is_demo=not settings.IS_PRODUCTION, by=SYSTEM)
        services.retire_key(key=old, by=SYSTEM)
        self.stdout.write(f"Key {new.kid} is in use; {old.kid} is retired. Its private half may now be removed.")

"""What the certificate commands share."""

from django.core.management.base import CommandError

from certificates import keys
from certificates.models import Certificate
from certificates.rules import normalized_code


def certificate_named(text: str) -> Certificate:
    """The certificate with the code that was typed. Raises CommandError."""
    code = normalized_code(text)
    found = Certificate.objects.select_related("enrollment__user").filter(code=code or "").first()
    if found is None:
        raise CommandError(f"There is no certificate with the code {text}.")
    return found


def new_private_key() -> str:
    """A private key more in the key file; its public half. Raises CommandError where the file cannot be written."""
    path = keys.key_file()
    try:
        return keys.make_private_key(path)
    except FileExistsError as error:
        raise CommandError(
            f"{path}.new is there: another command is making a key, or was cut short. If none runs, remove it."
        ) from error
    except OSError as error:
        raise CommandError(
            f"{path} cannot be written: {error.strerror}. Run this as the user of the web processes."
        ) from error

"""What the certificate commands share."""

from django.core.management.base import CommandError

from certificates.models import Certificate
from certificates.rules import normalized_code


def certificate_named(text: str) -> Certificate:
    """The certificate with the code that was typed. Raises CommandError."""
    code = normalized_code(text)
    found = Certificate.objects.select_related("enrollment__user").filter(code=code or "").first()
    if found is None:
        raise CommandError(f"There is no certificate with the code {text}.")
    return found

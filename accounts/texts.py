"""Words that people type and others read."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from accounts.rules import hidden_characters


def validate_plain(text: str) -> None:
    """Refuse characters that are not seen and change how what follows is read."""
    if hidden_characters(text):
        raise ValidationError(
            gettext_lazy("There is a character in it that cannot be seen. Type it by hand instead of pasting it."),
            code="hidden",
        )

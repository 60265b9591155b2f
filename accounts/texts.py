"""Words that people type and others read, and lengths of time in words."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, ngettext

from accounts.rules import hidden_characters


def validate_plain(text: str) -> None:
    """Refuse characters that are not seen and change how what follows is read."""
    if hidden_characters(text):
        raise ValidationError(
            gettext_lazy("There is a character in it that cannot be seen. Type it by hand instead of pasting it."),
            code="hidden",
        )


def duration_words(length: dt.timedelta) -> str:
    """Whole hours from two on, minutes otherwise."""
    minutes = round(length / dt.timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    if hours > 1 and not rest:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}

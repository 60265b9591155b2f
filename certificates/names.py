"""Whether a name can be printed on a certificate: it is set in type when it is saved, not when it is too late."""

import unicodedata

from accounts.rules import hidden_characters
from certificates.typesetting import CannotBePrinted, typeset


def printable_faults(name: str) -> tuple[str, ...]:
    """The characters of the name that cannot be printed, each once, in order; empty when the name can be.

    Control characters, and marks that turn the direction of what follows, cannot be printed either: a certificate
    shows the same text to everybody.
    """
    name = unicodedata.normalize("NFC", name)
    hidden = hidden_characters(name)
    if hidden or _is_settable(name):
        return hidden
    lacking = tuple(dict.fromkeys(character for character in name if not _is_settable(_standing(character))))
    return lacking or (name,)


def _standing(character: str) -> str:
    """The character as it stands in a word: a mark needs a letter, a space needs neighbors."""
    return f"o{character}o"


def _is_settable(text: str) -> bool:
    try:
        typeset("name.typ", {"name": text})
    except CannotBePrinted:
        return False
    return True

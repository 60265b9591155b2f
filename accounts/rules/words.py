"""Words that people type and others read."""

import unicodedata
from typing import Final

#: Joiners that some scripts need inside a name.
_JOINERS: Final = "\u200c\u200d"
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def hidden_characters(text: str) -> tuple[str, ...]:
    """Control characters and marks that turn the direction of what follows, each once, in order."""
    hidden = (each for each in text if unicodedata.category(each) in _HIDDEN and each not in _JOINERS)
    return tuple(dict.fromkeys(hidden))

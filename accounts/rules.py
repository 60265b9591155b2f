"""Who may make whom what, in plain words."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

#: Nobody gives a role that is not part of the own one.
CONFERS: Final[Mapping[str, frozenset[str]]] = {
    "owner": frozenset({"owner", "training-administrator", "manager", "author"}),
    "training-administrator": frozenset({"training-administrator", "manager"}),
    "manager": frozenset(),
    "author": frozenset(),
}


def may_confer(held: Iterable[str], role: str) -> bool:
    """Whether somebody with these roles may give, or end, that role."""
    return any(role in CONFERS[mine] for mine in held)


#: Joiners that some scripts need inside a name.
_JOINERS: Final = "\u200c\u200d"
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def hidden_characters(text: str) -> tuple[str, ...]:
    """Control characters and marks that turn the direction of what follows, each once, in order."""
    hidden = (each for each in text if unicodedata.category(each) in _HIDDEN and each not in _JOINERS)
    return tuple(dict.fromkeys(hidden))

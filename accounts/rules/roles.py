"""Who may make whom what."""

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

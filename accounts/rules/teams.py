"""The tree of teams: its order on a page, and which team a written path means."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: Teams stand at most so deep; a tree of people that is deeper is a mistake in a file.
MOST_LEVELS: Final = 8
#: What stands between the names of a path: with spaces, for a name may hold a slash.
SEPARATOR: Final = " / "
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Branch:
    """A team as the tree needs it."""

    pk: int
    name: str
    parent: int | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A team in the order of the tree, and how deep it stands there: 0 at the top."""

    pk: int
    level: int


def in_order(branches: Iterable[Branch]) -> list[Placed]:
    """Every team once, each after its parent, siblings by name. One whose parent is not given stands at the top."""
    given = {branch.pk: branch for branch in branches}
    children: dict[int | None, list[Branch]] = {}
    for branch in given.values():
        parent = branch.parent if branch.parent in given else None
        children.setdefault(parent, []).append(branch)
    placed: list[Placed] = []
    waiting = [(branch, 0) for branch in _from_last(children.get(None, []))]
    while waiting:
        branch, level = waiting.pop()
        placed.append(Placed(branch.pk, level))
        waiting += [(child, level + 1) for child in _from_last(children.get(branch.pk, []))]
    return placed


def _from_last(branches: Iterable[Branch]) -> list[Branch]:
    return sorted(branches, key=lambda branch: (branch.name.casefold(), branch.pk), reverse=True)


def ancestors(branches: Mapping[int, Branch], pk: int) -> Iterator[Branch]:
    """The team and those above it, from below; ends even where the tree goes in a circle."""
    seen: set[int] = set()
    at: int | None = pk
    while at is not None and at in branches and at not in seen:
        seen.add(at)
        yield branches[at]
        at = branches[at].parent


def told_apart(branches: Iterable[Branch]) -> dict[int, str]:
    """The name of each team; where several of them have one name, their paths from the top."""
    given = {branch.pk: branch for branch in branches}
    names = Counter(branch.name.lower() for branch in given.values())
    return {pk: path_in(given, pk) if names[branch.name.lower()] > 1 else branch.name for pk, branch in given.items()}


def path_in(branches: Mapping[int, Branch], pk: int) -> str:
    """The path of a team from the top."""
    return SEPARATOR.join(reversed([branch.name for branch in ancestors(branches, pk)]))


class PathFault(StrEnum):
    UNKNOWN = "unknown_team"
    AMBIGUOUS = "team_ambiguous"
    TOO_DEEP = "team_too_deep"
    TOO_LONG = "team_name_too_long"


@dataclass(frozen=True, slots=True)
class Meant:
    """The team that a path means, or why it means none."""

    pk: int | None = None
    fault: PathFault | None = None


def parts_of(path: str) -> tuple[str, ...]:
    """The names of a path from the top, without the spaces around them."""
    return tuple(part for part in (" ".join(each.split()) for each in path.split(SEPARATOR)) if part)


class Forest:
    """The open teams of an organization, asked for by name or path, whatever the case."""

    def __init__(self, branches: Iterable[Branch]) -> None:
        self._by_pk = {branch.pk: branch for branch in branches}
        self._by_name: dict[str, list[Branch]] = {}
        for branch in self._by_pk.values():
            self._by_name.setdefault(branch.name.lower(), []).append(branch)

    def path_of(self, pk: int) -> str:
        """The path of a team from the top."""
        return path_in(self._by_pk, pk)

    def choices(self, path: str) -> tuple[str, ...]:
        """The paths of all the teams whose way up begins with these names."""
        return tuple(sorted(map(self.path_of, self._ending_with(parts_of(path))), key=str.casefold))

    def meant(self, path: str) -> Meant:
        """The one team whose way up begins with these names; the one at the top of such a path, if there are several."""
        parts = parts_of(path)
        if any(len(part) > LONGEST_NAME for part in parts):
            return Meant(fault=PathFault.TOO_LONG)
        found = self._ending_with(parts)
        if len(found) > 1:
            found = [pk for pk in found if len(list(ancestors(self._by_pk, pk))) == len(parts)]
            return Meant(pk=found[0]) if found else Meant(fault=PathFault.AMBIGUOUS)
        if found:
            return Meant(pk=found[0])
        below, rest = self._where(parts)
        if below is None and self._ending_with(parts[:1]):
            return Meant(fault=PathFault.AMBIGUOUS)
        levels = len(list(ancestors(self._by_pk, below))) if below else 0
        is_fit = levels + len(rest) <= MOST_LEVELS
        return Meant(fault=PathFault.UNKNOWN if is_fit else PathFault.TOO_DEEP)

    def path_to_make(self, path: str) -> str:
        """The path from the top of a team that is not there: below whatever of it is."""
        below, rest = self._where(parts_of(path))
        return SEPARATOR.join([*([self.path_of(below)] if below else []), *rest])

    def _where(self, parts: tuple[str, ...]) -> tuple[int | None, tuple[str, ...]]:
        """The team that the longest beginning of a path means, and the names that are left."""
        for length in range(len(parts) - 1, 0, -1):
            found = self._ending_with(parts[:length])
            if len(found) == 1:
                return found[0], parts[length:]
        return None, parts

    def _ending_with(self, parts: tuple[str, ...]) -> list[int]:
        written = [part.lower() for part in reversed(parts)]
        named = self._by_name.get(written[0], []) if written else []
        return [
            branch.pk
            for branch in named
            if [each.name.lower() for each in ancestors(self._by_pk, branch.pk)][: len(written)] == written
        ]

"""What a line of a package belongs to: the item, node, objective or other entry with a key."""

from bisect import bisect_right
from itertools import chain
from typing import Any

from author.faults import Fault
from author.packages import Package, Source
from author.yaml import Lined, Path, Value

#: By what an entry of a list is known.
NAMES = ("key", "id", "module", "file")


class Places:
    """The keys that faults stand at, by the lines of the package's files."""

    def __init__(self, package: Package) -> None:
        self._lined = {package.course.file: package.course.lined}
        for source in chain[Source[Any]](package.lessons, package.quizzes, package.scenarios):
            self._lined[source.file] = source.lined
        if package.guidance:
            self._lined[package.guidance.file] = package.guidance.lined
        if package.evaluation:
            self._lined[package.evaluation.file] = package.evaluation.lined
        self._lines: dict[str, list[tuple[int, Path]]] = {}

    def at(self, fault: Fault) -> str | None:
        """The key of what the fault's line belongs to; None where it belongs to the file as a whole."""
        lined = self._lined.get(fault.file)
        if lined is None:
            return None
        if fault.file not in self._lines:
            self._lines[fault.file] = _sorted(lined)
        lines = self._lines[fault.file]
        index = bisect_right(lines, fault.line, key=lambda entry: entry[0]) - 1
        return _owner(lined.value, lines[index][1]) if index >= 0 else None


def _sorted(lined: Lined) -> list[tuple[int, Path]]:
    return sorted(((line, path) for path, line in lined.lines.items()), key=lambda entry: entry[0])


def _owner(value: Value, path: Path) -> str | None:
    if path[:1] == ("nodes",):
        return str(path[1]) if len(path) > 1 else None
    for part in path[:2]:
        if isinstance(value, list) and isinstance(part, int):
            return _name(value[part])
        value = value.get(str(part)) if isinstance(value, dict) else None
    return None


def _name(entry: Value) -> str | None:
    names = (entry.get(name) for name in NAMES) if isinstance(entry, dict) else ()
    return next((name for name in names if isinstance(name, str)), None)

"""YAML 1.2 with lines: plain values, and for every one of them the line it came from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from author.faults import Fault

#: Written in YAML a quiz of a hundred items has a quarter of this; more takes the parser longer than an author waits.
LARGEST_YAML = 1024 * 1024

Value: TypeAlias = "str | int | bool | list[Value] | dict[str, Value] | None"
Path: TypeAlias = tuple[str | int, ...]

STRANGE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
TAG = "tag:yaml.org,2002:"


@dataclass(slots=True)
class Lined:
    """A value and its lines by path: `("items", 3, "stem")`. The line of a name is that of the name, not of its value."""

    value: Value = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str, file: str, *, first_line: int = 1) -> tuple[Lined | None, list[Fault]]:
    """The value of a YAML text, or None with the faults that keep it from being read."""
    if len(text) > LARGEST_YAML:
        message = f"{len(text):,} characters of YAML are more than {LARGEST_YAML:,}"
        return None, [Fault(file, first_line, "too-large", message, "Split the quiz or the scenario in two.")]
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        return None, [_syntax_fault(error, file, first_line)]
    except (YAMLError, ValueError, RecursionError) as error:
        return None, [Fault(file, first_line, "yaml", _first_line(error), "Compare with the example course.")]
    reader = _Reader(file, first_line)
    if root is None:
        return Lined({}, {(): first_line}), []
    # Before values are built: an alias inside an alias can stand for more values than memory holds.
    reader.refuse_anchors(root)
    if reader.faults:
        return None, reader.faults
    try:
        value = reader.value_of(root, ())
    except RecursionError:
        return None, [Fault(file, first_line, "yaml", "lists within lists too deep to read", "Nest less deeply.")]
    reader.lines[()] = root.start_mark.line + first_line
    return Lined(value, reader.lines), reader.faults


class _Reader:
    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []

    def fault(self, node: Node, rule: str, message: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, node.start_mark.line + self.first_line, rule, message, remedy))

    def refuse_anchors(self, root: Node) -> None:
        waiting, met = [root], {id(root)}
        while waiting:
            node = waiting.pop()
            if node.anchor is not None:
                self.fault(node, "anchor", f"`&{node.anchor}` names a place to repeat", "Write the text out each time.")
            for child in _children(node):
                if id(child) not in met:
                    met.add(id(child))
                    waiting.append(child)

    def value_of(self, node: Node, path: Path) -> Value:
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return self._sequence(node, path)
        return self._scalar(node)

    def _mapping(self, node: MappingNode, path: Path) -> Value:
        if node.tag != f"{TAG}map":
            self.fault(node, "tag", f"`{node.tag}` is not used here", "Remove the tag that begins with `!`.")
        result: dict[str, Value] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            if key in result:
                self.fault(key_node, "duplicate", f"`{key}` stands here twice", "Keep one of the two.")
                continue
            self.lines[(*path, key)] = key_node.start_mark.line + self.first_line
            result[key] = self.value_of(value_node, (*path, key))
        return result

    def _key(self, node: Node) -> str | None:
        if isinstance(node, ScalarNode) and node.tag in (f"{TAG}str", f"{TAG}int", f"{TAG}bool", f"{TAG}null"):
            return str(node.value)
        self.fault(node, "yaml", "a name is a word", "Write a name, a colon and a value.")
        return None

    def _sequence(self, node: SequenceNode, path: Path) -> Value:
        if node.tag != f"{TAG}seq":
            self.fault(node, "tag", f"`{node.tag}` is not used here", "Remove the tag that begins with `!`.")
        result: list[Value] = []
        for index, child in enumerate(node.value):
            self.lines[(*path, index)] = child.start_mark.line + self.first_line
            result.append(self.value_of(child, (*path, index)))
        return result

    def _scalar(self, node: Node) -> Value:
        text = str(node.value)
        kind = str(node.tag).removeprefix(TAG)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int":
            return self._integer(node, text)
        if kind == "float":
            self.fault(node, "float", f"`{text}` has a decimal point", "Use a whole number, or quote it if it is text.")
            return 0
        # A date without quotes is a date all the same.
        if kind not in ("str", "timestamp"):
            self.fault(node, "tag", f"`{node.tag}` is not used here", "Remove the tag, or put the text in quotes.")
        for _line, message in strange_characters(text):
            self.fault(node, "character", message, "Remove it; it cannot be seen.")
        return text

    def _integer(self, node: Node, text: str) -> int:
        try:
            return int(text.replace("_", ""), 10)
        except ValueError:
            self.fault(node, "yaml", f"`{text[:40]}` is not a plain whole number", "Write digits alone, or quote it.")
            return 0


def strange_characters(text: str) -> list[tuple[int, str]]:
    """Characters that are not text, with the line of each, counted from zero: controls and halves of a character."""
    return [
        (text.count("\n", 0, found.start()), f"the character U+{ord(found.group()):04X} is not text")
        for found in islice(STRANGE.finditer(text), 20)
    ]


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, SequenceNode):
        yield from node.value


def _syntax_fault(error: MarkedYAMLError, file: str, first_line: int) -> Fault:
    mark = error.problem_mark or error.context_mark
    line = (mark.line if mark else 0) + first_line
    message = " ".join(str(part) for part in (error.context, error.problem) if part)
    remedy = "Check the indentation; put text with a colon, a quote or a # in quotes, or after >- on lines of its own."
    return Fault(file, line, "yaml", message or "this is not YAML", remedy)


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__

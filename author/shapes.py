"""Plain values into the types of a document; what does not fit, in an author's words."""

import difflib
import json
from collections.abc import Iterator
from functools import cache
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from author.faults import Fault
from author.yaml import Lined
from courses.items import KINDS
from courses.parts import Part

T = TypeVar("T")

SEE = "See docs/authoring.md for the names and their values."
#: By pydantic's word for the fault: our rule, the message and the remedy. `{name}` is what is wrong, `{...}` its limits.
WORDS: dict[str, tuple[str, str, str]] = {
    "missing": ("missing", "`{name}` is missing", "Add it. " + SEE),
    "string_type": ("type", "`{name}` is not text", "Write text; put numbers, true and false in quotes."),
    "int_type": ("type", "`{name}` is not a whole number", "Write digits without quotes."),
    "int_from_float": ("type", "`{name}` is not a whole number", "Write digits without quotes."),
    "bool_type": ("type", "`{name}` is neither true nor false", "Write true or false, without quotes."),
    "tuple_type": ("type", "`{name}` is not a list", "Write [one, two], or one line for each with a dash before it."),
    "dict_type": ("type", "`{name}` is not a group of names and values", "Write names and values, indented below it."),
    "model_type": ("type", "`{name}` is not a group of names and values", "Write names and values, indented below it."),
    "string_too_short": ("empty", "`{name}` is empty", "Write the text, or remove the name if it may be absent."),
    "string_too_long": ("too-long", "`{name}` is longer than {max_length} characters", "Shorten it."),
    "too_short": ("too-few", "`{name}` has fewer than {min_length} entries", "Add what is missing."),
    "too_long": ("too-many", "`{name}` has more than {max_length} entries", "Remove some."),
    "greater_than_equal": ("range", "`{name}` is less than {ge}", "Use a number from {ge} on."),
    "less_than_equal": ("range", "`{name}` is more than {le}", "Use a number up to {le}."),
    "enum": ("word", "`{name}` is not one of {expected}", "Use one of these words, spelled so."),
    "union_tag_not_found": ("missing", "`kind` is missing", "Say what kind of question it is. " + SEE),
    "union_tag_invalid": ("word", "`kind` is not one of {expected_tags}", "Use one of these words, spelled so."),
    "literal_error": ("word", "`{name}` is not one of {expected}", "Use one of these words, spelled so."),
}
#: The same for texts that must match a pattern, by what the name is.
PATTERNS = {
    "url": ("link", "`{name}` is not an address that begins with https://", "Use an https address, or leave it out."),
    "file": ("media-name", "`{name}` is not a picture in media/", "Name it like media/two-phones.png, in lower case."),
    "language": ("pattern", "`{name}` is not a language tag", "Write for example en-US."),
    "version": ("pattern", "`{name}` is not a version", "Write v1, then v2."),
    "attestation": ("pattern", "`{name}` is not a version", "Write v1, then v2."),
    "guidance": ("pattern", "this is not the id of a guidance point", "Write capital letters and digits: G01."),
    "id": ("pattern", "`{name}` is not the id of a guidance point", "Write capital letters and digits: G01."),
    "variables": ("pattern", "this is not the name of a variable", "Use lower-case letters, digits and _."),
    "add": ("pattern", "this is not the name of a variable", "Use lower-case letters, digits and _."),
}
DATE = ("date", "`{name}` is not a date", "Write a day that exists as '2026-11-22', in quotes.")
KEY = ("key", "`{name}` is not a key", "Use lower-case letters and digits with single hyphens: first-visit.")
DAYS = frozenset({"checked_on", "check_by", "reviewed_on", "review_by"})


class ShapeFaulty(Exception):
    """The value does not fit the type: every fault of its shape."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(len(faults))
        self.faults = faults


def read_shape(adapter: TypeAdapter[T], lined: Lined, file: str) -> T:
    """The value as that type. Raises ShapeFaulty."""
    try:
        # JSON and strict: quoted numbers are text, and the words of an enumeration may still be written as words.
        return adapter.validate_json(json.dumps(lined.value), strict=True)
    except ValidationError as error:
        faults = [_fault(details, lined, file) for details in _told(error)]
        raise ShapeFaulty(faults) from error


def _told(error: ValidationError) -> list[ErrorDetails]:
    """The errors, without those that only follow from others: a list counts what was right in it."""
    errors = error.errors(include_url=False, include_input=False)
    around = {details["loc"][:length] for details in errors for length in range(len(details["loc"]))}
    return [details for details in errors if details["type"] != "too_short" or details["loc"] not in around]


def _fault(details: ErrorDetails, lined: Lined, file: str) -> Fault:
    path = _written(details)
    rule, message, remedy = _words(details, path)
    values = {**details.get("ctx", {}), "name": _name(path)}
    return Fault(file, lined.line(path), rule, message.format_map(values), remedy.format_map(values))


def _written(details: ErrorDetails) -> tuple[str | int, ...]:
    """The path of the fault as the author wrote it: pydantic adds what it took a name or an item for."""
    loc = details["loc"]
    path = tuple(
        part
        for index, part in enumerate(loc)
        if part != "[key]" and not (part in KINDS and loc[index - 2 : index - 1] == ("items",))
    )
    return (*path, "kind") if details["type"] in ("union_tag_invalid", "union_tag_not_found") else path


def _words(details: ErrorDetails, path: tuple[str | int, ...]) -> tuple[str, str, str]:
    kind = details["type"]
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    if kind == "extra_forbidden":
        return "unknown-name", "`{name}` is not a name that is known here", _guess(name)
    if name in DAYS and kind in ("string_pattern_mismatch", "value_error"):
        return DATE
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(name, KEY)
    if kind == "value_error":
        return "shape", _escaped(str(details["ctx"]["error"])), SEE
    return WORDS.get(kind, ("shape", _escaped(details["msg"]), SEE))


def _name(path: tuple[str | int, ...]) -> str:
    """The name that the author typed, with its place in a list: `options` 2."""
    if not path:
        return "the file"
    if isinstance(path[-1], int):
        names = [part for part in path if isinstance(part, str)]
        return f"{names[-1]} {path[-1] + 1}" if names else f"entry {path[-1] + 1}"
    return path[-1]


def _guess(name: str) -> str:
    close = difflib.get_close_matches(name, all_names(), n=1)
    return f"Did you mean `{close[0]}`? Otherwise remove it." if close else f"Remove it. {SEE}"


@cache
def all_names() -> frozenset[str]:
    """Every name of every part of a document."""
    return frozenset(field.alias or name for part in _parts(Part) for name, field in part.model_fields.items())


def _parts(part: type[Part]) -> Iterator[type[Part]]:
    for below in part.__subclasses__():
        yield below
        yield from _parts(below)


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")

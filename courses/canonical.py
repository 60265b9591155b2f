"""The one canonical form of documents and signed payloads: equal values have equal bytes.

JSON in UTF-8 and Unicode NFC, object keys sorted and ASCII, no white space, integers but no floats. It agrees with
RFC 8785 on everything it lets through.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

#: Integers beyond this cannot be told apart by readers that hold numbers as IEEE doubles.
LARGEST_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """The value or the text has no canonical form; the message says where and why."""


def dumps(value: Json) -> str:
    """The canonical text of a value. Raises NotCanonical on floats, keys beyond ASCII, or anything that is not JSON."""
    return json.dumps(_clean(value, "$"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def loads(text: str) -> Json:
    """The value of a canonical text. Raises NotCanonical on duplicate keys, floats, or any other spelling of the value."""
    try:
        value: Json = json.loads(
            text, object_pairs_hook=_no_duplicates, parse_float=_no_floats, parse_constant=_no_floats
        )
    except (json.JSONDecodeError, RecursionError) as error:
        raise NotCanonical(f"not JSON: {error}") from error
    if dumps(value) != text:
        raise NotCanonical("the text is not in canonical form")
    return value


def sha256(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _clean(value: Json, where: str) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, where)
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise NotCanonical(f"{where}: {value} is too large")
        return value
    if isinstance(value, Mapping):
        return {_key(key, where): _clean(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_clean(item, f"{where}[{index}]") for index, item in enumerate(value)]
    raise NotCanonical(f"{where}: {type(value).__name__} has no canonical form")


def _text(value: str, where: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise NotCanonical(f"{where}: a lone surrogate is not text")
    return unicodedata.normalize("NFC", value)


def _key(key: object, where: str) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise NotCanonical(f"{where}: the key {key!r} is not ASCII text")
    return key


def _no_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise NotCanonical("an object has the same key twice")
    return result


def _no_floats(number: str) -> Json:
    raise NotCanonical(f"{number} is not an integer")

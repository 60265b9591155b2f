import json
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import canonical
from courses.canonical import LARGEST_INTEGER, Json, NotCanonical, dumps, loads
from courses.document import parse

FIXTURES = Path(__file__).parent / "fixtures"

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127), max_size=8)
integers = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


def normalized(value: Json) -> Json:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: normalized(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [normalized(inner) for inner in value]
    return value


@given(values)
def test_canonical_text_is_read_back_as_the_same_value(value: Json) -> None:
    assert loads(dumps(value)) == normalized(value)


@given(values)
def test_canonical_form_is_reached_at_once(value: Json) -> None:
    text = dumps(value)

    assert dumps(loads(text)) == text
    assert unicodedata.is_normalized("NFC", text)
    assert "\n" not in text


@given(st.dictionaries(keys, integers))
def test_order_of_names_makes_no_difference(value: dict[str, int]) -> None:
    backwards = dict(reversed(list(value.items())))

    assert dumps(backwards) == dumps(value)
    assert list(json.loads(dumps(value))) == sorted(value)


@given(texts)
def test_spelling_of_a_letter_makes_no_difference(text: str) -> None:
    assert dumps(unicodedata.normalize("NFD", text)) == dumps(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), {"a": 0.5}, [1e3], {1: "a"}, {"ä": 1}, "\ud800", LARGEST_INTEGER + 1, b"x", {1, 2}, object()],
)
def test_value_without_a_canonical_form_is_refused(value: Json) -> None:
    with pytest.raises(NotCanonical):
        dumps(value)


@pytest.mark.parametrize(
    "text",
    ['{"a":1,"a":2}', '{"b":1,"a":2}', '{"a": 1}', "1.0", "1e3", "NaN", "Infinity", "[1,]", "", "{", '"\\u0061"', '"e\u0301"',
     " 1", "1\n", "-0", "[" * 100_000, '{"ä":1}', '"\\ud800"', str(2**53)],
)  # fmt: skip
def test_text_in_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        loads(text)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("document-format-*.json")), ids=lambda path: path.stem)
def test_every_format_ever_published_is_read(path: Path) -> None:
    """A published document is kept as it is for ever: never change a fixture, add the next one."""
    text = path.read_text().removesuffix("\n")

    document = parse(text)

    assert document.canonical_text() == text
    assert document.part_keys


def test_format_1_says_what_it_said_when_it_was_published() -> None:
    text = (FIXTURES / "document-format-1.json").read_text().removesuffix("\n")

    document = parse(text)

    assert canonical.sha256(text) == "10b567ea7c5b340e750a23dd0f531f79135ce07063e846fa0372fd097bf0f7fb"
    assert document.course.gates.pass_ == ("voicemail-test", "the-callback")
    assert [len(quiz.items) for quiz in document.quizzes] == [4, 3]
    assert document.guidance[1].correction == "Clear is not enough; slow and twice is what can be written down."

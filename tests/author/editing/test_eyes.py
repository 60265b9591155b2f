"""What holds of all eyes for prose: they never raise, and the packages that come with the product give them no doubt."""

import shutil
from pathlib import Path

import pytest
import sentencex
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from author.editing import Eye, warnings
from author.editing.marks import mark_warnings
from author.editing.phrases import Phrases
from author.editing.prose import read_prose
from author.editing.readability import sentences
from author.editing.reading import figures, reading_warnings
from author.editing.references_cited import source_warnings
from author.editing.voice import voice_warnings
from author.editing.wording import wording_warnings
from author.packages import read_package
from author.reviews import review
from author.texts import words
from tests.author.editing.doubts import LESSON, write_body
from tests.author.folders import change, copy_of_example
from tests.properties import examples
from tests.publishing import EXAMPLE

PROSE: tuple[Eye, ...] = (reading_warnings, mark_warnings, source_warnings, wording_warnings, voice_warnings)
FILES = sorted(str(path.relative_to(EXAMPLE)) for path in EXAMPLE.rglob("*") if path.is_file())
PIECES = [
    *("\n", "\n\n", " ", "#", "## ", "- ", "  - ", "1. ", "> ", "| a | b |\n|---|---|\n", "**", "*", "_", "`", "```\n", "~~~\n"),
    *("[", "](", ")", "![", "<https://a.b>", "[R1]", "[R9]", "[a]: https://a.b\n", "<b>", "&amp;", "\\", '"', "“", "”", "’", "!"),
    *("just ", "simply", "committed ", "suicide", "addict's", "Dr. ", "U.S. ", "?", ".", "...", "\u2028", "\x85", "\ufeff", "é"),
    *("\U0001f600", "ß", "İ", "\u0301", "٣", "漢字", "e.g. ", "media/handset.svg", "9" * 50, "https://", "mailto:", "\t", "\r"),
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=60).map("".join)
fuzz = settings(deadline=None, max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])


@fuzz
@given(body=texts)
@example(body="![" * 400)
@example(body="committed\x85suicide " * 3)
def test_no_eye_raises_on_any_lesson(tmp_path: Path, body: str) -> None:
    folder = tmp_path / "package"
    if not folder.exists():
        copy_of_example(tmp_path).rename(folder)
    original = (folder / LESSON).read_bytes()
    front = original.split(b"\n---\n")[0]
    (folder / LESSON).write_bytes(front + b"\n---\n" + body.encode("utf-8", "replace"))

    package = read_package(folder)
    lines = (folder / LESSON).read_bytes().decode().replace("\r\n", "\n").count("\n") + 1

    (folder / LESSON).write_bytes(original)
    assert all(1 <= fault.line <= lines for fault in warnings(package) if fault.file == LESSON)
    assert all("\n" not in fault.message and fault.remedy for fault in warnings(package))
    assert len(figures(package)) == sum(source.part is not None for source in package.lessons)


@fuzz
@given(text=texts)
def test_no_eye_raises_on_any_title(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "package"
    if not folder.exists():
        copy_of_example(tmp_path).rename(folder)
        change(folder, "course.yaml", "prerequisites: None.", "prerequisites: >-\n    PLACE")
    path = folder / "course.yaml"
    original = path.read_bytes()
    path.write_bytes(original.replace(b"PLACE", b"\n    ".join(text.encode("utf-8", "replace").split(b"\n"))))

    package = read_package(folder)

    path.write_bytes(original)
    assert all(fault.line >= 1 for fault in warnings(package))


@given(text=texts, language=st.sampled_from(["en", "de", "xx", "zh", ""]))
def test_sentences_are_in_order_and_lose_no_words(text: str, language: str) -> None:
    found = list(sentences(text, language))

    assert [sentence.start for sentence in found] == sorted({sentence.start for sentence in found})
    assert sum(sentence.words for sentence in found) >= words(text)


@given(text=texts, phrases=st.lists(st.sampled_from(["committed suicide", "suicide", "just", "addict"]), min_size=1))
def test_phrases_are_found_where_they_are_told_to_be(text: str, phrases: list[str]) -> None:
    for found in Phrases(phrases).find(text):
        assert found.phrase in phrases
        assert text[found.start : found.end].casefold().startswith(found.phrase.split()[0])


@pytest.mark.parametrize("file", FILES)
def test_every_file_of_a_package_may_be_missing(tmp_path: Path, file: str) -> None:
    folder = copy_of_example(tmp_path)
    (folder / file).unlink()

    assert isinstance(warnings(read_package(folder)), tuple)

    shutil.rmtree(folder)


def prose_doubts(root: Path) -> set[tuple[str, str]]:
    package = read_package(root)
    return {(fault.rule, fault.file) for eye in PROSE for fault in eye(package)}


def test_example_course_gives_no_doubt() -> None:
    assert prose_doubts(EXAMPLE) == set()


def test_bundled_course_gives_one_doubt_which_is_waived() -> None:
    root = EXAMPLE.parent.parent / "content" / "anonymous-platforms"

    assert prose_doubts(root) == {("tertiary", "lessons/41-four-words-on-one-poster.md")}
    assert [waived.told.at for waived in review(read_package(root)).waived if waived.told.fault.rule == "tertiary"] == [
        "aca-h2-privacy"
    ]


def test_all_eyes_together_read_a_lesson_once(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    write_body(folder, "A lesson that nothing has read before, with a [guide](https://example.org/messages).")
    package = read_package(folder)
    before = read_prose.cache_info().misses

    for eye in PROSE:
        list(eye(package))

    assert read_prose.cache_info().misses - before <= len(package.lessons)


def test_finder_of_sentences_is_given_a_paragraph_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given_to_it: list[int] = []

    def segment(_language: str, text: str) -> list[str]:
        given_to_it.append(len(text))
        return [text]

    monkeypatch.setattr(sentencex, "segment", segment)

    assert list(sentences("a.b!" * 50_000, "en")) != []
    assert max(given_to_it) <= 5_000
    assert sum(given_to_it) == 200_000

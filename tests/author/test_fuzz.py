import json
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

from author.checks import package_faults
from author.packages import LONGEST_LESSON, read_package
from author.reports import as_json, as_text
from author.reviews import review
from author.texts import inline_faults, mark_faults
from courses.rendering import heading_anchors
from tests.author.folders import copy_of_example
from tests.properties import examples
from tests.publishing import EXAMPLE

FILES = sorted(str(path.relative_to(EXAMPLE)) for path in EXAMPLE.rglob("*") if path.is_file())
PIECES = [
    b"\x00", b"\xff", b"\xed\xa0\x80", b"&a", b"*a", b"<<: ", b"!!float 1", b"? ", b"- ", b": ", b"{", b"}", b"[", b"]", b"'",
    b'"', b"\n", b"\t", b"---\n", b"...\n", b"|\n", b">-\n", b"#", b"%YAML 1.1\n", b"@", b"`", b"1e999", b"0x", b"0o", b".inf",
    b"-", b"null", b"~", b"true", b"9" * 5000, b"\\ud800", b'"\\x', b"\xf0\x9f\x98\x80", b"\xe2\x80\xa8", b"\xc2\x85", b"<a", b"](",
    b"![](", b"\r", b"\xef\xbb\xbf", b"=", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"]]>", b"2026-13-45", b"to: ", b"key: ",
]  # fmt: skip
#: Files that say nothing where they are an empty list.
LISTS = ("guidance.yaml", "allow.yaml")

settings.register_profile("fuzz", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def spoiled(content: bytes, seed: int) -> bytes:
    """The content after a few cuts, insertions, swaps and repetitions."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(content))
        end = min(len(content), start + chance.choice([0, 0, 1, 2, 8, 40, 400]))
        piece = chance.choice([b"", *PIECES, content[end : end + 30], content[start:end] * 2, chance.randbytes(3)])
        content = content[:start] + piece + content[end:]
    return content


@settings(settings.get_profile("fuzz"), max_examples=examples(50))
@given(file=st.sampled_from(FILES), seed=st.integers(0, 2**32))
def test_check_never_crashes_on_spoiled_bytes(tmp_path: Path, file: str, seed: int) -> None:
    folder = tmp_path / "package"
    if not folder.exists():
        copy_of_example(tmp_path).rename(folder)
    original = (EXAMPLE / file).read_bytes()
    (folder / file).write_bytes(spoiled(original, seed))

    package = read_package(folder)
    found = review(package)
    faults = [told.fault for told in found.errors]

    (folder / file).write_bytes(original)
    told = [*faults, *(warning.fault for warning in found.warnings)]
    assert all(fault.line >= 1 and fault.message and fault.remedy and "\n" not in fault.message for fault in told)
    assert json.loads(as_json(found))["errors"] == [] or faults
    assert as_text(found)
    if not faults:
        document = package.document()
        assert document is not None
        assert document.canonical_text()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n", b"#", b"null", b"x", b"[]", b"{}", b"- 1", b"[" * 5000, b"{" * 5000, b"- " * 5000, b"a: " * 2000, b"? " * 2000,
        b"&a [*a]", b"a: &a\n  b: *a\n", b"<<: {a: b}", b"---\n---\n", b"---\n", b"---\nkey: x\n---\n", b"---\n[]\n---\n\nbody",
        b"---\n\xff\n---\n", b"'", b'"\\', b'"\\uD800"', b"%YAML 9.9\n---\na: b", b"%TAG ! x\n", b"!<", b"!!binary x", b"\x00", b"key: [",
        b"nodes: {a: {choices: [{to: {}}]}}", b"items: [{options: [[]]}]", b"items: {a: b}", b"? [a]\n: b", b"? {a: b}\n: c",
        b"1: 2\ntrue: false\nnull: null", b"a: 1_000\nb: 0b1\nc: 0x1F\nd: +5\ne: 1_\n", b"a: 2026-01-01T00:00:00Z", b"=: =",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "file",
    [
        *("course.yaml", "lessons/01-who-may-hear.md", "scenarios/the-callback.yaml", "quizzes/voicemail-test.yaml"),
        *("guidance.yaml", "allow.yaml"),
    ],
)
def test_check_never_crashes_on_odd_files(tmp_path: Path, file: str, content: bytes) -> None:
    folder = copy_of_example(tmp_path)
    (folder / file).write_bytes(content)

    found = review(read_package(folder))

    assert found.errors != () or (file in LISTS and content.strip() == b"[]")


@pytest.mark.parametrize(
    "piece",
    [
        "# h\n", "## h\n\n", "[", "![", "[a](", "[x][y] ", "[R1]", "- [a](b)\n", "*a ", "**a ", "_a_", "*_", "|a|b\n|-|-\n", "a|\n-|\n",
        "a  \n", "* * *a\n", "`a", "<a ", "'", '" ',
    ],
)  # fmt: skip
def test_text_that_would_take_long_is_told_and_not_parsed(
    tmp_path: Path, piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_of_example(tmp_path)
    path = folder / "lessons/02-say-it-slowly.md"
    front = path.read_text().split("\n---\n")[0]
    path.write_text(f"{front}\n---\n{(piece * LONGEST_LESSON)[: LONGEST_LESSON - 10]}\n")
    parsed: list[str] = []

    def parse(body: str) -> list[Token]:
        parsed.append(body)
        return []

    monkeypatch.setattr("author.texts.parse_body", parse)

    faults = read_package(folder).faults

    assert {fault.rule for fault in faults} == {"too-many-marks"}
    assert max(map(len, parsed), default=0) < 10_000  # the other lesson


@pytest.mark.parametrize("piece", ["[", "![", "_a_", "`a", "<a ", "'"])
def test_a_sentence_of_marks_is_told_and_not_parsed(piece: str) -> None:
    faults = list(inline_faults(f"# {piece * 4_000}"[:20_000]))

    assert [fault.rule for fault in faults] == ["too-many-marks"]


def test_many_headings_have_anchors_without_asking_again_from_one_on() -> None:
    """The numbers are counted on: with a list of numbers that is begun anew for each, this took half a minute."""
    anchors = heading_anchors("## h\n\n" * 10_000)

    assert (anchors[0], anchors[1], anchors[-1], len(set(anchors))) == ("h", "h-1", "h-9999", 10_000)


def test_bounds_are_far_above_the_bundled_course() -> None:
    """Five times what its longest lesson has."""
    for path in (EXAMPLE.parent.parent / "content/anonymous-platforms/lessons").iterdir():
        assert not list(mark_faults(path.read_text() * 5)), path
        assert len(path.read_text()) * 5 < LONGEST_LESSON


def test_check_of_an_empty_folder_says_what_is_missing(tmp_path: Path) -> None:
    faults = package_faults(read_package(tmp_path))

    assert [(fault.rule, fault.file) for fault in faults] == [("missing", "course.yaml"), ("missing", "lessons")]


def test_every_part_of_a_folder_may_be_missing(tmp_path: Path) -> None:
    for name in set(FILES) - {"allow.yaml"}:
        folder = copy_of_example(tmp_path)
        (folder / name).unlink()

        assert package_faults(read_package(folder)) != ()

        shutil.rmtree(folder)

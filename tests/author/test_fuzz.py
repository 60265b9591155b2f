import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from author.checks import package_faults
from author.packages import read_package
from tests.author.folders import copy_of_example
from tests.publishing import EXAMPLE

FILES = sorted(str(path.relative_to(EXAMPLE)) for path in EXAMPLE.rglob("*") if path.is_file())
PIECES = [
    b"\x00", b"\xff", b"\xed\xa0\x80", b"&a", b"*a", b"<<: ", b"!!float 1", b"? ", b"- ", b": ", b"{", b"}", b"[", b"]", b"'",
    b'"', b"\n", b"\t", b"---\n", b"...\n", b"|\n", b">-\n", b"#", b"%YAML 1.1\n", b"@", b"`", b"1e999", b"0x", b"0o", b".inf",
    b"-", b"null", b"~", b"true", b"9" * 5000, b"\\ud800", b'"\\x', b"\xf0\x9f\x98\x80", b"\xe2\x80\xa8", b"\xc2\x85", b"<a", b"](",
    b"![](", b"\r", b"\xef\xbb\xbf", b"=", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"]]>", b"2026-13-45", b"to: ", b"key: ",
]  # fmt: skip

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


@settings(settings.get_profile("fuzz"), max_examples=150)
@given(file=st.sampled_from(FILES), seed=st.integers(0, 2**32))
def test_check_never_crashes_on_spoiled_bytes(tmp_path: Path, file: str, seed: int) -> None:
    folder = tmp_path / "package"
    if not folder.exists():
        copy_of_example(tmp_path).rename(folder)
    original = (EXAMPLE / file).read_bytes()
    (folder / file).write_bytes(spoiled(original, seed))

    package = read_package(folder)
    faults = package_faults(package)

    (folder / file).write_bytes(original)
    assert all(fault.line >= 1 and fault.message and fault.remedy and "\n" not in fault.message for fault in faults)
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
    "file", ["course.yaml", "lessons/01-who-may-hear.md", "scenarios/the-callback.yaml", "guidance.yaml"]
)
def test_check_never_crashes_on_odd_files(tmp_path: Path, file: str, content: bytes) -> None:
    folder = copy_of_example(tmp_path)
    (folder / file).write_bytes(content)

    faults = package_faults(read_package(folder))

    assert faults != () or (file, content.strip()) == ("guidance.yaml", b"[]")


def test_check_of_an_empty_folder_says_what_is_missing(tmp_path: Path) -> None:
    faults = package_faults(read_package(tmp_path))

    assert [(fault.rule, fault.file) for fault in faults] == [("missing", "course.yaml"), ("missing", "lessons")]


def test_every_part_of_a_folder_may_be_missing(tmp_path: Path) -> None:
    for name in FILES:
        folder = copy_of_example(tmp_path)
        (folder / name).unlink()

        assert package_faults(read_package(folder)) != ()

        shutil.rmtree(folder)

"""A package to spoil: a copy of the example course."""

import shutil
from pathlib import Path

from author.checks import package_faults
from author.packages import read_package
from tests.publishing import EXAMPLE, SLUG


def copy_of_example(parent: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, parent / SLUG))


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new))


def line_of(folder: Path, file: str, words: str) -> int:
    """The line at which these words begin; 1 where none are given."""
    text = (folder / file).read_text() if words else ""
    assert words in text, f"{words!r} does not stand in {file}"
    return text[: text.index(words)].count("\n") + 1


def faults_of(folder: Path) -> list[tuple[str, str, int]]:
    return [(fault.rule, fault.file, fault.line) for fault in package_faults(read_package(folder))]

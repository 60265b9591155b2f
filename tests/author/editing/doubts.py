"""What an eye says of the example course after a change to it."""

from pathlib import Path

from author.editing import Eye
from author.packages import read_package
from tests.author.folders import line_of

#: A lesson of the example with its front matter and a body to be written, and the rule, file and words of each doubt.
LESSON = "lessons/02-say-it-slowly.md"
Doubts = list[tuple[str, str, str]]


def write_body(folder: Path, body: str) -> None:
    path = folder / LESSON
    front = path.read_text().split("\n---\n")[0]
    path.write_text(f"{front}\n---\n{body}\n")


def doubts_of(eye: Eye, folder: Path) -> list[tuple[str, str, int]]:
    return sorted({(fault.rule, fault.file, fault.line) for fault in eye(read_package(folder))})


def told_at(folder: Path, expected: Doubts) -> list[tuple[str, str, int]]:
    return sorted((rule, file, line_of(folder, file, words)) for rule, file, words in expected)

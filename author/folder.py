"""Reading a package's folder: plain files where the format wants them, and nothing else."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from author.faults import Fault

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_PICTURE = 2 * 1024 * 1024
LARGEST_PACKAGE = 100 * 1024 * 1024
MOST_FILES = 2000

#: What a package may hold. A name elsewhere is refused, so that nothing is published by accident.
PLACES = re.compile(
    r"(course|evaluation|guidance|allow)\.yaml"
    r"|lessons/[0-9]{2,3}-[a-z0-9]+(-[a-z0-9]+)*\.md"
    r"|(quizzes|scenarios)/[a-z0-9]+(-[a-z0-9]+)*\.yaml"
    r"|media/[a-z0-9]+([.-][a-z0-9]+)*\.(png|jpg|jpeg|webp|svg)",
    re.ASCII,
)
FOLDERS = ("lessons", "quizzes", "scenarios", "media")


@dataclass(frozen=True, slots=True)
class Folder:
    """The bytes of a package by path, and what could not be read."""

    files: dict[str, bytes]
    faults: tuple[Fault, ...]


class NotAFolder(Exception):
    """There is no folder there to read."""


def read_folder(root: Path) -> Folder:
    """Every file of the package that stands in its place. Raises NotAFolder."""
    if not root.is_dir():
        raise NotAFolder(str(root))
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    total = 0
    for path, entry in _walk(root, "", faults):
        fault = _refusal(path, entry, total=total, count=len(files))
        if fault:
            faults.append(fault)
            continue
        content = _read(entry)
        if isinstance(content, str):
            faults.append(Fault(path, 1, "unreadable", content, "Make the file readable for you."))
            continue
        total += len(content)
        files[path] = content
    return Folder(files, tuple(faults))


def _walk(folder: Path, prefix: str, faults: list[Fault]) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = prefix + shown(entry.name)
        if entry.is_symlink():
            faults.append(
                Fault(path, 1, "link", "this is a link to another place", "Put the file itself into the package.")
            )
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk_folder(entry, path, faults)
        else:
            yield path, entry


def _walk_folder(entry: "os.DirEntry[str]", path: str, faults: list[Fault]) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    if path in FOLDERS:
        yield from _walk(Path(entry.path), f"{path}/", faults)
    else:
        faults.append(
            Fault(
                path,
                1,
                "out-of-place",
                "a package has no such folder",
                f"Its folders are {', '.join(FOLDERS)}; move it out.",
            )
        )


def _refusal(path: str, entry: "os.DirEntry[str]", *, total: int, count: int) -> Fault | None:
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        return Fault(path, 1, "out-of-place", "this is not a plain file", "Remove it from the package.")
    if not PLACES.fullmatch(path):
        return Fault(
            path,
            1,
            "out-of-place",
            "a package holds no file of this name in this place",
            "See docs/authoring.md for the files of a package; lessons are named like lessons/01-first-words.md.",
        )
    limit = LARGEST_PICTURE if path.startswith("media/") else LARGEST_FILE
    if status.st_size > limit:
        return Fault(
            path,
            1,
            "too-large",
            f"{status.st_size:,} bytes are more than {limit:,}",
            "Make the file smaller or split it.",
        )
    if total + status.st_size > LARGEST_PACKAGE or count >= MOST_FILES:
        return Fault(
            path,
            1,
            "too-large",
            f"the package holds more than {LARGEST_PACKAGE:,} bytes or {MOST_FILES:,} files",
            "Make pictures smaller, or make two courses of it.",
        )
    return None


def _read(entry: "os.DirEntry[str]") -> bytes | str:
    """The file's bytes, or why they cannot be had. Not through a link that took the file's place meanwhile."""
    try:
        descriptor = os.open(entry.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb") as file:
            return file.read()
    except OSError as error:
        return error.strerror or "the file cannot be read"


def shown(name: str) -> str:
    """A file name that can be printed, whatever bytes it was made of."""
    return name.encode("utf-8", "backslashreplace").decode()

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from author.folder import LARGEST_FILE, LARGEST_PICTURE, NotAFolder, read_folder
from author.packages import read_package
from tests.author.folders import change, copy_of_example, faults_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def write(path: str, content: bytes) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    return act


def link(path: str, to: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).symlink_to(to)


def remove(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


def swap_for_link(folder: Path) -> None:
    (folder / "guidance.yaml").rename(folder.parent / "guidance.yaml")
    (folder / "guidance.yaml").symlink_to(folder.parent / "guidance.yaml")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">%s</svg>'
HANDSET = "media/handset.svg"

CHANGES: dict[str, tuple[Callable[[Path], object], list[tuple[str, str, int]]]] = {
    "link to a file": (link("lessons/03-more.md", "/etc/passwd"), [("link", "lessons/03-more.md", 1)]),
    "link to a folder": (link("extra", "/etc"), [("link", "extra", 1)]),
    "unknown folder": (write("notes/a.md", b"x"), [("out-of-place", "notes", 1)]),
    "folder in a folder": (write("lessons/old/01-a.md", b"x"), [("out-of-place", "lessons/old", 1)]),
    "unknown file": (write("README.md", b"x"), [("out-of-place", "README.md", 1)]),
    "hidden file": (write(".DS_Store", b"x"), [("out-of-place", ".DS_Store", 1)]),
    "lesson without a number": (write("lessons/more.md", b"x"), [("out-of-place", "lessons/more.md", 1)]),
    "quiz in another spelling": (write("quizzes/Extra.yml", b"x"), [("out-of-place", "quizzes/Extra.yml", 1)]),
    "picture of another kind": (write("media/x.gif", b"GIF89a"), [("out-of-place", "media/x.gif", 1)]),
    "name beyond ASCII": (write("quizzes/prüfung.yaml", b"x"), [("out-of-place", "quizzes/prüfung.yaml", 1)]),
    "pipe": (lambda folder: os.mkfifo(folder / "guide.yaml"), [("out-of-place", "guide.yaml", 1)]),
    "large picture": (write("media/a.png", PNG + bytes(LARGEST_PICTURE)), [("too-large", "media/a.png", 1)]),
    "large text": (write("quizzes/extra.yaml", bytes(LARGEST_FILE + 1)), [("too-large", "quizzes/extra.yaml", 1)]),
    "much YAML": (write("quizzes/extra.yaml", b"#" * 1_100_000), [("too-large", "quizzes/extra.yaml", 1)]),
    "long lesson": (
        lambda folder: change(folder, "lessons/02-say-it-slowly.md", "Try three", "word " * 1_000_000),
        [("too-long", "lessons/02-say-it-slowly.md", 9)],
    ),
    "another encoding": (write("guidance.yaml", "- id: G01\n  point: é".encode("latin-1")), [("encoding", "guidance.yaml", 2)]),
    "no course.yaml": (remove("course.yaml"), [("missing", "course.yaml", 1)]),
    "no evaluation": (remove("evaluation.yaml"), [("gate", "course.yaml", 65)]),
    "guidance through a link": (swap_for_link, [("link", "guidance.yaml", 1)]),
    "picture nobody lists": (write("media/x.png", PNG), [("media-unlisted", "media/x.png", 1)]),
    "png that is not": (write("media/x.png", b"<script>"), [("media-type", "media/x.png", 1), ("media-unlisted", "media/x.png", 1)]),
    "jpeg that is png": (write("media/x.jpg", PNG), [("media-type", "media/x.jpg", 1), ("media-unlisted", "media/x.jpg", 1)]),
    "webp that is not": (write("media/x.webp", b"RIFF1234WAVE"), [("media-type", "media/x.webp", 1), ("media-unlisted", "media/x.webp", 1)]),
    "svg that is html": (write(HANDSET, b"<html></html>"), [("media-type", HANDSET, 1)]),
    "svg that is nothing": (write(HANDSET, b"\n\n<svg"), [("media-type", HANDSET, 3)]),
    "svg with script": (write(HANDSET, SVG % b"\n<script>alert(1)</script>"), [("svg-unsafe", HANDSET, 2)]),
    "svg with foreign object": (write(HANDSET, SVG % b"<foreignObject/>"), [("svg-unsafe", HANDSET, 1)]),
    "svg with html": (write(HANDSET, SVG % b'<x:p xmlns:x="http://www.w3.org/1999/xhtml"/>'), [("svg-unsafe", HANDSET, 1)]),
    "svg with animation": (write(HANDSET, SVG % b'<set attributeName="href"/>'), [("svg-unsafe", HANDSET, 1)]),
    "svg with handler": (write(HANDSET, SVG % b'<path onclick="x()"/>'), [("svg-unsafe", HANDSET, 1)]),
    "svg with picture": (write(HANDSET, SVG % b'<image href="https://x.org/p.png"/>'), [("svg-unsafe", HANDSET, 1)]),
    "svg with reference out": (write(HANDSET, SVG % b'<use xlink:href="https://x.org/#a"/>'), [("svg-unsafe", HANDSET, 1)]),
    "svg with style that loads": (write(HANDSET, SVG % b'<path style="fill:url(https://x.org)"/>'), [("svg-unsafe", HANDSET, 1)]),
    "svg with style element": (write(HANDSET, SVG % b"<style>@import 'x'</style>"), [("svg-unsafe", HANDSET, 1)]),
    "svg with entity": (write(HANDSET, b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG % b"&a;"), [("svg-unsafe", HANDSET, 1)]),
    "svg with instruction": (write(HANDSET, b'<?xml-stylesheet href="x"?>' + SVG % b""), [("svg-unsafe", HANDSET, 1)]),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_folder_with_one_change_has_these_faults(name: str, tmp_path: Path) -> None:
    act, expected = CHANGES[name]
    folder = copy_of_example(tmp_path)

    act(folder)

    found = [fault for fault in faults_of(folder) if fault[0] != "unknown-key"]
    assert found == sorted(expected, key=lambda fault: (fault[1], fault[2], fault[0]))


def test_svg_that_refers_to_itself_is_taken(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    drawing = b'<defs><path id="a"/></defs><use href="#a" fill="url(#a)" style="stroke: #123"/>'

    write(HANDSET, SVG % drawing)(folder)

    assert faults_of(folder) == []


def test_folder_that_is_a_file_or_absent_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    for path in (tmp_path / "file", tmp_path / "absent"):
        with pytest.raises(NotAFolder):
            read_folder(path)


def test_file_that_cannot_be_read_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy_of_example(tmp_path)

    def refuse(path: str, flags: int) -> int:
        if path.endswith("guidance.yaml"):
            raise PermissionError(13, "Permission denied")
        return original(path, flags)

    original = os.open
    monkeypatch.setattr(os, "open", refuse)

    assert ("unreadable", "guidance.yaml", 1) in faults_of(folder)


def test_windows_line_ends_and_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    before = read_package(folder).document()
    for path in folder.rglob("*.*"):
        if path.suffix in (".md", ".yaml"):
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    package = read_package(folder)

    assert package.faults == []
    assert package.document() == before

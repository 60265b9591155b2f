"""Pictures: every one listed with its alt text, license and source, every one there, and every one shown."""

from collections.abc import Iterator

from author.faults import Fault
from author.packages import Package
from author.references import repeated

LIST_IT = "List it there, with alt, license and source"


def media_faults(package: Package) -> Iterator[Fault]:
    """Pictures that are shown, listed or in the folder, and not all three."""
    if package.course.part is None:
        return
    listed = [item.file for item in package.course.part.media]
    present = {path for path in package.files if path.startswith("media/")}
    for index, item in enumerate(package.course.part.media):
        if item.sha256:
            line = package.course.line("media", index, "sha256")
            message = "`sha256` is computed from the file"
            yield Fault(package.course.file, line, "unknown-name", message, "Remove it.")
    yield from _shown_unlisted(package, set(listed))
    yield from _listed(package, listed, present)
    for file in sorted(present.difference(listed)):
        message = "the picture is not listed in `media` of course.yaml"
        yield Fault(file, 1, "media-unlisted", message, f"{LIST_IT}, or remove the file.")


def _shown_unlisted(package: Package, listed: set[str]) -> Iterator[Fault]:
    for lesson in package.lessons:
        for picture in lesson.read.pictures:
            if picture.file not in listed:
                message = f"the picture `{picture.file[:80]}` is not listed in `media` of course.yaml"
                yield Fault(lesson.file, lesson.body_line + picture.line, "media-unlisted", message, f"{LIST_IT}.")


def _listed(package: Package, listed: list[str], present: set[str]) -> Iterator[Fault]:
    # A lesson that cannot be read may show any of them.
    all_read = all(lesson.part for lesson in package.lessons)
    shown = {picture.file for lesson in package.lessons for picture in lesson.read.pictures}
    for index, file in enumerate(listed):
        line = package.course.line("media", index)
        if file not in present:
            remedy = "Put it into the folder, or remove the entry."
            yield Fault(package.course.file, line, "media-missing", f"there is no file {file}", remedy)
        elif all_read and file not in shown:
            remedy = f"Show it: ![]({file}), or remove it."
            yield Fault(package.course.file, line, "media-unused", f"no lesson shows {file}", remedy)
    for index, file in repeated(listed):
        line = package.course.line("media", index)
        yield Fault(package.course.file, line, "media-twice", f"{file} is listed twice", "Keep one of the two.")

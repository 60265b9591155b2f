"""Published versions as objects: parsed once, kept in the process by the document's SHA-256."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType

from django.utils.safestring import SafeString, mark_safe

from courses import document
from courses.document import Document
from courses.models import CourseVersion, RenderedLesson, Rendering, VersionDocument

#: How many versions a process keeps.
KEPT = 64


@dataclass(frozen=True, slots=True)
class Published:
    """A version ready to show: its document, and the HTML of its texts."""

    document: Document
    inline: Mapping[str, SafeString]  # by the inline Markdown source
    lessons: Mapping[str, SafeString]  # by lesson key


# By the document's hash, not by the version's id: ids come back after a rollback. The course stands beside it because
# rendered lessons carry its address.
_kept: dict[tuple[int, str], Published] = {}
_loading = Lock()


def published(version: CourseVersion) -> Published:
    """The version's document and HTML; no statement when this process has met it before."""
    name = (version.course_id, version.document_sha256)
    found = _kept.get(name)
    return found or _load_once(name, version)


def forget() -> None:
    """Drop what this process keeps; the next reader loads it again."""
    with _loading:
        _kept.clear()


def _load_once(name: tuple[int, str], version: CourseVersion) -> Published:
    with _loading:
        found = _kept.get(name)
        if found is None:
            found = _load(version)
            while len(_kept) >= KEPT:
                del _kept[next(iter(_kept))]
            _kept[name] = found
        return found


def _load(version: CourseVersion) -> Published:
    text = VersionDocument.objects.get(version=version).text
    rendering = Rendering.objects.filter(version=version).order_by("-renderer")[0]
    lessons = RenderedLesson.objects.filter(rendering=rendering)
    return Published(
        document=document.parse(text),
        inline=_marked(rendering.fragments),
        lessons=_marked({lesson.lesson_key: lesson.html for lesson in lessons}),
    )


def _marked(html: Mapping[str, str]) -> Mapping[str, SafeString]:
    marked = {source: mark_safe(text) for source, text in html.items()}  # noqa: S308 - made by courses.rendering
    return MappingProxyType(marked)

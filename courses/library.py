"""Published versions as objects: parsed once, kept in the process by the document's SHA-256."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from courses.document import Document
from courses.models import CourseVersion


@dataclass(frozen=True, slots=True)
class Published:
    """A version ready to show: its document, and the HTML of its texts."""

    document: Document
    inline: Mapping[str, SafeString]  # by the inline Markdown source
    lessons: Mapping[str, SafeString]  # by lesson key


def published(version: CourseVersion) -> Published:
    """The version's document and HTML; no statement when this process has met it before."""
    raise NotImplementedError

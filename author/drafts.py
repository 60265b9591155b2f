"""A package that is not published, as one file that needs nothing else: for a board or a colleague without an account."""

import datetime as dt
import re
from base64 import b64encode
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from author.packages import Package
from author.review import review_copy
from courses.document import Document
from courses.library import Published
from courses.rendering import media_address, pictures, render_fragments, render_lesson

STYLES = ("js-lib-bootstrap5/css/bootstrap.min.css", "vignette.css")
SPRITE = "icons.svg"
#: Stands in addresses of pictures until their bytes take the address's place.
SLUG = "draft"


def draft_of(document: Document) -> Published:
    """The document with the HTML of its texts, made now and kept nowhere."""
    shown = pictures(SLUG, document)
    return Published(
        document=document,
        inline={source: mark_safe(html) for source, html in render_fragments(document).items()},  # noqa: S308 - rendered
        lessons={lesson.key: render_lesson(lesson.body, shown) for lesson in document.lessons},
    )


def review_file(package: Package, document: Document, made_on: dt.date) -> str:
    """The reviewer's copy as one page of HTML: styles, icons and pictures are inside it, and it loads nothing."""
    context = {
        "copy": review_copy(draft_of(document)),
        "made_on": made_on,
        "styles": mark_safe("\n".join(_static(name) for name in STYLES)),  # noqa: S308 - our own files
        "sprite": _sprite(),
    }
    html = str(render_to_string("author/review/file.html", context))
    html = html.replace(f'href="{static(SPRITE)}#', 'href="#icon-')
    for picture in package.pictures.values():
        inside = f"data:{picture.content_type};base64,{b64encode(picture.content).decode()}"
        html = html.replace(media_address(SLUG, picture.sha256), inside)
    return html


def _sprite() -> SafeString:
    """The icons, to be referred to from the same page; their ids do not meet those of the course."""
    drawings = re.sub(r'<symbol id="', '<symbol id="icon-', _static(SPRITE))
    return mark_safe(drawings.replace("<svg ", '<svg hidden="" aria-hidden="true" ', 1))  # noqa: S308 - our own file


def _static(name: str) -> str:
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found).read_text()

"""Every sentence of ours goes through gettext: pages are rendered with each translated string in brackets, and what stands
outside of brackets must be data, which the caller names."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest
from django.utils import translation

from courses.models import CourseVersion

OPEN, CLOSE = "⟦", "⟧"
SPOKEN = ("alt", "aria-label", "placeholder", "title")
#: Words that are the same in every language, or belong to no sentence.
ALWAYS = ("Vignette", "UTC")


@contextmanager
def pseudo_localized(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every translated string in brackets, whoever asks for it."""
    real = vars(translation)["_trans"]

    def marked(message: str) -> str:
        # A string that ends up in a format keeps its placeholders; white space around stays outside, as pages expect.
        return f"{OPEN}{message}{CLOSE}" if message.strip() else message

    with monkeypatch.context() as patched:
        patched.setattr(real, "gettext", marked, raising=False)
        patched.setattr(real, "ngettext", lambda one, many, n: marked(one if n == 1 else many), raising=False)
        patched.setattr(real, "pgettext", lambda _context, message: marked(message), raising=False)
        patched.setattr(
            real, "npgettext", lambda _context, one, many, n: marked(one if n == 1 else many), raising=False
        )
        yield


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.silent = 0
        self.bare: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style")
        given = dict(attrs)
        spoken = [given.get(name) or "" for name in SPOKEN]
        if tag == "input" and given.get("type") in ("submit", "button"):
            spoken.append(given.get("value") or "")
        for text in spoken:
            self.bare += _outside(text)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        for piece in re.split(f"([{OPEN}{CLOSE}])", data):
            if piece == OPEN:
                self.depth += 1
            elif piece == CLOSE:
                self.depth -= 1
            elif self.depth == 0 and re.search(r"[^\W\d_]", piece):
                self.bare.append(piece.strip())


def _outside(text: str) -> list[str]:
    rest = re.sub(f"{OPEN}.*{CLOSE}", "", text, flags=re.DOTALL)
    return [rest.strip()] if re.search(r"[^\W\d_]", rest) else []


def untranslated(html: str, data: Iterable[str]) -> list[str]:
    """Texts of the page that went by gettext and are not data: names, addresses, and what a document says."""
    reader = _Reader()
    reader.feed(html)
    known = _plain("\n".join([*ALWAYS, *data]))
    return [text for text in reader.bare if not _is_known(text, known)]


def _is_known(text: str, known: str) -> bool:
    # A line may put several data side by side: the title and our name, an author's credentials and role.
    return _plain(text) in known or all(
        _plain(piece.strip(" :()*0123456789")) in known for piece in re.split("[·,.;]", text)
    )


def texts_of(version: CourseVersion) -> str:
    """Everything that a version's document says, as its pages may show it."""
    return "\n".join(_strings(json.loads(version.document.text)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _plain(text: str) -> str:
    # Authors type plain quotes, and pages show curly ones.
    straight = text.translate(str.maketrans("‘’“”", "''\"\""))
    return " ".join(re.sub(r"[*_`\\]", "", straight).split())

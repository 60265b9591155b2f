"""Files that people hand in as evidence: told by their bytes, made harmless or refused.

A picture is decoded within limits and written anew, so that nothing of the file is kept but the picture. A PDF is kept
as it is; one that says openly that it runs, starts or carries something is refused. What it may hide in compressed
streams is not looked for, because opening them is what a bomb waits for: whoever serves it never shows it inline.
"""

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from PIL import Image, ImageOps

from accounts.rules import hidden_characters

MOST_BYTES: Final = 5 * 1024 * 1024
#: A picture is made smaller until its longer side has so many; a page is still read with ease.
LONGEST_SIDE: Final = 3000
LONGEST_NAME: Final = 80


class Kind(StrEnum):
    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"


SUFFIXES: Final = {Kind.PDF: ".pdf", Kind.PNG: ".png", Kind.JPEG: ".jpg", Kind.WEBP: ".webp"}


#: A letter page at 400 dots an inch; decoded, each of them takes four bytes, and more on the way. A JPEG, and so what a
#: phone photographs, can be decoded smaller than it is.
MOST_PIXELS: Final = {Kind.PNG: 16_000_000, Kind.JPEG: 50_000_000, Kind.WEBP: 16_000_000}


class FileFault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    OTHER_KIND = "other_kind"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    MOVING = "moving"
    PDF_ACTIVE = "pdf_active"
    PDF_MORE_BEHIND = "pdf_more_behind"


class FileRefused(Exception):
    """The file cannot be kept."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that may be kept, as it is kept."""

    name: str
    kind: Kind
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def examined(content: bytes, name: str) -> Examined:
    """The file as it is kept, whatever its name says that it is. Raises FileRefused."""
    if not content:
        raise FileRefused(FileFault.EMPTY)
    if len(content) > MOST_BYTES:
        raise FileRefused(FileFault.TOO_LARGE)
    kind = _kind(content)
    if kind is None:
        raise FileRefused(FileFault.OTHER_KIND)
    if kind is Kind.PDF:
        _refuse_active(content)
    else:
        kind, content = _painted_anew(kind, content)
    return Examined(plain_name(name, kind), kind, content)


def plain_name(name: str, kind: Kind) -> str:
    """The last part of the name, without what cannot be seen or leads elsewhere, and with the kind's own ending."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(each for each in last if unicodedata.category(each)[0] not in "CZ" or each == " ")
    stem = "" if hidden_characters(shown) else PurePosixPath(shown.strip(" .")).stem.strip(" .\"'<>:;|?*")
    return (stem[:LONGEST_NAME] or "evidence") + SUFFIXES[kind]


def _kind(content: bytes) -> Kind | None:
    """By its first bytes. A PDF must begin with its mark: what may stand before it is how two kinds share a file."""
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Kind.WEBP
    return None


#: Names of a PDF's dictionaries that run, start, fetch, send or carry something.
_ACTIVE: Final = frozenset(
    b"JavaScript JS Launch EmbeddedFile EmbeddedFiles RichMedia XFA SubmitForm ImportData GoToE GoToR AA Rendition"
    b" Movie Sound".split()
)
_NAME: Final = re.compile(rb"/([^\x00-\x20()<>\[\]{}/%]{1,60})")
_SPELLED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"stream\r?\n")


def _refuse_active(content: bytes) -> None:
    last = content.rfind(b"%%EOF")
    if last < 0:
        raise FileRefused(FileFault.BROKEN)
    if content[last + 5 :].strip(b"\r\n\t \x00") or content.rfind(b"PK\x05\x06", -70_000) >= 0:
        raise FileRefused(FileFault.PDF_MORE_BEHIND)
    # By chance compressed bytes spell a short name; a long one they do not, so it is looked for everywhere.
    found = _names(_outside_streams(content)) | {name for name in _names(content) if len(name) > 4}
    if found & _ACTIVE:
        raise FileRefused(FileFault.PDF_ACTIVE)


def _outside_streams(content: bytes) -> bytes:
    """What is left when each stream is taken out; one that never ends stays."""
    # By hand, for `stream.*?endstream` looks to the end of the file from each of a million beginnings.
    kept, at = list[bytes](), 0
    while begun := _STREAM.search(content, at):
        end = content.find(b"endstream", begun.end())
        if end < 0:
            break
        kept.append(content[at : begun.start()])
        at = end + len(b"endstream")
    return b" ".join((*kept, content[at:]))


def _names(content: bytes) -> set[bytes]:
    """The names in it, with the spelling #4A for J undone."""
    return {_SPELLED.sub(_letter, name) if b"#" in name else name for name in set(_NAME.findall(content))}


def _letter(spelled: re.Match[bytes]) -> bytes:
    return bytes([int(spelled.group(1), 16)])


def _painted_anew(kind: Kind, content: bytes) -> tuple[Kind, bytes]:
    try:
        return _repaint(kind, content)
    except FileRefused:
        raise
    except Image.DecompressionBombError as error:
        raise FileRefused(FileFault.TOO_MANY_PIXELS) from error
    except Exception as error:
        raise FileRefused(FileFault.BROKEN) from error


def _repaint(kind: Kind, content: bytes) -> tuple[Kind, bytes]:
    with Image.open(io.BytesIO(content), formats=[kind.name]) as opened:
        # The size stands in the header: nothing is decoded before this.
        if opened.width * opened.height > MOST_PIXELS[kind]:
            raise FileRefused(FileFault.TOO_MANY_PIXELS)
        if getattr(opened, "n_frames", 1) > 1:
            raise FileRefused(FileFault.MOVING)
        if kind is Kind.JPEG:
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        # Smaller first, so that what follows works on less; `load` is its first step.
        has_palette = opened.mode not in ("1", "L", "LA", "RGB", "RGBA", "CMYK")
        picture = opened.convert("RGBA") if has_palette else opened
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
        picture = ImageOps.exif_transpose(picture)
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    picture = picture.convert("RGBA" if has_alpha and kind is not Kind.JPEG else "RGB")
    picture.info.clear()
    return _written(picture, kind)


def _written(picture: Image.Image, kind: Kind) -> tuple[Kind, bytes]:
    """In its own kind; as JPEG on white where that would be too large. None of its info is written."""
    written = _saved(picture, kind)
    if len(written) <= MOST_BYTES:
        return kind, written
    sheet = Image.new("RGB", picture.size, "white")
    sheet.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    written = _saved(sheet, Kind.JPEG)
    if len(written) > MOST_BYTES:
        raise FileRefused(FileFault.TOO_LARGE)
    return Kind.JPEG, written


def _saved(picture: Image.Image, kind: Kind) -> bytes:
    out = io.BytesIO()
    picture.save(out, format=kind.name, quality=85)
    return out.getvalue()

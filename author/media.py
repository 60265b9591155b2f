"""Pictures of a package: what they are by their first bytes, and SVG that can do nothing but be looked at."""

import re
from collections.abc import Mapping
from xml.parsers import expat

SIGNATURES = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
TYPE_OF_ENDING = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "svg": "image/svg+xml",
}

SVG = "http://www.w3.org/2000/svg"
#: Drawing, and nothing that runs, animates, embeds or loads.
DRAWING = frozenset(
    [
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "title",
        "desc",
        "metadata",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textPath",
        "linearGradient",
        "radialGradient",
        "stop",
        "pattern",
        "clipPath",
        "mask",
        "marker",
        "filter",
        "feBlend",
        "feColorMatrix",
        "feComponentTransfer",
        "feComposite",
        "feFlood",
        "feFuncA",
        "feFuncB",
        "feFuncG",
        "feFuncR",
        "feGaussianBlur",
        "feMerge",
        "feMergeNode",
        "feMorphology",
        "feOffset",
        "feDropShadow",
    ]
)
LOADS = re.compile(r"url\(\s*['\"]?(?!#)|@import|\\|javascript:|expression\(", re.IGNORECASE)


class Refused(Exception):
    """The picture is not what its name says, or could do more than be looked at."""

    def __init__(self, rule: str, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line


def content_type(path: str, content: bytes) -> str:
    """The type that the name promises and the content keeps. Raises Refused."""
    promised = TYPE_OF_ENDING[path.rpartition(".")[2]]
    if promised == "image/svg+xml":
        _require_plain_drawing(content)
        return promised
    if not SIGNATURES[promised].match(content):
        raise Refused("media-type", f"the content is not {promised}, as the name says")
    return promised


def _require_plain_drawing(content: bytes) -> None:
    drawing = _Drawing()
    try:
        drawing.parser.Parse(content, True)  # noqa: FBT003 - expat takes it by position
    except expat.ExpatError as error:
        raise Refused("media-type", f"this is not SVG: {expat.ErrorString(error.code)}", error.lineno) from error
    except (UnicodeError, LookupError, ValueError) as error:
        raise Refused("media-type", "this is not SVG in UTF-8") from error


class _Drawing:
    """Reads an SVG and raises Refused at the first thing that is not drawing."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._element
        self.parser.ProcessingInstructionHandler = self._instruction
        self.is_root = True

    def _refuse(self, message: str) -> None:
        raise Refused("svg-unsafe", message, self.parser.CurrentLineNumber)

    def _doctype(self, *_args: object) -> None:
        # A document type can declare entities that grow without end or read files.
        self._refuse("a document type (<!DOCTYPE …>) is not part of a drawing")

    def _instruction(self, *_args: object) -> None:
        self._refuse("an instruction (<?…?>) is not part of a drawing")

    def _element(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if self.is_root and (space, tag) != (SVG, "svg"):
            raise Refused("media-type", f"this is not SVG: its root is <{tag}>", self.parser.CurrentLineNumber)
        self.is_root = False
        if space == SVG and tag not in DRAWING:
            self._refuse(f"<{tag}> is not allowed in a drawing")
        if space == "http://www.w3.org/1999/xhtml":
            self._refuse(f"HTML (<{tag}>) is not allowed in a drawing")
        for attribute, value in attributes.items():
            self._attribute(attribute, value)

    def _attribute(self, name: str, value: str) -> None:
        _space, _, word = name.rpartition(" ")
        if word.lower().startswith("on"):
            self._refuse(f"the attribute {word} would run a script")
        if word in ("href", "src") and not value.strip().startswith("#"):
            self._refuse(f"{word} leads out of the drawing")
        if LOADS.search(value):
            self._refuse(f"the attribute {word} would load something from elsewhere")

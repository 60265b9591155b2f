"""typst with our fonts: one text in, one conformant PDF out, or a refusal."""

from functools import cache
from pathlib import Path

import typst
from django.conf import settings

_TEMPLATES = Path(__file__).parent / "typst"


class CannotBePrinted(Exception):
    """No font that we have holds a character, or the text cannot be laid out as an accessible PDF."""


def typeset(template: str, inputs: dict[str, str], *, folder: Path = _TEMPLATES) -> bytes:
    """The PDF/UA-1 document that the template makes of these inputs; equal inputs and fonts give equal bytes."""
    # A compiler of its own for each document: one that two threads share refuses the second.
    compiler = typst.Compiler(
        input=str(folder / template), root=str(folder), font_paths=_fonts(), ignore_system_fonts=True
    )
    try:
        pdf = compiler.compile(sys_inputs=inputs, format="pdf", pdf_standards="ua-1")
    except typst.TypstError as error:
        raise CannotBePrinted(error.message) from error
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _fonts() -> typst.Fonts:
    # Reading the font files takes longer than setting ten certificates.
    paths = [path for path in settings.CERTIFICATE_FONT_PATHS if Path(path).is_dir()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paths)

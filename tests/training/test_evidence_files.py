"""What is kept of a file that somebody hands in, and what is refused."""

import io
import resource
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.training import files
from training.evidence_files import (
    LONGEST_SIDE,
    MOST_BYTES,
    FileFault,
    FileRefused,
    Kind,
    examined,
    plain_name,
)


def fault(content: bytes, name: str = "card.pdf") -> FileFault:
    with pytest.raises(FileRefused) as refusal:
        examined(content, name)
    return refusal.value.fault


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.PDF, Kind.PDF),
        (files.picture("PNG"), Kind.PNG),
        (files.picture("PNG", mode="P"), Kind.PNG),
        (files.picture("PNG", mode="1"), Kind.PNG),
        (files.picture("JPEG"), Kind.JPEG),
        (files.picture("WEBP"), Kind.WEBP),
    ],
)
def test_kind_is_told_by_the_bytes_and_not_by_the_name(content: bytes, kind: Kind) -> None:
    kept = examined(content, "card.exe")

    assert (kept.kind, kept.name) == (
        kind,
        {"pdf": "card.pdf", "png": "card.png", "jpeg": "card.jpg", "webp": "card.webp"}[kind.name.lower()],
    )


def test_pdf_is_kept_byte_for_byte() -> None:
    assert examined(files.PDF, "a.pdf").content == files.PDF


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_picture_is_kept_without_what_it_tells_beside_it(name: str) -> None:
    handed_in = files.with_secrets()[name]
    assert b"SECRET" in handed_in

    kept = examined(handed_in, "card")

    assert b"SECRET" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as opened:
        opened.load()
        assert (opened.size, dict(opened.getexif())) == ((60, 40), {})
        assert set(opened.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "duration",
            "background",
            "loop",
            "timestamp",
        }


def test_same_picture_is_kept_as_the_same_bytes_whatever_it_told_beside() -> None:
    plain = examined(files.picture("JPEG"), "a").sha256

    assert examined(files.with_secrets()["jpeg"], "b").sha256 == plain


def test_picture_that_lies_on_its_side_is_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    with Image.open(io.BytesIO(examined(files.picture("JPEG", exif=exif), "a").content)) as opened:
        assert opened.size == (40, 60)


def test_large_picture_is_made_smaller() -> None:
    with Image.open(io.BytesIO(examined(files.picture("JPEG", (4200, 1400)), "a").content)) as opened:
        assert opened.size == (LONGEST_SIDE, 1000)


def test_transparent_picture_stays_so() -> None:
    with Image.open(io.BytesIO(examined(files.picture("PNG", mode="RGBA"), "a").content)) as opened:
        assert opened.mode == "RGBA"


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"<html>%PDF-1.7",
        b"\n%PDF-1.7\n%%EOF",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg/>',
        files.zipped(),
        b"GIF89a" + b"\0" * 50,
        b"BM" + b"\0" * 50,
        b"II*\0" + b"\0" * 50,
        b"%!PS-Adobe-3.0",
        b"MZ" + b"\0" * 99,
        b"RIFF\0\0\0\0WAVE",
        b"x",
    ],
)
def test_other_kinds_are_refused_whatever_their_name(content: bytes) -> None:
    assert fault(content, "card.pdf") is FileFault.OTHER_KIND


def test_empty_and_large_files_are_refused() -> None:
    assert fault(b"") is FileFault.EMPTY
    assert fault(files.PDF + b" " * (MOST_BYTES - len(files.PDF) + 1)) is FileFault.TOO_LARGE
    assert examined(files.PDF + b" " * (MOST_BYTES - len(files.PDF)), "a").kind is Kind.PDF


@pytest.mark.parametrize(
    "content",
    [
        files.picture("PNG")[:60],
        files.picture("JPEG")[:100],
        files.picture("WEBP")[:30],
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
        b"\xff\xd8\xff/*<script>alert(1)</script>*/",
        b"%PDF-1.7\n<script>alert(1)</script>",
    ],
)
def test_broken_files_are_refused(content: bytes) -> None:
    assert fault(content) is FileFault.BROKEN


def test_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    large = files.picture("PNG", (4001, 4000), "1")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert fault(files.png_that_says_it_is_huge()) is FileFault.TOO_MANY_PIXELS
    assert fault(large) is FileFault.TOO_MANY_PIXELS

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_moving_pictures_are_refused(kind: str) -> None:
    assert fault(files.moving(kind)) is FileFault.MOVING


@pytest.mark.parametrize(
    "dictionary",
    [
        b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
        b"<< /S /Launch /F (cmd.exe) >>",
        b"<< /Type /EmbeddedFile >>",
        b"<< /Names << /EmbeddedFiles 5 0 R >> >>",
        b"<< /AA << /O 4 0 R >> >>",
        b"<< /S /J#61vaScript >>",
        b"<< /S /#4a#53 >>",
        b"<</S/SubmitForm/F(http://elsewhere.example)>>",
        b"<< /AcroForm << /XFA 3 0 R >> >>",
        b"<< /S /GoToE >>",
        b"<< /RichMedia 3 0 R >>",
    ],
)
def test_pdf_that_runs_starts_or_carries_something_is_refused(dictionary: bytes) -> None:
    assert fault(files.pdf_with(dictionary)) is FileFault.PDF_ACTIVE


def test_pdf_that_says_so_inside_a_stream_that_is_none_is_refused() -> None:
    assert fault(files.pdf_with(b"% stream\n<< /S /JavaScript >>\n% endstream")) is FileFault.PDF_ACTIVE


def test_pdf_that_opens_at_a_page_and_links_is_kept() -> None:
    harmless = files.pdf_with(b"<< /OpenAction [3 0 R /Fit] >>", b"<< /S /URI /URI (https://heart.example) >>")

    assert examined(harmless, "a").content == harmless


def test_pdf_with_another_file_behind_it_is_refused() -> None:
    assert fault(files.PDF + files.zipped()) is FileFault.PDF_MORE_BEHIND
    assert fault(files.PDF + b"<script>alert(1)</script>") is FileFault.PDF_MORE_BEHIND
    assert fault(files.PDF + files.zipped() + b"%%EOF") is FileFault.PDF_MORE_BEHIND


def test_bomb_in_a_pdfs_stream_is_not_opened() -> None:
    bomb = files.pdf_with_stream(b"\0" * 200_000_000)
    assert len(bomb) < 300_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert examined(bomb, "a").content == bomb

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_pdf_of_streams_without_an_end_is_read_once() -> None:
    content = files.pdf_with(b"stream\n" * 10_000)
    started = time.process_time()

    assert examined(content, "a").content == content

    assert time.process_time() - started < 2  # a guard against growth by the square, not a measurement


def test_pdf_that_acts_behind_a_stream_without_an_end_is_refused() -> None:
    assert fault(files.pdf_with(b"stream\n<< /JS (app.alert(1)) >>")) is FileFault.PDF_ACTIVE


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("BLS card 2026.PDF", "BLS card 2026.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ana\\card.jpg", "card.pdf"),
        ("card\u202efdp.exe", "cardfdp.pdf"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x.pdf"),
        ('"; filename="x.html', 'filename="x.pdf'),
        ("", "evidence.pdf"),
        ("...", "evidence.pdf"),
        ("n" * 300 + ".pdf", "n" * 80 + ".pdf"),
        ("Zeugnis für Ana.pdf", "Zeugnis für Ana.pdf"),
    ],
)
def test_name_is_made_plain(name: str, plain: str) -> None:
    assert plain_name(name, Kind.PDF) == plain


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"]),
)
def test_any_bytes_are_kept_or_refused_in_words(content: bytes, start: bytes) -> None:
    try:
        kept = examined(start + content, "x")
    except FileRefused:
        return
    assert kept.kind in Kind

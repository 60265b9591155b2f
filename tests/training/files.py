"""Files as people hand them in, and as people with other aims do."""

import io
import struct
import zipfile
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PDF = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\n"
    b"endobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>\nendobj\n"
    b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
)


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **save: object) -> bytes:
    out = io.BytesIO()
    made = Image.new(mode, size, "white" if mode != "P" else 0)
    made.putpixel((3, 3), 1 if mode in ("1", "P") else (200, 10, 10) if mode == "RGB" else (200, 10, 10, 90))
    made.save(out, kind, **save)
    return out.getvalue()


def with_secrets() -> dict[str, bytes]:
    """Pictures that tell more than they show: place, words, a profile, something behind the end."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET"
    exif[0x8825] = {1: "N", 2: (41.0, 5.0, 9.0)}
    text = PngInfo()
    text.add_text("Comment", "SECRET")
    return {
        "jpeg": picture("JPEG", exif=exif, comment=b"SECRET") + b"SECRET",
        "png": picture("PNG", pnginfo=text, exif=exif) + b"SECRET",
        "webp": picture("WEBP", exif=exif, xmp=b"<x>SECRET</x>"),
    }


def pdf_with(*dictionaries: bytes) -> bytes:
    more = b"".join(b"%d 0 obj\n%s\nendobj\n" % (9 + number, each) for number, each in enumerate(dictionaries))
    return PDF.replace(b"trailer", more + b"trailer")


def pdf_with_stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return pdf_with(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed))


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return out.getvalue()


def png_that_says_it_is_huge() -> bytes:
    """A few bytes whose header promises 60,000 by 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


def moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()

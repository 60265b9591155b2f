import hashlib
import io
from pathlib import Path

import page
import pypdf
import pytest

import certificates
from certificates import rules
from certificates.payload import ATTESTED, DELIVERY, NO_CREDIT, AuthorLine, LicenseLine, Payload
from certificates.pdf import Paper, printed
from certificates.typesetting import CannotBePrinted

NUMBER = rules.number_hash("salt", "LCSW 12345")
PAYLOAD = Payload(
    type="vignette/certificate/v1",
    code=rules.code_of(0x1F3A5B7C9D0E2F4A6B8C0D1E2F3A4B5C),
    kid="k",
    template=2,
    name="Zoë Nguyễn-Łukasz, LCSW",
    title="Strangers, screens, and the consulting room",
    course="anonymous-platforms",
    version=3,
    document_sha256="0" * 64,
    authors=(AuthorLine(name="Ilse Brandt", credentials="PhD", role="Course author"),),
    provider="Riverbend Learning",
    provider_id="x",
    started_on="2026-11-19",
    completed_at="2026-11-22T09:30:00.000000Z",
    completed_on="2026-11-21",
    completed_zone="Pacific/Honolulu",
    issued_at="2026-11-22T09:30:01.000000Z",
    minutes=60,
    delivery=DELIVERY,
    credit=NO_CREDIT,
    statements=(ATTESTED,),
    licenses=(LicenseLine(profession="Social worker", jurisdiction="California", number_sha256=NUMBER),),
)
ADDRESS = f"https://vignette.example/verify/{PAYLOAD.code}/"


def pdf(payload: Payload = PAYLOAD, *, is_demo: bool = False, paper: Paper = Paper.LETTER) -> bytes:
    return printed(payload, address=ADDRESS, is_demo=is_demo, numbers={NUMBER: "LCSW 12345"}, paper=paper)


def text_of(content: bytes) -> str:
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in pypdf.PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("is_demo", [False, True])
def test_pdf_conforms_to_pdf_ua(paper: Paper, is_demo: bool) -> None:
    report = page.validate_pdf_bytes(pdf(is_demo=is_demo, paper=paper), profile=page.ValidationProfile.PDF_UA_1)

    assert report.failures == []
    assert report.is_compliant


def test_pdf_says_everything() -> None:
    text = text_of(pdf())

    for words in (
        "Riverbend Learning certifies that",
        "Zoë Nguyễn-Łukasz, LCSW",
        "has completed Strangers, screens, and the consulting room, a course of about 60 minutes, on November 21, 2026.",
        "Ilse Brandt, PhD",
        "Date of completion, Honolulu time",
        rules.grouped_code(PAYLOAD.code),
        "Strangers, screens, and the consulting room, version 3",
        "1 clock hour by the author’s estimate.",
        "November 19, 2026",
        "Social worker, California, LCSW 12345",
        NO_CREDIT,
        ATTESTED,
        "vignette.example/verify/",
    ):
        assert words in text
    assert "demonstration" not in text
    assert PAYLOAD.course not in text  # a name for addresses, which the signed record keeps


def test_pdf_prints_no_number_that_is_not_given() -> None:
    content = printed(PAYLOAD, address=ADDRESS, is_demo=False, numbers={})

    assert "Social worker, California" in text_of(content)
    assert "12345" not in text_of(content)


def test_pdf_of_a_demonstration_says_so() -> None:
    assert "A demonstration, not a credential" in text_of(pdf(is_demo=True))


def test_pdf_has_title_and_language() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf()))

    assert reader.metadata is not None
    assert reader.metadata.title == "Certificate of completion: Strangers, screens, and the consulting room"
    assert str(reader.root_object["/Lang"]) == "en-US"
    assert "'/Marked': True" in str(reader.root_object["/MarkInfo"].get_object())


def test_pdf_is_the_same_bytes_for_the_same_payload() -> None:
    assert pdf() == pdf()
    assert pdf() != pdf(PAYLOAD.model_copy(update={"name": "Zoe"}))


@pytest.mark.parametrize("paper", list(Paper))
def test_pdf_of_the_longest_texts_is_one_sheet(paper: Paper) -> None:
    longest = PAYLOAD.model_copy(
        update={
            "name": ("Maximiliana von und zu Hohenlohe " * 4)[:120],
            "title": ("A title that goes on and on about telephones " * 5)[:200],
            "authors": PAYLOAD.authors * 4,
            "licenses": PAYLOAD.licenses * 6,
        }
    )

    assert len(pypdf.PdfReader(io.BytesIO(pdf(longest, is_demo=True, paper=paper))).pages) == 1


@pytest.mark.parametrize(
    "name", ['#set text(red) "x"', "*bold* _it_ $x$ @ref <label>", "\\u{41} // no", '#read("/etc/passwd")']
)
def test_pdf_prints_markup_as_it_is(name: str) -> None:
    assert name.replace("//", "//") in text_of(pdf(PAYLOAD.model_copy(update={"name": name}))).replace("’", "'")


def test_pdf_refuses_what_cannot_be_printed() -> None:
    with pytest.raises(CannotBePrinted):
        pdf(PAYLOAD.model_copy(update={"title": "A \u0378 title"}))


@pytest.mark.parametrize(
    ("number", "sha256"),
    [
        (1, "f047ba0d0e5ef01fdbe8e96c3d40cb63732443f82987cf4bf81eeb883a171efa"),
        (2, "d306c0a0d9d7803833d9eda16995a47b89f73552a3f64b2fa721267999ffc2ef"),
    ],
)
def test_template_never_changes(number: int, sha256: str) -> None:
    template = Path(certificates.__path__[0]) / "typst" / f"v{number}.typ"

    assert hashlib.sha256(template.read_bytes()).hexdigest() == sha256


def test_certificate_of_the_first_template_is_printed_as_it_was() -> None:
    assert "anonymous-platforms, version 3" in text_of(pdf(PAYLOAD.model_copy(update={"template": 1})))

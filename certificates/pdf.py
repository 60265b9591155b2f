"""The printed certificate: payload and template in, PDF out."""

import json
from collections.abc import Mapping
from enum import StrEnum

import segno

from certificates.payload import LicenseLine, Payload
from certificates.rules import grouped_code
from certificates.typesetting import typeset


class Paper(StrEnum):
    LETTER = "us-letter"
    A4 = "a4"


def printed(
    payload: Payload, *, address: str, is_demo: bool, numbers: Mapping[str, str], paper: Paper = Paper.LETTER
) -> bytes:
    """The certificate as a tagged PDF in the template that it was issued with. Raises `typesetting.CannotBePrinted`.

    `numbers` are the holder's license numbers by their hash: the payload holds the hashes only. A license whose number
    is not there is printed without it. Equal arguments give equal bytes.
    """
    inputs = {
        "payload": payload.model_dump(mode="json"),
        "paper": paper.value,
        "grouped": grouped_code(payload.code),
        "place": payload.place,
        "issued_on": payload.issued_day.isoformat(),
        "hours": _hours(payload.quarter_hours),
        "licenses": [_license(line, numbers) for line in payload.licenses],
        "address": address,
        "short": address.partition("//")[2].removesuffix(f"{payload.code}/"),
        "is_demo": is_demo,
        "qr": segno.make(address, error="m", micro=False).svg_inline(border=0, dark="#1b2622"),
    }
    return typeset(f"v{payload.template}.typ", {"data": json.dumps(inputs)})


def _license(line: LicenseLine, numbers: Mapping[str, str]) -> str:
    number = numbers.get(line.number_sha256)
    return f"{line.profession}, {line.jurisdiction}" + (f", {number}" if number else "")


def _hours(quarters: int) -> str:
    """Clock hours in words for information: `0.75 clock hours`; nothing for less than a quarter."""
    if not quarters:
        return ""
    hours = f"{quarters / 4:g}"
    return f"{hours} clock hour{'' if quarters == 4 else 's'} by the author’s estimate."

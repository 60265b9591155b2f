"""The document that a certificate is: what is signed, printed and shown, in one frozen form for each version of it."""

import datetime as dt
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, StringConstraints

from courses import canonical

#: Names the kind of document inside the payload and in the signed bytes, so that nothing else that a key may ever sign
#: can be passed off as a certificate.
DOMAIN = "vignette/certificate/v1"

#: The PDF template of certificates that are issued now. Those before keep theirs.
TEMPLATE = 2

# Sentences as printed. They are copied into every payload, so a change here changes no certificate issued before.
NO_CREDIT = "This certificate carries no continuing-education credit from any approval body."
ATTESTED = "The holder attested to having done this work in person."
DELIVERY = "Self-study online: lessons, cases and a test"

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class AuthorLine(_Part):
    name: str
    credentials: str
    role: str


class LicenseLine(_Part):
    """A license that the holder stated; `number_sha256` covers a salt, kept elsewhere, and the number."""

    profession: str
    jurisdiction: str
    number_sha256: Hash


class Payload(_Part):
    """Everything that a certificate says, as it read when it was issued."""

    type: Literal["vignette/certificate/v1"]
    code: str
    kid: str
    template: int
    name: str
    title: str
    course: str
    version: int
    document_sha256: Hash
    authors: tuple[AuthorLine, ...]
    provider: str
    provider_id: str
    started_on: str
    completed_at: str
    completed_on: str
    completed_zone: str
    issued_at: str
    minutes: int
    delivery: str
    credit: str
    statements: tuple[str, ...]
    licenses: tuple[LicenseLine, ...]

    @property
    def completed_day(self) -> dt.date:
        return dt.date.fromisoformat(self.completed_on)

    @property
    def started_day(self) -> dt.date:
        return dt.date.fromisoformat(self.started_on)

    @property
    def issued_day(self) -> dt.date:
        """The day of issue where the completion's day was counted."""
        return self.issued_instant.astimezone(ZoneInfo(self.completed_zone)).date()

    @property
    def issued_instant(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.issued_at)

    @property
    def place(self) -> str:
        """The zone's place, such as `Los Angeles`."""
        return self.completed_zone.rpartition("/")[2].replace("_", " ")

    @property
    def quarter_hours(self) -> int:
        """Whole quarters of a clock hour, rounded down."""
        return self.minutes // 15

    def text(self) -> str:
        """The canonical text, which is what is stored and signed."""
        return canonical.dumps(self.model_dump(mode="json"))


class NotAPayload(ValueError):
    """The text is not the canonical text of a certificate."""


def parse(text: str) -> Payload:
    """The payload of a canonical text. Raises NotAPayload on anything else, however little it differs."""
    try:
        canonical.loads(text)
        return Payload.model_validate_json(text)
    except ValueError as error:  # canonical.NotCanonical and pydantic's ValidationError are both
        raise NotAPayload(str(error)) from error


def instant(at: dt.datetime) -> str:
    """An instant in UTC to the microsecond, written in one way."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def signed_bytes(text: str) -> bytes:
    """What the signature covers: the domain, a line feed, the payload's UTF-8."""
    return f"{DOMAIN}\n{text}".encode()

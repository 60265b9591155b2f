"""What `course.yaml` says: who made the course, for whom, on what grounds, and what completion asks for."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from courses.parts import ContentNotice, Day, Fact, GuidanceId, Key, Line, Minutes, Part, Text


class Excerpt(Part):
    text: Text
    lines: tuple[Line, ...] = ()


class Author(Part):
    name: Text
    credentials: Text
    role: Text
    disclosure: Text


class Disclosures(Part):
    commercial_support: Text
    conflicts: Text
    mitigation: Text
    limits: Text


class Requirements(Part):
    technology: Text
    accommodations: Text


#: A lesson, or one section of it: `lesson-key` or `lesson-key#anchor`.
Passage = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(#[^\s#]+)?$", max_length=160)]


class Objective(Part):
    """Completes "On finishing this course you will be able to ...". `passages` are what to read again when it is missed."""

    key: Key
    text: Text
    guidance: tuple[GuidanceId, ...] = ()
    passages: tuple[Passage, ...] = ()


class Grade(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    TERTIARY = "tertiary"


class Reference(Part):
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", max_length=40)]
    text: Text
    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")] | None = None
    grade: Grade
    checked_on: Day
    note: Text | None = None


class Review(Part):
    reviewed_on: Day
    review_by: Day
    change_note: Text


class Credit(Part):
    """What credit would be computed from; a claim of credit needs a provider's approval and is made elsewhere."""

    minutes: Minutes
    rounding: Literal["down"]
    note: Text
    difficulty: Annotated[int, Field(ge=1, le=5, strict=True)] | None = None  # as experts judge it, 5 very difficult
    provisional_difficulty: Annotated[int, Field(ge=1, le=5, strict=True)] | None = (
        None  # as the author does until then
    )
    pilot_minutes: tuple[Minutes, ...] = ()  # what each tester took for the whole course


class Gates(Part):
    lessons: Literal["all"]
    pass_: tuple[Key, ...] = Field(alias="pass", default=())
    evaluation: bool
    attestation: Annotated[str, StringConstraints(pattern=r"^v[0-9]+$")]

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class AttestationText(Part):
    version: Annotated[str, StringConstraints(pattern=r"^v[0-9]+$")]
    text: Text


class OutlineModule(Part):
    module: Key
    title: Text
    parts: tuple[Key, ...] = Field(min_length=1)


class Media(Part):
    file: Annotated[str, StringConstraints(pattern=r"^media/[a-z0-9]+([.-][a-z0-9]+)*\.(png|jpg|jpeg|webp|svg)$")]
    alt: Text
    license: Text
    source: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class CourseFile(Part):
    """What `course.yaml` says."""

    format: Literal[1]  # the newest; every format ever published stays readable
    title: Annotated[Text, StringConstraints(max_length=200)]
    subtitle: Text | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    level: Literal["introductory", "intermediate", "advanced"]
    audience: tuple[Text, ...] = Field(min_length=1)
    summary: Text
    prerequisites: Text
    excerpt: Excerpt | None = None
    authors: tuple[Author, ...] = Field(min_length=1)
    disclosures: Disclosures
    content_notice: ContentNotice | None = None
    requirements: Requirements
    grievances: Text
    objectives: tuple[Objective, ...] = Field(min_length=1)
    references: tuple[Reference, ...] = ()
    review: Review
    facts: tuple[Fact, ...] = ()
    credit: Credit
    gates: Gates
    attestation: AttestationText
    retake_after_days: Annotated[int, Field(ge=0, le=365, strict=True)] = 7
    outline: tuple[OutlineModule, ...] = Field(min_length=1)
    media: tuple[Media, ...] = ()

    def inline_texts(self) -> Iterator[str]:
        yield self.summary
        if self.excerpt:
            yield self.excerpt.text
            yield from (line.text for line in self.excerpt.lines)

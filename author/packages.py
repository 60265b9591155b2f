"""A package as objects: every file read into the types of a document, with the line of everything in it."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from author import media
from author.faults import Fault
from author.folder import read_folder
from author.shapes import ShapeFaulty, read_shape
from author.texts import Body, mark_faults, read_body
from author.waivers import Waiver
from author.yaml import Lined, read_yaml, strange_characters
from courses.document import CourseFile, Document, Evaluation, GuidancePoint, Lesson, Quiz, Scenario
from quizzes.rules import GraphProof

FENCE = "---"
#: A lesson of this length is an hour of reading; longer is a book in the wrong place, or a pasted picture.
LONGEST_LESSON = 60_000

WRITTEN_KEY = re.compile(r"^key: *['\"]?([a-z0-9-]{1,60})\b", re.MULTILINE)

T = TypeVar("T")

COURSE = TypeAdapter(CourseFile)
LESSON = TypeAdapter(Lesson)
QUIZ = TypeAdapter(Quiz)
SCENARIO = TypeAdapter(Scenario)
EVALUATION = TypeAdapter(Evaluation)
GUIDANCE = TypeAdapter(tuple[GuidancePoint, ...])
ALLOWED = TypeAdapter(tuple[Waiver, ...])


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """One file: what it says where its shape is right, and its raw values with their lines in any case."""

    file: str
    part: T | None = None
    lined: Lined = field(default_factory=Lined)
    text: str = ""
    body: str = ""
    body_line: int = 1
    read: Body = field(default_factory=Body)

    def line(self, *path: str | int) -> int:
        return self.lined.line(path)

    @property
    def key(self) -> str | None:
        """The key that the author wrote, even where the rest of the file cannot be read.

        Without it one slip in a file would be told again wherever its key is used.
        """
        if self.part is None:
            found = WRITTEN_KEY.search(self.text)
            return found[1] if found else None
        value = self.lined.value
        key = value.get("key") if isinstance(value, dict) else None
        return key if isinstance(key, str) else None


@dataclass(frozen=True, slots=True)
class Picture:
    sha256: str
    content_type: str
    content: bytes


@dataclass(slots=True)
class Package:
    """A folder as read. `faults` tells what keeps it from being a document; cross-references are `author.checks`'."""

    files: Mapping[str, bytes]
    faults: list[Fault]
    course: Source[CourseFile] = field(default_factory=lambda: Source("course.yaml"))
    lessons: list[Source[Lesson]] = field(default_factory=list)
    quizzes: list[Source[Quiz]] = field(default_factory=list)
    scenarios: list[Source[Scenario]] = field(default_factory=list)
    evaluation: Source[Evaluation] | None = None
    guidance: Source[tuple[GuidancePoint, ...]] | None = None
    allowed: Source[tuple[Waiver, ...]] | None = None  # kept with the version, and no part of what is taught
    pictures: dict[str, Picture] = field(default_factory=dict)
    proofs: dict[str, GraphProof] = field(default_factory=dict)  # by file, as `author.graphs` finds them

    def document(self) -> Document | None:
        """The whole, or None when a file is missing or has not the shape it should."""
        course = self.course.part
        lessons = [source.part for source in self.lessons if source.part]
        if self.faults or course is None or not lessons:
            return None
        known = tuple(
            item.model_copy(update={"sha256": self.pictures[item.file].sha256})
            for item in course.media
            if item.file in self.pictures
        )
        return Document(
            course=course.model_copy(update={"media": known}),
            lessons=tuple(lessons),
            quizzes=tuple(source.part for source in self.quizzes if source.part),
            scenarios=tuple(source.part for source in self.scenarios if source.part),
            evaluation=self.evaluation.part if self.evaluation else None,
            guidance=(self.guidance.part if self.guidance else None) or (),
        )

    def media(self) -> dict[str, tuple[str, bytes]]:
        """The pictures as `courses.services.publish_version` takes them."""
        return {picture.sha256: (picture.content_type, picture.content) for picture in self.pictures.values()}


def read_package(root: Path) -> Package:
    """Read the folder; never raises on what stands in it. Raises NotAFolder where there is none."""
    folder = read_folder(root)
    package = Package(files=folder.files, faults=list(folder.faults))
    for path, content in sorted(folder.files.items()):
        if path.startswith("media/"):
            _read_picture(package, path, content)
        else:
            _read_text(package, path, content)
    _require(package)
    return package


def _read_picture(package: Package, path: str, content: bytes) -> None:
    try:
        content_type = media.content_type(path, content)
    except media.Refused as refused:
        remedy = "Export the picture again from the program it was drawn with, in the format that its name says."
        package.faults.append(Fault(path, refused.line, refused.rule, refused.message, remedy))
        return
    package.pictures[path] = Picture(hashlib.sha256(content).hexdigest(), content_type, content)


def _read_text(package: Package, path: str, content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        package.faults.append(Fault(path, line, "encoding", "the file is not UTF-8", "Save it as UTF-8."))
        return
    kind = path.partition("/")[0]
    if kind == "lessons":
        package.lessons.append(_lesson(package, path, text))
    elif kind == "quizzes":
        package.quizzes.append(_yaml(package, path, text, QUIZ))
    elif kind == "scenarios":
        package.scenarios.append(_yaml(package, path, text, SCENARIO))
    elif kind == "course.yaml":
        package.course = _yaml(package, path, text, COURSE)
    elif kind == "evaluation.yaml":
        package.evaluation = _yaml(package, path, text, EVALUATION)
    elif kind == "allow.yaml":
        package.allowed = _yaml(package, path, text, ALLOWED)
    else:
        package.guidance = _yaml(package, path, text, GUIDANCE)


def _yaml(package: Package, path: str, text: str, adapter: TypeAdapter[T]) -> Source[T]:
    lined, faults = read_yaml(text, path)
    package.faults.extend(faults)
    return _shaped(package, Source(path, lined=lined or Lined(), text=text), adapter, readable=not faults)


def _shaped(package: Package, source: Source[T], adapter: TypeAdapter[T], *, readable: bool) -> Source[T]:
    if not readable:
        return source
    try:
        return replace(source, part=read_shape(adapter, source.lined, source.file))
    except ShapeFaulty as faulty:
        package.faults.extend(faulty.faults)
        return source


def _lesson(package: Package, path: str, text: str) -> Source[Lesson]:
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), 0)
    if lines[0].rstrip() != FENCE or not end:
        message = "the lesson does not begin with its front matter"
        package.faults.append(
            Fault(path, 1, "front-matter", message, "Begin with --- on a line of its own, and end with it.")
        )
        return Source(path, text=text)
    lined, faults = read_yaml("\n".join(lines[1:end]), path, first_line=2)
    source: Source[Lesson] = Source(
        path, lined=lined or Lined(), text=text, body="\n".join(lines[end + 1 :]), body_line=end + 2
    )
    faults += _body_faults(source)
    package.faults.extend(faults)
    if not faults:
        source = replace(source, read=read_body(source.body))
    if isinstance(source.lined.value, dict) and not faults:
        if "body" in source.lined.value:
            fault = Fault(path, source.line("body"), "unknown-name", "`body` is what stands below", "Remove the name.")
            package.faults.append(fault)
        source.lined.value["body"] = source.body
        source.lined.lines[("body",)] = source.body_line
    return _shaped(package, source, LESSON, readable=not faults)


def _body_faults(source: Source[Lesson]) -> list[Fault]:
    if len(source.body) > LONGEST_LESSON:
        message = f"{len(source.body):,} characters are more than {LONGEST_LESSON:,}"
        return [Fault(source.file, source.body_line, "too-long", message, "Make several lessons of it.")]
    return [
        *(
            Fault(source.file, source.body_line + line, "character", message, "Remove it; it cannot be seen.")
            for line, message in strange_characters(source.body)
        ),
        *(
            Fault(source.file, source.body_line + fault.line, fault.rule, fault.message, fault.remedy)
            for fault in mark_faults(source.body)
        ),
    ]


def _require(package: Package) -> None:
    if "course.yaml" not in package.files:
        message = "the package has no course.yaml"
        package.faults.append(
            Fault("course.yaml", 1, "missing", message, "Begin from docs/example-course/course.yaml.")
        )
    if not package.lessons:
        message = "the package has no lesson that can be read"
        package.faults.append(
            Fault("lessons", 1, "missing", message, "Write at least one, as lessons/01-first-words.md.")
        )

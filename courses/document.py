"""The frozen types of a published document, and of the package files it is made from.

One set of types serves both: `author` reads files into them and lists what does not fit; a published version is parsed
into them again from its canonical text. Texts are Markdown sources; (inline) ones may hold several paragraphs but no
blocks. `docs/authoring.md` tells authors what each name means.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from courses import canonical
from courses.items import Item
from courses.parts import Day, Fact, GuidanceId, Key, Minutes, Part, Percent, Points, Text, unique

#: The newest format that `Document` describes. Every format ever published stays readable.
FORMAT = 1


class ContentNotice(Part):
    """What a part touches on, said before it begins, and where to turn."""

    topics: tuple[Text, ...] = Field(min_length=1)
    text: Text
    skip_to: Key | None = None
    support: Text


class Line(Part):
    """One line of dialogue. `other` marks the speaker who is not the client."""

    who: Text
    text: Text
    other: bool = False


# --- lessons


class LessonKind(StrEnum):
    """A lesson that is more than read once: a page to print, or one to look things up on."""

    CHECKLIST = "checklist"
    REFERENCE = "reference"


#: What stands beside reference pages at the course's address, where their keys are the next word.
TAKEN_ADDRESSES = frozenset({"facts", "media", "references"})


class Lesson(Part):
    key: Key
    kind: LessonKind | None = None
    module: Key | None = None
    title: Text
    objectives: tuple[Key, ...] = Field(min_length=1)
    guidance: tuple[GuidanceId, ...] = ()
    minutes: Minutes
    content_notice: ContentNotice | None = None
    facts: tuple[Fact, ...] = ()
    body: Text

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if self.is_reference and self.key in TAKEN_ADDRESSES:
            raise ValueError(f"a reference page stands at its key, and `{self.key}` is another page of the course")
        return self

    @property
    def is_checklist(self) -> bool:
        return self.kind is LessonKind.CHECKLIST

    @property
    def is_reference(self) -> bool:
        return self.kind is LessonKind.REFERENCE


# --- quizzes


class AssessmentKind(StrEnum):
    FORMATIVE = "formative"
    SUMMATIVE = "summative"


class Release(StrEnum):
    """When the learner may see which options are correct, and why."""

    NEVER = "never"
    AFTER_EACH_CHOICE = "after_each_choice"  # scenarios only
    AFTER_SUBMISSION = "after_submission"
    AFTER_PASS_OR_LAST_ATTEMPT = "after_pass_or_last_attempt"  # noqa: S105 - no password


Count = Annotated[int, Field(ge=1, le=1000, strict=True)]
Hours = Annotated[int, Field(ge=1, le=8760, strict=True)]


class Quiz(Part):
    key: Key
    title: Text
    kind: AssessmentKind
    module: Key | None = None
    intro: Text | None = None
    pass_percent: Percent | None = None
    draw: Count | None = None
    always: tuple[Key, ...] = ()
    per_objective: dict[Key, Count] = Field(default_factory=dict)
    shuffle: bool = True
    max_attempts: Annotated[int, Field(ge=1, le=100, strict=True)] | None = None
    cool_down_hours: Hours | None = None
    time_limit_minutes: Minutes | None = None
    release: Literal[Release.NEVER, Release.AFTER_SUBMISSION, Release.AFTER_PASS_OR_LAST_ATTEMPT]
    minutes: Minutes
    items: tuple[Item, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unique("item", (item.key for item in self.items))
        if self.kind is AssessmentKind.SUMMATIVE and self.pass_percent is None:
            raise ValueError("a summative quiz says its `pass_percent`")
        if self.draw is not None and self.draw > len(self.items):
            raise ValueError(f"`draw: {self.draw}` is more than the {len(self.items)} items there are")
        self._can_always_be_drawn()
        self._always_has_marks()
        return self

    def _can_always_be_drawn(self) -> None:
        """Whatever comes first out of the pool, the items that must be drawn have room among those that are."""
        for key in self.always:
            if key not in self.item_by_key or self.always.count(key) > 1:
                raise ValueError(f"`always` names `{key}`, which is no item of this quiz, or names it twice")
        room = self.drawn - len(self.always)
        for objective, wanted in self.per_objective.items():
            asking = [item for item in self.items if objective in item.objectives]
            if len(asking) < wanted:
                raise ValueError(
                    f"`per_objective` wants {wanted} items for `{objective}` of the {len(asking)} there are"
                )
            room -= max(wanted - sum(item.key in self.always for item in asking), 0)
        if room < 0:
            raise ValueError(
                f"`always` and `per_objective` ask for {-room} more than the {self.drawn} items of an attempt"
            )

    def _always_has_marks(self) -> None:
        """No attempt consists of items that carry no marks: what it asks for includes a scored one, or they are too few."""
        unscored = [item for item in self.items if not item.is_scored]
        if len(unscored) < self.drawn or any(self.item_by_key[key].is_scored for key in self.always):
            return
        for objective, wanted in self.per_objective.items():
            if sum(objective in item.objectives for item in unscored) < wanted:
                return
        raise ValueError(
            "an attempt could be drawn in which no question carries marks; add items with marks, or draw more"
        )

    @cached_property
    def item_by_key(self) -> dict[str, Item]:
        return {item.key: item for item in self.items}

    @property
    def counts_answers(self) -> bool:
        """Whether a mark is an answer: one for each question, won whole or not at all."""
        return all(item.marks == 1 and item.is_scored and not item.wins_in_parts for item in self.items)

    @property
    def drawn(self) -> int:
        """How many questions an attempt has."""
        return self.draw or len(self.items)


# --- scenarios


class Variable(Part):
    """A whole number that earlier choices move and later guards ask. Its value is never shown to the learner."""

    min: Annotated[int, Field(ge=-100, le=100, strict=True)]
    max: Annotated[int, Field(ge=-100, le=100, strict=True)]
    start: Annotated[int, Field(strict=True)]
    meaning: Text

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if not self.min <= self.start <= self.max:
            raise ValueError("`start` lies within `min` and `max`")
        return self


VariableName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Whole = Annotated[int, Field(ge=-1000, le=1000, strict=True)]


class Guard(Part):
    """Holds when every named variable is within its bound."""

    at_least: dict[VariableName, Whole] = Field(default_factory=dict)
    at_most: dict[VariableName, Whole] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.at_least and not self.at_most:
            raise ValueError("a guard names `at_least` or `at_most`")
        return self


class Effect(Part):
    add: dict[VariableName, Whole] = Field(min_length=1)


class Critical(StrEnum):
    """A safety-critical choice: an omission or a commission. Either fails a summative scenario."""

    MISSED = "missed"
    HARM = "harm"


class Choice(Part):
    key: Key
    text: Text
    consequence: Text
    to: Key
    points: Points
    effects: tuple[Effect, ...] = ()
    critical: Critical | None = None
    rationale: Text
    tone: Text | None = None
    when: Guard | None = None


class Route(Part):
    """A way on from a piece of story: what is told only on this way, and what it moves."""

    to: Key
    when: Guard | None = None
    text: Text | None = None
    effects: tuple[Effect, ...] = ()


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"


class Ending(Part):
    verdict: Verdict
    points: Points


class Node(Part):
    """A place in a scenario: a decision with choices, a piece of story with routes, or an ending."""

    kind: Literal["decision", "info"] | None = None
    title: Text | None = None
    text: Text
    script: tuple[Line, ...] = ()
    choices: tuple[Choice, ...] = ()
    routes: tuple[Route, ...] = ()
    ending: Ending | None = None
    debrief: Text | None = None
    max_visits: Annotated[int, Field(ge=1, le=3, strict=True)] | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if self.ending is not None:
            if self.kind is not None or self.choices or self.routes:
                raise ValueError("an ending has no `kind`, `choices` or `routes`")
            if self.debrief is None:
                raise ValueError("an ending has a `debrief`")
            return self
        if self.debrief is not None:
            raise ValueError("only an ending has a `debrief`")
        if self.kind == "decision":
            return self._decision()
        if self.kind == "info":
            return self._info()
        raise ValueError("a node is an `ending` or says `kind: decision` or `kind: info`")

    def _decision(self) -> Self:
        if self.routes or len(self.choices) < 2:
            raise ValueError("a decision has two or more `choices` and no `routes`")
        unique("choice", (choice.key for choice in self.choices))
        return self

    def _info(self) -> Self:
        if self.choices or not self.routes:
            raise ValueError("an info node has `routes` and no `choices`")
        if self.routes[-1].when is not None or any(route.when is None for route in self.routes[:-1]):
            raise ValueError("the last route, and only the last, has no `when`")
        return self

    @cached_property
    def choice_by_key(self) -> dict[str, Choice]:
        return {choice.key: choice for choice in self.choices}


class Scenario(Part):
    key: Key
    title: Text
    kind: AssessmentKind
    module: Key | None = None
    objectives: tuple[Key, ...] = Field(min_length=1)
    guidance: tuple[GuidanceId, ...] = ()
    minutes: Minutes
    intro: Text | None = None
    content_notice: ContentNotice | None = None
    passing_rule: Text | None = None
    pass_percent: Percent | None = None
    max_attempts: Annotated[int, Field(ge=1, le=100, strict=True)] | None = None
    cool_down_hours: Hours | None = None
    release: Literal[Release.AFTER_EACH_CHOICE, Release.AFTER_SUBMISSION, Release.AFTER_PASS_OR_LAST_ATTEMPT] | None = (
        None
    )
    variables: dict[VariableName, Variable] = Field(default_factory=dict)
    start: Key
    maximum: Points
    facts: tuple[Fact, ...] = ()
    nodes: dict[Key, Node] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.kind is AssessmentKind.SUMMATIVE and self.passing_rule is None:
            raise ValueError("a summative scenario tells its `passing_rule` before the first choice")
        if self.kind is AssessmentKind.SUMMATIVE and self.release is Release.AFTER_EACH_CHOICE:
            raise ValueError("`release: after_each_choice` would tell a summative scenario's reasons while it runs")
        return self

    @property
    def released(self) -> Release:
        """The release rule, with its default: at once in practice, after a pass or the last attempt where it counts."""
        if self.release is not None:
            return self.release
        if self.kind is AssessmentKind.FORMATIVE:
            return Release.AFTER_EACH_CHOICE
        return Release.AFTER_PASS_OR_LAST_ATTEMPT


Assessment: TypeAlias = Quiz | Scenario


# --- the course


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


class EvaluationOption(Part):
    key: Key
    text: Text


class EvaluationQuestion(Part):
    """One question of the feedback form. `objectives` asks its scale of one to five once for each objective."""

    key: Key
    kind: Literal["scale", "choice", "text", "objectives"]
    text: Text
    required: bool
    low: Text | None = None
    high: Text | None = None
    options: tuple[EvaluationOption, ...] = ()

    @model_validator(mode="after")
    def _shape(self) -> Self:
        if (self.kind == "choice") != (len(self.options) >= 2):
            raise ValueError("`options`, two or more, belong to `kind: choice` and to nothing else")
        if self.kind in ("scale", "objectives") and not (self.low and self.high):
            raise ValueError("a scale says what its ends mean: `low` and `high`")
        return self


class Evaluation(Part):
    version: Annotated[str, StringConstraints(pattern=r"^v[0-9]+$")]
    intro: Text
    questions: tuple[EvaluationQuestion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _keys(self) -> Self:
        unique("question", (question.key for question in self.questions))
        return self


class Standing(StrEnum):
    STANDS = "stands"
    STANDS_WITH_CHANGE = "stands_with_change"
    OUTDATED = "outdated"
    WRONG = "wrong"
    CONTESTED = "contested"


class GuidancePoint(Part):
    """One point of the guidance a course was made from, and whether it still stands."""

    id: GuidanceId
    point: Text
    standing: Standing
    correction: Text | None = None
    standards: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _corrected(self) -> Self:
        if self.standing is not Standing.STANDS and self.correction is None:
            raise ValueError("a point that does not simply stand has a `correction`")
        return self


class CourseFile(Part):
    """What `course.yaml` says."""

    format: Literal[1]
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


class Document(Part):
    """A whole course: what is hashed, published and pinned to."""

    course: CourseFile
    lessons: tuple[Lesson, ...] = Field(min_length=1)
    quizzes: tuple[Quiz, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    evaluation: Evaluation | None = None
    guidance: tuple[GuidancePoint, ...] = ()

    @cached_property
    def lesson_by_key(self) -> dict[str, Lesson]:
        return {lesson.key: lesson for lesson in self.lessons}

    @cached_property
    def assessment_by_key(self) -> dict[str, Assessment]:
        quizzes: dict[str, Assessment] = {quiz.key: quiz for quiz in self.quizzes}
        return quizzes | {scenario.key: scenario for scenario in self.scenarios}

    @cached_property
    def objective_by_key(self) -> dict[str, Objective]:
        return {objective.key: objective for objective in self.course.objectives}

    @cached_property
    def part_keys(self) -> tuple[str, ...]:
        """Keys of lessons and assessments in the order in which they are shown."""
        return tuple(key for module in self.course.outline for key in module.parts)

    @cached_property
    def required_keys(self) -> frozenset[str]:
        """Keys of the parts that completion asks for: every lesson, and the assessments that must be passed."""
        return frozenset(self.lesson_by_key) | frozenset(self.course.gates.pass_)

    @cached_property
    def minutes(self) -> int:
        return sum(self.part(key).minutes for key in self.part_keys)

    @cached_property
    def required_minutes(self) -> int:
        return sum(self.part(key).minutes for key in self.part_keys if key in self.required_keys)

    @cached_property
    def reference_pages(self) -> tuple[Lesson, ...]:
        """The lessons to look things up on, in the order of the outline."""
        lessons = (self.lesson_by_key[key] for key in self.part_keys if key in self.lesson_by_key)
        return tuple(lesson for lesson in lessons if lesson.is_reference)

    def reference_page(self, key: str) -> Lesson | None:
        return next((lesson for lesson in self.reference_pages if lesson.key == key), None)

    def part(self, key: str) -> Lesson | Assessment:
        """The lesson or assessment with that key. Raises KeyError."""
        return self.lesson_by_key.get(key) or self.assessment_by_key[key]

    def inline_texts(self) -> Iterator[str]:
        """Every inline Markdown source that a page may show."""
        yield from _inline_of_course(self.course, self.evaluation)
        for quiz in self.quizzes:
            yield from _inline_of_quiz(quiz)
        for scenario in self.scenarios:
            yield from _inline_of_scenario(scenario)

    def canonical_text(self) -> str:
        """The document's one canonical text; what says nothing (defaults, absent names) is left out."""
        return canonical.dumps(self.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def parse(text: str) -> Document:
    """The document of a canonical text.

    Raises `canonical.NotCanonical` on a text that is not canonical and `pydantic.ValidationError` on one of another shape.
    """
    return Document.model_validate(canonical.loads(text))


def _inline_of_course(course: CourseFile, evaluation: Evaluation | None) -> Iterator[str]:
    yield course.summary
    if course.excerpt:
        yield course.excerpt.text
        yield from (line.text for line in course.excerpt.lines)
    if evaluation:
        yield evaluation.intro


def _inline_of_quiz(quiz: Quiz) -> Iterator[str]:
    if quiz.intro:
        yield quiz.intro
    for item in quiz.items:
        yield from (text for _path, text in item.inline_texts())


def _inline_of_scenario(scenario: Scenario) -> Iterator[str]:
    if scenario.intro:
        yield scenario.intro
    for node in scenario.nodes.values():
        yield node.text
        yield from (line.text for line in node.script)
        if node.debrief:
            yield node.debrief
        for choice in node.choices:
            yield from (choice.text, choice.consequence, choice.rationale)
        yield from (route.text for route in node.routes if route.text)

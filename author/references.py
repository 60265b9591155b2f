"""What the files of a package say of each other: keys that exist, dates in order, minutes that add up."""

import difflib
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from author.faults import Fault
from author.packages import Package, Source
from author.texts import words
from author.yaml import Path
from courses.document import AssessmentKind, CourseFile, Lesson, Quiz, Scenario
from courses.parts import Fact
from courses.rendering import headings

GENERAL_KNOWLEDGE = "GK"
WORDS_A_MINUTE = 160
MOST_GUESSED = 200
#: Pages about a whole version have these addresses, where those of its quizzes and cases stand.
TAKEN_KEYS = frozenset({"coverage", "review", "changes"})

AnyPart: TypeAlias = Source[Lesson] | Source[Quiz] | Source[Scenario]
AnySource: TypeAlias = AnyPart | Source[CourseFile]


def reference_faults(package: Package) -> Iterator[Fault]:
    """Every reference that leads nowhere, and every statement that another one contradicts."""
    yield from _part_keys(package)
    yield from _facts(package)
    yield from _guidance(package)
    for lesson in package.lessons:
        yield from _minutes(lesson)
    if package.course.part:
        yield from _course(package, package.course.part)


def part_sources(package: Package) -> list[AnyPart]:
    """Lessons, quizzes and scenarios, whether or not their shape is right."""
    return [*package.lessons, *package.quizzes, *package.scenarios]


def _assessments(package: Package) -> list[Source[Quiz] | Source[Scenario]]:
    return [*package.quizzes, *package.scenarios]


def _texts(package: Package) -> list[Source[Lesson] | Source[Scenario]]:
    return [*package.lessons, *package.scenarios]


def _course(package: Package, course: CourseFile) -> Iterator[Fault]:
    source = package.course
    yield from _repeated(source, "objectives", [objective.key for objective in course.objectives])
    yield from _repeated(source, "references", [reference.key for reference in course.references])
    yield from _repeated(source, "outline", [module.module for module in course.outline])
    yield from _outline(package, course)
    yield from _modules(package, course)
    yield from _gates(package, course)
    yield from _objectives(package, course)
    yield from _passages(package, course)
    yield from _credit(package, course)
    if course.review.review_by <= course.review.reviewed_on:
        yield _dates(source, ("review", "review_by"), "review_by", "reviewed_on")
    if course.content_notice and course.content_notice.skip_to:
        yield _no_skipping(source)


def repeated(keys: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each entry that stands in the list before, with its place."""
    met: set[str] = set()
    for index, key in enumerate(keys):
        if key in met:
            yield index, key
        met.add(key)


def _repeated(source: Source[CourseFile], name: str, keys: list[str]) -> Iterator[Fault]:
    for index, key in repeated(keys):
        remedy = "Give each its own key; what refers to it must know which is meant."
        yield Fault(source.file, source.line(name, index), "duplicate-key", f"`{key}` stands twice in `{name}`", remedy)


def _part_keys(package: Package) -> Iterator[Fault]:
    met: dict[str, str] = {}
    for source in part_sources(package):
        key = source.key
        if key is None:
            continue
        if key in met:
            message = f"`{key}` is the key of {met[key]} too"
            remedy = "Lessons, quizzes and scenarios share their keys; give this one another."
            yield Fault(source.file, source.line("key"), "duplicate-key", message, remedy)
        met.setdefault(key, source.file)
    for assessment in _assessments(package):
        if assessment.key in TAKEN_KEYS:
            message = f"`{assessment.key}` is the address of a page on the author's desk"
            remedy = "Give the quiz or scenario another key."
            yield Fault(assessment.file, assessment.line("key"), "taken-key", message, remedy)


def _outline(package: Package, course: CourseFile) -> Iterator[Fault]:
    known = {source.key for source in part_sources(package)}
    met: set[str] = set()
    for number, module in enumerate(course.outline):
        for index, key in enumerate(module.parts):
            line = package.course.line("outline", number, "parts", index)
            if key not in known:
                yield _unknown(package.course.file, line, key, "lesson, quiz or scenario", known)
            elif key in met:
                message = f"`{key}` stands twice in the outline"
                yield Fault(package.course.file, line, "outline", message, "Keep one of the two.")
            met.add(key)
    for source in part_sources(package):
        if source.key and source.key not in met:
            message = f"`{source.key}` does not stand in the outline of course.yaml"
            remedy = "Add it to the parts of a module; every part is shown exactly once."
            yield Fault(source.file, source.line("key"), "outline", message, remedy)


def _modules(package: Package, course: CourseFile) -> Iterator[Fault]:
    known = {module.module for module in course.outline}
    place = {key: module.module for module in course.outline for key in module.parts}
    for source in part_sources(package):
        if source.part is None or source.part.module is None:
            continue
        module, line = source.part.module, source.line("module")
        if module not in known:
            yield _unknown(source.file, line, module, "module in the outline", known)
        elif place.get(source.part.key, module) != module:
            message = f"the outline has `{source.part.key}` in module {place[source.part.key]}, not {module}"
            yield Fault(source.file, line, "outline", message, "Make both the same.")
    for quiz in package.quizzes:
        for index, item in enumerate(quiz.part.items if quiz.part else ()):
            if item.module and item.module not in known:
                line = quiz.line("items", index, "module")
                yield _unknown(quiz.file, line, item.module, "module in the outline", known)


def _gates(package: Package, course: CourseFile) -> Iterator[Fault]:
    kinds = {source.key: source.part.kind if source.part else None for source in _assessments(package)}
    file = package.course.file
    for index, key in enumerate(course.gates.pass_):
        line = package.course.line("gates", "pass", index)
        if key not in kinds:
            yield _unknown(file, line, key, "quiz or scenario", kinds)
        elif kinds[key] is AssessmentKind.FORMATIVE:
            remedy = "Make it summative, or take it out of the gate."
            yield Fault(file, line, "gate", f"`{key}` is formative and cannot be passed", remedy)
    for index, key in repeated(course.gates.pass_):
        line = package.course.line("gates", "pass", index)
        yield Fault(file, line, "gate", f"`{key}` stands twice in the gate", "Keep one of the two.")
    if course.gates.attestation != course.attestation.version:
        message = f"the gate asks for {course.gates.attestation}, the text is {course.attestation.version}"
        line = package.course.line("gates", "attestation")
        yield Fault(file, line, "gate", message, "Make both the same version.")
    if course.gates.evaluation and package.evaluation is None:
        line = package.course.line("gates", "evaluation")
        yield Fault(file, line, "gate", "there is no evaluation.yaml", "Write one, or say `evaluation: false`.")


def _objectives(package: Package, course: CourseFile) -> Iterator[Fault]:
    known = {objective.key for objective in course.objectives}
    named: set[str] = set()
    for source, path, keys in _named_objectives(package):
        named |= set(keys)
        for index, key in enumerate(keys):
            if key not in known:
                yield _unknown(source.file, source.line(*path, index), key, "objective", known)
    if any(source.part is None for source in part_sources(package)):
        return
    for index, objective in enumerate(course.objectives):
        if objective.key not in named:
            message = f"no lesson, item or scenario has the objective `{objective.key}`"
            line = package.course.line("objectives", index)
            yield Fault(package.course.file, line, "objective-unused", message, "Teach it, or do not promise it.")


def _passages(package: Package, course: CourseFile) -> Iterator[Fault]:
    lessons = {source.key: source for source in package.lessons}
    for number, objective in enumerate(course.objectives):
        for index, passage in enumerate(objective.passages):
            line = package.course.line("objectives", number, "passages", index)
            key, _, anchor = passage.partition("#")
            if key not in lessons:
                yield _unknown(package.course.file, line, key, "lesson", lessons)
            elif lessons[key].part and anchor and anchor not in (known := headings(lessons[key].body)):
                yield _unknown(package.course.file, line, anchor, f"heading in `{key}` with the anchor", known)


def _named_objectives(package: Package) -> Iterator[tuple[AnyPart, Path, tuple[str, ...]]]:
    for source in _texts(package):
        if source.part:
            yield source, ("objectives",), source.part.objectives
    for quiz in package.quizzes:
        for index, item in enumerate(quiz.part.items if quiz.part else ()):
            yield quiz, ("items", index, "objectives"), item.objectives


def _credit(package: Package, course: CourseFile) -> Iterator[Fault]:
    parts = [source.part for source in part_sources(package)]
    total = sum(part.minutes for part in parts if part)
    # The feedback form, the attestation and second tries take time as well; half as much again is more than they take.
    most = total * 3 // 2 + 15
    if None in parts or total <= course.credit.minutes <= most:
        return
    message = f"{course.credit.minutes} minutes of credit, while the parts take {total}"
    remedy = f"Count again: at least {total}, and not more than {most}."
    yield Fault(package.course.file, package.course.line("credit", "minutes"), "minutes", message, remedy)


def _minutes(source: Source[Lesson]) -> Iterator[Fault]:
    if source.part is None:
        return
    count = words(source.part.body)
    minutes = max(1, count // WORDS_A_MINUTE)
    if abs(source.part.minutes - minutes) > 1:
        message = f"{count} words take {minutes} minutes at {WORDS_A_MINUTE} a minute, not {source.part.minutes}"
        yield Fault(source.file, source.line("minutes"), "minutes", message, f"Write `minutes: {minutes}`.")


def _facts(package: Package) -> Iterator[Fault]:
    known = _reference_keys(package.course.part)
    for source, path, facts in stated_facts(package):
        for index, fact in enumerate(facts):
            yield from _fact(fact, source, (*path, "facts", index), known)


def _fact(fact: Fact, source: AnySource, at: Path, known: set[str]) -> Iterator[Fault]:
    if fact.check_by <= fact.checked_on:
        yield _dates(source, (*at, "check_by"), "check_by", "checked_on")
    for word in fact.sources:
        if known and word not in known:
            yield _unknown(source.file, source.line(*at, "source"), word, "reference of course.yaml", known)


def _reference_keys(course: CourseFile | None) -> set[str]:
    """What a fact may name as its source; nothing when course.yaml cannot be read."""
    return {GENERAL_KNOWLEDGE, *(reference.key for reference in course.references)} if course else set()


def stated_facts(package: Package) -> Iterator[tuple[AnySource, Path, tuple[Fact, ...]]]:
    """The facts of the course, its lessons, scenarios and questions, with the path of what states them."""
    if package.course.part:
        yield package.course, (), package.course.part.facts
    for source in _texts(package):
        if source.part:
            yield source, (), source.part.facts
    for quiz in package.quizzes:
        for index, item in enumerate(quiz.part.items if quiz.part else ()):
            yield quiz, ("items", index), item.facts


def _guidance(package: Package) -> Iterator[Fault]:
    points = package.guidance.part if package.guidance else ()
    if points is None:
        return
    ids = [point.id for point in points]
    for index, name in repeated(ids):
        if package.guidance:
            file, line = package.guidance.file, package.guidance.line(index)
            yield Fault(file, line, "duplicate-key", f"`{name}` stands twice", "Give each point its own id.")
    known = set(ids)
    for source, path, names in _named_guidance(package):
        for index, name in enumerate(names):
            if name not in known:
                yield _unknown(source.file, source.line(*path, index), name, "point of guidance.yaml", known)


def _named_guidance(package: Package) -> Iterator[tuple[AnySource, Path, tuple[str, ...]]]:
    for source in _texts(package):
        if source.part:
            yield source, ("guidance",), source.part.guidance
    for quiz in package.quizzes:
        for index, item in enumerate(quiz.part.items if quiz.part else ()):
            yield quiz, ("items", index, "guidance"), item.guidance
    for index, objective in enumerate(package.course.part.objectives if package.course.part else ()):
        yield package.course, ("objectives", index, "guidance"), objective.guidance


def _no_skipping(source: Source[CourseFile]) -> Fault:
    line = source.line("content_notice", "skip_to")
    return Fault(source.file, line, "skip-to", "only a lesson has a heading to skip to", "Remove `skip_to`.")


def _dates(source: AnySource, path: Path, later: str, earlier: str) -> Fault:
    message = f"`{later}` is not after `{earlier}`"
    return Fault(source.file, source.line(*path), "dates", message, "Look again at both days.")


def _unknown(file: str, line: int, key: str, what: str, known: Iterable[str | None]) -> Fault:
    names = [name for name in known if name]
    # Guessing compares with every name, so that among many it would take longer than the author waits.
    close = difflib.get_close_matches(key, names, n=1) if len(names) <= MOST_GUESSED else []
    remedy = f"Did you mean `{close[0]}`?" if close else "Correct the spelling, or write what is missing."
    return Fault(file, line, "unknown-key", f"there is no {what} `{key}`", remedy)

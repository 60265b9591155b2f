"""Every fault of a package, at once."""

from collections.abc import Iterator

from author.faults import Fault
from author.graphs import scenario_faults
from author.listing import media_faults
from author.packages import Package, Source
from author.references import reference_faults, repeated
from author.texts import TextFault, inline_faults
from author.yaml import Path
from courses.document import CourseFile, Evaluation, Lesson, Quiz, Scenario
from courses.parts import ContentNotice, Line
from courses.rendering import heading_anchors

Inline = Iterator[tuple[Path, str]]


def package_faults(package: Package) -> tuple[Fault, ...]:
    """All faults of files, shapes, texts, cross-references and graphs, in the order of files and lines."""
    faults = set(package.faults)
    faults |= set(reference_faults(package))
    faults |= set(media_faults(package))
    faults |= set(_course_texts(package))
    for lesson in package.lessons:
        faults |= set(_lesson(lesson))
    for quiz in package.quizzes:
        faults |= set(_quiz(quiz))
    for scenario in package.scenarios:
        faults |= set(_scenario(package, scenario))
    return tuple(sorted(faults))


def _course_texts(package: Package) -> Iterator[Fault]:
    if package.course.part:
        yield from _inline(package.course, _inline_of_course(package.course.part))
    if package.evaluation and package.evaluation.part:
        yield from _inline(package.evaluation, _inline_of_evaluation(package.evaluation.part))


def _lesson(source: Source[Lesson]) -> Iterator[Fault]:
    if source.part is None:
        return
    for fault in source.read.faults:
        yield _placed(source, source.body_line + fault.line, fault)
    notice = source.part.content_notice
    if notice and notice.skip_to and notice.skip_to not in heading_anchors(source.body):
        message = f"no heading of the lesson has the anchor `{notice.skip_to}`"
        remedy = "The anchor is the heading in lower case, with hyphens for spaces and without other marks."
        yield Fault(source.file, source.line("content_notice", "skip_to"), "skip-to", message, remedy)


def _quiz(source: Source[Quiz]) -> Iterator[Fault]:
    if source.part is None:
        return
    yield from _inline(source, _inline_of_quiz(source.part))
    for number, item in enumerate(source.part.items):
        paths: list[Path] = [("items", number, *item.option_path(index, "text")) for index in range(len(item.shown))]
        yield from _same_texts(source, paths, [option.text for option in item.shown])
        for fault in item.faults():
            line = source.line("items", number, *fault.path)
            yield Fault(source.file, line, fault.rule, fault.message, fault.remedy)


def _scenario(package: Package, source: Source[Scenario]) -> Iterator[Fault]:
    if source.part is None:
        return
    yield from scenario_faults(package, source, source.part)
    yield from _inline(source, _inline_of_scenario(source.part))
    yield from _notice(source, source.part.content_notice)
    for key, node in source.part.nodes.items():
        choices: list[Path] = [("nodes", key, "choices", index, "text") for index in range(len(node.choices))]
        yield from _same_texts(source, choices, [choice.text for choice in node.choices])


def _notice(source: Source[Scenario], notice: ContentNotice | None) -> Iterator[Fault]:
    if notice and notice.skip_to:
        line = source.line("content_notice", "skip_to")
        yield Fault(source.file, line, "skip-to", "only a lesson has a heading to skip to", "Remove `skip_to`.")


def _same_texts(source: Source[Quiz] | Source[Scenario], paths: list[Path], texts: list[str]) -> Iterator[Fault]:
    for index, _text in repeated(" ".join(text.casefold().split()) for text in texts):
        message = "the same text stands above"
        yield Fault(source.file, source.line(*paths[index]), "same-text", message, "Make them differ.")


# --- inline texts, each with its path


def _inline_of_course(course: CourseFile) -> Inline:
    yield ("summary",), course.summary
    if course.excerpt:
        yield ("excerpt", "text"), course.excerpt.text
        yield from _lines(("excerpt", "lines"), course.excerpt.lines)


def _inline_of_evaluation(evaluation: Evaluation) -> Inline:
    yield ("intro",), evaluation.intro


def _inline_of_quiz(quiz: Quiz) -> Inline:
    yield ("intro",), quiz.intro or ""
    for number, item in enumerate(quiz.items):
        for path, text in item.inline_texts():
            yield ("items", number, *path), text


def _inline_of_scenario(scenario: Scenario) -> Inline:
    yield ("intro",), scenario.intro or ""
    for key, node in scenario.nodes.items():
        at: Path = ("nodes", key)
        yield (*at, "text"), node.text
        yield from _lines((*at, "script"), node.script)
        yield (*at, "debrief"), node.debrief or ""
        for index, choice in enumerate(node.choices):
            for name in ("text", "consequence", "rationale"):
                yield (*at, "choices", index, name), getattr(choice, name)
        for index, route in enumerate(node.routes):
            yield (*at, "routes", index, "text"), route.text or ""


def _lines(path: Path, lines: tuple[Line, ...]) -> Inline:
    for index, line in enumerate(lines):
        yield (*path, index, "text"), line.text


def _inline(
    source: Source[CourseFile] | Source[Evaluation] | Source[Quiz] | Source[Scenario], texts: Inline
) -> Iterator[Fault]:
    for path, text in texts:
        for fault in inline_faults(text):
            yield _placed(source, source.line(*path) + fault.line, fault)


def _placed(
    source: Source[CourseFile] | Source[Evaluation] | Source[Lesson] | Source[Quiz] | Source[Scenario],
    line: int,
    fault: TextFault,
) -> Fault:
    return Fault(source.file, line, fault.rule, fault.message, fault.remedy)

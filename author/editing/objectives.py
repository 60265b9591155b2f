"""Objectives: one thing that can be observed, taught by a lesson, and asked about twice where it counts.

The verbs are those of the six processes of L. W. Anderson and D. R. Krathwohl (eds.), "A Taxonomy for Learning, Teaching,
and Assessing: A Revision of Bloom's Taxonomy" (2001), with the words that teachers of the health professions use for them.
What is refused is what the American Psychological Association's handout on behavioral objectives refuses, and its kin.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from author.faults import Fault, warning
from author.packages import Package, Source
from courses.document import AssessmentKind, CourseFile

#: House: one item can be guessed; two are asked of each objective.
FEWEST_ITEMS: Final = 2

BY_PROCESS: Final = {
    "remember": "cite count define identify label list locate match name recall recite recognize record repeat state",
    "understand": (
        "categorize classify compare conclude contrast describe discuss distinguish estimate exemplify explain express "
        "generalize illustrate infer interpret outline paraphrase predict restate summarize translate"
    ),
    "apply": (
        "adapt administer apply calculate carry complete compute conduct demonstrate employ execute implement manage obtain "
        "operate perform practice request respond schedule show solve take use"
    ),
    "analyze": (
        "analyze break deconstruct determine diagram differentiate dissect examine inspect integrate investigate organize "
        "prioritize question relate separate sort structure survey test trace"
    ),
    "evaluate": (
        "appraise argue assess check choose correct critique decide defend detect evaluate judge justify measure monitor rank "
        "rate recommend review revise select validate verify weigh"
    ),
    "create": (
        "arrange assemble build combine compile compose construct create design develop devise document draft draw formulate "
        "generate invent plan prepare produce propose reword rewrite write"
    ),
}
MEASURABLE: Final = frozenset(verb for verbs in BY_PROCESS.values() for verb in verbs.split())
REFUSED: Final = re.compile(
    r"(know|understand|learn|appreciate|grasp|believe|realize|value|enjoy|feel|think|internalize|comprehend|explore|gain"
    r"|(become|be|get) (aware|familiar|acquainted|exposed)|(increase|deepen|improve|develop|have) (an? )?(awareness|understanding|"
    r"knowledge|appreciation|insight))\b",
    re.IGNORECASE,
)
#: A word after "and" that is no noun: "and use in care" has nothing that somebody does.
JOINED: Final = re.compile(
    r"\b(?:and|or|then)(?: then| to)? ([a-z]+)\b(?!\s*(?:[,.;:)]|$|(?:in|of|by|for|at|on|as|and|or|with|is|are)\b))",
    re.IGNORECASE,
)


def objective_warnings(package: Package) -> Iterator[Fault]:
    """What each objective promises, and whether the course keeps it."""
    source, course = package.course, package.course.part
    if course is None:
        return
    if is_english(package):
        for index, objective in enumerate(course.objectives):
            yield from _verbs(source.file, source.line("objectives", index, "text"), objective.text)
    yield from _taught(package, source, course)
    yield from _tested(package, source, course)


def is_english(package: Package) -> bool:
    """Whether rules about English words apply: also where it cannot be read what the language is."""
    course = package.course.part
    return course is None or course.language.partition("-")[0] == "en"


def _verbs(file: str, line: int, text: str) -> Iterator[Fault]:
    if refused := REFUSED.match(text):
        message = f"nobody can observe that somebody does `{refused[0].lower()}`"
        yield warning(file, line, "objective-verb", message, "Begin with what she will do: classify, draft, choose.")
        return
    verb = (text.split(maxsplit=1) or [""])[0].strip(",.:;").lower()
    if verb not in MEASURABLE:
        message = f"`{verb}` is not known as a verb that can be observed"
        yield warning(file, line, "objective-verb", message, "Begin with what she will do: classify, draft, choose.")
    if second := next((word for word in JOINED.findall(text) if word.lower() in MEASURABLE), None):
        message = f"the objective has a second verb, `{second}`"
        remedy = "Promise one thing, or make two objectives of it: each can be met without the other."
        yield warning(file, line, "objective-two-verbs", message, remedy)


def _taught(package: Package, source: Source[CourseFile], course: CourseFile) -> Iterator[Fault]:
    if any(lesson.part is None for lesson in package.lessons):
        return
    taught = {key for lesson in package.lessons if lesson.part for key in lesson.part.objectives}
    for index, objective in enumerate(course.objectives):
        if objective.key not in taught:
            message = f"no lesson names `{objective.key}` among its objectives"
            remedy = "Name it in the lesson that teaches it, or write the lesson."
            yield warning(source.file, source.line("objectives", index), "objective-untaught", message, remedy)


def _tested(package: Package, source: Source[CourseFile], course: CourseFile) -> Iterator[Fault]:
    if any(quiz.part is None for quiz in package.quizzes):
        return
    counting = [quiz.part for quiz in package.quizzes if quiz.part and quiz.part.kind is AssessmentKind.SUMMATIVE]
    asked = Counter(key for quiz in counting for item in quiz.items for key in item.objectives)
    for index, objective in enumerate(course.objectives):
        if asked[objective.key] < FEWEST_ITEMS:
            times = "once" if asked[objective.key] else "never"
            message = f"the quizzes that count ask about `{objective.key}` {times}"
            remedy = f"Write {FEWEST_ITEMS} items about it or more: one can be guessed."
            yield warning(source.file, source.line("objectives", index), "objective-untested", message, remedy)

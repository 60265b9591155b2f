"""What a check of a package costs where the package is far larger than any course.

    python -m bench.scale.checking

Prints the seconds of reading and of looking over: the bundled course, a lesson of five megabytes, a case of two thousand
nodes, the same led in a circle, and a pool of as many questions as a file can hold. Five seconds are what an author waits.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from author.packages import read_package
from author.reviews import review
from bench.processes import ROOT

NODES, ITEMS = 2_000, 900
CASE = """key: the-callback
title: The callback
kind: summative
module: m2
objectives: [choose-words, be-understood]
minutes: 4
passing_rule: Reach the good ending.
start: n0
maximum: {maximum}
nodes:
"""
NODE = """  n{number}:
    kind: decision
    text: Place {number}
    choices:
      - {{key: a{number}, text: Go on to the next, consequence: On., to: {on}, points: {points}, rationale: Why.}}
      - {{key: b{number}, text: Or leap over it, consequence: On., to: {leap}, points: 0, rationale: Why.}}
"""
ENDINGS = """  good: {text: Good., ending: {verdict: pass, points: 0}, debrief: Look back.}
  bad: {text: Bad., ending: {verdict: fail, points: 0}, debrief: Look back.}
"""
ITEM = """  - key: q{number}
    kind: single_best_answer
    objectives: [choose-words]
    cognitive: apply
    stem: Question {number} is about {words}.
    lead_in: What is said of it?
    options:
      - {{key: a{number}, text: That {number} is so and so, correct: true, rationale: It is.}}
      - {{key: b{number}, text: That {number} is so or so, rationale: It is not.}}
"""
WORDS = (
    "client",
    "message",
    "number",
    "recording",
    "family",
    "calendar",
    "visit",
    "mother",
    "evening",
    "portal",
    "hours",
)


def case(folder: Path, *, circle: bool = False) -> None:
    def name(number: int) -> str:
        if number < NODES:
            return f"n{number}"
        return "n0" if circle else ("good" if number == NODES else "bad")

    nodes = "".join(NODE.format(number=n, points=int(n == 0), on=name(n + 1), leap=name(n + 2)) for n in range(NODES))
    (folder / "scenarios/the-callback.yaml").write_text(CASE.format(maximum=1) + nodes + ENDINGS)


def pool(folder: Path) -> None:
    path = folder / "quizzes/voicemail-test.yaml"
    head = path.read_text().partition("items:\n")[0].replace("draw: 3", "draw: 500")
    words = [" ".join(WORDS[(n >> bit) % len(WORDS)] for bit in range(8)) for n in range(ITEMS)]
    path.write_text(f"{head}items:\n" + "".join(ITEM.format(number=n, words=words[n]) for n in range(ITEMS)))


def lesson(folder: Path) -> None:
    path = folder / "lessons/02-say-it-slowly.md"
    path.write_text(path.read_text() + "\nA sentence with a few words in it, as any lesson has. " * 95_000)


LIMITED = """  n{number}:
    kind: decision
    max_visits: 2
    text: Place {number}
    choices:
      - {{key: a{number}, text: Go on to the next, consequence: On., to: n{on}, points: 0, rationale: Why.}}
      - {{key: b{number}, text: Or leap over six, consequence: On., to: n{leap}, points: 0, rationale: Why.}}
      - {{key: c{number}, text: Or end it here, consequence: On., to: {end}, points: 0, rationale: Why.}}
"""


def circle(folder: Path, *, size: int) -> None:
    """A circle each place of which may be entered twice: more states than anybody could search."""
    nodes = (
        LIMITED.format(number=n, on=(n + 1) % size, leap=(n + 7) % size, end="good" if n % 2 else "bad")
        for n in range(size)
    )
    (folder / "scenarios/the-callback.yaml").write_text(CASE.format(maximum=0) + "".join(nodes) + ENDINGS)


def counting(folder: Path) -> None:
    """As many combinations of places and of a variable as may be: 1,900 times 100."""
    case(folder)
    path = folder / "scenarios/the-callback.yaml"
    head, nodes = path.read_text().split("nodes:\n")
    nodes = nodes.replace(
        ", rationale: Why.}\n      - {key: b", ", rationale: Why., effects: [{add: {far: 1}}]}\n      - {key: b"
    )
    kept, _cut, _rest = nodes.partition("  n1900:\n")
    kept = kept.replace("to: n1900,", "to: good,").replace("to: n1901,", "to: bad,")
    variables = "variables: {far: {min: 0, max: 99, start: 0, meaning: How far the story went.}}\n"
    path.write_text(f"{head}{variables}nodes:\n{kept}{ENDINGS}")


def of_marks(folder: Path, piece: str) -> None:
    path = folder / "lessons/02-say-it-slowly.md"
    front = path.read_text().split("\n---\n")[0]
    path.write_text(f"{front}\n---\n{(piece * 60_000)[:59_000]}\n")


#: What a parser of Markdown takes long for.
MARKS = ("# h\n", "[", "![", "[a](", "*a ", "_a_", "|a|b\n|-|-\n", "a  \n")
PACKAGES: dict[str, Callable[[Path], None]] = {
    "the example": lambda _folder: None,
    "a lesson of five megabytes": lesson,
    f"a case of {NODES:,} nodes": case,
    "the same in a circle": lambda folder: case(folder, circle=True),
    "a circle of 30, each twice": lambda folder: circle(folder, size=30),
    "a circle of 300, each twice": lambda folder: circle(folder, size=300),
    "1,900 nodes, a variable of 100": counting,
    **{f"a lesson of {piece!r}": partial(of_marks, piece=piece) for piece in MARKS},
    f"a pool of {ITEMS:,} questions": pool,
}


def measure(name: str, folder: Path) -> None:
    started = time.perf_counter()
    package = read_package(folder)
    read = time.perf_counter()
    found = review(package)
    ended = time.perf_counter()
    print(f"{name:30} read {read - started:6.2f} s, looked over {ended - read:6.2f} s   {found.counts}")


def main() -> None:
    measure("the bundled course", ROOT / "content/anonymous-platforms")
    for name, grow in PACKAGES.items():
        with tempfile.TemporaryDirectory() as parent:
            folder = Path(shutil.copytree(ROOT / "docs/example-course", Path(parent) / "course"))
            grow(folder)
            measure(name, folder)


if __name__ == "__main__":
    main()

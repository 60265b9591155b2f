from pathlib import Path

import pytest

from author.editing.objectives import BY_PROCESS, MEASURABLE, REFUSED, objective_warnings
from author.packages import read_package
from tests.author.folders import change, copy_of_example, line_of

COURSE = "course.yaml"
CHOOSE = "Choose words for a voicemail that reveal no more than the client agreed to."
LESSON = "lessons/02-say-it-slowly.md"
TEST = "quizzes/voicemail-test.yaml"


def rules_of(folder: Path) -> list[tuple[str, int]]:
    return [(fault.rule, fault.line) for fault in objective_warnings(read_package(folder))]


#: An objective, and the rules that it breaks.
TEXTS: list[tuple[str, list[str]]] = [
    ("Choose words for a voicemail.", []),
    ("Carry out a call that begins with a name.", []),
    ("Understand what a voicemail reveals.", ["objective-verb"]),
    ("know what a voicemail reveals.", ["objective-verb"]),
    ("Learn to leave a voicemail.", ["objective-verb"]),
    ("Appreciate what a voicemail reveals.", ["objective-verb"]),
    ("Become aware of what a voicemail reveals.", ["objective-verb"]),
    ("Become familiar with voicemail.", ["objective-verb"]),
    ("Increase awareness of voicemail.", ["objective-verb"]),
    ("Voicemail and its words.", ["objective-verb"]),
    ("Choose words and leave a voicemail.", []),  # "leave" is no verb of an objective
    ("Choose words and classify voicemails.", ["objective-two-verbs"]),
    ("Choose words, and then state a number.", ["objective-two-verbs"]),
    ("Choose words or draft a voicemail.", ["objective-two-verbs"]),
    ("Choose words about reach and use in care.", []),
    ("Choose words for aftercare and a plan.", []),
]


@pytest.mark.parametrize(("text", "rules"), TEXTS)
def test_objective_begins_with_one_verb_that_can_be_observed(tmp_path: Path, text: str, rules: list[str]) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, COURSE, CHOOSE, text)

    line = line_of(folder, COURSE, f"text: {text}")
    found = [found for found in rules_of(folder) if found[0] in ("objective-verb", "objective-two-verbs")]
    assert found == [(rule, line) for rule in rules]


def test_verbs_of_other_languages_are_not_judged(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, COURSE, CHOOSE, "Understand what a voicemail reveals.")
    change(folder, COURSE, "language: en-US", "language: es-MX")

    assert rules_of(folder) == []


def test_verb_belongs_to_one_process_and_is_never_refused() -> None:
    verbs = [verb for words in BY_PROCESS.values() for verb in words.split()]

    assert len(verbs) == len(MEASURABLE)
    assert [verb for verb in verbs if REFUSED.fullmatch(verb)] == []


def test_objective_that_no_lesson_names_is_not_taught(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, LESSON, "objectives: [be-understood]", "objectives: [choose-words]")

    assert rules_of(folder) == [("objective-untaught", line_of(folder, COURSE, "- key: be-understood"))]


def test_objective_with_one_item_that_counts_is_hardly_tested(tmp_path: Path) -> None:
    """Both objectives of the example are asked about twice and more; practice does not count."""
    folder = copy_of_example(tmp_path)
    assert rules_of(folder) == []

    change(folder, TEST, "objectives: [choose-words, be-understood]", "objectives: [choose-words]")

    assert rules_of(folder) == [("objective-untested", line_of(folder, COURSE, "- key: be-understood"))]
    (told,) = objective_warnings(read_package(folder))
    assert told.message == "the quizzes that count ask about `be-understood` once"


@pytest.mark.parametrize(("file", "rule"), [(LESSON, "objective-untaught"), (TEST, "objective-untested")])
def test_file_that_cannot_be_read_may_hold_what_is_missed(tmp_path: Path, file: str, rule: str) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, file, "minutes: ", "minutes: x")

    assert rule not in {found for found, _ in rules_of(folder)}


def test_course_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, COURSE, "level: introductory", "level: beginner")

    assert rules_of(folder) == []

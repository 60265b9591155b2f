from pathlib import Path

import pytest

from author.editing.readability import Sentence, grade, mean_words, sentences
from author.editing.reading import LessonFigures, figures, reading_warnings
from author.packages import read_package
from tests.author.editing.doubts import LESSON, Doubts, doubts_of, told_at, write_body
from tests.author.folders import change, copy_of_example

FORTY = " ".join(["word"] * 40)
PARAGRAPH = " ".join([f"{' '.join(['word'] * 29)} end."] * 4)
HARD = "Institutional confidentiality considerations necessitate comprehensive interdisciplinary documentation. " * 17

BODIES: dict[str, tuple[str, Doubts]] = {
    "forty words": (f"{FORTY}.", []),
    "forty-one words": (f"One.\n\n{FORTY} end.", [("long-sentence", LESSON, FORTY)]),
    "a long sentence on the second line": (f"Short.\nThen {FORTY}.", [("long-sentence", LESSON, "Then")]),
    "a long heading": (f"## {FORTY} end\n\nWords.", []),
    "a long row": (f"| a | b |\n|---|---|\n| {FORTY} end | c |", []),
    "two sentences in one quotation": (f'"{FORTY}. Then {FORTY[:-15]}," she says.', []),
    "numbers and abbreviations": (f"Dr. Lee of the U.S. court said {FORTY[:99]} at 9 p.m. on Sunday.", []),
    "a hundred and twenty words": (PARAGRAPH, []),
    "a hundred and twenty-one words": (f"Before.\n\nTruly {PARAGRAPH}", [("long-paragraph", LESSON, "Truly")]),
    "a long item of a list": (f"- one\n- Truly {PARAGRAPH}", [("long-paragraph", LESSON, "- Truly")]),
    "hard words": (HARD, [("reading-level", LESSON, HARD[:20])]),
    "few hard words": (HARD[: len(HARD) // 2], []),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_lesson_is_told_where_it_is_long_or_hard(tmp_path: Path, name: str) -> None:
    body, expected = BODIES[name]
    folder = copy_of_example(tmp_path)
    write_body(folder, body)

    assert doubts_of(reading_warnings, folder) == told_at(folder, expected)


def test_grade_is_that_of_the_formula() -> None:
    said = [Sentence(0, "The cat sat on the mat with a better reason.")] * 10

    assert grade(said) == round(0.39 * 10 + 11.8 * 12 / 10 - 15.59, 1)


def test_grade_of_few_words_is_not_told() -> None:
    assert grade([Sentence(0, "One short sentence says nothing of its writer.")]) is None


def test_mean_of_no_sentence_is_not_told() -> None:
    assert mean_words([]) is None


def test_sentences_end_where_a_reader_pauses() -> None:
    text = 'M.H. v. Omegle ended on Dec. 9, 2024. "Go," she said. "Stay. I will\nnot." ACA H.2.a applies.'

    assert [sentence.text for sentence in sentences(text, "en")] == [
        "M.H. v. Omegle ended on Dec. 9, 2024.",
        '"Go," she said.',
        '"Stay.',
        'I will\nnot."',
        "ACA H.2.a applies.",
    ]


def test_sentence_knows_its_place() -> None:
    text = "First one.\nSecond one. Third."

    assert [text[sentence.start :].split(maxsplit=1)[0] for sentence in sentences(text, "en")] == [
        "First",
        "Second",
        "Third.",
    ]


def test_sentences_of_a_paragraph_longer_than_any_are_all_there() -> None:
    found = list(sentences("Here is one. " * 2000, "en"))

    assert sum(sentence.words for sentence in found) == 6000


def test_figures_are_those_of_every_lesson(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    write_body(
        folder, "## A heading\n\nFour words stand here. Two more.\n\n- A third\n\n| a | b |\n|---|---|\n| c | d |"
    )

    assert [row for row in figures(read_package(folder)) if row.lesson == "say-it-slowly"] == [
        LessonFigures("say-it-slowly", words=14, minutes=1, grade=None, mean_sentence=2.7)
    ]


def test_figures_of_another_language_have_no_grade(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, "course.yaml", "language: en-US", "language: de-DE")

    assert [(row.grade, row.mean_sentence is None) for row in figures(read_package(folder))] == [(None, False)] * 2


def test_lesson_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, LESSON, "key: say-it-slowly", "key: Say It")

    assert [row.lesson for row in figures(read_package(folder))] == ["who-may-hear"]
    assert doubts_of(reading_warnings, folder) == []

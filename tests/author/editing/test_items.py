import random
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from author.editing.items import WORDS, item_warnings
from author.packages import read_package
from courses.document import Quiz
from courses.items import Item
from quizzes.rules.flaws import FlawCode, item_flaws, pool_figures, pool_flaws, repeated_questions
from tests.author.folders import change, copy_of_example, line_of

ITEM: TypeAdapter[Item] = TypeAdapter(Item)
STEM = "A colleague of yours is about to leave a message for a client."
OPTIONS = (
    "*Give a first name and a number",
    "Give the clinic's name and a number",
    "Give the reason and leave a number",
)


def item(lead_in: str = "What should she do?", *options: str, **names: Any) -> Item:
    """A question; an option that begins with a star is correct."""
    written = [
        {"key": f"k{index}", "text": text.removeprefix("*"), "correct": text.startswith("*"), "rationale": "Because."}
        for index, text in enumerate(options or OPTIONS)
    ]
    shape = {"key": "q", "kind": "single_best_answer", "objectives": ["o"], "cognitive": "apply", "stem": STEM}
    return ITEM.validate_python({**shape, "lead_in": lead_in, "options": written, **names})


def found(question: Item) -> dict[str, str]:
    return {flaw.code.value: flaw.detail for flaw in item_flaws(question)}


#: rule, a question that has the flaw, and one as near to it as can be that has not.
EXAMPLES: list[tuple[FlawCode, Item, Item]] = [
    (
        FlawCode.ALL_OR_NONE,
        item("What helps?", "*A first name and a number", "A number and the hours", "None of these, as a rule"),
        item("What helps?", "*A first name and a number", "A number and the hours", "A name that none of these people has"),
    ),
    (
        FlawCode.ALL_OR_NONE,
        item("What helps?", "*Both A and B, in this order", "A number and the hours", "A first name and hours"),
        item("What helps?", "*Both hours and a number", "A number and a surname", "A first name and hours"),
    ),
    (FlawCode.NEGATIVE_STEM, item("What should she not do?"), item("What should she *not* do?")),
    (FlawCode.NEGATIVE_STEM, item("All of these help, except which?"), item("All of these help, EXCEPT which?")),
    (FlawCode.NEGATIVE_STEM, item("Which step isn't appropriate?"), item("Which step is appropriate?")),
    (FlawCode.NEGATIVE_STEM, item("Which cannot be done?"), item("Which can be done?")),
    (FlawCode.NEGATIVE_STEM, item("Except for the first, which comes next?"), item("After the first, which comes next?")),
    (
        FlawCode.NEGATIVE_STEM,
        item(stem="She plans a call. Which of the following is not a step of the plan?"),
        item(stem='She did not call. "Why didn\'t you, and what is not clear?" asks a colleague.'),
    ),
    (FlawCode.NEGATIVE_STEM, item(stem="All of these are steps, except:"), item(stem="She has all steps, except the last.")),
    (FlawCode.NEGATIVE_STEM, item("Which is the least useful?"), item("Which gives at least two numbers?")),
    (
        FlawCode.ALL_OR_NONE,
        item("What helps?", "*Both of the first two", "A number and the hours", "A first name and hours"),
        item("What helps?", "*Both the first name and hours", "A number and a surname", "A first name and a number"),
    ),
    (
        FlawCode.ALL_OR_NONE,
        item("What helps?", "*A and C", "A number and the hours", "A first name and hours"),
        item("What helps?", "*A clinic and hours", "A number and the surname", "A first name and a number"),
    ),
    (
        FlawCode.ALL_OR_NONE,
        item("What helps?", "*All the above", "A number and the hours", "A first name and hours"),
        item("What helps?", "*All the hours above noon", "A number and the hours", "A first name and hours"),
    ),
    (
        FlawCode.LONGEST_CORRECT,
        item("What next?", "*Give a first name and a number, twice and slowly", "Give the clinic's name", "Give the reason"),
        item("What next?", "*Give a first name and a number, twice", "Give the clinic's name and its number", "Give the reason now"),
    ),
    (
        FlawCode.SHORT_DISTRACTOR,
        item("What next?", "*Give a first name and a number", "Give the clinic's own name", "Hang up"),
        item("What next?", "*Give a first name and a number", "Give the clinic's own name", "Hang up and call again"),
    ),
    (
        FlawCode.GRAMMAR_CUE,
        item("What she leaves is an", "*hour at which she can be reached", "name of the clinic that she is at"),
        item("What she leaves is", "*an hour at which she can be reached", "the name of the clinic she is at"),
    ),
    (
        FlawCode.GRAMMAR_CUE,
        item("The words that she needs are", "*three that the client agreed to", "a sentence about the next visit"),
        item("The words that she needs are", "*three that the client agreed to", "those about the next visit"),
    ),
    (
        FlawCode.OVERLAPPING_OPTIONS,
        item("How soon?", "*Within 1 to 5 days", "Within 5 to 9 days", "Within 10 to 15 days"),
        item("How soon?", "*Within 1 to 4 days", "Within 5 to 9 days", "Within 10 to 15 days"),
    ),
    (
        FlawCode.OVERLAPPING_OPTIONS,
        item("How many days?", "*Fewer than 5 days", "Fewer than 10 days", "More than 20 days"),
        item("How many days?", "*Fewer than 5 days", "At least 5 days", "Fewer than 10 hours"),
    ),
    (
        FlawCode.OVERLAPPING_OPTIONS,
        item("How many?", "*5 or more", "10 or more", "Four"),
        item("How many?", "*5 or more", "4 or fewer", "Ten at once"),
    ),
    (
        FlawCode.OVERLAPPING_OPTIONS,
        item("How many days?", "*5 to 9 days", "more than 8 days", "up to 2 days"),
        item("How many days?", "*5 to 9 days", "more than 9 days", "up to 4 days"),
    ),
    (
        FlawCode.OVERLAPPING_OPTIONS,
        item("What next?", "*Call her mother", "Call her mother and leave word", "Write to her today"),
        item("What next?", "*Call her mother", "Call her sister and leave word", "Write to her today"),
    ),
    (
        FlawCode.ABSOLUTE_TERM,
        item("What next?", "*Give a first name and a number", "Never leave a message at all", "Give the reason and a number"),
        item("What next?", "*Give only a first name and a number", "Never leave a message at all", "Give reason and number"),
    ),
    (
        FlawCode.ABSOLUTE_TERM,
        item("What next?", "*Give a first name and a number", "Say that every visit moved", "Give the reason and a number"),
        item("What next?", "*Give a first name and a number", "Say that it is all right", "Give the reason and a number"),
    ),
    *(
        (
            FlawCode.ABSOLUTE_TERM,
            item("What next?", "*Give a first name and a number", wrong, "Give the reason and a number"),
            item("What next?", "*Give a first name and a number", careful, "Give the reason and a number"),
        )
        for wrong, careful in [
            ("Under no circumstances leave word", "Under these circumstances leave word"),
            ("Invariably give the clinic's name", "At first give the clinic's name"),
            ("Leave a message, without exception", "Leave a message without a name"),
        ]
    ),
    (
        FlawCode.REPEATED_WORD,
        item("Which message is best?", "*The shortest message", "The longest letter", "The loudest call"),
        item("Which message is best?", "*The shortest message", "The longest message", "The loudest call"),
    ),
    (
        FlawCode.REPEATED_WORD,
        item("Which word does a client say?", "*A word, message and colleague", "A letter to a client", "The loudest of calls"),
        item("Which word does a client say?", "*A word to a colleague", "A letter to a client", "The loudest of calls"),
    ),
    (FlawCode.TRUE_FALSE_IN_DISGUISE, item("Which statement is true?"), item("Which true statement should she make first?")),
    *(
        (FlawCode.TRUE_FALSE_IN_DISGUISE, item(disguised), item(asked))
        for disguised, asked in [
            ("Which statement about HIPAA is true?", "Which statement about HIPAA should she make first?"),
            ("Which of these statements about consent is correct?", "Which of these statements about consent comes first?"),
            ("Which of the following statements is true?", "Which of the following statements does she need?"),
            ("What is true of encryption?", "What is a true reason for encryption?"),
        ]
    ),
    (FlawCode.TRUE_FALSE_IN_DISGUISE, item("Which of the following is correct?"), item("Which of the two should she correct?")),
    (
        FlawCode.TRUE_FALSE_IN_DISGUISE,
        item("May she leave word?", "*Yes, with a first name", "No, not without a name"),
        item("May she leave word?", "*Yes, with a first name", "With a first name and a number"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "flawed", "sound"), EXAMPLES)
def test_flaw_is_found_and_its_neighbor_is_not(code: FlawCode, flawed: Item, sound: Item) -> None:
    assert code in found(flawed)
    assert code not in found(sound)


def test_every_rule_has_words_and_an_example() -> None:
    of_pools = {FlawCode.LONGEST_TOO_OFTEN, FlawCode.SKEWED_POSITION, FlawCode.NEAR_DUPLICATE}

    assert set(WORDS) == set(FlawCode)
    assert {code for code, _, _ in EXAMPLES} == set(FlawCode) - of_pools


def test_sound_question_has_no_flaw() -> None:
    assert found(item()) == {}


def test_steps_to_be_ordered_and_votes_of_experts_are_no_options() -> None:
    steps = [{"key": f"s{index}", "text": "All " * index + "done", "rationale": "x"} for index in (1, 2, 9)]
    common = {"key": "q", "objectives": ["o"], "cognitive": "apply", "stem": STEM, "lead_in": "What becomes of it?"}
    ordering = {**common, "kind": "ordering", "credit": "per_pair", "steps": steps}
    concordance = {**common, "kind": "script_concordance", "hypothesis": "x", "new_information": "y", "rationale": "z"}

    assert found(ITEM.validate_python(ordering)) == {}
    assert found(ITEM.validate_python(concordance)) == {}


def test_multiple_response_is_asked_for_its_shortest_correct_option() -> None:
    options = ("*A first name and a number, said twice", "*A number, said twice and slowly", "The name", "The reason")
    short = ("*A first name and a number, said twice", "*A number", "The clinic's name", "The whole reason")

    assert "longest-correct" in found(item("Which two?", *options, kind="multiple_response", credit="per_option"))
    assert "longest-correct" not in found(item("Which two?", *short, kind="multiple_response", credit="per_option"))


# --- pools


#: Forty nouns that no two questions share.
SUBJECTS = [f"{one}{two}" for one in ("apri", "bolo", "cere", "dami", "elgo") for two in ("lint", "mora", "nusk", "pild", "quor", "rast", "send", "tuvo")]  # fmt: skip


def pool(places: list[int], *, longest: int = 0, same: bool = False) -> Quiz:
    """A quiz whose correct options stand at these places, and are the longest in the first few."""
    questions = []
    for number, place in enumerate(places):
        subject = SUBJECTS[0 if same else number]
        texts = [f"{subject} {letter}{'.' * 9}" for letter in "abcd"]
        texts[place] = f"*{subject} yes{'.' * (9 if number < longest else 1)}"
        questions.append(item(f"What of {subject}?", *texts, stem=f"Of {subject}.", key=f"q{number}"))
    shape = {"key": "pool", "title": "Pool", "kind": "formative", "release": "never", "minutes": 1}
    return Quiz.model_validate({**shape, "items": questions})


EVENLY = [0, 1, 2, 3] * 5


@pytest.mark.parametrize(
    ("code", "flawed", "sound"),
    [
        (FlawCode.LONGEST_TOO_OFTEN, pool(EVENLY, longest=7), pool(EVENLY, longest=6)),
        (FlawCode.LONGEST_TOO_OFTEN, pool(EVENLY[:10], longest=10), pool(EVENLY[:9], longest=9)),
        (FlawCode.SKEWED_POSITION, pool([1] * 12 + EVENLY[:8]), pool([1] * 5 + EVENLY[:15])),
        (FlawCode.SKEWED_POSITION, pool([1] * 20), pool([1] * 19)),
    ],
)
def test_pool_has_the_flaw_and_its_neighbor_has_not(code: FlawCode, flawed: Quiz, sound: Quiz) -> None:
    assert code in {flaw.code for flaw in pool_flaws(flawed)}
    assert code not in {flaw.code for flaw in pool_flaws(sound)}


def test_question_that_stands_twice_is_told_once_wherever_it_stands() -> None:
    sound, twice = pool([0, 1]), pool([0, 1, 2], same=True)
    other = sound.model_copy(update={"key": "other", "items": (sound.items[1].model_copy(update={"key": "again"}),)})

    assert list(repeated_questions([sound])) == []
    assert [(number, flaw.path, flaw.detail) for number, flaw in repeated_questions([twice])] == [
        (0, ("items", 1), "q0"),
        (0, ("items", 2), "q0"),
    ]
    assert [(number, flaw.path, flaw.detail) for number, flaw in repeated_questions([sound, other])] == [
        (1, ("items", 0), "pool/q1")
    ]


def test_pool_is_told_in_figures() -> None:
    figures = pool_figures(pool([0, 1, 1, 3], longest=1))

    assert (figures.items, figures.application, figures.longest, figures.positions) == (4, 100, 25, (1, 2, 0, 1))


# --- in a package


def test_warning_stands_at_the_line_of_the_option(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, "quizzes/warm-up.yaml", "text: An apology and the reason for the call.", "text: Sorry.")

    told = [fault for fault in item_warnings(read_package(folder)) if fault.message.startswith('"Sorry.')]

    line = line_of(folder, "quizzes/warm-up.yaml", "- {key: x2, text: Sorry.")
    assert [(fault.file, fault.line, fault.rule) for fault in told] == [
        ("quizzes/warm-up.yaml", line, "short-distractor")
    ]
    assert told[0].message == '"Sorry." is so short that nobody chooses it'


def test_quiz_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, "quizzes/warm-up.yaml", "kind: formative", "kind: neither")

    assert {fault.file for fault in item_warnings(read_package(folder))} <= {"quizzes/voicemail-test.yaml"}


def test_no_order_of_options_makes_a_flaw_of_a_question() -> None:
    options = list(OPTIONS)
    random.Random(7).shuffle(options)

    assert found(item("What should she do?", *options)) == {}


@pytest.mark.parametrize(
    "text", ["](" * 9_000, "x" + "*" * 18_000, "a:" * 9_000, "9" * 18_000 + " to " + "9" * 100, "_ " * 9_000]
)
def test_text_of_nothing_but_marks_is_read_in_one_go(text: str) -> None:
    """A pattern that began anew at every mark would take minutes here, and numbers without an end cannot be read at all."""
    found(item(text, f"*{text}", f"{text} x", "y" * 20))

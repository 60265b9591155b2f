from pathlib import Path

import pytest

from author.editing.phrases import Phrases
from author.editing.terms import NAMES, TERMS
from author.editing.texts import passages
from author.editing.voice import voice_warnings
from author.editing.wording import wording_warnings
from author.packages import read_package
from tests.author.editing.doubts import LESSON, Doubts, doubts_of, told_at, write_body
from tests.author.folders import change, copy_of_example

COURSE = "course.yaml"
TEST = "quizzes/voicemail-test.yaml"
WARM_UP = "quizzes/warm-up.yaml"
CASE = "scenarios/the-callback.yaml"

STIGMA: dict[str, tuple[str, Doubts]] = {
    "died by suicide": ("Her brother died by suicide.", []),
    "committed suicide": ("One.\n\nHer brother committed suicide.", [("wording", LESSON, "Her brother")]),
    "over a line's end": ("Her brother\ncommitted\nsuicide.", [("wording", LESSON, "committed")]),
    "under marks": ("Her brother *committed* **suicide**.", [("wording", LESSON, "Her brother")]),
    "capitals": ("Committed Suicide", [("wording", LESSON, "Committed")]),
    "quoted": ('"He is an addict," they say.', [("wording", LESSON, '"He is')]),
    "over a quotation's end": ("> non-\n> compliant", [("wording", LESSON, "> non-")]),
    "two sentences": ("To what had they committed? Suicide is a word.", []),
    "with a hyphen": ("A non-compliant client.", [("wording", LESSON, "A non")]),
    "part of a word": ("Addiction, clinically speaking, and addicting.", []),
    "clean": ("A clean copy of a dirty page.", []),
    "clean test": ("A clean test.", [("wording", LESSON, "A clean")]),
    "a name that stands": ("The Substance Abuse and Mental Health Services Administration.", []),
    "an address": ("The [guide](https://example.org/addict) and https://example.org/illegals.", []),
    "a table": ("| a | b |\n|---|---|\n| c | the mentally ill |", [("wording", LESSON, "| c |")]),
}

VOICE: dict[str, tuple[str, Doubts]] = {
    "plain": ("Ask her.", []),
    "simply": ("One.\n\nSimply ask her.", [("voice", LESSON, "Simply")]),
    "obviously": ("Obviously, ask her.", [("voice", LESSON, "Obviously")]),
    "crucial": ("It is crucial to ask.", [("voice", LESSON, "It is")]),
    "important to note": ("It is important to note that she asks.", [("voice", LESSON, "It is")]),
    "the clinician should": ("The clinician should ask.", [("voice", LESSON, "The clinician")]),
    "just": ("Just ask her.", [("voice", LESSON, "Just")]),
    "just of time": ("She has just called, just before noon.", []),
    "just of measure": ("It is just as true.", []),
    "just of right": ("What is fair and just. Ask.", []),
    "in speech": ('"Just go! It\'s simply crucial," she says.', []),
    "in speech over two lines": ('"Just go!\nNow!" she says.', []),
    "in curly speech": ("“Just go!” she says.", []),
    "in a quotation": ("> Just go!", []),
    "after a quotation that is not closed": ('She says, "Go.\n\nJust ask!', [("voice", LESSON, "Just ask")]),
    "exclaiming": ("One.\n\nWell done!", [("voice", LESSON, "Well done")]),
    "a picture": ("![a telephone](media/handset.svg)", []),
}


@pytest.mark.parametrize("name", STIGMA)
def test_word_that_labels_a_person_is_told_with_its_line(tmp_path: Path, name: str) -> None:
    body, expected = STIGMA[name]
    folder = copy_of_example(tmp_path)
    write_body(folder, body)

    assert doubts_of(wording_warnings, folder) == told_at(folder, expected)


@pytest.mark.parametrize("name", VOICE)
def test_word_that_pushes_is_told_with_its_line(tmp_path: Path, name: str) -> None:
    body, expected = VOICE[name]
    folder = copy_of_example(tmp_path)
    write_body(folder, body)

    assert doubts_of(voice_warnings, folder) == told_at(folder, expected)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (COURSE, "title: Leaving a Clear Voicemail", "title: Leaving an Addict's Voicemail"),
        (COURSE, "audience: [Counselors,", "audience: [Junkies,"),
        (COURSE, "text: One call mentions a household", "text: One call mentions an addict"),
        (COURSE, "alt: A telephone handset", "alt: An addict's telephone"),
        (LESSON, "title: Say it slowly, say it twice", "title: Say it to an addict"),
        (CASE, "title: Before dialing", "title: Before the addict calls"),
        (CASE, "meaning: how much the caller has checked", "meaning: how much the addict has checked"),
        (TEST, "title: Post-test", "title: Test of addicts"),
        ("evaluation.yaml", "version: v1\nintro: ", "version: v1\nintro: Addicts! "),
        ("guidance.yaml", "- id: G01\n  point: ", "- id: G01\n  point: Addicts "),
    ],
)
def test_every_text_is_looked_at(tmp_path: Path, file: str, old: str, new: str) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, file, old, new)

    assert doubts_of(wording_warnings, folder) == told_at(folder, [("wording", file, new.splitlines()[-1])])


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (COURSE, "name: Robin Ashe", "name: Robin Junkie"),
        (COURSE, "a guide to telephone messages", "a guide for addicts"),
        (COURSE, "license: CC0-1.0", "license: Addicts"),
        (CASE, "  - {key: relatives, claim", "  # an addict\n  - {key: relatives, claim"),
        (CASE, "start: before-dialing\n", "start: before-dialing # addict\n"),
    ],
)
def test_names_citations_and_comments_are_no_texts(tmp_path: Path, file: str, old: str, new: str) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, file, old, new)

    assert doubts_of(wording_warnings, folder) == []


def test_line_is_that_of_the_words_within_a_folded_text(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, COURSE, "who may know that\n  you called", "who may know that an\n  illegal alien called")

    assert doubts_of(wording_warnings, folder) == told_at(folder, [("wording", COURSE, "illegal alien")])


def test_titles_may_push_and_reasons_may_not(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, WARM_UP, "rationale: By then nobody is there to ask.", "rationale: By then it is simply late.")
    change(folder, CASE, "title: The callback", "title: Simply the callback")

    assert doubts_of(voice_warnings, folder) == told_at(folder, [("voice", WARM_UP, "      - {key: later")])


def test_other_languages_have_words_of_their_own(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, COURSE, "language: en-US", "language: de-DE")
    write_body(folder, "Simply an addict!")

    assert (doubts_of(wording_warnings, folder), doubts_of(voice_warnings, folder)) == ([], [])


def test_text_longer_than_its_kind_may_be_is_left_to_the_check(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, COURSE, "prerequisites: None.", f"prerequisites: {'addict ' * 3000}")

    assert "prerequisites" not in {passage.name for passage in passages(read_package(folder)) if passage.file == COURSE}


# --- the list


def test_every_term_has_a_source_and_a_word_to_prefer() -> None:
    assert [term for term in TERMS if not (term.source and term.prefer and all(term.phrases))] == []


def test_no_phrase_stands_under_two_terms() -> None:
    listed = [phrase for term in TERMS for phrase in term.phrases]

    assert sorted(listed) == sorted(set(listed))


def test_every_phrase_of_the_list_is_found_as_it_is_written() -> None:
    listed = [*NAMES, *(phrase for term in TERMS for phrase in term.phrases)]
    finder = Phrases(listed)

    assert [[found.phrase for found in finder.find(phrase)] for phrase in listed] == [[phrase] for phrase in listed]


def test_no_preferred_word_is_on_the_list_itself() -> None:
    finder = Phrases(phrase for term in TERMS for phrase in term.phrases)

    assert [term.prefer for term in TERMS if list(finder.find(term.prefer))] == []


def test_longest_phrase_wins_and_none_is_found_within_another() -> None:
    finder = Phrases(["former addict", "addict", "addict now"])

    assert [found.phrase for found in finder.find("A former addict now. An addict!")] == ["former addict", "addict"]

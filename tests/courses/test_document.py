import pytest

from author.packages import read_package
from courses.document import TAKEN_ADDRESSES, Document, Lesson, LessonKind, Quiz, Release, Scenario, parse
from tests.enrollments.documents import in_modules, lesson, small
from tests.publishing import EXAMPLE


@pytest.fixture(scope="module")
def document() -> Document:
    found = read_package(EXAMPLE).document()
    assert found is not None
    return found


def test_part_is_found_by_its_key(document: Document) -> None:
    assert [document.part(key).key for key in document.part_keys] == list(document.part_keys)
    with pytest.raises(KeyError):
        document.part("absent")


def test_quiz_draws_all_items_unless_it_says_how_many(document: Document) -> None:
    test, warm_up = document.part("voicemail-test"), document.part("warm-up")

    assert isinstance(test, Quiz)
    assert isinstance(warm_up, Quiz)
    assert (test.drawn, warm_up.drawn) == (3, 7)
    assert test.item_by_key["which-name"].option_by_key["d1"].correct


@pytest.mark.parametrize(
    ("key", "stated", "released"),
    [
        ("first-message", None, Release.AFTER_EACH_CHOICE),
        ("the-callback", None, Release.AFTER_PASS_OR_LAST_ATTEMPT),
        ("the-callback", Release.AFTER_SUBMISSION, Release.AFTER_SUBMISSION),
    ],
)
def test_scenario_releases_its_reasons(document: Document, key: str, stated: Release | None, released: Release) -> None:
    scenario = document.part(key)
    assert isinstance(scenario, Scenario)

    assert scenario.model_copy(update={"release": stated}).released == released


def test_objective_and_choice_are_found_by_their_keys(document: Document) -> None:
    scenario = document.part("first-message")

    assert isinstance(scenario, Scenario)
    assert scenario.nodes["the-beep"].choice_by_key["full"].to == "overheard"
    assert document.objective_by_key["be-understood"].guidance == ("G02",)
    assert document.course.facts[0].sources == ("GK",)


def test_document_is_frozen(document: Document) -> None:
    with pytest.raises(ValueError, match="frozen"):
        document.course.title = "Another"


def test_every_inline_text_of_the_document_is_told(document: Document) -> None:
    texts = set(document.inline_texts())

    callback = document.part("the-callback")
    assert isinstance(callback, Scenario)
    for node in callback.nodes.values():
        assert node.text in texts
        assert {line.text for line in node.script} <= texts
        assert {
            words for choice in node.choices for words in (choice.text, choice.consequence, choice.rationale)
        } <= texts
    assert document.course.summary in texts


def test_kind_of_a_lesson_is_kept_and_says_nothing_where_there_is_none() -> None:
    kinds = [each.kind for each in parse(in_modules().canonical_text()).lessons]

    assert kinds == [None, LessonKind.CHECKLIST, None, LessonKind.REFERENCE]
    # Documents of before lessons had kinds keep their hash.
    assert '"kind"' not in Lesson.model_validate(lesson("one")).model_dump_json(exclude_defaults=True)


def test_pages_to_look_up_are_found_by_their_keys() -> None:
    made = in_modules()

    assert [page.key for page in made.reference_pages] == ["words"]
    assert made.reference_page("words") == made.lesson_by_key["words"]
    assert made.reference_page("one") is None


@pytest.mark.parametrize("key", sorted(TAKEN_ADDRESSES))
def test_page_to_look_up_takes_no_address_of_the_course(key: str) -> None:
    assert Lesson.model_validate(lesson(key)).key == key
    with pytest.raises(ValueError, match="is another page of the course"):
        Lesson.model_validate(lesson(key, kind="reference"))


def test_minutes_are_those_of_all_parts_and_those_that_completion_asks_for() -> None:
    made = small()

    assert (made.minutes, made.required_minutes) == (56, 52)
    assert made.required_keys == {"one", "two", "post-test"}

"""Questions of every kind on their pages: asked, answered, taken back, in conflict, and reviewed."""

from fractions import Fraction
from typing import ClassVar, Literal
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import User
from courses.document import Document
from courses.items import Answer, BaseItem, Cognitive, Control, Option
from courses.library import Published
from courses.rendering import render_inline
from enrollments.models import Enrollment
from enrollments.services import enroll
from learner.messages.marks import marks_words
from learner.moves import Move, move_of
from learner.posted import posted_response
from learner.results import Passage, quiz_result
from learner.sittings import quiz_page
from quizzes.models import Attempt, Response
from quizzes.queries import AssessmentState, Sitting, assessment_state, sitting
from quizzes.rules import NOTHING_ARRANGED, Limits, PlannedItem, draw_quiz, score_quiz
from quizzes.services import record_response, submit_attempt
from tests.conftest import expect_statements
from tests.enrollments.documents import publish
from tests.kinds import ASKED, course_of_kinds
from tests.learner.conftest import HTMX, address, html, words
from tests.quizzes.builders import quiz
from tests.taking import answer, answer_all, item_of, start

KEYS = [kind.replace("_", "-") for kind in ASKED]
MANY, TRUE, ORDER, PANEL, ONE, OPEN = KEYS


@pytest.fixture
def kinds(ana: User) -> Enrollment:
    return enroll(user=ana, course=publish(course_of_kinds()).course, acknowledged=True, by=ana)


@pytest.fixture
def attempt(kinds: Enrollment) -> Attempt:
    return start(kinds, "kinds")


def post(browser: Client, attempt: Attempt, key: str, *options: str, script: bool = False, **more: object) -> str:
    """The answer's status, and where it leads."""
    values = {"item": key, "option": list(options), "based_on": 0, "request_id": uuid4(), "go": "next", **more}
    response = browser.post(address(attempt, "attempt-response"), values, headers=HTMX if script else {})
    return response.headers.get("Location", "").removeprefix(address(attempt)) or str(response.status_code)


def stored(key: str) -> list[list[str]]:
    return [row.options for row in Response.objects.filter(item_key=key).order_by("revision")]


def shown_order(attempt: Attempt) -> tuple[str, ...]:
    planned = sitting(attempt).plan.item(ORDER)
    assert planned is not None
    return planned.options


# --- how each is asked


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (MANY, ["Choose all that apply. Every option counts"]),
        (TRUE, ["True False"]),
        (ORDER, ["Put the steps in order with Up and Down", "counts the order shown", "Every pair of steps counts"]),
        (PANEL, ["HypothesisIt is so", "Then you learnAnd then", "A panel of experts answered this too"]),
        (ONE, ["Option 0 of single-best-answer"]),
        (OPEN, ["This question carries no marks yet: there is no expert panel for it."]),
    ],
)
def test_question_says_how_it_is_answered_and_scored(
    browser: Client, attempt: Attempt, key: str, said: list[str]
) -> None:
    page = words(browser, f"{address(attempt)}?item={KEYS.index(key) + 1}")

    assert [text for text in said if text not in page] == []


def test_only_the_whole_right_answer_is_said_where_it_is_so(browser: Client, ana: User) -> None:
    document = course_of_kinds()
    many = document.quizzes[0].items[0].model_copy(update={"declared": "all_or_nothing"})
    course = document.model_copy(update={"quizzes": (document.quizzes[0].model_copy(update={"items": (many,)}),)})
    attempt = start(enroll(user=ana, course=publish(course).course, acknowledged=True, by=ana), "kinds")

    assert "The marks are won by a wholly right answer only." in words(browser, address(attempt))


def test_steps_are_shown_in_a_wrong_order_also_without_shuffle(attempt: Attempt) -> None:
    assert shown_order(attempt) != item_of(attempt, ORDER).best


def test_about_page_speaks_of_marks_where_an_answer_is_not_one(browser: Client, ana: User) -> None:
    course = publish(course_of_kinds(kind="summative", pass_percent=70)).course
    enroll(user=ana, course=course, acknowledged=True, by=ana)

    page = words(browser, f"/learn/courses/{course.slug}/quizzes/kinds/")

    assert "6 questions, about 5 minutes. 70% of the marks pass." in page
    assert "of 6 pass" not in page


# --- how each is answered


@pytest.mark.parametrize("script", [True, False])
def test_every_kind_is_saved_in_five_statements(browser: Client, attempt: Attempt, script: bool) -> None:
    for key in KEYS:
        item = item_of(attempt, key)
        given = item.best or ("less",)
        with expect_statements(5):  # session, person, attempt, answers, insert
            post(browser, attempt, key, *given, script=script)
        assert stored(key) == [list(given)]
        with expect_statements(4):
            browser.get(address(attempt), {"item": KEYS.index(key) + 1})


def test_boxes_are_kept_in_the_items_order_whatever_order_they_are_sent_in(browser: Client, attempt: Attempt) -> None:
    post(browser, attempt, MANY, f"{MANY}-3", f"{MANY}-0")
    again = post(browser, attempt, MANY, f"{MANY}-0", f"{MANY}-3")  # the same answer is no other revision

    assert (stored(MANY), again) == ([[f"{MANY}-0", f"{MANY}-3"]], "?item=2")
    page = html(browser, f"{address(attempt)}?item=1")
    assert page.count('type="checkbox" name="option"') == 4
    assert page.count(" checked>") == 3  # two boxes, and no word on how sure


@pytest.mark.parametrize(
    ("key", "options"),
    [
        (MANY, ["multiple-response-0", "multiple-response-0"]),
        (MANY, ["ordering-a"]),
        (TRUE, ["true", "false"]),
        (ORDER, ["ordering-m", "ordering-c"]),
        (ORDER, ["ordering-m"] * 4),
        (PANEL, ["less", "more"]),
    ],
)
def test_answer_of_another_form_is_refused(browser: Client, attempt: Attempt, key: str, options: list[str]) -> None:
    assert post(browser, attempt, key, *options) == "404"
    assert stored(key) == []


# --- taking an answer back


def test_unticking_everything_takes_the_answer_back(browser: Client, attempt: Attempt) -> None:
    post(browser, attempt, MANY, f"{MANY}-0")

    assert post(browser, attempt, MANY, based_on=1) == "?item=2"

    assert stored(MANY) == [[f"{MANY}-0"], []]
    assert "0 of 6 answered" in words(browser, address(attempt))
    assert sitting(attempt).chosen() == {}
    assert post(browser, attempt, MANY, based_on=2) == "?item=2"  # nothing again changes nothing
    assert post(browser, attempt, MANY, f"{MANY}-1", based_on=2) == "?item=2"
    assert stored(MANY) == [[f"{MANY}-0"], [], [f"{MANY}-1"]]


@pytest.mark.parametrize("key", KEYS)
def test_nothing_where_nothing_was_saved_is_skipped(browser: Client, attempt: Attempt, key: str) -> None:
    assert post(browser, attempt, key) in (f"?item={KEYS.index(key) + 2}", "?item=review")
    assert Response.objects.count() == 0


@pytest.mark.parametrize("key", [TRUE, ORDER, PANEL, ONE])
def test_nothing_keeps_what_was_saved_where_it_cannot_be_unticked(browser: Client, attempt: Attempt, key: str) -> None:
    answer(attempt, key, item_of(attempt, key).best)

    post(browser, attempt, key, based_on=1)

    assert len(stored(key)) == 1


def test_unticking_before_the_tick_has_arrived_is_no_skip(browser: Client, attempt: Attempt) -> None:
    first = uuid4()
    post(browser, attempt, MANY, earlier=[first])

    assert stored(MANY) == [[]]
    assert post(browser, attempt, MANY, f"{MANY}-0", request_id=first) == "409"  # late, and it undoes nothing unasked


def test_answer_is_not_taken_back_in_silence_from_another_window(browser: Client, attempt: Attempt) -> None:
    answer(attempt, MANY, (f"{MANY}-0", f"{MANY}-2"))
    answer(attempt, MANY, (f"{MANY}-1", f"{MANY}-2"))

    values = {"item": MANY, "based_on": 1, "request_id": uuid4(), "go": "next"}
    page = browser.post(address(attempt, "attempt-response"), values)

    assert page.status_code == 409
    assert "Nothing chosen" in page.content.decode()
    assert "<li>Option 1 of multiple-response</li><li>Option 2 of multiple-response</li>" in page.content.decode()


# --- conflicts of every kind


@pytest.mark.parametrize("key", KEYS)
def test_conflict_shows_both_values_and_either_can_count(browser: Client, attempt: Attempt, key: str) -> None:
    item = item_of(attempt, key)
    mine = tuple(reversed(item.best)) if item.control is Control.ORDER else (item.shown[1].key,)
    theirs = item.best if item.control is Control.ORDER else (item.shown[2 % len(item.shown)].key,)
    answer(attempt, key, theirs)
    values = {"item": key, "option": list(mine), "based_on": 0, "request_id": uuid4(), "go": "next"}

    page = browser.post(address(attempt, "attempt-response"), values).content.decode()

    texts = [render_inline(item.option_by_key[name].text) for name in (*theirs, *mine)]
    assert [text for text in texts if text not in page] == []
    held = [name for name in mine if f'name="option" value="{name}"' in page]
    assert held == list(mine)
    assert post(browser, attempt, key, *mine, based_on=1) != "409"
    assert stored(key)[-1] == list(mine)


# --- ordering without script


def test_move_is_saved_and_leads_back_to_its_button(browser: Client, attempt: Attempt) -> None:
    shown = shown_order(attempt)

    to = post(browser, attempt, ORDER, *shown, go="up-3")

    moved = (shown[0], shown[2], shown[1], shown[3])
    assert (to, stored(ORDER)) == ("?item=3#up-3", [list(moved)])
    page = html(browser, f"{address(attempt)}?item=3")
    places = [page.index(f'name="option" value="{key}"') for key in moved]
    assert places == sorted(places)
    assert page.index('id="step-3"') < page.index('id="step-2"')  # its name moved with it
    assert post(browser, attempt, ORDER, *moved, go="up-3", based_on=1) == "?item=3#down-3"  # it can go no higher
    assert stored(ORDER)[-1] == [shown[2], shown[0], shown[1], shown[3]]


def test_move_with_script_of_its_own_missing_is_answered_by_the_question(browser: Client, attempt: Attempt) -> None:
    values = {"item": ORDER, "option": shown_order(attempt), "based_on": 0, "request_id": uuid4(), "go": "down-1"}

    page = browser.post(address(attempt, "attempt-response"), values, headers=HTMX)

    assert "Question 3 of 6" in page.content.decode()
    assert page["HX-Push-Url"].endswith("?item=3")


def test_going_on_counts_the_order_shown_and_going_back_does_not(browser: Client, attempt: Attempt) -> None:
    shown = shown_order(attempt)

    assert post(browser, attempt, ORDER, *shown, go="back") == "?item=2"
    assert stored(ORDER) == []
    assert post(browser, attempt, ORDER, *shown, go="next") == "?item=4"
    assert stored(ORDER) == [list(shown)]
    assert post(browser, attempt, ORDER, *reversed(shown), go="back", based_on=1) == "?item=2"
    assert stored(ORDER)[-1] == list(reversed(shown))


PLANNED = PlannedItem("one", ("a", "b", "c"), 1)


@pytest.mark.parametrize(
    ("go", "order", "moved", "focus"),
    [
        ("up-3", "abc", "acb", "up-3"),
        ("up-2", "abc", "bac", "down-2"),
        ("up-1", "abc", "abc", "down-1"),
        ("down-1", "abc", "bac", "down-1"),
        ("down-2", "abc", "acb", "up-2"),
        ("down-2", "acb", "acb", "up-2"),
        ("up-9", "abc", "abc", "up-9"),
        ("up-1", "bc", "bc", "up-1"),
    ],
)
def test_moves(go: str, order: str, moved: str, focus: str) -> None:
    move = move_of(go)

    assert move is not None
    assert move.applied(tuple(order), PLANNED) == tuple(moved)
    assert move.focus(tuple(moved), PLANNED) == focus


@pytest.mark.parametrize(
    "go", ["next", "back", "stay", "review", "up", "up-", "up-0", "up-x", "up-10", "up-\u00b2", "left-1", ""]
)
def test_other_buttons_move_nothing(go: str) -> None:
    assert move_of(go) is None


def test_move_keeps_its_direction() -> None:
    assert move_of("down-2") == Move("down", 2)


def test_empty_options_are_none() -> None:
    post = QueryDict(f"item=a&option=&option=b&option=&based_on=0&request_id={uuid4()}")

    assert posted_response(post).options == ("b",)


# --- how each is reviewed


def finish(browser: Client, attempt: Attempt) -> str:
    submit_attempt(attempt=attempt, by=attempt.enrollment.user)
    return words(browser, address(attempt, "attempt-result"))


def test_result_of_every_kind_answered_well(browser: Client, attempt: Attempt) -> None:
    answer_all(attempt, correct=True)

    page = finish(browser, attempt)

    assert "5 of 5, for your own use." in page
    assert "The 5 you answered well, with their reasons" in page
    assert "You chose it, and it belongs" in page
    assert "You left it, rightly" in page
    assert "Without marks" in page
    assert "Your order" not in page  # it is the right one


def test_result_of_every_kind_answered_in_part(browser: Client, attempt: Attempt) -> None:
    answer(attempt, MANY, (f"{MANY}-0", f"{MANY}-1", f"{MANY}-2"))
    answer(attempt, TRUE, "true")
    answer(attempt, ORDER, ("ordering-m", "ordering-c", "ordering-a", "ordering-t"))
    answer(attempt, PANEL, "neither")

    page = finish(browser, attempt)

    # 1/2 of the options, 2/3 of the pairs, 1/2 of the panel's vote
    assert "1 2/3 of 5, for your own use." in page
    assert page.count("Partly right") == 2
    assert "1/2 of 1 mark" in page
    assert "2/3 of 1 mark" in page
    assert "You chose it; better left" in page
    assert "You choseTrueBetterFalse" in page
    assert "What is in your answerNo, because" in page
    order = [page.index(text) for text in ("Your order", "Step a of ordering", "The right order", "Here is m")]
    assert order == sorted(order)
    assert "Compared with a panel" in page
    assert "Neither less nor more likelyYou chose this3 of 12" in page
    assert page.count("Not answered") == 2


def test_result_page_keeps_its_statements(browser: Client, attempt: Attempt) -> None:
    answer_all(attempt, correct=False)
    submit_attempt(attempt=attempt, by=attempt.enrollment.user)

    with expect_statements(7):  # one of them asks for challenges and adjustments, of which there are none
        browser.get(address(attempt, "attempt-result"))


def result_of(attempt: Attempt, document: Document) -> tuple[Passage, ...]:
    """What the result has her read again, were the course this document."""
    mine = sitting(attempt)
    published = Published(document, mine.published.inline, mine.published.lessons)
    state: AssessmentState = assessment_state(attempt.enrollment, mine.quiz)
    made = quiz_result(Sitting(attempt, published, mine.quiz, mine.plan, {}), state, released=False)
    (objective,) = made.to_read_again
    return objective.passages


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        (("read#two-words",), (Passage("read", "Read", "two-words", "Two words"),)),
        (("read",), (Passage("read", "Read"),)),
        (("read#gone",), (Passage("read", "Read"),)),
        (("gone#two-words",), (Passage("read", "Read"),)),
        ((), (Passage("read", "Read"),)),
    ],
)
def test_objective_missed_leads_to_its_passages(
    attempt: Attempt, passages: tuple[str, ...], expected: tuple[Passage, ...]
) -> None:
    document = course_of_kinds()
    lesson = document.lessons[0].model_copy(update={"body": "## Two *words*\n\nText."})
    objective = document.course.objectives[0].model_copy(update={"passages": passages})
    course = document.course.model_copy(update={"objectives": (objective,)})

    assert result_of(attempt, document.model_copy(update={"course": course, "lessons": (lesson,)})) == expected


def test_failed_attempt_links_the_section(browser: Client, example: Enrollment) -> None:
    attempt = start(example, "voicemail-test")
    answer_all(attempt, correct=False)
    submit_attempt(attempt=attempt, by=example.user)

    page = html(browser, address(attempt, "attempt-result"))

    assert '/lessons/who-may-hear/#what-a-stranger-learns">What a stranger learns, in “Who may hear this?”</a>' in page
    assert "Say it slowly, say it twice</a>" in page  # by the lesson, where no passage is named


@pytest.mark.parametrize(
    ("needed", "kind_of_marks"), [("3 1/2 were needed.", "kinds"), ("2 were needed.", "voicemail-test")]
)
def test_marks_needed_are_the_ones_that_decide(browser: Client, ana: User, needed: str, kind_of_marks: str) -> None:
    if kind_of_marks == "kinds":
        course = publish(course_of_kinds(kind="summative", pass_percent=70)).course
    else:
        from tests.publishing import publish_example

        course = publish_example().course
    attempt = start(enroll(user=ana, course=course, acknowledged=True, by=ana), kind_of_marks)

    assert needed in finish(browser, attempt)


@pytest.mark.parametrize(
    ("marks", "said"), [("0", "0"), ("3", "3"), ("1/2", "1/2"), ("7/3", "2 1/3"), ("10/5", "2"), ("143/15", "9 8/15")]
)
def test_marks_in_words(marks: str, said: str) -> None:
    assert marks_words(Fraction(marks)) == said


# --- a kind to come


class Nearest(BaseItem):
    """The nearer to the middle of the scale, the better: a kind that nobody else knows of."""

    kind_title: ClassVar[str] = "Nearest to the middle"
    control: ClassVar[Control] = Control.ONE
    mixes_options: ClassVar[bool] = False

    kind: Literal["nearest"] = "nearest"
    scale: tuple[str, ...]

    @property
    def shown(self) -> tuple[Option, ...]:
        middle = len(self.scale) // 2
        return tuple(
            Option(key=f"p{n}", text=text, correct=n == middle, rationale=f"{abs(n - middle)} away")
            for n, text in enumerate(self.scale)
        )

    def takes(self, answer: Answer) -> bool:
        return len(answer) == 1

    def credit(self, answer: Answer) -> Fraction:
        middle = len(self.scale) // 2
        return 1 - Fraction(abs(int(answer[0][1:]) - middle), middle)

    @property
    def best(self) -> Answer:
        return (f"p{len(self.scale) // 2}",)


def test_a_later_kind_is_one_class(db: None, attempt: Attempt) -> None:
    item = Nearest(
        key="near",
        objectives=("ask",),
        cognitive=Cognitive.RECALL,
        stem="How much?",
        lead_in="Choose.",
        scale=tuple("abcde"),
    )
    subject = quiz().model_copy(update={"items": (item,)})
    document = course_of_kinds()
    inline = {text: render_inline(text) for _path, text in item.inline_texts()}
    published = Published(document, inline, {})
    plan = draw_quiz(subject, seed="s")
    mine = Sitting(attempt, published, subject, plan, {})

    saved = record_response(sitting=mine, item_key="near", options=("p3",), based_on=0, request_id=uuid4())
    mine = Sitting(attempt, published, subject, plan, {"near": saved})

    assert plan.items[0].options == ("p0", "p1", "p2", "p3", "p4")
    assert score_quiz(subject, plan, mine.chosen()).raw == Fraction(1, 2)
    page = render_to_string(
        "learner/_question.html", {"page": quiz_page(mine, "1"), "attempt": attempt, "quiz": subject}
    )
    assert page.count('type="radio" name="option"') == 5
    assert 'value="p3" checked' in page
    state = AssessmentState("quiz", subject.kind, (), Limits.of(subject), NOTHING_ARRANGED)
    made = quiz_result(mine, state, released=True)
    (reviewed,) = made.reviewed
    told = render_to_string("learner/_reviewed.html", {"item": reviewed, "attempt": attempt})
    assert "Partly right" in told
    assert "0 away" in told
    for_authors = render_to_string(
        "author/review/_item.html", {"item": item, "quiz": subject, "published": published, "is_withheld": False}
    )
    assert "Nearest to the middle" in for_authors
    assert "Script concordance" not in for_authors

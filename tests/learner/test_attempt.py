import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from courses.document import Document
from enrollments.models import Enrollment
from enrollments.services import enroll, mark_completed
from learner.results import quiz_result
from quizzes.models import Attempt, Response
from quizzes.queries import assessment_state, sitting
from quizzes.services import submit_attempt
from tests.conftest import client_of, expect_statements
from tests.enrollments.documents import in_modules, publish
from tests.learner.conftest import HTMX, address
from tests.taking import answer, answer_all, item_of, option, start


@pytest.fixture
def attempt(example: Enrollment) -> Attempt:
    return start(example, "voicemail-test")


def payload(attempt: Attempt, item: str, *, correct: bool = True, **change: object) -> dict[str, object]:
    values = {
        "item": item,
        "option": option(attempt, item, correct=correct),
        "based_on": 0,
        "request_id": uuid4(),
        "go": "next",
    }
    return values | change


def test_about_page_tells_the_rules_before_the_start(browser: Client, example: Enrollment) -> None:
    page = browser.get(reverse("learner:assessment", args=[example.course.slug, "voicemail-test"])).content.decode()

    assert "3 questions, about 3 minutes." in page
    assert "2 of 3 pass." in page
    facts = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page)
    assert facts == [
        ("Attempts", "You have 3 attempts."),
        ("Time limit", "No timer. You may stop and come back; your place is kept."),
        ("Reasons", "Reasons are shown once you pass or use your last attempt."),
        ("Last attempt", "A last attempt without a pass ends this enrollment; you can enroll again 7 days later."),
    ]
    assert page.index("Last attempt") < page.index(">Begin")
    assert Attempt.objects.count() == 0


def test_about_page_tells_how_many_attempts_are_left(browser: Client, attempt: Attempt, example: Enrollment) -> None:
    page = browser.get(reverse("learner:assessment", args=[example.course.slug, "voicemail-test"])).content.decode()

    assert "You have 3 attempts." in page
    assert "2 of them are left." in page  # the one that is open is taken


def test_about_page_of_what_was_passed_tells_no_rules_for_another_attempt(
    browser: Client, attempt: Attempt, example: Enrollment
) -> None:
    answer_all(attempt, correct=True)
    submit_attempt(attempt=attempt, by=example.user)

    page = browser.get(reverse("learner:assessment", args=[example.course.slug, "voicemail-test"])).content.decode()

    assert "See the result" in page
    assert [word for word in ("attempts.", "are left", "Ask for more time", "Last attempt") if word in page] == []


@pytest.mark.parametrize(("key", "is_offered"), [("warm-up", False), ("voicemail-test", True)])
def test_more_time_or_attempts_are_offered_where_there_is_a_limit(
    browser: Client, example: Enrollment, key: str, is_offered: bool
) -> None:
    page = browser.get(reverse("learner:assessment", args=[example.course.slug, key])).content.decode()

    assert ("Ask for more time or further attempts" in page) is is_offered


def test_result_read_after_the_completion_sends_nobody_on(browser: Client, example: Enrollment) -> None:
    attempt = start(example, "voicemail-test")
    answer_all(attempt, correct=True)
    submit_attempt(attempt=attempt, by=example.user)
    assert "Go on with the course" in browser.get(address(attempt, "attempt-result")).content.decode()

    mark_completed(enrollment=example, at=timezone.now(), zone="America/Denver", by=example.user)

    page = browser.get(address(attempt, "attempt-result")).content.decode()
    assert "You completed this course." in page
    assert "what comes next" not in page


def test_double_click_on_start_makes_one_attempt(browser: Client, example: Enrollment) -> None:
    url = reverse("learner:assessment", args=[example.course.slug, "voicemail-test"])

    first, second = browser.post(url), browser.post(url)

    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"] == address(Attempt.objects.get())


def test_start_of_an_unknown_assessment_is_not_found(browser: Client, example: Enrollment) -> None:
    assert browser.post(reverse("learner:assessment", args=[example.course.slug, "nowhere"])).status_code == 404


def test_question_page_shows_the_first_one_without_an_answer(browser: Client, attempt: Attempt) -> None:
    answer(attempt, sitting(attempt).plan.keys[0], option(attempt, sitting(attempt).plan.keys[0], correct=True))

    page = browser.get(address(attempt)).content.decode()

    assert "Question 2 of 3" in page
    assert "1 of 3 answered" in page


@pytest.mark.parametrize("item", ["0", "4", "-1", "x", "99999999999999999999", "\u00b2"])
def test_question_that_is_not_there_leads_to_the_next_one(browser: Client, attempt: Attempt, item: str) -> None:
    page = browser.get(address(attempt), {"item": item})

    assert page.status_code == 200
    assert "Question 1 of 3" in page.content.decode()


def test_quiz_page_takes_four_statements_however_much_is_answered(browser: Client, attempt: Attempt) -> None:
    with expect_statements(4):  # session, person, attempt, answers
        browser.get(address(attempt))
    answer_all(attempt, correct=True)
    with expect_statements(4):
        browser.get(address(attempt), {"item": "1"})


def test_answer_with_script_is_answered_by_the_next_question_in_five_statements(
    browser: Client, attempt: Attempt
) -> None:
    first, second, _ = sitting(attempt).plan.keys

    with expect_statements(5):  # session, person, attempt, answers, insert
        page = browser.post(address(attempt, "attempt-response"), payload(attempt, first), headers=HTMX)

    assert page.status_code == 200
    assert page["HX-Push-Url"] == f"{address(attempt)}?item=2"
    assert "Question 2 of 3" in page.content.decode()
    assert "<html" not in page.content.decode()
    assert Response.objects.get().item_key == first
    with expect_statements(5):
        browser.post(address(attempt, "attempt-response"), payload(attempt, second), headers=HTMX)


def test_answer_without_script_redirects_to_the_next_question(browser: Client, attempt: Attempt) -> None:
    page = browser.post(address(attempt, "attempt-response"), payload(attempt, sitting(attempt).plan.keys[0]))

    assert page["Location"] == f"{address(attempt)}?item=2"
    assert Response.objects.count() == 1


def test_last_answer_leads_to_the_review_and_previous_leads_back(browser: Client, attempt: Attempt) -> None:
    keys = sitting(attempt).plan.keys

    last = browser.post(address(attempt, "attempt-response"), payload(attempt, keys[2]))
    back = browser.post(address(attempt, "attempt-response"), payload(attempt, keys[1], go="back"))

    assert last["Location"] == f"{address(attempt)}?item=review"
    assert back["Location"] == f"{address(attempt)}?item=1"
    review = browser.get(last["Location"]).content.decode()
    assert "One question has no answer yet" in review


def test_autosave_tells_when_it_was_saved(browser: Client, attempt: Attempt) -> None:
    values = payload(attempt, sitting(attempt).plan.keys[0], go="stay")

    page = browser.post(address(attempt, "attempt-response"), values, headers=HTMX).content.decode()

    assert "Saved at" in page
    assert 'id="based-on" value="1"' in page


def test_going_on_without_an_answer_saves_nothing(browser: Client, attempt: Attempt) -> None:
    values = payload(attempt, sitting(attempt).plan.keys[0])
    del values["option"]

    assert browser.post(address(attempt, "attempt-response"), values)["Location"] == f"{address(attempt)}?item=2"
    assert Response.objects.count() == 0


def test_two_tabs_get_a_page_with_both_answers(browser: Client, attempt: Attempt) -> None:
    key = sitting(attempt).plan.keys[0]
    answer(attempt, key, option(attempt, key, correct=True))

    values = payload(attempt, key, correct=False)
    page = browser.post(address(attempt, "attempt-response"), values)

    assert page.status_code == 409
    assert page["Answer-Decided"] == "conflict"
    assert f'data-conflict="{values["request_id"]}"' in page.content.decode()
    assert "This question has two answers" in page.content.decode()
    again = browser.post(address(attempt, "attempt-response"), payload(attempt, key, correct=False, based_on=1))
    assert again.status_code == 303
    assert [row.options for row in Response.objects.order_by("revision")] == [
        [option(attempt, key, correct=True)],
        [option(attempt, key, correct=False)],
    ]


def test_page_that_was_changed_very_often_is_known_by_its_newest_answers(browser: Client, attempt: Attempt) -> None:
    key = sitting(attempt).plan.keys[0]
    first = payload(attempt, key)
    browser.post(address(attempt, "attempt-response"), first)
    earlier = [*(uuid4() for _ in range(60)), first["request_id"]]

    page = browser.post(address(attempt, "attempt-response"), payload(attempt, key, correct=False, earlier=earlier))

    assert page.status_code == 303
    assert Response.objects.count() == 2


def test_answer_after_submission_says_what_was_counted(browser: Client, attempt: Attempt) -> None:
    key = sitting(attempt).plan.keys[0]
    submit_attempt(attempt=attempt, by=attempt.enrollment.user)

    page = browser.post(address(attempt, "attempt-response"), payload(attempt, key))

    assert page.status_code == 409
    assert "This attempt was already submitted" in page.content.decode()
    assert Response.objects.count() == 0


@pytest.mark.parametrize("go", ["next", "back", "review", "stay"])
@pytest.mark.parametrize("is_answered", [True, False])
def test_nothing_new_after_submission_never_looks_open(
    browser: Client, attempt: Attempt, go: str, is_answered: bool
) -> None:
    key = sitting(attempt).plan.keys[0]
    values = payload(attempt, key, go=go)
    if is_answered:
        answer(attempt, key, str(values["option"]))
    else:
        del values["option"]
    submit_attempt(attempt=attempt, by=attempt.enrollment.user)

    with_script = browser.post(address(attempt, "attempt-response"), values, headers=HTMX)
    without = browser.post(address(attempt, "attempt-response"), values)

    said = with_script.content.decode()
    assert with_script.status_code == 409
    assert with_script["Answer-Decided"] == "saved"
    assert "This attempt was already submitted" in said
    assert "What was saved by then was counted." in said
    assert "the answer you just gave was not" not in said
    assert "You can change any answer" not in said
    assert (without.status_code, without["Location"]) == (303, address(attempt, "attempt-result"))


def test_answer_after_submission_is_refused_for_good(browser: Client, attempt: Attempt) -> None:
    values = payload(attempt, sitting(attempt).plan.keys[0])
    submit_attempt(attempt=attempt, by=attempt.enrollment.user)

    page = browser.post(address(attempt, "attempt-response"), values, headers=HTMX)

    assert page["Answer-Decided"] == "closed"
    assert f'data-decided="{values["request_id"]}"' in page.content.decode()
    assert "the answer you just gave was not" in page.content.decode()


@pytest.mark.parametrize(
    "change", [{"based_on": "x"}, {"based_on": "-1"}, {"request_id": "x"}, {"based_on": "9" * 40}, {"item": None}]
)
def test_misshapen_answer_is_refused(browser: Client, attempt: Attempt, change: dict[str, object]) -> None:
    values = payload(attempt, sitting(attempt).plan.keys[0]) | change
    values = {key: value for key, value in values.items() if value is not None}

    assert browser.post(address(attempt, "attempt-response"), values).status_code == 400


@pytest.mark.parametrize("change", [{"item": "nowhere"}, {"option": "nowhere"}])
def test_answer_to_what_is_not_there_is_not_found(browser: Client, attempt: Attempt, change: dict[str, object]) -> None:
    values = payload(attempt, sitting(attempt).plan.keys[0]) | change

    assert browser.post(address(attempt, "attempt-response"), values).status_code == 404


def test_submit_twice_shows_the_same_result(browser: Client, attempt: Attempt) -> None:
    answer_all(attempt, correct=True)

    first, second = (browser.post(address(attempt, "attempt-submission")) for _ in range(2))

    assert first["Location"] == second["Location"] == address(attempt, "attempt-result")
    page = browser.get(first["Location"]).content.decode()
    assert "You passed, with 3 of 3." in page
    assert "2 were needed." in page


def test_failed_result_names_the_objectives_and_no_correct_option(browser: Client, attempt: Attempt) -> None:
    answer_all(attempt, correct=False)
    browser.post(address(attempt, "attempt-submission"))

    page = browser.get(address(attempt, "attempt-result")).content.decode()

    assert "Not passed yet: 0 of 3." in page
    assert "Read again:" in page
    assert "Better" not in page
    assert "0 of 2" not in page  # nor how many were right under an objective, which can tell of one question


def test_passed_result_folds_the_objectives_with_nothing_missed(browser: Client, attempt: Attempt) -> None:
    asked = sitting(attempt).plan.keys
    # Three of four are drawn; the one that asks of both objectives would leave none with nothing missed.
    wrong = next(key for key in asked if len(item_of(attempt, key).objectives) == 1)
    for key in asked:
        answer(attempt, key, option(attempt, key, correct=key != wrong))
    browser.post(address(attempt, "attempt-submission"))

    page = browser.get(address(attempt, "attempt-result")).content.decode()

    assert "You passed, with 2 of 3." in page
    before, _, folded = page.partition('<details class="v-fold">')
    folded = folded.partition("</details>")[0]
    result = quiz_result(sitting(attempt), assessment_state(attempt.enrollment, sitting(attempt).quiz), released=True)
    assert result.missed
    assert result.met
    assert all(objective.text in before and objective.text not in folded for objective in result.missed)
    assert all(objective.text in folded and objective.text not in before for objective in result.met)


def course_of_two_modules() -> Document:
    """A test of four questions: two ask of what module A teaches, one each of two things that module B does."""
    made = in_modules().model_dump(by_alias=True, exclude_defaults=True)
    (asked,) = made["quizzes"][1]["items"]
    items = [{**asked, "key": key, "objectives": about} for key, about in ABOUT.items()]
    test = {**made["quizzes"][1], "items": items, "release": "after_pass_or_last_attempt", "max_attempts": 3}
    return Document.model_validate({**made, "quizzes": [made["quizzes"][0], test]})


ABOUT = {"a1": ["ask"], "a2": ["ask"], "t1": ["tell"], "h1": ["hear"]}


def section_to_read_again(browser: Client, enrollment: Enrollment, *wrong: str) -> str:
    """The section of the result of an attempt in which these questions are answered badly."""
    attempt = start(enrollment, "post-test")
    for key in ABOUT:
        answer(attempt, key, option(attempt, key, correct=key not in wrong))
    submit_attempt(attempt=attempt, by=enrollment.user)
    page = browser.get(address(attempt, "attempt-result")).content.decode()
    return page.partition('<h2 id="again">')[2].partition("</section>")[0]


def test_failed_result_begins_with_what_is_known_missed_and_goes_on_by_module(browser: Client, ana: User) -> None:
    course = publish(course_of_two_modules()).course
    mine = enroll(user=ana, course=course, acknowledged=True, by=ana)

    section = section_to_read_again(browser, mine, "a1", "t1")

    first, _, others = section.partition("Also asked about")
    assert "Begin here" in first
    assert re.findall(r"<li[^>]*>([^<]+)", first) == ["Ask."]
    assert re.findall(r"<li[^>]*>([^<]+)", others) == ["Tell.", "Hear."]


@pytest.mark.parametrize(("more", "is_folded"), [(8, False), (9, True)])
def test_long_list_of_what_was_asked_about_is_folded_by_module(
    browser: Client, ana: User, more: int, is_folded: bool
) -> None:
    made = course_of_two_modules()
    test, asked = made.quizzes[1], made.course.objectives[0]
    names = [f"sing-{number}" for number in range(more)]  # what no lesson teaches, beside `tell` and `hear`
    items = [test.items[0].model_copy(update={"key": name, "objectives": (name,)}) for name in names]
    objectives = (*made.course.objectives, *(asked.model_copy(update={"key": name, "text": name}) for name in names))
    test = test.model_copy(update={"items": (*test.items, *items)})
    course = made.course.model_copy(update={"objectives": objectives})
    version = publish(made.model_copy(update={"course": course, "quizzes": (made.quizzes[0], test)}))
    attempt = start(enroll(user=ana, course=version.course, acknowledged=True, by=ana), "post-test")
    answer_all(attempt, correct=False)
    submit_attempt(attempt=attempt, by=ana)

    page = browser.get(address(attempt, "attempt-result")).content.decode()

    folds = re.findall(r'<details class="v-fold"><summary><span>([^<]+)</span> <span class="v-cap">([^<]+)', page)
    assert folds == ([("Module B", "2 objectives"), ("Other objectives", "9 objectives")] if is_folded else [])
    assert [name for name in ("Begin here", "Tell.", "sing-7") if name not in page] == []


def test_what_is_named_to_read_again_does_not_depend_on_a_question_alone(browser: Client, ana: User) -> None:
    course = publish(course_of_two_modules()).course
    mine = enroll(user=ana, course=course, acknowledged=True, by=ana)

    told = [section_to_read_again(browser, mine, *wrong) for wrong in (("a1", "t1"), ("a2", "h1", "t1"), ("a1", "h1"))]

    assert told[0] == told[1]
    # The last attempt was used, so the reasons are told, and the counts in place of the section.
    assert told[2] == ""


def test_open_attempt_has_no_result_and_a_closed_one_no_questions(browser: Client, attempt: Attempt) -> None:
    assert browser.get(address(attempt, "attempt-result"))["Location"] == address(attempt)
    submit_attempt(attempt=attempt, by=attempt.enrollment.user)
    assert browser.get(address(attempt))["Location"] == address(attempt, "attempt-result")


@pytest.mark.parametrize("name", ["attempt", "attempt-result"])
def test_somebody_elses_attempt_is_not_found(cody: User, attempt: Attempt, name: str) -> None:
    assert client_of(cody).get(address(attempt, name)).status_code == 404


@pytest.mark.parametrize("name", ["attempt-response", "attempt-choice", "attempt-submission"])
def test_somebody_elses_attempt_cannot_be_acted_on(cody: User, attempt: Attempt, name: str) -> None:
    values = payload(attempt, sitting(attempt).plan.keys[0])

    assert client_of(cody).post(address(attempt, name), values).status_code == 404
    assert client_of(cody).get(address(attempt, name)).status_code == 405
    assert Response.objects.count() == 0


@pytest.mark.parametrize("name", ["attempt-response", "attempt-choice", "attempt-submission"])
def test_act_on_an_attempt_that_is_not_there_says_that_nothing_was_saved(
    browser: Client, cody: User, attempt: Attempt, name: str
) -> None:
    values = payload(attempt, sitting(attempt).plan.keys[0])
    absent = reverse(f"learner:{name}", args=[uuid4()])

    told = [client_of(cody).post(address(attempt, name), values), client_of(cody).post(absent, values)]

    for page in told:
        assert (page.status_code, page.headers["Answer-Decided"]) == (404, "gone")
        assert "This could not be saved." in page.content.decode()
        assert "Nothing of yours has been lost" not in page.content.decode()
    theirs, none = [secrets_apart(page.content.decode()) for page in told]
    assert theirs == none
    unknown = browser.post(address(attempt, "attempt-response"), {**values, "item": "never-drawn"})
    assert (unknown.status_code, unknown.headers["Answer-Decided"]) == (404, "gone")


def secrets_apart(html: str) -> str:
    """The page without what differs at each request: its token and its number."""
    return re.sub(r'(data-token="|value="|class="v-code">)[0-9A-Za-z-]+', r"\1", html)


def test_answer_without_a_session_is_kept_on_the_page(attempt: Attempt) -> None:
    values = payload(attempt, sitting(attempt).plan.keys[0])

    page = Client().post(address(attempt, "attempt-response"), values)

    assert page.status_code == 401
    assert str(values["option"]) in page.content.decode()
    assert Response.objects.count() == 0


def test_answer_made_for_somebody_else_on_this_browser_is_not_written(
    browser: Client, attempt: Attempt, cody: User
) -> None:
    values = payload(attempt, sitting(attempt).plan.keys[0], _person=str(cody.public_id))

    assert browser.post(address(attempt, "attempt-response"), values).status_code == 409
    assert Response.objects.count() == 0

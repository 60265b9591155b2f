import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from certificates.models import EvaluationAnswers, EvaluationGiven
from courses.document import Document
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import close_enrollment
from tests.certifying import answers, enrolled, pass_everything, ready_to_attest
from tests.conftest import client_of, expect_statements
from tests.enrollments.documents import in_modules, publish
from tests.publishing import SLUG, publish_example

pytestmark = pytest.mark.django_db
PAGE = f"/learn/courses/{SLUG}/evaluation/"


@pytest.fixture
def version(db: None) -> CourseVersion:
    return publish_example()


@pytest.fixture
def enrollment(ana: User, version: CourseVersion) -> Enrollment:
    enrollment = enrolled(ana, version)
    pass_everything(enrollment)
    return enrollment


def posted(enrollment: Enrollment, **changed: str) -> dict[str, str]:
    return {name: str(value) for name, value in answers(enrollment).items()} | changed


def test_page_asks_every_question_and_says_that_it_is_confidential(ana: User, enrollment: Enrollment) -> None:
    client = client_of(ana)

    with expect_statements(7):
        page = client.get(PAGE)

    text = page.content.decode()
    assert "confidential" in text
    assert "where your employer provides the course, they work for it" in text
    assert text.count("<fieldset") == 4
    assert "What will you do differently on the phone? (optional)" in text
    assert 'name="_person"' in text


def test_answers_are_kept_once_and_lead_to_the_attestation(ana: User, enrollment: Enrollment) -> None:
    client = client_of(ana)

    first = client.post(PAGE, posted(enrollment, change="I will speak slowly."))
    again = client.post(PAGE, posted(enrollment, clear="1"))

    assert [each.status_code for each in (first, again)] == [303, 303]
    assert first.headers["Location"] == reverse("learner:attestation", args=[SLUG])
    assert EvaluationAnswers.objects.get().answers == answers(enrollment) | {"change": "I will speak slowly."}
    assert "You gave feedback on" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("clear", ["", "6", "x"])
def test_missing_answer_is_asked_for_again_and_the_rest_kept(ana: User, enrollment: Enrollment, clear: str) -> None:
    page = client_of(ana).post(PAGE, posted(enrollment, clear=clear, change="Kept words."))

    assert page.status_code == 422
    text = page.content.decode()
    assert 'href="#div_id_clear"' in text
    assert 'role="alert"' in text
    assert "Kept words." in text
    assert not EvaluationGiven.objects.exists()


def test_page_before_the_course_is_taken_says_what_is_left(ana: User, version: CourseVersion) -> None:
    enrollment = enrolled(ana, version)
    client = client_of(ana)

    page = client.get(PAGE)

    assert page.status_code == 200
    assert "What is left" in page.content.decode()
    assert "<form method" not in page.content.decode().partition("<main")[2]
    refusal = client.post(PAGE, posted(enrollment))
    assert refusal.status_code == 409
    assert "not open yet" in refusal.content.decode()
    assert not EvaluationGiven.objects.exists()


def test_ended_enrollment_takes_no_feedback(ana: User, enrollment: Enrollment) -> None:
    close_enrollment(enrollment=enrollment, by=ana)

    page = client_of(ana).post(PAGE, posted(enrollment))

    assert page.status_code == 409
    assert "has ended" in page.content.decode()


def test_course_of_nobody_is_not_found(charlie: User, enrollment: Enrollment) -> None:
    assert client_of(charlie).get(PAGE).status_code == 404
    assert client_of(charlie).post(PAGE, posted(enrollment)).status_code == 404


def test_wrong_method_is_refused(ana: User, enrollment: Enrollment) -> None:
    assert client_of(ana).delete(PAGE).status_code == 405


def test_form_of_another_person_is_not_kept(ana: User, cody: User, enrollment: Enrollment) -> None:
    page = client_of(ana).post(PAGE, posted(enrollment, _person=str(cody.public_id)))

    assert page.status_code == 409
    assert not EvaluationGiven.objects.exists()


def test_page_after_it_was_given_shows_no_answers(ana: User, version: CourseVersion) -> None:
    ready_to_attest(ana, version)

    text = client_of(ana).get(PAGE).content.decode()

    assert "kept apart from your name" in text
    assert "<fieldset" not in text


def test_words_of_a_question_are_shown_and_never_run_as_a_template(ana: User) -> None:
    asks = "Able? {{ user.email }} {% url 'learner:home' %} {% no such tag <b>"
    made = in_modules().model_dump(by_alias=True, exclude_defaults=True)
    made["evaluation"]["questions"] = [dict(each) | {"text": asks} for each in made["evaluation"]["questions"]]
    pass_everything(enrolled(ana, publish(Document.model_validate(made))))

    text = client_of(ana).get(GROUPED).content.decode()

    assert text.count(escape(asks)) == 5  # as the heading, and once to a screen reader before each scale


# --- objectives by module: one is taught in the first, two in the second

GROUPED = "/learn/courses/a-course/evaluation/"


@pytest.fixture
def in_two(ana: User) -> Enrollment:
    enrollment = enrolled(ana, publish(in_modules()))
    pass_everything(enrollment)
    return enrollment


def kept() -> object:
    return EvaluationAnswers.objects.get().answers


def test_objectives_of_a_module_can_be_answered_alike(ana: User, in_two: Enrollment) -> None:
    client = client_of(ana)

    page = client.get(GROUPED).content.decode()
    sent = client.post(GROUPED, {"able.ask": "2", "able.all.m2": "4"})

    assert page.count("<fieldset") == 4  # one alone, two, and the answer for both
    assert "All 2 objectives alike" in page
    assert "<details><summary>Read and rate them" in page
    assert sent.status_code == 303
    assert kept() == {"able.ask": 2, "able.tell": 4, "able.hear": 4}


def test_objective_rated_by_itself_stands_as_it_was_rated(ana: User, in_two: Enrollment) -> None:
    client_of(ana).post(GROUPED, {"able.ask": "2", "able.all.m2": "4", "able.hear": "1"})

    assert kept() == {"able.ask": 2, "able.tell": 4, "able.hear": 1}


def test_objectives_can_all_be_rated_one_by_one(ana: User, in_two: Enrollment) -> None:
    client_of(ana).post(GROUPED, {"able.ask": "2", "able.tell": "3", "able.hear": "1"})

    assert kept() == {"able.ask": 2, "able.tell": 3, "able.hear": 1}


def test_module_without_an_answer_is_asked_for_once(ana: User, in_two: Enrollment) -> None:
    page = client_of(ana).post(GROUPED, {"able.ask": "2"})

    text = page.content.decode()
    assert page.status_code == 422
    assert "one question needs an answer" in text
    assert 'href="#div_id_able.all.m2"' in text
    assert "Choose one answer for the module, or one for each of its objectives below." in text
    assert "<details><summary>Read and rate them" in text


def test_module_answered_in_part_is_unfolded_and_keeps_what_was_given(ana: User, in_two: Enrollment) -> None:
    page = client_of(ana).post(GROUPED, {"able.ask": "2", "able.tell": "3"})

    text = page.content.decode()
    assert page.status_code == 422
    assert 'href="#div_id_able.hear"' in text
    assert "<details open><summary>Read and rate them" in text
    assert text.count(" checked") == 2


@pytest.mark.parametrize("wrong", [{"able.all.m2": "6"}, {"able.all.m2": "4", "able.hear": "x"}])
def test_answer_that_is_none_of_the_scale_is_asked_for_again(
    ana: User, in_two: Enrollment, wrong: dict[str, str]
) -> None:
    page = client_of(ana).post(GROUPED, {"able.ask": "2", **wrong})

    assert page.status_code == 422
    assert "one question needs an answer" in page.content.decode()
    assert not EvaluationGiven.objects.exists()


def test_answer_for_a_module_that_is_not_there_is_nobodys(ana: User, in_two: Enrollment) -> None:
    client_of(ana).post(GROUPED, {"able.ask": "2", "able.all.m1": "5", "able.all.m2": "4"})

    assert kept() == {"able.ask": 2, "able.tell": 4, "able.hear": 4}

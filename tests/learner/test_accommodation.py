import pytest
from django.test import Client

from accounts.models import Role, User
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import AccommodationRequest
from quizzes.rules import Arranged
from quizzes.services import decline_request, grant_accommodation
from tests.conftest import client_of, person, seat
from tests.learner.conftest import html, words
from tests.timing import timed_course

PAGE = "/learn/courses/timed/accommodation/"


@pytest.fixture
def enrollment(ana: User) -> Enrollment:
    return enroll(user=ana, course=timed_course().course, acknowledged=True, by=ana)


@pytest.fixture
def olga(enrollment: Enrollment) -> User:
    user = person("Olga Provider")
    seat(user, enrollment.course.provider, None, Role.OWNER)
    return user


def test_page_says_who_will_read_it_and_asks_for_no_reason(browser: Client, enrollment: Enrollment) -> None:
    page = words(browser, PAGE)

    assert "Provider gives this course. Its owners and training administrators read your name" in page
    assert "No other organization sees it." in page
    assert "Say what, not why: nothing about your health." in page
    assert "Nothing is arranged for you in this course." in page


def test_asking_is_kept_and_shown(browser: Client, enrollment: Enrollment) -> None:
    sent = browser.post(PAGE, {"wanted": "  Half as much\r\n time again "})

    assert (sent.status_code, sent["Location"]) == (303, PAGE)
    assert AccommodationRequest.objects.get().wanted == "Half as much time again"
    page = words(browser, PAGE)
    assert "Your request waits for an answer." in page
    assert "“Half as much time again”" in page
    assert 'name="wanted"' not in html(browser, PAGE)


@pytest.mark.parametrize("wanted", ["", "   ", "x" * 501, "More\u202etime"])
def test_words_that_do_not_do_are_shown_again(browser: Client, enrollment: Enrollment, wanted: str) -> None:
    page = browser.post(PAGE, {"wanted": wanted})

    assert page.status_code == 422
    assert "is-invalid" in page.content.decode()
    assert AccommodationRequest.objects.count() == 0


def test_second_request_is_refused_in_words_and_the_same_again_is_a_success(
    browser: Client, enrollment: Enrollment
) -> None:
    assert [browser.post(PAGE, {"wanted": "More time"}).status_code for _ in range(2)] == [303, 303]
    refusal = browser.post(PAGE, {"wanted": "Other"})

    assert refusal.status_code == 409
    assert "Your earlier request still waits" in refusal.content.decode()
    assert AccommodationRequest.objects.get().wanted == "More time"


def test_answers_are_shown(browser: Client, enrollment: Enrollment, olga: User) -> None:
    course, ana = enrollment.course, enrollment.user
    browser.post(PAGE, {"wanted": "Another course"})
    decline_request(request=AccommodationRequest.objects.get(), answer="Write to us first", by=olga)
    assert "“Another course”Declined on" in words(browser, PAGE)
    assert "“Write to us first”" in words(browser, PAGE)

    browser.post(PAGE, {"wanted": "Half as much time again"})
    grant_accommodation(
        user=ana,
        course=course,
        arranged=Arranged(50, extra_attempts=1),
        reason="A letter of November 2",
        by=olga,
        request=AccommodationRequest.objects.get(decided_at=None),
    )

    page = words(browser, PAGE)
    assert "Arranged for you: 50% more time, one more attempt at each assessment, since" in page
    assert "What it rests on: A letter of November 2" in page
    assert "“Half as much time again”Granted on" in page
    assert "Olga" not in page


def test_page_is_of_those_who_take_the_course(enrollment: Enrollment, cody: User) -> None:
    client = client_of(cody)

    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"wanted": "More time"}).status_code == 404
    assert AccommodationRequest.objects.count() == 0

"""The provider of a course answers what its learners ask; nobody else sees it."""

import re

import pytest
from django.test import Client

from accounts.models import Organization, User
from courses.models import Course
from enrollments.services import enroll
from quizzes.models import Accommodation, AccommodationRequest
from quizzes.queries import accommodation_in_force
from quizzes.rules import Arranged
from quizzes.services import ask_for_accommodation, grant_accommodation, submit_attempt
from tests.conftest import Clinic, client_of, expect_statements
from tests.correcting import TEST, publish_course
from tests.learner.conftest import html, words
from tests.taking import start

LIST = "/manage/riverbend/accommodations/"


@pytest.fixture
def asked(course: Course, ana: User) -> AccommodationRequest:
    return ask_for_accommodation(user=ana, course=course, wanted="Half as much time again", by=ana)


@pytest.fixture
def browser(omar: User) -> Client:
    return client_of(omar)


def page_of(request: AccommodationRequest, organization: str = "riverbend") -> str:
    return f"/manage/{organization}/accommodations/{request.public_id}/"


def grants(**changes: object) -> dict[str, object]:
    return {"decision": "grant", "extra_time_percent": 50, "extra_attempts": 0, "reason": "A letter", **changes}


def granted(course: Course, user: User, by: User) -> Accommodation:
    return grant_accommodation(user=user, course=course, arranged=Arranged(50), reason="A letter", by=by).accommodation


def test_list_has_what_waits_and_the_overview_leads_there(browser: Client, asked: AccommodationRequest) -> None:
    page = words(browser, LIST)

    assert "Ana Reyes" in page
    assert "Half as much time again" in page
    assert page_of(asked) in html(browser, LIST)
    assert "1 learner waits for an answer about an accommodation" in words(browser, "/manage/riverbend/")


def test_list_costs_the_same_for_many(
    browser: Client, course: Course, asked: AccommodationRequest, cody: User, mara: User, omar: User
) -> None:
    granted(course, cody, omar)
    with expect_statements(6):  # session, person, organization, roles, requests, what is in force
        browser.get(LIST)
    ask_for_accommodation(user=mara, course=course, wanted="More", by=mara)
    granted(course, mara, omar)
    with expect_statements(6):
        browser.get(LIST)


def test_granting(browser: Client, asked: AccommodationRequest, course: Course, ana: User) -> None:
    answer = browser.post(page_of(asked), grants(extra_attempts=2))

    assert (answer.status_code, answer["Location"]) == (303, LIST)
    held = accommodation_in_force(ana.pk, course.pk)
    assert held is not None
    assert (held.extra_time_percent, held.extra_attempts, held.no_time_limit, held.reason) == (50, 2, False, "A letter")
    page = words(browser, LIST)
    assert "It is arranged for Ana Reyes, and a mail is on its way." in page
    assert "50% more time, 2 more attempts at each assessment" in page
    assert "Nobody waits for an answer." in page
    assert "It was granted on" in words(browser, page_of(asked))


def test_grant_begins_with_what_is_in_force_and_says_that_it_replaces_it(
    browser: Client, asked: AccommodationRequest, course: Course, ana: User, omar: User
) -> None:
    terms = Arranged(25, no_time_limit=True, extra_attempts=2)
    grant_accommodation(user=ana, course=course, arranged=terms, reason="A letter", by=omar)

    page = html(browser, page_of(asked))

    assert re.search(r'name="extra_time_percent"[^>]*value="25"|value="25"[^>]*name="extra_time_percent"', page)
    assert re.search(r'name="extra_attempts"[^>]*value="2"|value="2"[^>]*name="extra_attempts"', page)
    assert re.search(r'<input[^>]*name="no_time_limit"[^>]*checked', page)
    assert "what you grant replaces all of it" in words(browser, page_of(asked))


def test_grant_that_ends_an_enrollment_says_so(browser: Client, clinic: Clinic, ana: User, omar: User) -> None:
    course = publish_course(clinic.organization, max_attempts=1).course
    asked = ask_for_accommodation(user=ana, course=course, wanted="More time", by=ana)
    enrollment = enroll(user=ana, course=course, acknowledged=True, by=ana)
    grant_accommodation(user=ana, course=course, arranged=Arranged(extra_attempts=1), reason="A letter", by=omar)
    submit_attempt(attempt=start(enrollment, TEST), by=ana)

    browser.post(page_of(asked), grants())

    enrollment.refresh_from_db()
    assert enrollment.closed_at
    assert "the enrollment has ended" in words(browser, LIST)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"extra_time_percent": 0}, "Arrange at least one thing"),
        ({"extra_time_percent": 401}, "less than or equal to 400"),
        ({"extra_attempts": -1}, "greater than or equal to 0"),
        ({"reason": ""}, "This field is required"),
    ],
)
def test_grant_that_does_not_fit_is_shown_again(
    browser: Client, asked: AccommodationRequest, changes: dict[str, object], told: str
) -> None:
    page = browser.post(page_of(asked), grants(**changes))

    assert page.status_code == 422
    assert told in page.content.decode()
    assert Accommodation.objects.count() == 0


def test_declining_needs_words(browser: Client, asked: AccommodationRequest) -> None:
    assert browser.post(page_of(asked), {"decision": "decline", "answer": ""}).status_code == 422
    answer = browser.post(page_of(asked), {"decision": "decline", "answer": "Write to us first"})

    assert answer.status_code == 303
    asked.refresh_from_db()
    assert (asked.is_granted, asked.answer) == (False, "Write to us first")
    assert "It was declined on" in words(browser, page_of(asked))


def test_second_answer_is_refused_in_words(browser: Client, asked: AccommodationRequest) -> None:
    browser.post(page_of(asked), grants())

    again = browser.post(page_of(asked), {"decision": "decline", "answer": "No"})

    assert again.status_code == 409
    assert "Somebody answered this before you" in again.content.decode()


def test_own_request_waits_for_a_colleague(browser: Client, course: Course, omar: User, nina: User) -> None:
    own = ask_for_accommodation(user=omar, course=course, wanted="More time", by=omar)

    page = html(browser, page_of(own))
    assert "A colleague decides it." in page
    assert "Grant it" not in page
    refusal = browser.post(page_of(own), grants())
    assert refusal.status_code == 409
    assert "Somebody else decides this" in refusal.content.decode()
    assert client_of(nina).post(page_of(own), grants()).status_code == 303


def test_ending(browser: Client, course: Course, ana: User, omar: User) -> None:
    held = granted(course, ana, omar)

    answer = browser.post(f"{LIST}{held.public_id}/end/")

    assert (answer.status_code, answer["Location"]) == (303, LIST)
    page = words(browser, LIST)
    assert "It has ended for Ana Reyes." in page
    assert "Nothing is arranged at present." in page
    assert browser.post(f"{LIST}{held.public_id}/end/").status_code == 404  # it is not in force any more


def test_own_one_is_not_ended_by_herself(browser: Client, course: Course, omar: User, nina: User) -> None:
    held = granted(course, omar, nina)

    assert "End it" not in html(browser, LIST)
    assert browser.post(f"{LIST}{held.public_id}/end/").status_code == 409
    held.refresh_from_db()
    assert held.ended_at is None


def test_employer_that_is_not_the_provider_finds_nothing(
    clinic: Clinic, course: Course, asked: AccommodationRequest, ana: User, omar: User, nina: User, charlie: User
) -> None:
    held = granted(course, ana, omar)
    Course.objects.filter(pk=course.pk).update(provider=Organization.objects.get(slug="harbor"))

    for employer in (client_of(omar), client_of(nina)):
        page = words(employer, LIST)
        assert "Ana" not in page
        assert "Half as much" not in page
        assert employer.get(page_of(asked)).status_code == 404
        assert employer.post(page_of(asked), grants()).status_code == 404
        assert employer.post(f"{LIST}{held.public_id}/end/").status_code == 404
        assert "waits for an answer" not in words(employer, "/manage/riverbend/")
    assert "Ana Reyes" in words(client_of(charlie), "/manage/harbor/accommodations/")
    assert client_of(charlie).get(page_of(asked)).status_code == 404  # at another organization's address
    assert client_of(charlie).get(page_of(asked, "harbor")).status_code == 200


def test_manager_of_a_team_sees_nothing_of_it(mara: User, asked: AccommodationRequest) -> None:
    client = client_of(mara)

    assert client.get(LIST).status_code == client.get(page_of(asked)).status_code == 404
    assert "accommodation" not in html(client, "/manage/riverbend/").lower()

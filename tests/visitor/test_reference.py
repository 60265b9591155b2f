"""What a course says, for anybody to look up: dated statements, references, and pages that the course marks for it."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from audit.services import SYSTEM
from courses.document import Document
from courses.models import Course, CourseVersion
from courses.services import withdraw_version
from enrollments.services import enroll
from tests.conftest import client_of, expect_statements
from tests.enrollments.documents import in_modules, publish, small
from tests.learner.conftest import html, words

ABOUT = "/courses/a-course/"
FACTS, REFERENCES, PAGE = f"{ABOUT}facts/", f"{ABOUT}references/", f"{ABOUT}words/"
LESSON = "/learn/courses/a-course/lessons/words/"


@pytest.fixture
def version(db: None) -> CourseVersion:
    return publish(in_modules())


@pytest.fixture(autouse=True)
def on_a_day() -> object:
    with time_machine.travel(dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)) as traveller:
        yield traveller


def without_words() -> Document:
    """The same course, in which the page of words became a lesson as any other."""
    made = in_modules()
    lessons = tuple(each.model_copy(update={"kind": None}) for each in made.lessons)
    return made.model_copy(update={"lessons": lessons})


# --- dated statements


def test_statements_stand_by_module_with_status_days_and_source(version: CourseVersion) -> None:
    page, source = words(Client(), FACTS), html(Client(), FACTS)

    assert "3 dated statements stand in this course" in page
    assert "Verified: 1, Reported: 1, Contested: 1. The next look is due by March 1, 2027." in page
    assert "Module A 2 statements" in page
    assert "Module B 1 statement" in page
    assert (
        "It is argued. Contested. Checked on October 1, 2026; to be checked again by March 1, 2027. Source: R1" in page
    )
    assert f'<a href="{REFERENCES}#source-R1">R1</a>' in source


def test_statement_is_listed_once_where_it_stands_first(version: CourseVersion) -> None:
    assert html(Client(), FACTS).count("It is so.") == 1


def test_statement_whose_day_is_over_says_so(version: CourseVersion) -> None:
    page = words(Client(), FACTS)

    assert "For 1 of them that day has passed." in page
    assert "to be checked again by November 1, 2026. That day has passed." in page
    assert page.count("That day has passed.") == 1


def test_statements_of_one_status_are_unfolded(version: CourseVersion) -> None:
    page, source = words(Client(), f"{FACTS}?status=reported"), html(Client(), f"{FACTS}?status=reported")

    assert "It is said." in page
    assert "It is argued." not in page
    assert '<a href="?status=reported" aria-current="page">Reported (1)</a>' in source
    assert source.count('<details class="v-fold" open>') == source.count("<details") == 1


def test_status_that_there_is_none_of_shows_all(version: CourseVersion) -> None:
    assert html(Client(), f"{FACTS}?status=gossip") == html(Client(), FACTS).replace("?status=gossip", "")


def test_course_without_statements_says_so(db: None) -> None:
    publish(small())

    assert "There is no dated statement in this course." in words(Client(), FACTS)
    assert "Dated statements" not in html(Client(), ABOUT)


# --- references


def test_references_have_places_to_link_to(version: CourseVersion) -> None:
    source = html(Client(), REFERENCES)

    assert '<li id="source-R1">' in source
    assert "1 source, with the date it was last checked." in source


# --- pages to look up


def test_page_is_open_to_anybody_with_its_entries_as_places(version: CourseVersion) -> None:
    source = html(Client(), PAGE)

    assert '<li id="plain-talk"><strong>Plain talk.</strong>' in source
    assert '<a href="#a">A</a>' in source
    assert f'<a href="{ABOUT}">About the course</a>' in source
    assert "noindex" not in source


def test_page_leads_a_learner_back_to_her_course(version: CourseVersion, ana: User) -> None:
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)

    assert '<a href="/learn/courses/a-course/">Back to the course</a>' in html(client_of(ana), PAGE)


@pytest.mark.parametrize("key", ["one", "card", "post-test", "nothing"])
def test_other_parts_are_not_open(version: CourseVersion, key: str) -> None:
    assert Client().get(f"{ABOUT}{key}/").status_code == 404


def test_page_is_that_of_the_newest_version(version: CourseVersion, ana: User) -> None:
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    made = in_modules()
    newer = made.lessons[3].model_copy(update={"body": "A newer number."})
    publish(made.model_copy(update={"lessons": (*made.lessons[:3], newer)}))

    assert "A newer number." in html(client_of(ana), PAGE)
    assert "A newer number." not in html(client_of(ana), LESSON)


def test_page_that_the_newest_version_no_longer_has_leads_a_learner_to_hers(version: CourseVersion, ana: User) -> None:
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    publish(without_words())

    response = client_of(ana).get(PAGE)

    assert (response.status_code, response.headers["Location"]) == (302, LESSON)
    assert client_of(ana).get(LESSON).status_code == 200
    assert Client().get(PAGE).status_code == 404


def test_withdrawn_course_says_why_and_leads_a_learner_to_her_own_page(version: CourseVersion, ana: User) -> None:
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    withdraw_version(version=version, because="A number was wrong.", by=SYSTEM)

    for address in (FACTS, REFERENCES, PAGE):
        assert "A number was wrong." in words(Client(), address)
    assert client_of(ana).get(PAGE).headers["Location"] == LESSON


# --- all of them


@pytest.mark.parametrize("address", [FACTS, REFERENCES, PAGE])
def test_pages_cost_two_statements(version: CourseVersion, address: str) -> None:
    with expect_statements(2):
        Client().get(address)


def test_page_costs_a_learner_three_more(version: CourseVersion, ana: User) -> None:
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    client = client_of(ana)

    with expect_statements(5):  # session, person, course, version, enrollment
        client.get(PAGE)


@pytest.mark.parametrize("address", [FACTS, REFERENCES, PAGE])
def test_pages_are_only_read_and_hidden_with_their_course(version: CourseVersion, address: str) -> None:
    assert Client().post(address).status_code == 405

    Course.objects.update(is_public=False)

    assert Client().get(address).status_code == 404


def test_information_page_leads_to_them_and_tells_both_times(version: CourseVersion) -> None:
    page, source = words(Client(), ABOUT), html(Client(), ABOUT)

    assert "1 hour in all; completion asks for 56 minutes" in page
    assert "Module A 3 parts · 15 minutes" in page
    assert f'<a href="{PAGE}">Words</a>' in source
    assert f'<a href="{FACTS}">' in source
    assert f'<a href="{REFERENCES}">' in source
    assert "It is so." not in source

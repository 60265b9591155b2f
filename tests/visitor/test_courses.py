import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.services import SYSTEM
from courses.models import Course, CourseVersion
from courses.services import withdraw_version
from enrollments.models import Enrollment
from enrollments.services import enroll, mark_completed
from tests.conftest import client_of, expect_statements
from tests.enrollments.documents import in_modules, publish
from tests.publishing import SLUG, publish_example
from tests.web.pages import form_to, forms

pytestmark = pytest.mark.django_db

ADDRESS = f"/courses/{SLUG}/"


def page_of(client: Client, address: str = ADDRESS) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def enrolled(user: User, version: CourseVersion) -> Enrollment:
    return enroll(user=user, course=version.course, acknowledged=True, by=user)


def test_catalog_lists_what_can_be_begun() -> None:
    publish_example()

    page = page_of(Client(), "/courses/")

    assert f'<a href="{ADDRESS}">Leaving a Clear Voicemail</a>' in page
    assert "Two short lessons and two calls to <em>practice</em> on" in page
    assert "From Example Provider. Version 1, reviewed on November 2, 2026." in page


def test_catalog_without_courses_says_what_brings_them() -> None:
    assert "A course appears here on the day it is published." in page_of(Client(), "/courses/")
    assert "No course is open yet" in page_of(Client(), "/")


@pytest.mark.parametrize("address", ["/", "/courses/"])
def test_catalog_costs_one_statement_whatever_its_length(address: str) -> None:
    publish_example()
    page_of(Client(), address)

    with expect_statements(1):
        page_of(Client(), address)


def test_information_page_tells_a_visitor_everything_before_the_start() -> None:
    publish_example()

    page = page_of(Client())

    headings = [part.split(">", 1)[1].split("</h2>")[0] for part in page.split("<h2")[1:]]
    assert headings == [
        "From “Leaving a Clear Voicemail”",
        "Before you start",
        "What you will be able to do",
        "What is inside",
        "How to complete it",
        "Content notice",
        "Credit",
        "Disclosures",
        "Authors",
        "What it needs",
        "Grievances",
        "Review",
        "Dated statements",
        "References",
        "Begin",
    ]
    assert "It carries no CE credit." in page
    assert "Example Provider has recorded no approval by a body that grants it, and none is claimed." in page
    assert f'<a href="{ADDRESS}facts/">What this course says, how it knows, when it looks again</a>' in page
    assert 'id="source-R1"' in page_of(Client(), f"{ADDRESS}references/")
    assert ": a passing ending; " in page
    assert f'href="/accounts/login/?next={ADDRESS}%23begin"' in page
    assert forms(page.encode()) == []


def course_with_objectives(number: int) -> None:
    """Of module A, of module B twice, and as many that no lesson teaches as are left."""
    made = in_modules()
    first = made.course.objectives[0]
    more = [first.model_copy(update={"key": f"sing-{n}", "text": f"Sing {n}."}) for n in range(4, number + 1)]
    course = made.course.model_copy(update={"objectives": (*made.course.objectives, *more)})
    publish(made.model_copy(update={"course": course}))


def objectives_told() -> str:
    page = page_of(Client(), "/courses/a-course/")
    return page.partition("What you will be able to do")[2].partition("</section>")[0]


def test_many_objectives_stand_by_the_first_module_that_teaches_them() -> None:
    course_with_objectives(11)

    section = objectives_told()

    folds = re.findall(
        r"<details([^>]*)><summary><h3>([^<]+)</h3>.*?<ol[^>]* start=\"(\d+)\"[^>]*>(.*?)</ol>", section, re.DOTALL
    )
    told = [(title, start, re.findall(r"<li[^>]*>([^<]+)", items)) for _, title, start, items in folds]
    assert "11 learning objectives, by module." in section
    assert told == [
        ("Module A", "1", ["Ask."]),
        ("Module B", "2", ["Tell.", "Hear."]),
        ("Beside the modules", "4", [f"Sing {n}." for n in range(4, 12)]),
    ]
    assert [" open" in fold for fold, *_ in folds] == [True, False, False]


def test_few_objectives_stand_in_one_list() -> None:
    course_with_objectives(10)

    section = objectives_told()

    assert re.findall(r"<li[^>]*>([^<]+)", section)[:3] == ["Ask.", "Tell.", "Hear."]
    assert section.count("<li") == 10
    assert "<details" not in section


def test_information_page_shows_no_answers() -> None:
    document = publish_example()

    page = page_of(Client())

    from courses.library import published

    shown = published(document).document
    secrets = [option.rationale for quiz in shown.quizzes for item in quiz.items for option in item.shown]
    secrets += [choice.rationale for case in shown.scenarios for node in case.nodes.values() for choice in node.choices]
    assert [secret for secret in secrets if secret in page] == []


def test_information_page_costs_two_statements() -> None:
    publish_example()
    page_of(Client())

    with expect_statements(2):
        page_of(Client())


def test_signed_in_person_acknowledges_and_is_told_who_sees_what(ana: User) -> None:
    publish_example()
    client = client_of(ana)

    page = page_of(client)

    form = form_to(page.encode(), f"/learn/courses/{SLUG}/enrollment/")
    assert {name for name, _ in form.fields} == {"csrfmiddlewaretoken", "_person", "acknowledged"}
    assert "Riverbend Clinic has not asked you for this course." in page
    assert "Times are shown in Denver time" in page

    response = client.post(form.action, {**form.data(), "acknowledged": "on"})

    assert response.status_code == 303
    assert Enrollment.objects.get().user == ana


def test_who_has_begun_goes_on(ana: User) -> None:
    enrolled(ana, publish_example())

    page = page_of(client_of(ana))

    assert "Go on with the course" in page
    assert [form.action for form in forms(page.encode())] == ["/accounts/logout/"]


def test_who_has_completed_may_begin_again(ana: User) -> None:
    enrollment = enrolled(ana, publish_example())
    at = timezone.now() + dt.timedelta(minutes=1)
    mark_completed(enrollment=enrollment, at=at, zone="America/Denver", by=ana)

    page = page_of(client_of(ana))

    assert "Beginning again adds a second enrollment; the first and its certificate stay as they are." in page
    assert form_to(page.encode(), f"/learn/courses/{SLUG}/enrollment/").method == "post"


def test_retired_course_answers_with_a_notice() -> None:
    publish_example()
    Course.objects.update(retired_at=dt.datetime(2026, 11, 5, tzinfo=dt.UTC))

    page = page_of(Client())

    assert "This course was retired on November 5, 2026 and cannot be begun." in page
    assert "Sign in to begin" not in page
    assert SLUG not in page_of(Client(), "/courses/")


def test_withdrawn_version_answers_with_its_reason() -> None:
    version = publish_example()
    withdraw_version(version=version, because="A dose was wrong.", by=SYSTEM)

    page = page_of(Client())

    assert "A dose was wrong." in page
    assert "What is inside" not in page
    assert SLUG not in page_of(Client(), "/courses/")


def test_course_past_its_review_says_so() -> None:
    publish_example()

    with time_machine.travel(dt.datetime(2027, 11, 23, 12, tzinfo=dt.UTC)):
        page = page_of(Client())

    assert "was to be reviewed by November 2, 2027 and has not been yet" in page


def test_private_or_unknown_course_is_404() -> None:
    publish_example()
    Course.objects.update(is_public=False)

    assert Client().get(ADDRESS).status_code == 404
    assert Client().get("/courses/nothing/").status_code == 404


@pytest.mark.parametrize("address", ["/", "/courses/", ADDRESS, "/about/privacy/", "/healthz", "/readyz"])
def test_pages_are_only_read(address: str) -> None:
    publish_example()

    assert Client().post(address).status_code == 405

"""Nothing is confirmed before it was seen whom it reaches: counts and names, a page at a time."""

import datetime as dt

import pytest
from django.test import Client

from accounts.models import Membership, User
from courses.models import Course
from tests.administrator.test_access import address
from tests.administrator.test_rules_pages import fields_of, plain, shown
from tests.conftest import Clinic, client_of, expect_statements, person, seat
from tests.training import build
from tests.training.build import NOW
from tests.training.ruling import publish, requirement, text
from training.models import Requirement

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(clinic: Clinic, course: Course, omar: User) -> Requirement:
    return requirement(clinic.organization, course, omar)


@pytest.fixture
def nurses(ana: User, cody: User, mara: User) -> None:
    """ana has done the course, and of mara no hire date is known."""
    Membership.objects.filter(user__in=(ana, cody, mara)).update(job_title="Nurse", hired_on=dt.date(2026, 11, 10))
    Membership.objects.filter(user=mara).update(hired_on=None)


def looked(client: Client, sheet: str, **more: str) -> str:
    path = address("matrix-sheet")
    location: str = client.post(path, fields_of(client, path) | {"sheet": sheet} | more).headers["Location"]
    return location


def retiring(client: Client, asked: Requirement) -> str:
    location: str = client.post(address("requirement-retirement", asked.public_id)).headers["Location"]
    return location


def test_matrix_tells_who_is_asked_who_has_done_it_and_who_has_no_day(
    asked: Requirement, nurses: None, course: Course, omar: User, ana: User
) -> None:
    build.enrollment(ana, course, NOW, NOW)
    client = client_of(omar)

    path = looked(client, "\tSafe rooms\nNurse\tX", anchor="hired")
    page = plain(shown(client, path))

    assert "In all: 1 new, 1 already done, 1 without a due date. Nothing has been done yet." in page
    assert "Why there is no day No hire date is on record: 1" in page
    assert "3 people: 1 new, 1 already done, 1 without a due date." in page
    assert ("Cody Blake" in page, "Mara Lindqvist" in page) == (True, False)
    assert "Mara Lindqvist" in plain(shown(client, path + "?rule=1&place=impossible"))
    assert "Ana Reyes" in plain(shown(client, path + "?place=satisfied"))


def test_matrix_names_rule_by_rule_those_asked_and_those_released(
    asked: Requirement, nurses: None, clinic: Clinic, omar: User
) -> None:
    other = requirement(clinic.organization, build.course(clinic.organization, slug="other"), omar, title="Other")
    publish(other, omar, text({"kind": "title", "title": "Nurse"}))
    client = client_of(omar)

    path = looked(client, "\tSafe rooms\tOther\nNurse\tX\t")
    page = shown(client, path)
    ending = plain(shown(client, path + "?rule=2"))

    assert 'href="?rule=2#people"' in page
    assert 'href="?rule=1&amp;place=new#people"' in page
    assert "3 open obligations would no longer be asked by it, and 3 by nobody." in plain(page)
    assert "Released (3)" in ending
    assert all(name in ending for name in ("Ana Reyes", "Cody Blake", "Mara Lindqvist"))
    assert plain(shown(client, path + "?rule=99")) == plain(page)


def test_what_would_end_is_told_with_names(asked: Requirement, nurses: None, omar: User, ana: User) -> None:
    rule = publish(asked, omar, text({"kind": "title", "title": "Nurse"})).rule
    publish(asked, omar, text({"kind": "people", "people": [str(build.seat_of(ana).public_id)]}, name="Ana"))
    client = client_of(omar)
    path = client.post(address("rule-retirement", asked.public_id, rule.public_id)).headers["Location"]

    released, others = (plain(shown(client, f"{path}?group={group}")) for group in ("released", "others"))

    assert "Released (2) Asked by others, too (1)" in released
    assert ("Cody Blake" in released, "Ana Reyes" in released) == (True, False)
    assert ("Cody Blake" in others, "Ana Reyes" in others) == (False, True)
    whole = plain(shown(client, retiring(client, asked) + "?group=no such"))
    assert all(name in whole for name in ("Released (3)", "Ana Reyes", "Cody Blake", "Mara Lindqvist"))
    client.post(path)
    assert "Released (2)" not in plain(shown(client, path))  # who was released is on the requirement's page


def test_version_that_holds_for_what_is_open_names_who_has_it_open(
    asked: Requirement, nurses: None, omar: User
) -> None:
    publish(asked, omar, text({"kind": "title", "title": "Nurse"}))
    client, path = client_of(omar), address("requirement-version", asked.public_id)
    pages = []
    for more in ({"holds_for_open": "on"}, {}):
        sent = fields_of(client, path) | {"title": f"Safer rooms {len(more)}"}
        sent.pop("holds_for_open", None)
        pages.append(plain(shown(client, client.post(path, sent | more).headers["Location"])))

    assert all(name in pages[0] for name in ("Open now (3)", "Ana Reyes", "Cody Blake", "Mara Lindqvist"))
    assert "Ana Reyes" not in pages[1]


def test_names_stand_on_pages_in_as_many_statements_for_many_as_for_few(
    asked: Requirement, nurses: None, clinic: Clinic, omar: User
) -> None:
    rule = publish(asked, omar, text({"kind": "title", "title": "Nurse"})).rule
    requirement(clinic.organization, build.course(clinic.organization, slug="other"), omar, title="Other")
    client = client_of(omar)

    def paths() -> list[tuple[str, int]]:
        ending = client.post(address("rule-retirement", asked.public_id, rule.public_id)).headers["Location"]
        return [
            (looked(client, "\tOther\nNurse\tX"), 20),
            (looked(client, "\tSafe rooms\nNurse\t"), 11),
            (ending, 12),
            (retiring(client, asked), 10),
        ]

    for path, count in paths():
        with expect_statements(count):
            client.get(path)
    for number in range(60):
        made = seat(person(f"P{number:02} Nguyen"), clinic.organization)
        Membership.objects.filter(pk=made.pk).update(job_title="Nurse")
    publish(asked, omar, text({"kind": "title", "title": "nurse"}, name="Again"), rule=rule)
    for path, count in paths():
        with expect_statements(count):
            page = client.get(path).content.decode()
        assert "Page 1 of 2" in page
        assert "Mara Lindqvist" in page

"""Pages of what is asked, of whom, and by when."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from administrator.messages.requirements import ladder_words
from courses.models import Course
from tests.administrator.test_access import address
from tests.conftest import Clinic, client_of, expect_statements, person, seat
from tests.training import build
from tests.training.build import NOW, seat_of
from tests.training.ruling import EVERYONE, preview, publish, requirement, text
from training.models import AssignmentRule, Obligation, Preview, Requirement, RequirementVersion, RuleVersion
from training.rules import Asking, PartKind, PartText
from training.rules.assignment import Anchor
from training.services import create_requirement
from training.services.progress import end_progress, note_progress


def shown(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def fields_of(client: Client, path: str) -> dict[str, Any]:
    """What a form on the page holds, as a browser without script would send it."""
    form = client.get(path).context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, "", []) and value is not False}


@pytest.fixture
def asked(clinic: Clinic, course: Course, omar: User) -> Requirement:
    return requirement(clinic.organization, course, omar, reason="A contract")


# Requirements


def test_requirement_is_written_down_once_and_asks_nobody(clinic: Clinic, course: Course, omar: User) -> None:
    client, path = client_of(omar), address("requirement-new")
    sent = fields_of(client, path) | {
        "title": "Safe rooms",
        "reason": "The county asks",
        "course_1": str(course.pk),
        "policy_title_1": "House rules",
        "policy_text_1": "Doors stay open.",
        "evidence_title": "First aid card",
    }

    first, second = client.post(path, sent), client.post(path, sent)

    made = Requirement.objects.get()
    assert [first.headers["Location"], second.headers["Location"]] == [address("requirement", made.public_id)] * 2
    page = plain(shown(client, address("requirement", made.public_id)))
    assert "The county asks" in page
    assert "All of these: Strangers, screens course House rules policy to acknowledge" in page
    assert "First aid card evidence to hand in" in page
    assert Obligation.objects.count() == 0


def test_requirement_without_parts_or_asked_already_is_refused(
    clinic: Clinic, asked: Requirement, course: Course, omar: User
) -> None:
    client, path = client_of(omar), address("requirement-new")
    for more, words in [
        ({}, "Ask for at least one thing"),
        ({"course_1": str(course.pk)}, "You ask for this course already"),
        ({"policy_title_1": "House rules"}, "A policy needs a name and its words"),
        ({"course_1": str(course.pk), "ladder": "soon"}, "Write whole days with commas"),
    ]:
        response = client.post(path, fields_of(client, path) | {"title": "Safe rooms"} | more)
        assert (response.status_code, words in response.content.decode()) == (422, True), words
    assert Requirement.objects.count() == 1


def test_requirement_page_says_what_it_asks_of_whom_and_how_it_stands(
    asked: Requirement, omar: User, mara: User, ana: User, cody: User
) -> None:
    publish(asked, omar, text(name="All staff", grace_days=3))

    page = plain(shown(client_of(omar), address("requirement", asked.public_id)))

    assert "Everybody here. Due 30 days after the day on which the person is asked. It is asked once." in page
    assert "3 days of grace follow." in page
    assert "It asks for 4 open obligations." in page
    assert "Open, not yet due 4" in page
    hers = plain(shown(client_of(mara), address("requirement", asked.public_id)))
    assert ("Open, not yet due 2" in hers, "Make a rule" in hers, "End this rule" in hers) == (True, False, False)


def test_next_version_is_looked_over_and_published(asked: Requirement, omar: User, ana: User) -> None:
    publish(asked, omar)
    client, path = client_of(omar), address("requirement-version", asked.public_id)
    sent = fields_of(client, path) | {"title": "Safer rooms", "holds_for_open": "on"}

    looked = client.post(path, sent)
    page = plain(shown(client, looked.headers["Location"]))
    assert "2 open obligations would ask for this instead" in page
    assert RequirementVersion.objects.count() == 1

    done = client.post(looked.headers["Location"])
    assert done.headers["Location"] == address("requirement", asked.public_id)
    newest = RequirementVersion.objects.get(number=2)
    assert (newest.title, newest.holds_for_open) == ("Safer rooms", True)
    assert "Versions, side by side" in shown(client, done.headers["Location"])


def test_version_that_says_the_same_is_refused(asked: Requirement, omar: User) -> None:
    client, path = client_of(omar), address("requirement-version", asked.public_id)

    response = client.post(path, fields_of(client, path))

    assert response.status_code == 422
    assert "asks for exactly this" in response.content.decode()


def test_requirement_is_retired_after_a_look(asked: Requirement, omar: User, ana: User) -> None:
    publish(asked, omar)
    client = client_of(omar)

    looked = client.post(address("requirement-retirement", asked.public_id))
    page = plain(shown(client, looked.headers["Location"]))
    assert "2 open obligations would end." in page
    assert Requirement.objects.get().retired_at is None

    done = client.post(looked.headers["Location"])

    assert "It has not been asked for since" in shown(client, done.headers["Location"])
    assert AssignmentRule.objects.get().retired_at == NOW
    assert {one.released_at for one in Obligation.objects.all()} == {NOW}


# Rules


def test_rule_is_written_looked_over_and_published(
    clinic: Clinic, asked: Requirement, omar: User, ana: User, cody: User, mara: User
) -> None:
    client, path = client_of(omar), address("rule-new", asked.public_id)
    sent = fields_of(client, path) | {
        "name": "Crisis team",
        "any_teams": [str(clinic.crisis_team.pk)],
        "any_people": "CODY@example.com\n",
        "except_people": "mara@example.com",
        "offset_days": "14",
    }

    looked = client.post(path, sent)
    page = plain(shown(client, looked.headers["Location"]))
    assert "3 people: 2 new, 1 exempt." in page
    assert "People in Crisis team or 1 person by name; but not 1 person by name." in page
    assert "Ana Reyes" in page
    assert "Mara Lindqvist" in shown(client, looked.headers["Location"] + "?place=exempt")
    assert Obligation.objects.count() == 0

    done = client.post(looked.headers["Location"])

    assert done.headers["Location"] == address("requirement", asked.public_id)
    assert {one.membership.name for one in Obligation.objects.all()} == {"Ana Reyes", "Cody Blake"}
    assert "This was confirmed on" in shown(client, looked.headers["Location"])


def test_rule_without_people_or_with_strangers_is_refused(asked: Requirement, omar: User) -> None:
    client, path = client_of(omar), address("rule-new", asked.public_id)
    for more, words in [
        ({}, "Say whom the rule reaches"),
        ({"any_people": "nobody@example.com"}, "Nobody here has this work e-mail or staff number: nobody@example.com."),
        ({"everyone": "on", "anchor": "fixed"}, "Give the day from which it is counted"),
        ({"everyone": "on", "anchor": "fixed", "fixed_on": "2026-01-01", "offset_days": "0"}, "This day is over"),
    ]:
        response = client.post(path, fields_of(client, path) | {"name": "A rule"} | more)
        assert (response.status_code, words in response.content.decode()) == (422, True), words
    assert Preview.objects.count() == 0


def test_confirmation_of_what_has_moved_shows_it_anew(
    clinic: Clinic, asked: Requirement, omar: User, ana: User
) -> None:
    made = preview(asked, omar)
    seat(person("New Comer"), clinic.organization)
    client = client_of(omar)

    response = client.post(address("preview", made.public_id))

    again = Preview.objects.exclude(pk=made.pk).get()
    assert response.headers["Location"] == address("preview", again.public_id)
    page = plain(shown(client, response.headers["Location"]))
    assert "Nothing was done: the facts have moved since you looked." in page
    assert "3 people: 3 new." in page
    assert RuleVersion.objects.count() == 0


def test_rule_page_holds_what_stands(clinic: Clinic, asked: Requirement, omar: User, ana: User) -> None:
    conditions = (
        {"kind": "team", "team": clinic.crisis_team.pk, "below": True},
        {"kind": "hired", "from": "2026-01-01"},
        {"kind": "people", "people": [str(seat_of(omar).public_id)]},
        {"kind": "title", "title": "Nobody’s title"},
        {"kind": "role", "role": "manager"},
    )
    said = text(*conditions, exempt=(EVERYONE,), offset_days=9, window_days=5, grace_days=2)
    rule = publish(asked, omar, said).rule
    client, path = client_of(omar), address("rule", asked.public_id, rule.public_id)

    looked = client.post(path, fields_of(client, path) | {"everyone": "", "except_people": "ana@example.com"})

    kept = Preview.objects.get(confirmed_at=None).request["text"]
    assert looked.status_code == 303
    assert sorted(each["kind"] for each in kept["audience"]["any"]) == ["hired", "people", "role", "team", "title"]
    assert (kept["offset_days"], kept["window_days"], kept["grace_days"]) == (9, 5, 2)


def test_rule_is_ended_after_a_look(asked: Requirement, omar: User, ana: User) -> None:
    rule = publish(asked, omar).rule
    client = client_of(omar)

    looked = client.post(address("rule-retirement", asked.public_id, rule.public_id))
    assert "2 open obligations would end." in plain(shown(client, looked.headers["Location"]))
    client.post(looked.headers["Location"])

    assert AssignmentRule.objects.get().retired_at == NOW
    assert "ended" in shown(client, address("requirement", asked.public_id))


def test_previews_of_another_clinic_are_not_found(asked: Requirement, omar: User, charlie: User, mara: User) -> None:
    made = preview(asked, omar)

    for user in (mara, charlie):
        assert client_of(user).get(address("preview", made.public_id)).status_code == 404
        assert client_of(user).post(address("preview", made.public_id)).status_code == 404
    elsewhere = address("preview", made.public_id, organization="harbor")
    assert client_of(charlie).post(elsewhere).status_code == 404
    assert RuleVersion.objects.count() == 0


def test_rule_that_was_looked_over_is_not_typed_twice(asked: Requirement, omar: User, charlie: User) -> None:
    made = preview(asked, omar, text({"kind": "role", "role": "owner"}, name="Owners first", offset_days=77))
    path = f"{address('rule-new', asked.public_id)}?preview={made.public_id}"

    held = fields_of(client_of(omar), path)

    assert (held["name"], held["offset_days"], held["any_roles"]) == ("Owners first", 77, ["owner"])


# People without a day


def test_people_without_a_day_are_given_one(asked: Requirement, omar: User, ana: User) -> None:
    Membership.objects.filter(user=ana).update(hired_on=dt.date(2020, 1, 1))
    rule = publish(asked, omar, text(anchor=Anchor.HIRED, name="New hires")).rule
    client = client_of(omar)
    page = plain(shown(client, address("impossible")))
    assert "2 people have no due date yet" in page
    assert "The day by the rule is over. Give a day that can be kept." in page
    assert "No hire date is on record. Enter the hire date, or give a day by hand." in page
    assert "2 people are asked by a rule that has no due date for them." in shown(client, address("requirements"))

    hers = str(seat_of(ana).public_id)
    sent = {"rule": str(rule.public_id), "people": [hers], f"day-{hers}": "2026-12-24"}
    assert client.post(address("impossible"), sent).status_code == 303

    assert [(one.membership, one.due_on) for one in Obligation.objects.all()] == [(seat_of(ana), dt.date(2026, 12, 24))]
    assert "1 person has no due date yet" in plain(shown(client, address("impossible")))


def test_day_that_is_over_is_not_given(asked: Requirement, omar: User) -> None:
    rule = publish(asked, omar, text(anchor=Anchor.HIRED)).rule
    his = str(seat_of(omar).public_id)
    sent = {"rule": str(rule.public_id), "people": [his], f"day-{his}": "2026-11-21"}

    assert client_of(omar).post(address("impossible"), sent).status_code == 409
    assert Obligation.objects.count() == 0


# The matrix


@pytest.fixture
def titled(ana: User, cody: User, mara: User) -> None:
    for user, title in ((ana, "Nurse"), (mara, "Nurse"), (cody, "Front desk")):
        Membership.objects.filter(user=user).update(job_title=title)


def test_matrix_counts_done_of_asked_for_each_title_and_team(
    asked: Requirement, course: Course, omar: User, titled: None, ana: User
) -> None:
    build.enrollment(ana, course, NOW, NOW)
    publish(asked, omar, text({"kind": "title", "title": "nurse"}))
    client = client_of(omar)

    page = plain(shown(client, address("matrix")))
    assert "Front desk 1 person – Nurse 2 people 1 of 2 by name" in page
    by_team = plain(shown(client, address("matrix") + "?by=team"))
    assert "Crisis team 2 people 1 of 2 Front desk 1 person –" in by_team


def test_matrix_is_pasted_looked_over_and_applied(
    clinic: Clinic, asked: Requirement, omar: User, titled: None, ana: User, cody: User
) -> None:
    client, path = client_of(omar), address("matrix-sheet")
    pasted = "\tSafe Rooms\tUnheard of\nNurse\tX\tX\nfront desk\t\trecommended\nPilot\tX\t\n"

    looked = client.post(path, fields_of(client, path) | {"sheet": pasted})
    page = plain(shown(client, looked.headers["Location"]))
    assert "1 rule would change" in page
    assert "Safe rooms a new rule Asked from now on: Nurse" in page
    assert "Unheard of" in page
    assert "Pilot" in page
    assert "1 cell says “recommended”." in page
    assert client.post(looked.headers["Location"]).headers["Location"] == address("matrix")
    assert client.post(looked.headers["Location"]).status_code == 303
    assert {one.membership.job_title for one in Obligation.objects.all()} == {"Nurse"}

    moved = client.post(path, fields_of(client, path) | {"sheet": "\tSafe rooms\nNurse\t\nFront desk\tX\n"})
    page = plain(shown(client, moved.headers["Location"]))
    assert "the rule changes Asked from now on: Front desk No longer asked by it: Nurse" in page
    client.post(moved.headers["Location"])
    assert Obligation.objects.get(membership=seat_of(ana)).released_at == timezone.now()
    assert Obligation.objects.get(membership=seat_of(cody)).released_at is None

    ended = client.post(path, fields_of(client, path) | {"sheet": "\tSafe rooms\nNurse\t\nFront desk\t-\n"})
    client.post(ended.headers["Location"])
    assert AssignmentRule.objects.get().retired_at == NOW


def test_matrix_never_touches_other_rules(asked: Requirement, omar: User, titled: None, cody: User) -> None:
    publish(asked, omar, text(EVERYONE))
    client, path = client_of(omar), address("matrix-sheet")

    looked = client.post(path, fields_of(client, path) | {"sheet": "\tSafe rooms\nNurse\t\nFront desk\t\n"})

    assert "Nothing would change" in shown(client, looked.headers["Location"])


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        (" \n", "Nothing was pasted"),
        ("Nurse\nClerk", "Line 1 has no titles of requirements"),
        ("\tSafe rooms\nNurse\tmaybe", "Line 2, column 2: “maybe” is neither"),
        ("\tSafe rooms\nNurse\tX\nnurse\tX", "Line 3: “nurse” stood in a line before"),
        ("\tSafe rooms\tSafe Rooms\nNurse\tX", "Column 3: “Safe Rooms” stood in a column before"),
        ("\tElsewhere\nNurse\tX", "Nothing here is known"),
    ],
)
def test_sheet_that_is_no_matrix_is_refused_with_its_place(
    pasted: str, words: str, asked: Requirement, omar: User
) -> None:
    client, path = client_of(omar), address("matrix-sheet")

    response = client.post(path, fields_of(client, path) | {"sheet": pasted})

    assert (response.status_code, words in response.content.decode()) == (422, True)


# Statements


def test_statements_do_not_grow_with_people(clinic: Clinic, asked: Requirement, omar: User) -> None:
    rule = publish(asked, omar, text(anchor=Anchor.HIRED)).rule
    client = client_of(omar)
    pages = [
        (address("requirements"), 18),
        (address("requirement", asked.public_id), 15),
        (address("rule", asked.public_id, rule.public_id), 10),
        (address("impossible"), 18),
        (address("matrix"), 10),
        (address("preview", preview(asked, omar, text(name="Another")).public_id), 21),
    ]
    for path, count in pages:
        with expect_statements(count):
            client.get(path)
    for number in range(29):
        seat(person(f"P{number} Nguyen"), clinic.organization)
    for path, count in pages:
        with expect_statements(count):
            client.get(path)


@pytest.mark.parametrize(
    ("ladder", "words"),
    [
        ((-30, -14, -7, -1, 0, 1), "30, 14, 7 and 1 day before, on the due day, 1 day after"),
        ((-14, 7), "14 days before, 7 days after"),
        ((0,), "on the due day"),
        ((), ""),
    ],
)
def test_reminders_are_told_in_words(ladder: tuple[int, ...], words: str) -> None:
    assert ladder_words(ladder) == words


def test_requirement_of_several_parts_is_not_said_to_be_assigned_by_hand(
    clinic: Clinic, course: Course, omar: User
) -> None:
    asked = create_requirement(
        organization=clinic.organization,
        asking=Asking(
            title="Safe rooms",
            parts=(
                PartText(kind=PartKind.COURSE, course=course.pk),
                PartText(kind=PartKind.POLICY, title="House rules", text="Doors stay open."),
            ),
        ),
        by=omar,
    )

    page = plain(shown(client_of(omar), address("requirement", asked.public_id)))

    assert "No rule asks for it yet." in page
    assert "by hand" not in page


def test_rule_that_a_worker_carries_out_says_how_far_it_is(clinic: Clinic, asked: Requirement, omar: User) -> None:
    rule = publish(asked, omar, text(anchor=Anchor.ASSIGNED)).rule
    client, path = client_of(omar), address("requirement", asked.public_id)

    note_progress(rule.pk, 3000, 20331)
    page = shown(client, path)
    assert "It is being carried out: 3,000 of 20,331 people. You need not wait." in page
    assert f'id="going-{rule.public_id}"' in page
    assert "htmx" in page

    end_progress(rule.pk)
    page = shown(client, path)
    assert "carried out" not in page
    assert "htmx" not in page

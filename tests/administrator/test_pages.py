import csv
import datetime as dt
import io
import uuid

import pytest
from django.test import Client

from accounts.models import License, Membership, Organization, Team, User
from audit.models import AuditEvent, OutboxMail
from courses.models import Course
from enrollments.models import Enrollment
from quizzes.models import Attempt, Response, Step
from tests.administrator.conftest import Owed
from tests.administrator.test_access import address
from tests.conftest import Clinic, client_of, expect_statements
from tests.training import build
from tests.training.build import NOW, seat_of
from tests.web.pages import form_to
from training.models import Obligation, ObligationSource, PartCourse, Requirement, RequirementPart
from training.services import release_obligation


def text(client: Client, name: str, *more: object, query: str = "") -> str:
    response = client.get(address(name, *more) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


# Overview


def test_overview_says_what_to_do(owed: Owed, omar: User) -> None:
    page = text(client_of(omar), "overview")

    assert '<h1 class="mb-0">One person needs a word from you.</h1>' in page
    assert "<dt>of 2 obligations done, 50%</dt><dd>1</dd>" in page
    assert "<dt>overdue, the oldest 10 days</dt><dd>1</dd>" in page
    assert "as of Sunday, November 22, 2026" in page
    assert "10 days overdue" in page


def test_overview_of_a_manager_counts_her_team(owed: Owed, mara: User) -> None:
    page = text(client_of(mara), "overview")

    assert "<dt>of 1 obligation done, 0%</dt><dd>0</dd>" in page
    assert "Front desk" not in page


def test_overview_before_anything_is_asked(clinic: Clinic, omar: User) -> None:
    assert "Nobody has been asked for anything yet." in text(client_of(omar), "overview")


def test_overview_when_all_is_done(owed: Owed, omar: User, ana: User, course: Course) -> None:
    build.enrollment(ana, course, NOW, NOW)
    build.count()

    assert "Everything that was asked is done." in text(client_of(omar), "overview")


# People


def test_people_are_found_by_name_address_number_and_team(clinic: Clinic, omar: User, ana: User, cody: User) -> None:
    Membership.objects.filter(user=cody).update(staff_number="S-77")
    client = client_of(omar)

    for query in ("?q=reyes", "?q=ana@exam", f"?team={clinic.crisis_team.pk}"):
        page = text(client, "people", query=query)
        assert ("Ana Reyes" in page, "Cody Blake" in page) == (True, False)
    assert "Cody Blake" in text(client, "people", query="?q=s-77")
    assert "Nobody fits" in text(client, "people", query="?q=%00%25")
    assert "Ana Reyes" in text(client, "people", query="?team=x&page=99")


def test_people_who_left_are_found_by_asking_for_them(clinic: Clinic, omar: User, ana: User, cody: User) -> None:
    Membership.objects.filter(user=ana).update(ended_on=NOW.date())
    client = client_of(omar)

    here, left = text(client, "people"), text(client, "people", query="?who=left")

    assert ("Ana Reyes" in here, "Cody Blake" in here) == (False, True)
    assert ("Ana Reyes" in left, "Cody Blake" in left, "Left November 22, 2026" in left) == (True, False, True)


def test_people_of_a_manager_are_her_team(mara: User, ana: User, cody: User) -> None:
    page = text(client_of(mara), "people")

    assert ("Ana Reyes" in page, "Cody Blake" in page, "Add a person" in page) == (True, False, False)


def test_people_take_as_many_statements_for_sixty_as_for_one(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    with expect_statements(7):
        client.get(address("people"))
    Membership.objects.bulk_create(
        Membership(
            organization=clinic.organization, name=f"P{n:02}", work_email=f"{n}@x.example", started_on=NOW.date()
        )
        for n in range(60)
    )
    with expect_statements(7):
        assert b"Next page" in client.get(address("people")).content


# Adding one


def new_person(**changes: object) -> dict[str, object]:
    return {
        "request_id": uuid.uuid4(),
        "name": "Dee Marchetti",
        "work_email": "Dee@Clinic.example",
        "job_title": "Nurse",
        "started_on": "2026-11-23",
        **changes,
    }


def test_person_new_adds_a_seat_and_an_invitation(clinic: Clinic, omar: User) -> None:
    client, sent = client_of(omar), new_person(team=clinic.crisis_team.pk)

    response = client.post(address("person-new"), sent)

    seat = Membership.objects.get(name="Dee Marchetti")
    assert (response.status_code, response.headers["Location"]) == (303, address("person", seat.public_id))
    assert (seat.work_email, seat.team, seat.user) == ("dee@clinic.example", clinic.crisis_team, None)
    assert seat.started_on == dt.date(2026, 11, 23)
    assert seat.invitations.count() == OutboxMail.objects.count() == 1
    assert "an invitation is on its way" in text(client, "person", seat.public_id)


def test_person_new_twice_adds_one(clinic: Clinic, omar: User) -> None:
    client, sent = client_of(omar), new_person()

    places = {client.post(address("person-new"), sent).headers["Location"] for _ in range(2)}

    assert len(places) == 1
    assert Membership.objects.filter(name="Dee Marchetti").count() == 1
    assert OutboxMail.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"work_email": "omar@example.com"}, "has this work e-mail already"),
        ({"work_email": "not an address"}, "Enter a valid email address"),
        ({"name": ""}, "This field is required"),
        ({"started_on": "2026-13-01"}, "Enter a valid date"),
        ({"team": "0"}, "Select a valid choice"),
        ({"request_id": "x"}, "Add a person"),
    ],
)
def test_person_new_says_what_is_wrong(clinic: Clinic, omar: User, changes: dict[str, object], words: str) -> None:
    response = client_of(omar).post(address("person-new"), new_person(**changes))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert Membership.objects.count() == 1


def test_person_new_refuses_a_team_of_another_organization(clinic: Clinic, omar: User, charlie: User) -> None:
    team = Team.objects.create(organization=Organization.objects.get(slug="harbor"), name="Theirs")

    assert client_of(omar).post(address("person-new"), new_person(team=team.pk)).status_code == 422


def test_invitation_is_sent_again_until_it_is_accepted(clinic: Clinic, omar: User, ana: User) -> None:
    client = client_of(omar)
    client.post(address("person-new"), new_person())
    seat = Membership.objects.get(name="Dee Marchetti")

    again = client.post(address("person-invitation", seat.public_id))
    joined = client.post(address("person-invitation", seat_of(ana).public_id))

    assert (again.status_code, seat.invitations.count()) == (303, 2)
    assert joined.status_code == 409
    assert b"No invitation was sent" in joined.content


# One person


def test_person_page_tells_why(owed: Owed, omar: User, ana: User) -> None:
    Obligation.objects.update(assigned_by=str(omar.public_id))
    page = text(client_of(omar), "person", seat_of(ana).public_id)

    assert "One requirement is overdue." in page
    assert "Omar Haddad asked for this on September 30, 2026." in page  # as the clock in Denver shows it
    assert "It is due on November 12, 2026" in page
    assert "The day ends at midnight, Chicago time." in page
    assert "as computed for November 22, 2026" in page


def test_person_page_as_of_another_day(owed: Owed, omar: User, ana: User, cody: User) -> None:
    client = client_of(omar)

    assert "Due in 2 days" in text(client, "person", seat_of(ana).public_id, query="?on=2026-11-10")
    assert "Due today" in text(client, "person", seat_of(ana).public_id, query="?on=2026-11-12")
    assert "1 day overdue" in text(client, "person", seat_of(ana).public_id, query="?on=2026-11-13")
    assert "Due in 11 days" in text(client, "person", seat_of(cody).public_id, query="?on=2026-11-01")
    assert "Done Nov" in text(client, "person", seat_of(cody).public_id, query="?on=2026-11-02")
    assert "Nothing is asked of this person." in text(client, "person", seat_of(ana).public_id, query="?on=2026-09-01")
    assert "10 days overdue" in text(client, "person", seat_of(ana).public_id, query="?on=yesterday")


# Assigning


def assignment(*people: Membership, **changes: object) -> dict[str, object]:
    ids = [str(person.public_id) for person in people]
    return {"course": "strangers", "due_on": "2026-12-20", "people": ids, **changes}


def confirmed(client: Client, sent: dict[str, object]) -> dict[str, object]:
    """What the page sends on which the people are looked over."""
    looked = client.post(address("assignment-new"), sent).content
    return {**sent, "confirmed": "yes", "seen": form_to(looked, "").data().get("seen", [""])[0]}


def test_assignment_is_looked_over_before_it_is_made(course: Course, omar: User, ana: User, cody: User) -> None:
    build.obligation(seat_of(ana), course, dt.date(2026, 12, 1))
    client, sent = client_of(omar), assignment(seat_of(ana), seat_of(cody))

    looked = client.post(address("assignment-new"), sent)
    assert looked.status_code == 200
    assert "1 person will be asked" in looked.content.decode()
    assert Obligation.objects.count() == 1

    made = client.post(address("assignment-new"), confirmed(client, sent))
    assert (made.status_code, made.headers["Location"]) == (303, address("requirements"))
    assert Obligation.objects.get(membership=seat_of(cody)).due_on == dt.date(2026, 12, 20)
    assert Obligation.objects.get(membership=seat_of(ana)).due_on == dt.date(2026, 12, 1)
    page = text(client, "requirements")
    assert "1 person was asked for “Strangers, screens”. 1 had been asked before" in page


def test_assignment_twice_changes_nothing(course: Course, omar: User, ana: User) -> None:
    client = client_of(omar)
    sent = confirmed(client, assignment(seat_of(ana)))

    assert [client.post(address("assignment-new"), sent).status_code for _ in range(2)] == [303, 303]
    assert (Requirement.objects.count(), Obligation.objects.count(), OutboxMail.objects.count()) == (1, 1, 1)
    assert "Nothing changed" in text(client, "requirements")


def test_assignment_to_everybody_found(course: Course, clinic: Clinic, omar: User, ana: User, cody: User) -> None:
    sent = {"course": "strangers", "due_on": "2026-12-20", "everybody": "on", "team": clinic.crisis_team.pk}
    client = client_of(omar)

    client.post(address("assignment-new"), confirmed(client, sent))

    assert [one.membership for one in Obligation.objects.all()] == [seat_of(ana)]


def test_assignment_finds_the_people_of_teams_below(
    course: Course, clinic: Clinic, omar: User, ana: User, cody: User
) -> None:
    night = Team.objects.create(organization=clinic.organization, name="Night shift", parent=clinic.front_desk)
    Membership.objects.filter(user=cody).update(team=night)
    client = client_of(omar)

    page = text(client, "assignment-new", query=f"?team={clinic.front_desk.pk}")

    assert ("Cody Blake" in page, "Ana Reyes" in page) == (True, False)
    sent = {"course": "strangers", "due_on": "2026-12-20", "everybody": "on", "team": clinic.front_desk.pk}
    client.post(address("assignment-new"), confirmed(client, sent))
    assert [one.membership for one in Obligation.objects.all()] == [seat_of(cody)]


def test_assignment_says_who_was_let_go_of_and_is_asked_again(course: Course, omar: User, ana: User) -> None:
    hers = build.obligation(seat_of(ana), course, dt.date(2026, 12, 1))
    release_obligation(obligation=hers, by=omar)
    client = client_of(omar)

    looked = client.post(address("assignment-new"), assignment(seat_of(ana))).content.decode()
    client.post(address("assignment-new"), confirmed(client, assignment(seat_of(ana))))

    assert "1 person will be asked" in looked
    assert "They were asked once, and then nobody asked them any more." in looked
    assert "1 person was asked for “Strangers, screens”." in text(client, "requirements")
    assert Obligation.objects.get().due_on == dt.date(2026, 12, 20)


def test_assignment_reaches_nobody_who_was_not_looked_at(
    course: Course, clinic: Clinic, omar: User, ana: User, cody: User
) -> None:
    sent = {"course": "strangers", "due_on": "2026-12-20", "everybody": "on", "team": clinic.crisis_team.pk}
    client = client_of(omar)
    once_looked_at = confirmed(client, sent)
    Membership.objects.filter(user=cody).update(team=clinic.crisis_team)

    response = client.post(address("assignment-new"), once_looked_at)

    assert response.status_code == 409
    assert "Nothing was sent" in response.content.decode()
    assert "2 people will be asked" in response.content.decode()
    assert (Obligation.objects.count(), OutboxMail.objects.count()) == (0, 0)

    seen = form_to(response.content, "").data()["seen"][0]
    assert client.post(address("assignment-new"), {**once_looked_at, "seen": seen}).status_code == 303
    assert Obligation.objects.count() == 2


def test_assignment_by_a_manager_reaches_her_team_only(course: Course, mara: User, ana: User, cody: User) -> None:
    client = client_of(mara)

    assert client.post(address("assignment-new"), assignment(seat_of(cody), confirmed="yes")).status_code == 422
    assert "Cody Blake" not in text(client, "assignment-new")
    sent = confirmed(client, assignment(seat_of(ana)))
    assert client.post(address("assignment-new"), sent).status_code == 303
    assert [one.membership for one in Obligation.objects.all()] == [seat_of(ana)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due_on": "2026-11-21"}, "This day is over"),
        ({"due_on": "9999-12-31"}, "within the next 20 years"),
        ({"due_on": ""}, "This field is required"),
        ({"course": "other"}, "Select a valid choice"),
        ({"people": []}, "Choose at least one person"),
        ({"people": ["x"]}, "is not a valid UUID"),
        ({"people": [str(uuid.uuid4())]}, "is not among the people found"),
    ],
)
def test_assignment_says_what_is_wrong(
    course: Course, omar: User, ana: User, changes: dict[str, object], words: str
) -> None:
    response = client_of(omar).post(address("assignment-new"), assignment(seat_of(ana), **changes, confirmed="yes"))

    assert response.status_code == 422
    assert words in response.content.decode().replace("&quot;", '"')
    assert Obligation.objects.count() == 0


def test_assignment_of_a_course_retired_meanwhile(course: Course, omar: User, ana: User) -> None:
    Course.objects.update(retired_at=NOW)

    response = client_of(omar).post(address("assignment-new"), assignment(seat_of(ana), confirmed="yes"))

    assert response.status_code == 422


# The board and its export


def test_board_shows_status_filters_and_counts(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    page = text(client, "obligations")

    assert page.index("Ana Reyes") < page.index("Cody Blake")
    assert "10 days overdue" in page
    assert "Done Nov 2" in page
    assert "November 2, 2026, version 1" in page
    only = text(client, "obligations", query=f"?status=overdue&requirement={owed.ana.requirement.public_id}&q=ana")
    assert ("Ana Reyes" in only, "Cody Blake" in only) == (True, False)
    assert "Nothing fits this filter" in text(client, "obligations", query="?q=nobody")
    assert "Cody Blake" in text(client, "obligations", query="?status=nonsense&team=abc&page=-3")


def test_board_of_a_manager_is_her_team(owed: Owed, mara: User) -> None:
    page = text(client_of(mara), "obligations")

    assert ("Ana Reyes" in page, "Cody Blake" in page) == (True, False)


def fill(clinic: Clinic, course: Course, number: int, first: int = 0) -> None:
    for n in range(first, first + number):
        user = User.objects.create(email=f"p{n}@example.com", password="!")
        seat = Membership.objects.create(
            organization=clinic.organization,
            user=user,
            name=f"Person {n:02}",
            work_email=user.email,
            started_on=dt.date(2026, 1, 5),
        )
        build.obligation(seat, course, dt.date(2026, 11, 1 + n % 28))
        if n % 3 == 0:
            at = dt.datetime(2026, 11, 15, tzinfo=dt.UTC)
            build.enrollment(user, course, at, at)
    build.count()


def unfill() -> None:
    ObligationSource.objects.all().delete()
    Obligation.objects.all().delete()
    Membership.objects.filter(name__startswith="Person").delete()
    Enrollment.objects.all().delete()
    User.objects.filter(email__startswith="p").delete()


def test_board_statements_at_one_row_and_at_sixty(clinic: Clinic, course: Course, omar: User) -> None:
    client = client_of(omar)
    fill(clinic, course, 1)
    with expect_statements(10):
        assert b"Person 00" in client.get(address("obligations")).content
    unfill()
    fill(clinic, course, 60)
    with expect_statements(10):
        assert b"Page 1 of 2" in client.get(address("obligations")).content


def exported(client: Client, **chosen: str) -> list[dict[str, str]]:
    response = client.post(address("obligations-csv"), chosen)
    assert response.status_code == 200
    content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(content)))


def test_export_equals_the_board(owed: Owed, omar: User) -> None:
    requirement = str(owed.ana.requirement.public_id)

    rows = exported(client_of(omar))

    assert rows == [
        {
            "name": "Ana Reyes", "work_email": "ana@example.com", "staff_number": "", "team": "Crisis team",
            "requirement_id": requirement, "requirement": "Strangers, screens", "due_on": "2026-11-12", "status": "overdue",
            "days": "10", "completed_on": "", "met_by": "", "course_version": "", "certificate": "",
        },
        {
            "name": "Cody Blake", "work_email": "cody@example.com", "staff_number": "", "team": "Front desk",
            "requirement_id": requirement, "requirement": "Strangers, screens", "due_on": "2026-11-12", "status": "done",
            "days": "0", "completed_on": "2026-11-02", "met_by": "course", "course_version": "1", "certificate": "",
        },
    ]  # fmt: skip


def test_employer_is_told_the_day_that_the_certificate_tells(owed: Owed, omar: User, cody: User) -> None:
    Enrollment.objects.filter(user=cody).update(completed_on=dt.date(2026, 11, 1), completed_zone="Pacific/Honolulu")

    assert [row["completed_on"] for row in exported(client_of(omar), status="done")] == ["2026-11-01"]
    page = text(client_of(omar), "person", seat_of(cody).public_id)
    assert "It was completed on November 1, 2026" in page
    assert "November 2, 2026" not in page


def test_person_page_names_the_course_that_was_taken_for_an_equivalent_one(
    clinic: Clinic, course: Course, ana: User, omar: User
) -> None:
    other = build.course(clinic.organization, "elsewhere", "Strangers, an older course")
    asked = build.requirement(clinic.organization, course=course)
    PartCourse.objects.create(
        part=RequirementPart.objects.get(version__requirement=asked), course=other, is_equivalent=True
    )
    at = dt.datetime(2026, 11, 2, 15, tzinfo=dt.UTC)
    build.enrollment(ana, other, at, at)
    build.owes(seat_of(ana), asked, dt.date(2026, 11, 12))

    page = text(client_of(omar), "person", seat_of(ana).public_id)

    assert "It was completed on November 2, 2026" in page
    assert "By the course “Strangers, an older course”. That was in time." in page


def test_export_follows_the_filter_and_is_on_record(owed: Owed, omar: User, mara: User, clinic: Clinic) -> None:
    assert [row["name"] for row in exported(client_of(omar), status="done")] == ["Cody Blake"]
    assert [row["name"] for row in exported(client_of(mara))] == ["Ana Reyes"]

    events = AuditEvent.objects.filter(action="obligations.exported").order_by("sequence")
    assert [(event.actor, event.details["chosen"]) for event in events] == [
        (str(omar.public_id), {"status": "done"}),
        (str(mara.public_id), {}),
    ]
    assert {event.chain for event in events} == {str(clinic.organization.public_id)}


@pytest.mark.parametrize("field", ["name", "staff_number", "job_title"])
@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\x07"])
def test_person_with_a_character_that_nobody_sees_is_refused(
    clinic: Clinic, omar: User, field: str, character: str
) -> None:
    data = {"request_id": uuid.uuid4(), "name": "Noa", "work_email": "noa@example.com", "started_on": "2026-11-01"}

    response = client_of(omar).post("/manage/riverbend/people/new/", data | {field: f"a{character}b"})

    assert response.status_code == 422
    assert "cannot be seen" in response.content.decode()
    assert not Membership.objects.filter(work_email="noa@example.com").exists()


@pytest.mark.parametrize("before", ["", " ", "\t", "\u00a0"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d"])
def test_export_begins_no_formula(owed: Owed, omar: User, ana: User, before: str, sign: str) -> None:
    name = f"{before}{sign}cmd|' /C calc'!A0"
    Membership.objects.filter(user=ana).update(name=name)

    assert f"'{name}" in [row["name"] for row in exported(client_of(omar))]


def test_export_takes_as_many_statements_for_sixty_as_for_one(clinic: Clinic, course: Course, omar: User) -> None:
    client = client_of(omar)
    exported(client)  # the chain of the organization begins
    fill(clinic, course, 1)
    with expect_statements(9):
        assert len(exported(client)) == 1
    unfill()
    fill(clinic, course, 60)
    with expect_statements(9):
        assert len(exported(client)) == 60


# What an employer never sees


def test_no_page_holds_an_answer_a_score_or_a_time(owed: Owed, course: Course, omar: User, cody: User) -> None:
    taken = Enrollment.objects.get(user=cody)
    attempt = Attempt.objects.create(
        enrollment=taken,
        assessment_key="canary-assessment",
        kind="quiz",
        number=1,
        plan={"items": ["CANARY"]},
        started_at=dt.datetime(2026, 11, 1, 4, 44, tzinfo=dt.UTC),
        submitted_at=dt.datetime(2026, 11, 2, 14, 59, tzinfo=dt.UTC),
        closed_because="submitted",
        raw_numerator=7919,
        raw_denominator=1,
        maximum=8675309,
        passed=True,
        scoring_version=1,
    )
    Response.objects.create(
        attempt=attempt, item_key="canary-item", revision=1, options=["canary-option"], request_id=uuid.uuid4()
    )
    Step.objects.create(attempt=attempt, number=1, node_key="canary-node", choice_key="canary-choice")
    client = client_of(omar)

    pages = [text(client, name) for name in ("overview", "people", "requirements", "assignment-new", "obligations")]
    pages += [text(client, "person", seat_of(cody).public_id), str(exported(client))]

    for page in pages:
        assert [word for word in ("canary", "7919", "8675309", "14:59", "4:44", "7:59") if word in page.lower()] == []


def test_no_page_holds_a_license_or_a_private_completion(owed: Owed, course: Course, omar: User, ana: User) -> None:
    License.objects.create(user=ana, profession="CANARYPROF", jurisdiction="CANARYPLACE", number="CANARY-4711")
    early = dt.datetime(2024, 2, 29, 15, tzinfo=dt.UTC)
    build.enrollment(ana, course, early, early)
    client = client_of(omar)
    pages = [text(client, name) for name in ("overview", "people", "requirements", "assignment-new", "obligations")]
    pages.append(text(client, "person", seat_of(ana).public_id))
    pages.append(str(exported(client)))

    for page in pages:
        assert "CANARY" not in page
        assert "2024" not in page

"""The pages on which people and teams are changed."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from accounts.models import Invitation, Leave, Membership, Organization, Role, RoleGrant, Team, User
from accounts.services import add_member, add_team, end_membership, grant_role, invite, record_leave
from audit.models import OutboxMail
from audit.services import SYSTEM
from tests.administrator.conftest import Owed
from tests.administrator.test_access import address
from tests.administrator.test_pages import text
from tests.conftest import HIRED, Clinic, client_of, expect_statements, seat
from tests.training.build import NOW, seat_of
from tests.web.pages import Form, form_to, forms

TODAY = NOW.date()
DAY = dt.timedelta(days=1)


def to(name: str, membership: Membership, *more: object) -> str:
    return address(f"person-{name}", membership.public_id, *more)


def record(client: Client, membership: Membership, **changes: object) -> dict[str, object]:
    form = form_to(client.get(to("record", membership)).content, "")
    return {name: values[0] for name, values in form.data().items()} | {"team": membership.team_id or ""} | changes


# The record


def test_record_is_corrected(clinic: Clinic, omar: User, ana: User) -> None:
    client = client_of(omar)
    sent = record(client, seat_of(ana), name="Ana R. Reyes", profession="Counselor", team=clinic.front_desk.pk)

    response = client.post(to("record", seat_of(ana)), sent)

    assert response.status_code == 303
    hers = seat_of(ana)
    assert (hers.name, hers.profession, hers.team) == ("Ana R. Reyes", "Counselor", clinic.front_desk)
    assert "is saved" in text(client, "person", hers.public_id)


def test_record_that_somebody_changed_meanwhile_is_not_overwritten(clinic: Clinic, omar: User, ana: User) -> None:
    client = client_of(omar)
    sent = record(client, seat_of(ana), name="Ana R. Reyes")
    Membership.objects.filter(user=ana).update(changed_at=NOW + DAY, job_title="Counselor")

    response = client.post(to("record", seat_of(ana)), sent)

    assert response.status_code == 422
    assert "Somebody else changed this record" in response.content.decode()
    assert seat_of(ana).name == "Ana Reyes"


def test_first_day_is_not_offered_while_obligations_hang_on_it(owed: Owed, omar: User, ana: User, mara: User) -> None:
    client = client_of(omar)

    assert "It cannot be moved any more" in text(client, "person-record", seat_of(ana).public_id)
    assert 'name="started_on"' not in text(client, "person-record", seat_of(ana).public_id)
    assert 'name="started_on"' in text(client, "person-record", seat_of(mara).public_id)


def test_first_day_that_would_leave_nobody_to_own_the_clinic_is_refused_in_words(
    clinic: Clinic, omar: User, nina: User
) -> None:
    told = {omar: "Only an owner can change this address or first day", nina: "Somebody must own the organization"}
    for user, words in told.items():
        client = client_of(user)

        response = client.post(to("record", seat_of(nina)), record(client, seat_of(nina), started_on="2027-01-04"))

        assert response.status_code == 409
        assert words in response.content.decode()
    assert seat_of(nina).started_on == HIRED


def test_address_of_somebody_else_is_said_beside_the_field(clinic: Clinic, omar: User, ana: User, cody: User) -> None:
    client = client_of(omar)

    response = client.post(to("record", seat_of(ana)), record(client, seat_of(ana), work_email="cody@example.com"))

    assert response.status_code == 422
    assert "has this work e-mail already" in response.content.decode()


# Roles


def test_roles_are_given_with_dates_and_ended(clinic: Clinic, omar: User, ana: User) -> None:
    client = client_of(omar)
    sent = {"role": "manager", "team": clinic.front_desk.pk, "starts_on": "2026-11-22", "ends_on": "2027-01-01"}

    assert client.post(to("roles", seat_of(ana)), sent).status_code == 303
    grant = RoleGrant.objects.get(membership=seat_of(ana))
    assert (grant.team, grant.ends_on) == (clinic.front_desk, dt.date(2027, 1, 1))

    assert client.post(to("role-end", seat_of(ana), grant.pk), {"on": "2026-12-01"}).status_code == 303
    grant.refresh_from_db()
    assert grant.ends_on == dt.date(2026, 12, 1)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"role": "manager", "starts_on": "2026-11-22"}, "Choose the team"),
        ({"role": "owner", "starts_on": "2026-11-22"}, "Select a valid choice"),
        ({"role": "manager", "team": "0", "starts_on": "2026-11-22"}, "Select a valid choice"),
        (
            {"role": "training-administrator", "starts_on": "2026-11-22", "ends_on": "2026-11-22"},
            "The end comes after the beginning",
        ),
    ],
)
def test_role_that_cannot_be_given_says_why(
    clinic: Clinic, omar: User, ana: User, sent: dict[str, str], words: str
) -> None:
    response = client_of(omar).post(to("roles", seat_of(ana)), sent)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not RoleGrant.objects.filter(membership=seat_of(ana)).exists()


def test_last_owner_and_owners_role_stay(clinic: Clinic, omar: User, nina: User) -> None:
    grant = RoleGrant.objects.get(membership__user=nina)
    page = to("role-end", seat_of(nina), grant.pk)

    assert "Only an owner can do this" in client_of(omar).post(page).content.decode()
    assert "Somebody must own the organization" in client_of(nina).post(page).content.decode()
    grant.refresh_from_db()
    assert grant.ends_on is None


def test_grant_of_another_person_is_not_found_on_this_persons_page(
    clinic: Clinic, omar: User, mara: User, ana: User
) -> None:
    grant = RoleGrant.objects.get(membership__user=mara)

    assert client_of(omar).post(to("role-end", seat_of(ana), grant.pk)).status_code == 404


# Leaves


def test_leave_is_recorded_ended_and_taken_back(clinic: Clinic, omar: User, ana: User) -> None:
    client = client_of(omar)
    assert client.post(to("leaves", seat_of(ana)), {"starts_on": "2026-11-20"}).status_code == 303
    leave = Leave.objects.get()
    assert "On leave" in text(client, "person", seat_of(ana).public_id)

    client.post(to("leave-end", seat_of(ana), leave.public_id), {"ends_on": "2026-11-25"})
    assert "On leave, back on November 25, 2026" in text(client, "person", seat_of(ana).public_id)

    client.post(to("leave-cancellation", seat_of(ana), leave.public_id))
    leave.refresh_from_db()
    assert leave.cancelled_at is not None
    assert "On leave" not in text(client, "person", seat_of(ana).public_id)


def test_leave_page_asks_for_no_reason_and_says_why(clinic: Clinic, omar: User, ana: User) -> None:
    page = text(client_of(omar), "person-leaves", seat_of(ana).public_id)

    assert "We do not ask why" in page
    assert "<textarea" not in page


def test_leave_that_overlaps_is_said(clinic: Clinic, omar: User, ana: User) -> None:
    leave = record_leave(membership=seat_of(ana), starts_on=TODAY, by=SYSTEM)
    client = client_of(omar)

    response = client.post(to("leaves", seat_of(ana)), {"starts_on": "2026-12-01", "ends_on": "2026-12-09"})
    assert (response.status_code, Leave.objects.count()) == (422, 1)
    assert "has a day in common" in response.content.decode()

    client.post(to("leave-end", seat_of(ana), leave.public_id), {"ends_on": "2026-11-01"})
    assert "The first day back comes after" in text(client, "person-leaves", seat_of(ana).public_id)


# Leaving and coming back


def test_end_is_looked_over_recorded_and_taken_back(clinic: Clinic, omar: User, mara: User) -> None:
    client = client_of(omar)
    assert "Manager of a team (Crisis team)" in text(client, "person-end", seat_of(mara).public_id)

    assert client.post(to("end", seat_of(mara)), {"on": "2026-12-01"}).status_code == 303
    assert "will leave" in text(client, "person", seat_of(mara).public_id)
    assert client.post(to("end-withdrawal", seat_of(mara))).status_code == 303
    assert seat_of(mara).ended_on is None


def test_owner_is_not_ended_by_who_cannot_make_one(clinic: Clinic, omar: User, nina: User) -> None:
    response = client_of(omar).post(to("end", seat_of(nina)), {"on": "2026-11-22"})

    assert (response.status_code, seat_of(nina).ended_on) == (409, None)


def test_return_says_what_counts_again_and_makes_one_place(clinic: Clinic, omar: User, ana: User) -> None:
    old = end_membership(membership=seat_of(ana), on=TODAY - 9 * DAY, by=SYSTEM)
    client = client_of(omar)
    page = text(client, "person-return", old.public_id)
    assert "counts only if the person shares it" in page
    sent = {"started_on": "2026-11-22", "team": "", "job_title": "Nurse", "request_id": uuid.uuid4()}

    places = {client.post(to("return", old), sent).headers["Location"] for _ in range(2)}

    new = Membership.objects.get(ended_on=None, work_email="ana@example.com")
    assert places == {address("person", new.public_id)}
    assert (new.user, new.invitations.count()) == (None, 1)
    assert "Other times here" in text(client, "person", new.public_id)
    assert "Other times here" in text(client, "person", old.public_id)


@pytest.mark.parametrize(("sent", "hired_on"), [("2026-11-20", dt.date(2026, 11, 20)), ("", dt.date(2026, 12, 1))])
def test_return_asks_for_the_new_day_of_hire(
    clinic: Clinic, omar: User, ana: User, sent: str, hired_on: dt.date
) -> None:
    Membership.objects.filter(user=ana).update(hired_on=dt.date(2020, 1, 6))
    old = end_membership(membership=seat_of(ana), on=TODAY - 9 * DAY, by=SYSTEM)
    client = client_of(omar)
    assert 'name="hired_on" value="2026-11-22"' in text(client, "person-return", old.public_id)

    fields = {"started_on": "2026-12-01", "hired_on": sent, "team": "", "request_id": uuid.uuid4()}
    client.post(to("return", old), fields)

    assert Membership.objects.get(ended_on=None, work_email="ana@example.com").hired_on == hired_on


def test_return_before_the_end_is_said(clinic: Clinic, omar: User, ana: User) -> None:
    old = end_membership(membership=seat_of(ana), by=SYSTEM)
    sent = {"started_on": "2026-11-01", "team": "", "request_id": uuid.uuid4()}

    response = client_of(omar).post(to("return", old), sent)

    assert response.status_code == 422
    assert "was not over on this day" in response.content.decode()


def test_return_of_somebody_here_is_not_found(clinic: Clinic, omar: User, ana: User) -> None:
    assert client_of(omar).get(to("return", seat_of(ana))).status_code == 404


# Two organizations


def test_person_in_two_organizations_shows_nothing_of_the_other(
    clinic: Clinic, omar: User, ana: User, charlie: User
) -> None:
    harbor = Organization.objects.get(slug="harbor")
    there = seat(ana, harbor)
    there.name, there.job_title, there.work_email = "A. Harborname", "Harbor job", "ana@harbor.example"
    there.save()
    grant_role(membership=there, role=Role.AUTHOR, by=SYSTEM)
    record_leave(membership=there, starts_on=TODAY, by=SYSTEM)
    hers = seat_of_in(ana, clinic.organization)

    for name in ("person", "person-record", "person-roles", "person-leaves", "person-end"):
        page = client_of(omar).get(address(name, hers.public_id)).content.decode()
        assert not [word for word in ("arbor", "Author</th>", "On leave") if word in page], name
    assert client_of(omar).get(address("person", there.public_id)).status_code == 404
    end_membership(membership=hers, by=SYSTEM)
    assert Membership.objects.get(pk=there.pk).ended_on is None


def seat_of_in(user: User, organization: Organization) -> Membership:
    return Membership.objects.get(user=user, organization=organization)


def test_adding_somebody_says_the_same_whether_an_account_exists_or_not(clinic: Clinic, omar: User, vera: User) -> None:
    client, pages = client_of(omar), []
    for email in ("vera@example.com", "nobody@example.com"):
        sent = {"request_id": uuid.uuid4(), "name": "V", "work_email": email, "started_on": "2026-11-22", "team": ""}
        place = client.post(address("person-new"), sent).headers["Location"]
        page = client.get(place).content.decode()
        pages.append(page.replace(email, "").replace(place.split("/")[-2], "").split("csrfmiddlewaretoken")[0])
    assert pages[0] == pages[1]


# Invitations


def posting(html: bytes) -> Form:
    (form,) = [form for form in forms(html) if form.method == "post" and form.action == ""]
    return form


def test_invitations_are_looked_over_and_sent_to_those_alone(clinic: Clinic, omar: User, ana: User) -> None:
    for name in ("Dee", "Eli"):
        add_member(organization=clinic.organization, name=name, work_email=f"{name}@example.com", by=SYSTEM)
    client = client_of(omar)
    page = client.get(address("invitations"))
    assert "2 people can be invited" in page.content.decode()
    assert "Ana Reyes" not in page.content.decode()
    form = posting(page.content)

    assert client.post(address("invitations"), form.data()).status_code == 303

    assert OutboxMail.objects.count() == Invitation.objects.count() == 2
    assert "Nobody waits for an invitation" in text(client, "invitations")


def test_invitations_are_not_sent_when_others_wait_than_were_seen(clinic: Clinic, omar: User) -> None:
    add_member(organization=clinic.organization, name="Dee", work_email="dee@example.com", by=SYSTEM)
    client = client_of(omar)
    form = posting(client.get(address("invitations")).content)
    add_member(organization=clinic.organization, name="Eli", work_email="eli@example.com", by=SYSTEM)

    response = client.post(address("invitations"), form.data())

    assert (response.status_code, OutboxMail.objects.count()) == (409, 0)
    assert "Nothing was sent" in response.content.decode()


def test_invitations_page_takes_as_many_statements_for_thirty_as_for_one(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    add_member(organization=clinic.organization, name="Dee", work_email="dee@example.com", by=SYSTEM)
    with expect_statements(8):
        client.get(address("invitations"))
    for number in range(30):
        add_member(organization=clinic.organization, name="P", work_email=f"p{number}@example.com", by=SYSTEM)
    with expect_statements(8):
        client.get(address("invitations"))


def test_invitation_is_withdrawn_from_the_page(clinic: Clinic, omar: User) -> None:
    dee = add_member(organization=clinic.organization, name="Dee", work_email="dee@example.com", by=SYSTEM)
    invite(membership=dee, by=SYSTEM)

    assert client_of(omar).post(to("invitation-withdrawal", dee)).status_code == 303
    assert Invitation.objects.get().withdrawn_at is not None


# Teams


def test_teams_page_shows_the_tree_with_people_and_managers(clinic: Clinic, omar: User, mara: User, ana: User) -> None:
    add_team(organization=clinic.organization, name="Night", parent=clinic.crisis_team, by=SYSTEM)
    page = text(client_of(omar), "teams")

    assert page.index("Crisis team") < page.index("Night") < page.index("Front desk")
    assert "Mara Lindqvist" in page
    assert "1 person is in no team" in page


def test_teams_page_of_a_manager_shows_hers_and_those_below(clinic: Clinic, mara: User) -> None:
    add_team(organization=clinic.organization, name="Night", parent=clinic.crisis_team, by=SYSTEM)
    page = text(client_of(mara), "teams")

    assert ("Night" in page, "Front desk" in page, "Add a team" in page) == (True, False, False)
    assert client_of(mara).post(address("teams"), {"name": "X"}).status_code == 404


def test_people_of_a_team_are_those_below_it_too(clinic: Clinic, omar: User, ana: User, cody: User) -> None:
    night = add_team(organization=clinic.organization, name="Night", parent=clinic.front_desk, by=SYSTEM)
    Membership.objects.filter(user=cody).update(team=night)

    page = text(client_of(omar), "people", query=f"?team={clinic.front_desk.pk}")

    assert ("Cody Blake" in page, "Ana Reyes" in page) == (True, False)


def test_teams_page_takes_as_many_statements_for_thirty_as_for_one(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    with expect_statements(10):
        client.get(address("teams"))
    for number in range(30):
        add_team(organization=clinic.organization, name=f"T{number}", parent=clinic.front_desk, by=SYSTEM)
    with expect_statements(10):
        client.get(address("teams"))


def test_team_is_added_moved_and_retired(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    assert client.post(address("teams"), {"name": " Night  shift ", "parent": clinic.front_desk.pk}).status_code == 303
    night = Team.objects.get(name="Night shift")
    assert night.parent == clinic.front_desk

    client.post(address("team", night.pk), {"name": "Late shift", "parent": ""})
    night.refresh_from_db()
    assert (night.name, night.parent_id) == ("Late shift", None)

    assert client.post(address("team-retirement", night.pk)).status_code == 303
    assert client.get(address("team", night.pk)).status_code == 404


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": "FRONT DESK"}, "There is a team of this name in this place"),
        ({"name": "A / B"}, "A slash with spaces"),
        ({"name": ""}, "This field is required"),
        ({"name": "X", "parent": "0"}, "Select a valid choice"),
    ],
)
def test_team_that_cannot_be_added_says_why(clinic: Clinic, omar: User, sent: dict[str, str], words: str) -> None:
    response = client_of(omar).post(address("teams"), sent)

    assert (response.status_code, Team.objects.count()) == (422, 2)
    assert words in response.content.decode()


def test_team_below_itself_is_said_and_nothing_of_the_form_is_kept(clinic: Clinic, omar: User) -> None:
    night = add_team(organization=clinic.organization, name="Night", parent=clinic.front_desk, by=SYSTEM)

    response = client_of(omar).post(address("team", clinic.front_desk.pk), {"name": "Desk", "parent": night.pk})

    assert response.status_code == 422
    assert "cannot stand below itself" in response.content.decode()
    desk = Team.objects.get(pk=clinic.front_desk.pk)
    assert (desk.name, desk.parent) == ("Front desk", None)


def test_team_with_people_in_it_is_not_retired(clinic: Clinic, omar: User, ana: User) -> None:
    response = client_of(omar).post(address("team-retirement", clinic.crisis_team.pk))

    assert response.status_code == 409
    assert "1 person is in it. Move them first" in " ".join(response.content.decode().split())


def test_team_of_another_organization_is_not_found(clinic: Clinic, omar: User, charlie: User) -> None:
    pier = add_team(organization=Organization.objects.get(slug="harbor"), name="Pier", by=SYSTEM)

    assert client_of(omar).get(address("team", pier.pk)).status_code == 404
    assert client_of(omar).post(address("team-retirement", pier.pk)).status_code == 404

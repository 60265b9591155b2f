"""A pasted matrix names teams as a roster does: by a name that one team has, or by its path."""

import pytest
from django.utils import timezone

from accounts.models import Membership, Organization, Team, User
from courses.models import Course
from tests.administrator.test_access import address
from tests.administrator.test_rules_pages import fields_of, plain
from tests.conftest import Clinic, client_of
from tests.training.build import seat_of
from tests.training.ruling import requirement
from training.models import AssignmentRule, Obligation, Requirement
from training.queries.ruled import team_names
from training.rules import Anchor, Order
from training.rules.sheet import sheet_of
from training.services.matrix import LinesUnclear, apply_matrix, compared, preview_matrix

pytestmark = pytest.mark.django_db
ORDER = Order(anchor=Anchor.ASSIGNED, offset_days=30)


@pytest.fixture
def asked(clinic: Clinic, course: Course, omar: User) -> Requirement:
    return requirement(clinic.organization, course, omar)


@pytest.fixture
def nights(clinic: Clinic, ana: User, cody: User) -> list[Team]:
    """Two teams of one name, with ana in the one and cody in the other."""
    made = [
        Team.objects.create(organization=clinic.organization, name="Nights", parent=parent)
        for parent in (clinic.crisis_team, clinic.front_desk)
    ]
    for user, team in zip((ana, cody), made, strict=True):
        Membership.objects.filter(user=user).update(team=team)
    return made


def pasted(organization: Organization, lines: str, by: User) -> set[str]:
    """Who is asked when this is pasted and confirmed."""
    sheet = sheet_of(f"\tSafe rooms\n{lines}")
    apply_matrix(preview=preview_matrix(organization=organization, sheet=sheet, order=ORDER, by=by), by=by)
    return set(Obligation.objects.values_list("membership__name", flat=True))


def test_name_of_two_teams_is_a_fault_of_the_line_with_the_paths_to_choose_from(
    asked: Requirement, nights: list[Team], clinic: Clinic, omar: User
) -> None:
    client, path = client_of(omar), address("matrix-sheet")
    sheet = "\tSafe rooms\nNights\tX\nCrisis team\tX"

    response = client.post(path, fields_of(client, path) | {"sheet": sheet})

    page = plain(response.content.decode())
    assert response.status_code == 422
    words = "“Nights” is the name of more than one team. Write which one you mean: Crisis team / Nights; Front desk / Nights."
    assert words in page
    assert "Crisis team X" in page  # what was typed stands there to be mended
    with pytest.raises(LinesUnclear):
        preview_matrix(organization=clinic.organization, sheet=sheet_of(sheet), order=ORDER, by=omar)


def test_path_names_the_team(asked: Requirement, nights: list[Team], clinic: Clinic, omar: User, ana: User) -> None:
    lines = "crisis team / nights\tX\nFront desk / Nights\t"

    assert pasted(clinic.organization, lines, omar) == {seat_of(ana).name}


def test_retired_team_is_never_meant(asked: Requirement, clinic: Clinic, omar: User, ana: User, mara: User) -> None:
    retired = {"organization": clinic.organization, "retired_at": timezone.now()}
    for name in ("crisis team", "Old unit"):
        Team.objects.create(name=name, **retired)
    Team.objects.create(name="Nights", parent=clinic.crisis_team, **retired)

    sheet = sheet_of("\tSafe rooms\nCrisis team\tX\nOld unit\tX\nNights\tX")
    found = compared(clinic.organization, sheet, ORDER)

    assert found.unknown_lines == ("Old unit", "Nights")
    assert pasted(clinic.organization, "Crisis team\tX", omar) == {seat_of(ana).name, seat_of(mara).name}


def test_bare_name_of_one_team_below_another_is_enough(
    asked: Requirement, clinic: Clinic, omar: User, ana: User
) -> None:
    night = Team.objects.create(organization=clinic.organization, name="Nights", parent=clinic.crisis_team)
    Membership.objects.filter(user=ana).update(team=night)

    assert pasted(clinic.organization, "nights\tX", omar) == {seat_of(ana).name}


def test_two_lines_of_one_team_are_a_fault(asked: Requirement, clinic: Clinic, omar: User) -> None:
    Team.objects.create(organization=clinic.organization, name="Nights", parent=clinic.crisis_team)
    client, path = client_of(omar), address("matrix-sheet")

    sent = {"sheet": "\tSafe rooms\nNights\tX\nCrisis team / Nights\t"}
    response = client.post(path, fields_of(client, path) | sent)

    words = "“Crisis team / Nights” is the team of a line before, Crisis team / Nights. Keep one of the two lines."
    assert (response.status_code, words in response.content.decode()) == (422, True)


def test_team_that_got_a_namesake_meanwhile_is_asked_about_anew(asked: Requirement, clinic: Clinic, omar: User) -> None:
    Team.objects.create(organization=clinic.organization, name="Nights", parent=clinic.crisis_team)
    client, path = client_of(omar), address("matrix-sheet")
    looked = client.post(path, fields_of(client, path) | {"sheet": "\tSafe rooms\nNights\tX"}).headers["Location"]
    Team.objects.create(organization=clinic.organization, name="Nights", parent=clinic.front_desk)

    response = client.post(looked)

    assert (response.status_code, "Paste it anew" in response.content.decode()) == (409, True)
    assert not AssignmentRule.objects.exists()
    assert "“Nights” names no one team any more" in plain(client.get(looked).content.decode())


def test_many_namesakes_are_named_up_to_a_bound(asked: Requirement, clinic: Clinic, omar: User) -> None:
    for n in range(11):
        above = Team.objects.create(organization=clinic.organization, name=f"Ward {n:02}")
        Team.objects.create(organization=clinic.organization, name="Nights", parent=above)
    client, path = client_of(omar), address("matrix-sheet")

    page = client.post(path, fields_of(client, path) | {"sheet": "\tSafe rooms\nNights\tX"}).content.decode()

    assert "Ward 07 / Nights, and 3 more." in page


def test_rule_shows_namesakes_by_their_paths_and_no_retired_team(
    asked: Requirement, nights: list[Team], clinic: Clinic, omar: User
) -> None:
    Team.objects.create(organization=clinic.organization, name="Old unit", retired_at=timezone.now())

    page = client_of(omar).get(address("rule-new", asked.public_id)).content.decode()

    assert "Crisis team / Nights" in page
    assert "Front desk / Nights" in page
    assert "Old unit" not in page
    assert team_names(clinic.organization)[nights[1].pk] == "Front desk / Nights"
    assert team_names(clinic.organization)[clinic.front_desk.pk] == "Front desk"
    by_team = plain(client_of(omar).get(address("matrix") + "?by=team").content.decode())
    assert "Front desk / Nights 1 person" in by_team

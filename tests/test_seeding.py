"""A clinic of any size: the rows agree with the rules, twice makes no second one, and production is left alone."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import Leave, Membership, Organization, Role, RoleGrant, Team, User
from certificates.models import SigningKey
from config.seeding import cast
from tests.conftest import client_of
from training.models import Evidence, Extension, Obligation, Statement, Waiver
from training.queries import owed_in, status_counts
from training.rules import Status
from training.services import recount

PEOPLE = 230


def seed(**options: object) -> str:
    out = StringIO()
    call_command("seed_clinic", **{"people": PEOPLE, "stdout": out, "organization": "evergreen", **options})
    return out.getvalue()


@pytest.fixture
def password(settings: Settings) -> str:
    settings.DEMO_PASSWORD = "correct horse battery"
    return "correct horse battery"


def test_seeded_clinic_agrees_with_the_rules(password: str, signing_key: SigningKey) -> None:
    told = seed()

    assert f"{PEOPLE} people, {5 * PEOPLE:,} obligations" in told
    pks = list(Obligation.objects.values_list("pk", flat=True))
    assert len(pks) == 5 * PEOPLE
    assert recount(pks) == 0
    clinic, now = Organization.objects.get(slug="evergreen"), Obligation.objects.latest("counted_at").counted_at
    counts = status_counts(owed_in(clinic, now), now)
    often = (Status.OVERDUE, Status.DUE, Status.UPCOMING, Status.DONE, Status.DONE_LATE)
    assert [status for status in often if not counts[status]] == []
    assert counts[Status.WAIVED] + counts[Status.SUSPENDED] > 0
    for model in (Leave, Waiver, Extension, Evidence):
        assert model.objects.exists(), model
    assert Membership.objects.filter(ended_on__isnull=False).exists()


def test_seeded_owner_and_a_manager_can_sign_in(password: str, signing_key: SigningKey) -> None:
    seed(people=60, requirements=1)

    owner = User.objects.get(email="owner@evergreen.example.com")
    assert owner.check_password(password)
    assert client_of(owner).get("/manage/evergreen/").status_code == 200
    managers = RoleGrant.objects.filter(role=Role.MANAGER)
    assert managers.count() == Team.objects.count() == 1
    [manager] = [grant.membership.user for grant in managers]
    assert manager is not None
    assert manager.check_password(password)
    assert b"your team" in client_of(manager).get("/manage/evergreen/obligations/").content


def test_seeded_acts_are_told_as_the_clinics_own(password: str, signing_key: SigningKey) -> None:
    seed()

    browser = client_of(User.objects.get(email="owner@evergreen.example.com"))
    stated = Statement.objects.latest("pk").obligation.membership
    waived = Waiver.objects.latest("pk").obligation.membership
    for place in ("statements/", f"people/{stated.public_id}/", f"people/{waived.public_id}/"):
        page = browser.get(f"/manage/evergreen/{place}")
        assert page.status_code == 200, place
        assert b"Evergreen Clinic" in page.content.partition(b"<h1")[2], place


def test_seeding_twice_is_refused(password: str, signing_key: SigningKey) -> None:
    seed(people=3, requirements=1)

    with pytest.raises(CommandError, match="seeded before"):
        seed(people=3, requirements=1)
    assert Obligation.objects.count() == 3


@pytest.mark.parametrize("is_there", [False, True])
def test_production_gets_no_made_up_people(
    db: None, password: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    settings.IS_PRODUCTION = True
    if is_there:
        Organization.objects.create(slug="evergreen", name="A real clinic")

    with pytest.raises(CommandError, match="production"):
        seed()
    assert not Membership.objects.exists()


def test_seeding_wants_people_and_something_to_ask(db: None, password: str) -> None:
    for options in ({"people": 0}, {"requirements": 0}):
        with pytest.raises(CommandError, match="At least one"):
            seed(**options)


def test_made_up_people_are_the_same_each_time_and_teams_have_names_of_their_own() -> None:
    day = Obligation._meta.get_field("assigned_at").default().date()
    people = [[cast.person(n, 9, day) for n in range(50)] for _ in range(2)]

    assert people[0] == people[1]
    names = [cast.team_name(n).lower() for n in range(2000)]
    assert len(set(names)) == 2000
    assert all((cast.parent_of(n) or 0) < n or n == 0 for n in range(2000))

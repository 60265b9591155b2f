"""The board's filters, page and export alike, and its order."""

import datetime as dt

import pytest

from accounts.models import Membership, Team, User
from courses.models import Course
from tests.administrator.conftest import Owed
from tests.administrator.test_access import address
from tests.administrator.test_pages import exported, fill, text
from tests.conftest import Clinic, client_of, expect_statements, person, seat
from tests.training import build
from tests.training.build import NOW, seat_of
from training import queries
from training.models import Obligation, ObligationSource, Waiver
from training.queries import board
from training.queries.board import BoardFilter, Sort, board_page, owed_in, status_counts
from training.rules import Status


@pytest.fixture
def below(owed: Owed, clinic: Clinic) -> Team:
    """A team below the crisis team, with dee in it."""
    night = Team.objects.create(organization=clinic.organization, name="Night shift", parent=clinic.crisis_team)
    member = seat(person("Dee Marchetti"), clinic.organization, night)
    Membership.objects.filter(pk=member.pk).update(job_title="Nurse")
    course = owed.ana.requirement.course
    assert course is not None
    build.obligation(member, course, dt.date(2026, 12, 5))
    build.count()
    return night


def both(omar: User, **chosen: str) -> list[str]:
    """Who is on the page, and the same from the export."""
    client = client_of(omar)
    response = client.get(address("obligations"), chosen)
    page = [row.name for row in response.context["page"].rows]
    assert sorted(page) == sorted(row["name"] for row in exported(client, **chosen))
    return page


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({}, ["Ana Reyes", "Dee Marchetti", "Cody Blake"]),
        ({"status": "overdue"}, ["Ana Reyes"]),
        ({"status": "open"}, ["Dee Marchetti"]),
        ({"status": "done"}, ["Cody Blake"]),
        ({"status": "grace"}, []),
        ({"status": "upcoming"}, []),
        ({"status": "waived"}, []),
        ({"status": "suspended"}, []),
        ({"status": "no such"}, ["Ana Reyes", "Dee Marchetti", "Cody Blake"]),
        ({"job": "Nurse"}, ["Dee Marchetti"]),
        ({"job": "Pilot"}, []),
        ({"from": "2026-11-20"}, ["Dee Marchetti"]),
        ({"to": "2026-11-20"}, ["Ana Reyes", "Cody Blake"]),
        ({"from": "2026-12-05", "to": "2026-12-05"}, ["Dee Marchetti"]),
        ({"from": "no day"}, ["Ana Reyes", "Dee Marchetti", "Cody Blake"]),
        ({"q": "march"}, ["Dee Marchetti"]),
        ({"q": "%"}, []),
        ({"sort": "name"}, ["Ana Reyes", "Cody Blake", "Dee Marchetti"]),
        ({"sort": "due"}, ["Ana Reyes", "Cody Blake", "Dee Marchetti"]),
        ({"status": "open", "job": "Nurse", "q": "dee", "sort": "due"}, ["Dee Marchetti"]),
    ],
)
def test_filters_choose_the_same_on_the_page_and_in_the_export(
    below: Team, omar: User, chosen: dict[str, str], names: list[str]
) -> None:
    assert both(omar, **chosen) == names


def test_filter_by_team_includes_the_teams_below(below: Team, clinic: Clinic, omar: User) -> None:
    assert both(omar, team=str(clinic.crisis_team.pk)) == ["Ana Reyes", "Dee Marchetti"]
    assert both(omar, team=str(below.pk)) == ["Dee Marchetti"]
    assert both(omar, team="999999") == []


def test_filter_stands_in_the_form_and_in_the_links(below: Team, omar: User) -> None:
    page = text(client_of(omar), "obligations", query="?status=open&job=Nurse&from=2026-12-01")

    assert "<option selected>Nurse</option>" in page
    assert '<option value="open" selected>Open, in grace or not open yet (1)</option>' in page
    assert 'name="from" value="2026-12-01"' in page
    assert 'href="?job=Nurse&amp;from=2026-12-01&amp;status=overdue"' in page


def test_team_list_shows_the_tree(below: Team, omar: User) -> None:
    page = client_of(omar).get(address("obligations")).content.decode()

    assert f'<option value="{below.pk}">\u2003Night shift</option>' in page


def test_filter_of_waived_and_of_leave(owed: Owed, omar: User) -> None:
    Waiver.objects.create(obligation=owed.ana, reason="other", granted_at=NOW, granted_by="system")
    build.count()

    assert both(omar, status="waived") == ["Ana Reyes"]
    assert both(omar, status="overdue") == []


def test_filters_take_no_further_statement_on_a_long_board(clinic: Clinic, course: Course, omar: User) -> None:
    client = client_of(omar)
    fill(clinic, course, 30)
    with expect_statements(10):
        client.get(address("obligations"), {"status": "overdue", "team": str(clinic.crisis_team.pk), "sort": "name"})
    with expect_statements(11):  # whom the words fit is looked for first
        client.get(address("obligations"), {"q": "person", "job": "Nurse"})


@pytest.fixture
def long_board(clinic: Clinic, course: Course, ana: User, monkeypatch: pytest.MonkeyPatch) -> list[Obligation]:
    """Sixty obligations of all kinds, on a board for which everything is many."""
    fill(clinic, course, 60)
    for name in ("FEW", "FAR", "LONG"):
        monkeypatch.setattr(board, name, 1)
    return list(Obligation.objects.order_by("pk"))


@pytest.mark.parametrize("status", [None, Status.OVERDUE, Status.DONE, Status.DUE])
def test_long_board_pages_as_a_short_one_would(
    long_board: list[Obligation], clinic: Clinic, status: Status | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed, chosen = owed_in(clinic.organization, NOW), BoardFilter(status=status)
    monkeypatch.setattr(board, "PAGE_SIZE", 7)

    long = [row.obligation for n in range(1, 12) for row in board_page(owed, chosen, number=n, on=NOW).rows]
    monkeypatch.setattr(board, "FEW", 5000)
    short = [row.obligation for n in range(1, 12) for row in board_page(owed, chosen, number=n, on=NOW).rows]

    assert long == short
    assert len(set(long)) >= sum(status_counts(owed, NOW).values()) if status is None else long


def test_search_that_fits_many_finds_them_all(long_board: list[Obligation], clinic: Clinic) -> None:
    people = Membership.objects.filter(organization=clinic.organization)
    owed, chosen = owed_in(clinic.organization, NOW), BoardFilter(search="person", sort=Sort.NAME)

    assert board_page(owed, chosen, number=1, on=NOW, people=people).total == 60


def test_counts_by_status_agree_with_the_rank_of_each_row(long_board: list[Obligation], clinic: Clinic) -> None:
    owed = owed_in(clinic.organization, NOW)
    ranks = [queries.BOARD_ORDER[row.rank] for row in queries.with_status(owed, NOW)]

    assert status_counts(owed, NOW) == {status: ranks.count(status) for status in queries.LISTED}
    assert ObligationSource.objects.count() == len(ranks)


def test_requirement_of_the_seat_of_another_clinic_is_not_found(owed: Owed, charlie: User) -> None:
    response = client_of(charlie).get(address("obligations"), {"requirement": str(owed.ana.requirement.public_id)})

    assert response.status_code == 404
    assert seat_of(charlie).organization.slug == "harbor"

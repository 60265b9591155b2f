"""The pages of reports: small ones at once, others in the background, and who may have them."""

import csv
import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, Organization, RoleGrant, User
from accounts.services import end_grant
from audit.models import AuditEvent
from audit.services import SYSTEM
from tests.administrator.conftest import Owed
from tests.administrator.test_access import address
from tests.administrator.test_pages import text
from tests.conftest import Clinic, client_of, expect_statements
from tests.training.build import NOW
from training.models import Report
from training.services import keep_seats_of, make_reports, reports


def form(**changes: Any) -> dict[str, Any]:
    return {
        "request_id": str(uuid.uuid4()),
        "kind": "detail",
        "day": "2026-11-22",
        "from_on": "2026-01-01",
        "format": "csv",
        **changes,
    }


def downloaded(response: Any) -> bytes:
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    assert int(response.headers["Content-Length"]) == len(content)
    return content


def binder(client: Client) -> Report:
    response = client.post(address("reports"), form(kind="binder"))
    report = Report.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, address("report", report.public_id))
    return report


def test_small_report_comes_at_once_and_is_on_record(owed: Owed, omar: User) -> None:
    response = client_of(omar).post(address("reports"), form())

    rows = list(csv.DictReader(io.StringIO(downloaded(response).decode("utf-8-sig"))))
    assert [(row["name"], row["status"]) for row in rows] == [("Ana Reyes", "overdue"), ("Cody Blake", "done")]
    assert response.headers["Content-Disposition"] == 'attachment; filename="detail-riverbend-2026-11-22.csv"'
    event = AuditEvent.objects.get(action="report.exported")
    assert (event.actor, event.details["kind"], len(event.details["sha256"])) == (omar.audit_name, "detail", 64)
    assert Report.objects.count() == 0


@pytest.mark.parametrize("kind", ["compliance", "detail", "roster", "hours"])
@pytest.mark.parametrize(("format_", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_every_kind_comes_in_both_formats(owed: Owed, omar: User, kind: str, format_: str, begins: bytes) -> None:
    content = downloaded(client_of(omar).post(address("reports"), form(kind=kind, format=format_)))

    assert content.startswith(begins)


def test_report_of_a_team_and_a_requirement(clinic: Clinic, owed: Owed, omar: User) -> None:
    chosen = form(team=clinic.front_desk.pk, requirement=owed.ana.requirement.public_id)

    content = downloaded(client_of(omar).post(address("reports"), chosen)).decode()

    assert ("Ana Reyes" in content, "Cody Blake" in content) == (False, True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": "2026-11-23"}, "Nothing is known of this day yet"),
        ({"day": "1026-11-23"}, "from the year 2000 on"),
        ({"day": "x"}, "Enter a valid date"),
        ({"from_on": "2026-11-23"}, "not after the day of the report"),
        ({"kind": "answers"}, "Select a valid choice"),
        ({"team": "0"}, "Select a valid choice"),
        ({"requirement": str(uuid.uuid4())}, "Select a valid choice"),
        ({"format": "pdf"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field(
    owed: Owed, omar: User, changes: dict[str, str], words: str
) -> None:
    response = client_of(omar).post(address("reports"), form(**changes))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert AuditEvent.objects.filter(action__startswith="report.").count() == 0


def test_another_clinics_team_is_not_found(owed: Owed, omar: User, charlie: User) -> None:
    theirs = Organization.objects.get(slug="harbor").teams.create(name="Dock")

    assert client_of(omar).post(address("reports"), form(team=theirs.pk)).status_code == 422


def test_large_report_is_made_in_the_background(owed: Owed, omar: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "SMALL", 1)
    client, sent = client_of(omar), form()

    places = {client.post(address("reports"), sent).headers["Location"] for _ in range(2)}

    report = Report.objects.get()
    assert places == {address("report", report.public_id)}
    page = text(client, "report", report.public_id)
    assert "It waits for a worker" in page
    assert "Detail as of November 22, 2026" in page
    Report.objects.update(claimed_at=NOW, total=20_000, done=1_200)
    assert "1,200 of 20,000 lines read" in text(client, "report", report.public_id)
    assert "Being made" in text(client, "reports")


def test_script_asks_for_the_state_alone(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    report = binder(client)

    part = client.get(address("report", report.public_id), headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="state" hx-get="')
    unchanged = client.get(address("report", report.public_id) + "?seen=0-0", headers={"HX-Request": "true"})
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    make_reports(by=SYSTEM)
    part = client.get(address("report", report.public_id), headers={"HX-Request": "true"}).content.decode()
    assert ("hx-get" in part, "Download" in part) == (False, True)


def test_binder_is_downloaded_and_that_is_on_record(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    report = binder(client)
    make_reports(by=SYSTEM)

    content = downloaded(client.post(address("report-file", report.public_id)))

    assert content.startswith(b"PK")
    assert AuditEvent.objects.filter(action="report.downloaded", actor=omar.audit_name).count() == 1
    assert Report.objects.get().sha256 in text(client, "report", report.public_id)


def test_download_before_it_is_ready_is_refused_in_words(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    report = binder(client)

    response = client.post(address("report-file", report.public_id))

    assert response.status_code == 409
    assert "This file is not here" in response.content.decode()


def test_failed_report_says_why(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    report = binder(client)
    Report.objects.update(failed_because="OperationalError", finished_at=NOW)

    page = text(client, "report", report.public_id)
    assert "Could not be made" in page
    assert "The fault is called OperationalError" in page
    assert "Nothing of it is offered" in page


def test_too_many_reports_are_refused_in_words(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    codes = [client.post(address("reports"), form(kind="binder")).status_code for _ in range(6)]

    assert codes == [303] * 5 + [409]


def test_demoted_administrator_has_neither_page_nor_file(owed: Owed, omar: User, nina: User) -> None:
    client = client_of(omar)
    report = binder(client)
    make_reports(by=SYSTEM)
    end_grant(grant=RoleGrant.objects.get(membership__user=omar), by=nina)

    assert client.get(address("report", report.public_id)).status_code == 404
    assert client.post(address("report-file", report.public_id)).status_code == 404


def test_owners_binder_has_the_trail_and_is_not_the_administrators(owed: Owed, omar: User, nina: User) -> None:
    report = binder(client_of(nina))

    assert report.request["with_trail"]
    assert client_of(omar).get(address("report", report.public_id)).status_code == 404
    assert client_of(nina).get(address("report", report.public_id)).status_code == 200


def test_another_clinics_report_is_not_found(owed: Owed, omar: User, charlie: User) -> None:
    report = binder(client_of(omar))

    assert client_of(charlie).get(address("report", report.public_id)).status_code == 404
    theirs = address("report", report.public_id, organization="harbor")
    assert client_of(charlie).get(theirs).status_code == 404
    assert client_of(charlie).post(theirs + "file/").status_code == 404


@pytest.mark.parametrize("who", ["ana", "vera"])
def test_reports_are_not_for_learners(owed: Owed, who: str, request: pytest.FixtureRequest) -> None:
    client = client_of(request.getfixturevalue(who))

    assert client.get(address("reports")).status_code == 404
    assert client.post(address("reports"), form()).status_code == 404


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(downloaded(response).decode("utf-8-sig"))))


def names(response: Any) -> list[str]:
    return [row["name"] for row in rows_of(response)]


def test_report_of_a_team_holds_the_teams_below(clinic: Clinic, owed: Owed, omar: User, cody: User) -> None:
    night = clinic.organization.teams.create(name="Night shift", parent=clinic.front_desk)
    Membership.objects.filter(user=cody).update(team=night, changed_at=NOW)

    response = client_of(omar).post(address("reports"), form(team=clinic.front_desk.pk))

    assert names(response) == ["Cody Blake"]
    details = AuditEvent.objects.get(action="report.exported").details
    assert details["teams"] == [clinic.front_desk.pk, night.pk]


def test_manager_has_reports_of_her_teams_and_no_binder(
    clinic: Clinic, owed: Owed, mara: User, omar: User, charlie: User
) -> None:
    client = client_of(mara)

    page = text(client, "reports")
    assert ("All your teams" in page, "Survey binder" in page, "Front desk" in page) == (True, False, False)
    assert names(client.post(address("reports"), form())) == ["Ana Reyes"]
    assert sorted(names(client.post(address("reports"), form(kind="roster")))) == ["Ana Reyes", "Mara Lindqvist"]
    assert client.post(address("reports"), form(kind="binder")).status_code == 422
    assert client.post(address("reports"), form(team=clinic.front_desk.pk)).status_code == 422
    assert len(names(client_of(omar).post(address("reports"), form()))) == 2


def test_managers_report_leaves_out_whom_she_does_not_see_any_more(
    clinic: Clinic, owed: Owed, mara: User, ana: User
) -> None:
    """She was in the team on that day, and is in another one today."""
    client = client_of(mara)
    keep_seats_of(clinic.organization)
    Membership.objects.filter(user=ana).update(team=clinic.front_desk, changed_at=NOW)

    assert names(client.post(address("reports"), form(day="2026-11-21"))) == []


def test_managers_large_report_is_hers_alone_while_she_manages(
    clinic: Clinic, owed: Owed, mara: User, omar: User, nina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "SMALL", 0)
    client = client_of(mara)
    client.post(address("reports"), form())
    report = Report.objects.get()
    make_reports(by=SYSTEM)
    path = address("report-file", report.public_id)

    assert names(client.post(path)) == ["Ana Reyes"]
    assert client_of(omar).post(path).status_code == 200
    another = Report.objects.create(
        organization=clinic.organization, kind="detail", request={**report.request, "of_manager": False},
        as_of=NOW, asked_at=NOW, asked_by=omar,
    )  # fmt: skip
    assert client.get(address("report", another.public_id)).status_code == 404
    assert str(another.public_id) not in text(client, "reports")

    grant = RoleGrant.objects.get(membership__user=mara)
    RoleGrant.objects.create(
        membership=grant.membership, role=grant.role, team=clinic.front_desk, starts_on=grant.starts_on
    )
    end_grant(grant=grant, by=nina)
    assert client.post(path).status_code == 404


def test_reports_take_as_many_statements_for_thirty_as_for_one(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    report = binder(client)
    client.get(address("reports"))
    with expect_statements(8):
        client.get(address("reports"))
    for _ in range(29):
        report.pk, report.public_id = None, uuid.uuid4()
        report.save(force_insert=True)
    with expect_statements(8):
        client.get(address("reports"))
    assert Membership.objects.count() > 1
    assert dt.date(2026, 11, 22) == NOW.date()

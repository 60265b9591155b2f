"""The pages that import a list of people, from the upload to the invitations."""

import csv
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Membership, Organization, RosterImport, Team, User
from accounts.rules.roster import FaultCode, Field, Kind
from administrator.messages.rosters import checked_headline, troubles
from audit.models import AuditEvent
from tests.accounts.roster.build import HEADER, applied, checked, content, received, worked
from tests.administrator.test_access import address
from tests.administrator.test_pages import text
from tests.conftest import Clinic, client_of, expect_statements
from tests.web.pages import Form, form_to

DEE = ("Dee Marchetti", "dee@example.com", "S-2", "Crisis team", "Nurse", "2024-03-01")


def test_the_headline_counts_the_lines_with_errors() -> None:
    counts = {kind.value: 0 for kind in Kind}

    assert checked_headline(counts) == "The file changes nobody’s record."
    told = checked_headline(counts | {"new": 2, "changed": 1, "error": 3})
    assert told == "2 people are new, 1 record changes, 3 lines have errors. Nothing has been done yet."


def test_a_day_out_of_range_is_told_as_pages_write_days() -> None:
    fault = {"code": FaultCode.DAY_OUT_OF_RANGE, "field": Field.HIRED_ON, "value": "1.2.2099", "other": "2099-02-01"}

    assert troubles([fault], {})[0].wrong == "It reads as February 1, 2099, which is too long ago or too far ahead."


def upload(client: Client, body: bytes, name: str = "people.csv", request_id: uuid.UUID | None = None) -> object:
    sent = {"request_id": request_id or uuid.uuid4(), "file": SimpleUploadedFile(name, body)}
    return client.post(address("rosters"), sent)


def reading(client: Client, roster: RosterImport) -> Form:
    page = client.get(address("roster", roster.public_id))
    return form_to(page.content, address("roster-check", roster.public_id))


def chosen(**columns: int) -> dict[str, str]:
    return {name: str(column) for name, column in columns.items()}


GUESSED = chosen(name=0, work_email=1, staff_number=2, team=3, job_title=4, hired_on=5)


def test_a_list_goes_from_the_upload_to_the_people(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    client.post(
        address("rosters"), {"request_id": uuid.uuid4(), "file": SimpleUploadedFile("people.csv", content(DEE))}
    )
    roster = RosterImport.objects.get()
    page = text(client, "roster", roster.public_id)
    assert "Which column is which?" in page
    assert "Dee Marchetti" in page

    assert client.post(address("roster-check", roster.public_id), GUESSED).status_code == 303
    assert "The file is being compared" in text(client, "roster", roster.public_id)
    worked(roster)
    page = text(client, "roster", roster.public_id)
    assert "1 person is new. Nothing has been done yet." in page
    assert not Membership.objects.filter(name="Dee Marchetti").exists()

    assert client.post(address("roster-apply", roster.public_id), {"digest": roster.digest}).status_code == 303
    assert "The list is being applied" in text(client, "roster", roster.public_id)
    worked(roster)
    page = text(client, "roster", roster.public_id)
    assert "1 person’s record is up to date." in page
    dee = Membership.objects.get(name="Dee Marchetti")
    assert f"{address('invitations')}?roster={roster.public_id}" in page
    assert dee.invitations.count() == 0
    assert "Send an invitation" in text(client, "person", dee.public_id)
    assert "dee@example.com" in text(client, "invitations", query=f"?roster={roster.public_id}")


def test_second_click_on_upload_and_on_apply_changes_nothing(clinic: Clinic, omar: User) -> None:
    client, request_id = client_of(omar), uuid.uuid4()
    for _ in range(2):
        upload(client, content(DEE), request_id=request_id)
    roster = checked_one(client)
    for _ in range(2):
        client.post(address("roster-apply", roster.public_id), {"digest": roster.digest})
    worked(roster)
    assert client.post(address("roster-apply", roster.public_id), {"digest": roster.digest}).status_code == 303
    worked(roster)
    assert Membership.objects.filter(name="Dee Marchetti").count() == 1


def checked_one(client: Client) -> RosterImport:
    roster = RosterImport.objects.get()
    client.post(address("roster-check", roster.public_id), GUESSED)
    return worked(roster)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("people.xlsx", content(DEE), "Choose a file that ends in .csv or .txt"),
        ("people.csv", b"PK\x03\x04" + b"x" * 50, "This is a spreadsheet"),
        ("people.csv", content(DEE).decode().encode("utf-16"), "UTF-16"),
        ("people.csv", b"Name\x00,Email\nA,b", "This is not a text file"),
        ("people.csv", b"", "The file is empty"),
        ("people.csv", b" \n", "There is nothing in the file"),
        ("people.csv", b"Name,Email\n", "no line of people"),
        ("people.csv", b'Name,"Email\n', "a quotation mark is not closed"),
        ("people.csv", b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
)
def test_upload_of_what_is_no_list_says_why_and_keeps_nothing(
    clinic: Clinic, omar: User, name: str, body: bytes, words: str
) -> None:
    response = client_of(omar).post(
        address("rosters"), {"request_id": uuid.uuid4(), "file": SimpleUploadedFile(name, body)}
    )

    assert response.status_code == 422
    assert words in " ".join(response.content.decode().split())
    assert not RosterImport.objects.exists()


def test_columns_are_guessed_and_a_wrong_choice_is_said(clinic: Clinic, omar: User) -> None:
    client, roster = client_of(omar), received(clinic.organization, content(DEE))

    response = client.post(address("roster-check", roster.public_id), chosen(name=0, work_email=0))

    assert response.status_code == 422
    assert "One column was chosen for two things" in response.content.decode()


def test_latin_1_is_asked_with_a_sample(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    roster = received(clinic.organization, content(("José", *DEE[1:])).decode().encode("latin-1"))
    page = text(client, "roster", roster.public_id)
    assert "The file is not written in UTF-8" in page
    assert "José" in page

    assert client.post(address("roster-check", roster.public_id), GUESSED).status_code == 422
    client.post(address("roster-check", roster.public_id), GUESSED | {"encoding": "latin-1"})
    worked(roster)
    assert "José" in text(client, "roster", roster.public_id)


def test_order_of_days_is_asked(clinic: Clinic, omar: User) -> None:
    client, roster = client_of(omar), checked(clinic.organization, content((*DEE[:5], "03.04.2024")))
    assert "could be read in two ways" in text(client, "roster", roster.public_id)

    client.post(address("roster-check", roster.public_id), GUESSED | {"order": "day_first"})
    worked(roster)
    assert "April 3, 2024" in text(client, "roster", roster.public_id)


def test_differences_are_shown_by_kind_and_paged(clinic: Clinic, omar: User, ana: User) -> None:
    lines = [(f"Person {n:03}", f"p{n}@example.com", "", "", "", "") for n in range(60)]
    roster = checked(clinic.organization, content(("Ana R.", "ana@example.com", "", "Front desk", "", ""), *lines))
    client = client_of(omar)

    changed = text(client, "roster", roster.public_id, query="?show=changed")
    assert "Ana Reyes</span>" in changed
    assert "Crisis team</span>" in changed
    assert "Person 059" not in text(client, "roster", roster.public_id, query="?show=new")
    assert "Person 059" in text(client, "roster", roster.public_id, query="?show=new&page=2")
    assert "Omar Haddad" in text(client, "roster", roster.public_id, query="?show=kept")
    assert "Person 001" in text(client, "roster", roster.public_id, query="?show=nonsense&page=x")


def test_differences_take_as_many_statements_for_fifty_as_for_one(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    for number in (1, 50):
        lines = [(f"P{n}", f"p{n}@example.com", "", "", "", "") for n in range(number)]
        roster = checked(clinic.organization, content(*lines))
        with expect_statements(8):
            client.get(address("roster", roster.public_id) + "?show=new")


def test_errors_are_a_file_to_mend_and_to_import_again(clinic: Clinic, omar: User) -> None:
    bad = ("=cmd|x", "not-an-address", "S-9", "Crisis team", '@"', "soon")
    roster = checked(clinic.organization, content(DEE, bad), omar)
    client = client_of(omar)

    response = client.post(address("roster-errors", roster.public_id))

    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    table = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert table[0] == ["line", "column", "value", "problem", "remedy", *HEADER]
    line, columns, values, problems, remedies, *cells = table[1]
    assert (line, columns, values) == ("3", "Email | Hire date", "not-an-address | soon")
    assert "This is not an e-mail address." in problems
    assert "Write it as 2026-03-31." in remedies
    assert cells == ["'=cmd|x", *bad[1:4], "'@\"", "soon"]
    assert AuditEvent.objects.filter(action="roster.errors_exported").count() == 1

    mended = body.replace(b"not-an-address", b"nine@example.com").replace(b"soon", b"2024-01-01")
    again = checked(clinic.organization, mended, omar)
    assert again.counts["error"] == 0
    assert again.rows.get(kind=Kind.NEW).facts["name"] == "=cmd|x"  # text, as it was


def test_teams_that_are_not_there_are_made_after_asking(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    roster = checked(clinic.organization, content((*DEE[:3], "North / Night", *DEE[4:])), omar)
    assert "North / Night" in text(client, "roster", roster.public_id)

    client.post(address("roster-check", roster.public_id), {"makes_teams": "yes"})
    worked(roster)

    assert roster.counts["new"] == 1
    assert not Team.objects.filter(name="Night").exists()
    client.post(address("roster-apply", roster.public_id), {"digest": roster.digest})
    worked(roster)
    assert Team.objects.get(name="Night").parent == Team.objects.get(name="North")


def test_too_many_people_to_end_stop_and_an_owner_lifts_it(clinic: Clinic, omar: User, nina: User) -> None:
    for name in ("Eli", "Fay"):
        Membership.objects.create(
            organization=clinic.organization, name=name, work_email=f"{name.lower()}@x.org", started_on="2026-01-05"
        )
    roster = checked(clinic.organization, content(("Eli", "eli@x.org", "", "", "", "")), omar)
    sent = {"digest": roster.digest, "missing": "end"}

    stopped = client_of(omar).post(address("roster-apply", roster.public_id), sent)
    assert stopped.status_code == 409
    page = " ".join(stopped.content.decode().split())
    assert "That is 1 of 4 people (25%). Above 10% an owner must confirm it" in page
    assert 'name="lift"' not in page

    owner = client_of(nina)
    assert 'name="lift"' in owner.post(address("roster-apply", roster.public_id), sent).content.decode()
    assert Membership.objects.get(name="Fay").ended_on is None
    assert owner.post(address("roster-apply", roster.public_id), sent | {"lift": "yes"}).status_code == 303
    worked(roster)
    assert Membership.objects.get(name="Fay").ended_on is not None


def test_two_people_who_exchange_addresses_are_told_how(clinic: Clinic, omar: User) -> None:
    """Each line alone would take an address that somebody has, and a roster is applied in parts."""
    gil = ("Gil Reyes", "gil@example.com", "S-3", "Crisis team", "Nurse", "2024-03-01")
    applied(clinic.organization, content(DEE, gil))
    exchanged = content((DEE[0], gil[1], *DEE[2:]), (gil[0], DEE[1], *gil[2:]))

    roster = checked(clinic.organization, exchanged)

    page = text(client_of(omar), "roster", roster.public_id, query="?show=error")
    assert page.count("give both another one on their pages first, then compare again") == 2
    for number in ("S-2", "S-3"):
        Membership.objects.filter(staff_number=number).update(work_email=f"{number.lower()}@example.com")
    applied(clinic.organization, exchanged)
    assert Membership.objects.get(staff_number="S-2").work_email == "gil@example.com"
    assert Membership.objects.get(staff_number="S-3").work_email == "dee@example.com"


def test_what_moved_in_between_is_refused_with_words(clinic: Clinic, omar: User, ana: User) -> None:
    roster = checked(clinic.organization, content(("Ana R.", "ana@example.com", "", "", "", "")), omar)
    Membership.objects.filter(user=ana).update(changed_at="2027-01-01T00:00Z")
    client = client_of(omar)

    moved = client.post(address("roster-apply", roster.public_id), {"digest": roster.digest})
    other = client.post(address("roster-apply", roster.public_id), {"digest": "0"})

    assert (moved.status_code, other.status_code) == (409, 409)
    assert "Nothing was applied: compare it again." in " ".join(moved.content.decode().split())
    assert "This is not what you looked at" in other.content.decode()


def test_progress_is_asked_for_by_script_until_it_is_done(clinic: Clinic, omar: User) -> None:
    client, roster = client_of(omar), received(clinic.organization, content(DEE))
    client.post(address("roster-check", roster.public_id), GUESSED)
    script = {"HX-Request": "true"}

    running = client.get(address("roster", roster.public_id), headers=script)
    assert running.status_code == 200
    assert 'hx-trigger="every 2s"' in running.content.decode()
    assert "<html" not in running.content.decode()
    worked(roster)
    done = client.get(address("roster", roster.public_id), headers=script)
    assert (done.status_code, done.headers["HX-Refresh"]) == (204, "true")


def test_removed_file_is_gone_and_says_so(clinic: Clinic, omar: User) -> None:
    client, roster = client_of(omar), checked(clinic.organization, content(DEE))

    assert client.post(address("roster-removal", roster.public_id)).status_code == 303

    assert "The file is removed" in text(client, "roster", roster.public_id)
    assert not roster.rows.exists()
    assert client.post(address("roster-check", roster.public_id)).status_code == 409
    assert client.post(address("roster-apply", roster.public_id), {"digest": roster.digest}).status_code == 409


def test_roster_of_another_organization_is_not_found(clinic: Clinic, omar: User, charlie: User) -> None:
    roster = checked(Organization.objects.get(slug="harbor"), content(DEE))
    client = client_of(omar)

    assert client.get(address("roster", roster.public_id)).status_code == 404
    for route in ("check", "apply", "removal", "errors"):
        assert client.post(address(f"roster-{route}", roster.public_id)).status_code == 404
    done = applied(Organization.objects.get(slug="harbor"), content(DEE))
    assert "Nobody waits" in text(client, "invitations", query=f"?roster={done.public_id}")
    assert "Nobody waits" in text(client, "invitations", query="?roster=x")


@pytest.mark.parametrize("written", ["3/1/2024 12:00:00 AM", "1-Mar-24", "March 1, 2024", "2024-03-01T00:00:00-05:00"])
def test_days_of_spreadsheets_are_shown_in_full_before_anything_is_done(
    clinic: Clinic, omar: User, written: str
) -> None:
    client = client_of(omar)

    roster = checked(clinic.organization, content((*DEE[:5], written)))
    page = text(client, "roster", roster.public_id)

    assert "1 person is new" in page
    assert 'data-label="Hire date">March 1, 2024</td>' in page
    assert "<dt>Years of two digits</dt><dd>1929 to 2028</dd>" in page

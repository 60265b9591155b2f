"""An administrator's day, from the sign-in to the audit trail that the owner reads; then the main pages on a phone."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import BrowserContext

from accounts.models import Membership, RoleGrant, User
from accounts.queries import today_in
from accounts.services import work_on_rosters
from audit.services import SYSTEM
from courses.models import Course
from tests.accounts.roster.build import content
from tests.browser.conftest import Walker
from tests.conftest import Clinic
from tests.training import build, files
from tests.training.build import seat_of
from tests.training.ruling import preview, publish, requirement, text
from training.evidence_files import examined
from training.models import Decision, Evidence, Extension, Obligation, Requirement, SavedView, Waiver
from training.services import (
    Claim,
    Policy,
    Terms,
    Want,
    hand_in_evidence,
    make_reports,
    oblige,
    state_completion,
    update_policy,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"
ROSTER = (
    ("Ana Reyes", "ana@example.com", "S-1", "Crisis team", "Counselor", ""),
    ("Cody Blake", "cody@example.com", "S-2", "Front desk", "Receptionist", ""),
    ("Mara Lindqvist", "mara@example.com", "S-3", "Crisis team", "Counselor", ""),
    ("Dee Marchetti", "dee at example", "S-4", "Crisis team", "Nurse", "3/1/2024"),
)
MENDED = (*ROSTER[:-1], ("Dee Marchetti", "dee@example.com", *ROSTER[-1][2:]))


@pytest.fixture
def course(clinic: Clinic) -> Course:
    return build.course(clinic.organization)


@pytest.fixture
def card(clinic: Clinic, ana: User, cody: User, omar: User) -> Requirement:
    """A card to hand in, asked 40 days ago: cody is overdue, and ana has handed hers in."""
    asked = build.requirement(clinic.organization, evidence="Shows your name.")
    today = today_in(clinic.organization)
    with time_machine.travel(timezone.now() - dt.timedelta(days=40)):
        oblige(asked, [Want(seat_of(cody), Terms(due_on=today - dt.timedelta(days=9)))], by=omar)
        oblige(
            asked, [Want(seat_of(user), Terms(due_on=today + dt.timedelta(days=3))) for user in (ana, omar)], by=omar
        )
    claim = Claim(title="Basic life support card", issuer="Heart school", done_on=today - dt.timedelta(days=1))
    hand_in_evidence(
        membership=seat_of(ana), requirement=asked, claim=claim, file=examined(files.PDF, "card.pdf"), by=ana
    )
    return asked


class Desk(Walker):
    """omar, who does one thing after the other and reads what the pages answer."""

    def to(self, place: str) -> None:
        self.go(f"/manage/riverbend/{place}")

    def menu(self, name: str) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.look()

    def type(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def choose(self, **fields: str) -> None:
        for name, label in fields.items():
            self.page.locator(f"main select[name={name}]").select_option(label=label)

    def says(self, *words: str) -> None:
        text = " ".join(self.text.split())
        for each in words:
            assert each in text, (each, text)

    def saved(self, button: str) -> Path:
        with self.page.expect_download() as saved:
            self.page.get_by_role("button", name=button).click()
        return Path(saved.value.path())

    def wait_for_roster(self, words: str) -> None:
        work_on_rosters(by=SYSTEM)
        self.page.wait_for_selector(f"text={words}")
        self.look()


@pytest.fixture
def opened(live_server: Any, open_window: Callable[..., BrowserContext]) -> Callable[..., Desk]:
    def opened(email: str, width: int = 1280) -> Desk:
        context = open_window(viewport={"width": width, "height": 900})
        desk = Desk(context.new_page(), live_server.url, with_axe=True)
        desk.to("")
        desk.sign_in(email, PASSWORD)
        return desk

    return opened


def test_day_of_an_administrator(
    opened: Callable[..., Desk], course: Course, card: Requirement, mara: User, omar: User, nina: User
) -> None:
    desk = opened("omar@example.com")
    desk.says("One person needs a word from you", "1 piece of evidence to decide")

    _import_people(desk)
    _make_a_team_and_its_manager(desk)
    _ask_for_two_things_by_a_rule(desk)
    _look_for_what_is_overdue(desk)
    _give_time_and_waive(desk)
    _decide_upon_evidence(desk)
    _state_what_a_second_person_confirms(desk)
    _look_ahead(desk)
    _paste_a_matrix(desk)
    _take_reports(desk)

    owner = opened("nina@example.com")
    _confirm_and_read_the_trail(owner)

    assert desk.complaints + owner.complaints == []


def _import_people(desk: Desk) -> None:
    """A line that cannot be read is seen, mended in the file, and imported with the others."""
    desk.menu("People")
    desk.press("Import a list")
    _upload(desk, ROSTER)
    desk.wait_for_roster("3 records change")
    desk.says("1 line has errors and is left out.")
    desk.press("With errors 1")
    desk.says("dee at example")
    desk.press("Remove the file")
    _upload(desk, MENDED)
    desk.wait_for_roster("1 person is new, 3 records change")
    assert not Membership.objects.filter(name="Dee Marchetti").exists()
    desk.press("Apply the list")
    desk.wait_for_roster("4 people’s records are up to date.")
    desk.press("Choose whom to invite")
    desk.press("Send 1 invitation")
    desk.says("1 invitation is on its way.")


def _upload(desk: Desk, rows: tuple[tuple[str, ...], ...]) -> None:
    upload: Any = {"name": "staff.csv", "mimeType": "text/csv", "buffer": content(*rows)}
    desk.page.set_input_files("[name=file]", upload)
    desk.press("Upload the file")
    desk.press("Compare with the people here")


def _make_a_team_and_its_manager(desk: Desk) -> None:
    desk.menu("People")
    desk.press("Teams")
    desk.type(name="Night shift")
    desk.choose(parent="Front desk")
    desk.press("Add the team")
    desk.menu("People")
    desk.press("Cody Blake")
    desk.press("Roles")
    desk.choose(role="Manager of a team", team="Front desk / Night shift")
    desk.press("Give the role")
    desk.says("Night shift")
    grant = RoleGrant.objects.get(membership__name="Cody Blake")
    assert (grant.role, grant.team and grant.team.name) == ("manager", "Night shift")


def _ask_for_two_things_by_a_rule(desk: Desk) -> None:
    desk.menu("Requirements")
    desk.press("Add a requirement")
    desk.type(title="Safe rooms", reason="The county asks")
    desk.choose(course_1="Strangers, screens")
    desk.page.get_by_text("A policy that people acknowledge").first.click()
    desk.type(policy_title_1="House rules", policy_text_1="Doors stay open.")
    desk.press("Save the requirement")
    desk.says("All of these:", "Strangers, screens", "House rules")
    desk.press("Make a rule")
    desk.type(name="Counselors", offset_days="12")
    desk.page.get_by_label("Counselor").first.check()
    desk.press("Look it over")
    desk.says("2 people: ")
    assert not Obligation.objects.filter(requirement__versions__title="Safe rooms").exists()
    desk.press("Publish the rule")
    assert Obligation.objects.filter(requirement__versions__title="Safe rooms").count() == 2


def _look_for_what_is_overdue(desk: Desk) -> None:
    desk.menu("Obligations")
    desk.page.locator("main select[name=status]").select_option(value="overdue")
    desk.page.get_by_role("button", name="Show", exact=True).click()
    desk.page.wait_for_load_state()
    desk.look()
    desk.says("Cody Blake", "9 days")
    desk.page.get_by_text("Keep this filter as a view").click()
    desk.page.get_by_label("Name of the view").fill("Who is late")
    desk.press("Keep it")
    assert SavedView.objects.get().name == "Who is late"
    desk.press("Remind")
    desk.says("Cody Blake")
    desk.press("Cody Blake")
    desk.says("Why is this due?")


def _give_time_and_waive(desk: Desk) -> None:
    """One gets more days; for another it is waived. What is asked of herself nobody waives."""
    desk.press("Give more time")
    desk.type(days="30", reason="The school had no place")
    desk.press("Give the time")
    assert Extension.objects.get().obligation.membership.name == "Cody Blake"
    desk.menu("People")
    desk.press("Mara Lindqvist")
    desk.press("Record a waiver")
    desk.press("Waive it")
    assert Waiver.objects.get().obligation.membership.name == "Mara Lindqvist"
    own = Obligation.objects.get(membership__name="Omar Haddad")
    desk.to(f"obligations/{own.public_id}/waivers/")
    desk.says("Nobody decides upon what is asked of herself")


def _decide_upon_evidence(desk: Desk) -> None:
    desk.menu("Overview")
    desk.press("1 piece of evidence to decide")
    desk.press("Ana Reyes")
    desk.press("Approve it")
    desk.says("It is approved and counts.")
    assert Evidence.objects.get().decision == Decision.APPROVED


def _state_what_a_second_person_confirms(desk: Desk) -> None:
    desk.to("policy/")
    desk.page.get_by_label("A statement that something was done").check()
    desk.press("Save the setting")
    desk.menu("People")
    desk.press("Cody Blake")
    desk.press("State that it was done")
    desk.type(
        done_on=(timezone.localdate() - dt.timedelta(days=1)).isoformat(), reason="On the list of the classroom course"
    )
    desk.press("State it")
    desk.says("It counts once a second person confirms it.", "A statement waits for a second person")
    desk.menu("Overview")
    desk.press("1 statement that a second person must confirm")
    desk.says("You stated this, so a colleague decides.")


def _look_ahead(desk: Desk) -> None:
    desk.menu("Obligations")
    desk.press("Show me a day to come")
    desk.says("Omar Haddad")
    desk.press("How reminders are sent")


def _paste_a_matrix(desk: Desk) -> None:
    desk.to("matrix/")
    desk.press("Paste a matrix")
    desk.type(sheet="Role\tSafe rooms\tBasic life support\nCounselor\tX\t\nNurse\tX\tX")
    desk.press("Look it over")
    desk.says("rules would change")
    desk.press("Change these rules")
    desk.says("Nurse")


def _take_reports(desk: Desk) -> None:
    desk.menu("Reports")
    desk.page.get_by_label("Detail").check()
    desk.choose(format="Text with commas (CSV)")
    assert b"Cody Blake" in desk.saved("Make the report").read_bytes()
    desk.choose(format="Spreadsheet (XLSX)")
    assert desk.saved("Make the report").read_bytes().startswith(b"PK")
    desk.page.get_by_label("binder").check()
    desk.press("Make the report")
    make_reports(by=SYSTEM)
    desk.page.wait_for_selector("text=Download (")
    desk.look()
    assert desk.saved("Download (").read_bytes().startswith(b"PK")


def _confirm_and_read_the_trail(owner: Desk) -> None:
    owner.press("1 statement that a second person must confirm")
    owner.press("Confirm")
    owner.says("The statement about Cody Blake is confirmed and counts.")
    owner.menu("Reports")
    owner.press("Audit trail")
    owner.press("Read the trail")
    owner.says("Omar Haddad", "Evidence was approved")
    owner.press("Check it now")
    owner.says("Whole")


def test_main_pages_on_a_phone(
    opened: Callable[..., Desk], course: Course, card: Requirement, mara: User, omar: User, nina: User
) -> None:
    asked = requirement(card.organization, course, omar, reason="The county asks")
    rule = publish(asked, omar, text(name="All staff", offset_days=12)).rule
    looked = preview(asked, omar, text(name="All staff", offset_days=9), rule=rule)
    proof, owed = Evidence.objects.get(), Obligation.objects.get(membership__name="Cody Blake", requirement=card)
    update_policy(organization=card.organization, policy=Policy(statements_need_second=True), by=omar)
    state_completion(
        obligation=owed,
        done_on=timezone.localdate() - dt.timedelta(days=1),
        reason="On the list of the classroom",
        by=omar,
    )
    desk = opened("nina@example.com", width=390)

    for place in (
        "people/",
        "people/new/",
        "people/import/",
        "people/invitations/",
        f"people/{seat_of(mara).public_id}/",
        f"people/{seat_of(mara).public_id}/roles/",
        "teams/",
        "requirements/",
        "requirements/new/",
        f"requirements/{asked.public_id}/",
        f"requirements/{asked.public_id}/rules/new/",
        f"previews/{looked.public_id}/",
        "requirements/assignment/",
        "matrix/",
        "matrix/sheet/",
        "obligations/",
        f"obligations/{owed.public_id}/extensions/",
        "obligations/acts/?act=extend",
        "evidence/",
        f"evidence/{proof.public_id}/",
        "statements/",
        "forecast/",
        "reminders/",
        "policy/",
        "reports/",
        "audit/",
        "accommodations/",
    ):
        desk.to(place)
    desk.to("audit/")
    desk.press("Read the trail")

    assert desk.complaints == []

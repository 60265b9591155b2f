"""An owner stands teams below one another, imports a list of people, mends nothing by hand, and invites the new ones."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from accounts.models import Invitation, Membership, Team, User
from accounts.services import work_on_rosters
from audit.services import SYSTEM
from tests.accounts.roster.build import content
from tests.browser.conftest import Walker
from tests.conftest import Clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = content(
    ("Ana Reyes", "ana@example.com", "S-1", "Crisis team", "Senior counselor", ""),
    ("Dee Marchetti", "dee@example.com", "S-2", "Crisis team / Night shift", "Nurse", "3/1/2024"),
    ("Eli Stone", "no address", "S-3", "", "", ""),
)


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["with script", "without, on a phone"])
def test_from_a_list_to_invitations(  # noqa: PLR0915 - one way, from its beginning to its end
    script: bool,
    width: int,
    live_server: Any,
    open_window: Callable[..., BrowserContext],
    clinic: Clinic,
    ana: User,
    nina: User,
) -> None:
    context = open_window(java_script_enabled=script, viewport={"width": width, "height": 900})
    walker = Walker(context.new_page(), live_server.url, with_axe=script)
    page = walker.page

    def worked(words: str) -> None:
        """The worker does its part; with script the page finds out by itself."""
        work_on_rosters(by=SYSTEM)
        if not script:
            walker.press("Look again")
        page.wait_for_selector(f"text={words}")
        walker.look()

    walker.go("/manage/riverbend/teams/")
    walker.sign_in("nina@example.com", "correct horse battery")
    page.get_by_label("Name").fill("Wards")
    page.get_by_label("Stands below").select_option(label="Front desk")
    walker.press("Add the team")
    assert Team.objects.get(name="Wards").parent == clinic.front_desk

    walker.go("/manage/riverbend/people/")
    walker.press("Import a list")
    page.set_input_files("[name=file]", {"name": "staff.csv", "mimeType": "text/csv", "buffer": LIST})
    walker.press("Upload the file")
    assert page.get_by_label("Work e-mail").locator("option:checked").inner_text() == "Email"
    walker.press("Compare with the people here")
    assert "The file is being compared" in walker.text
    worked("1 record changes")
    walker.press("With errors 2")
    assert "There is no such team." in walker.text
    walker.press("Add the teams, and compare again")
    worked("1 person is new, 1 record changes")
    assert not Membership.objects.filter(name="Dee Marchetti").exists()
    walker.press("Apply the list")
    worked("2 people’s records are up to date.")
    assert "1 line had errors and was left out." in walker.text
    walker.press("Choose whom to invite")
    assert "1 person can be invited" in walker.text
    walker.press("Send 1 invitation")
    assert "1 invitation is on its way." in walker.text

    dee = Membership.objects.get(name="Dee Marchetti")
    assert (dee.team.name if dee.team else "", Invitation.objects.get().membership) == ("Night shift", dee)
    assert Membership.objects.get(user=ana).job_title == "Senior counselor"
    assert walker.complaints == []

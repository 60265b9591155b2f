"""Something is asked that is done elsewhere: the learner reads, acknowledges, hands in; others decide and give time."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext

from accounts.models import User
from tests.browser.conftest import Walker
from tests.conftest import Clinic
from tests.training import build, files
from tests.training.build import seat_of
from training.models import Extension, Obligation
from training.services import Terms, Want, oblige

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["with script", "without, on a phone"])
def test_from_a_card_to_done_and_time_for_the_others(  # noqa: PLR0915, PLR0917 - one way, from its beginning to its end
    script: bool,
    width: int,
    live_server: Any,
    open_window: Callable[..., BrowserContext],
    clinic: Clinic,
    ana: User,
    cody: User,
    mara: User,
    omar: User,
    tmp_path: Path,
) -> None:
    asked = build.requirement(clinic.organization, policy="Lock your screen.", evidence="Shows your name.")
    terms = Terms(due_on=timezone.localdate() + timedelta(days=9))
    oblige(asked, [Want(seat_of(user), terms) for user in (ana, cody)], by=omar)
    card = tmp_path / "card.png"
    card.write_bytes(files.with_secrets()["png"])

    def walker(email: str, path: str) -> Walker:
        context = open_window(java_script_enabled=script, viewport={"width": width, "height": 900})
        made = Walker(context.new_page(), live_server.url, with_axe=script)
        made.go(path)
        made.sign_in(email, PASSWORD)
        return made

    # She acknowledges the policy by keyboard, and hands in a picture of her card.
    learner = walker("ana@example.com", "/learn/")
    learner.press("See what is asked")
    learner.page.get_by_role("button", name="I have read this policy").focus()
    with learner.page.expect_navigation():
        learner.page.keyboard.press("Enter")
    learner.look()
    assert "It is on record that you have read" in learner.text
    learner.press("Hand in evidence")
    learner.page.get_by_label("What was done").fill("Basic life support card")
    learner.page.get_by_label("Who issued it").fill("Heart school")
    learner.page.get_by_label("The day on which it was done").fill(
        (timezone.localdate() - timedelta(days=1)).isoformat()
    )
    learner.page.get_by_label("The file").set_input_files(card)
    learner.press("Hand it in")
    assert "Waits for a decision" in learner.text

    # The manager of her team saves the file, and approves it.
    manager = walker("mara@example.com", "/manage/riverbend/evidence/")
    manager.press("Ana Reyes")
    with manager.page.expect_download() as saved:
        manager.page.get_by_role("link", name="Save the file").click()
    assert saved.value.suggested_filename == "card.png"
    assert b"SECRET" not in Path(saved.value.path()).read_bytes()
    manager.press("Approve it")
    assert "It is approved and counts." in manager.text
    learner.page.reload()
    assert "What Riverbend Clinic asks of you here is done." in learner.text

    # The administrator gives everybody else more time, after a look; what is done is left out by name.
    desk = walker("omar@example.com", "/manage/riverbend/obligations/")
    desk.press("Give more time")
    desk.page.get_by_label("All 2 obligations").check()
    desk.page.get_by_label("Why").fill("The course was down")
    desk.press("Look it over")
    assert "1 obligation will be due 14 days later" in desk.text
    assert "Done already" in desk.text
    desk.press("Give more time")
    assert "1 obligation is due 14 days later" in desk.text
    assert Extension.objects.get().obligation == Obligation.objects.get(membership=seat_of(cody))

    assert [complaint for one in (learner, manager, desk) for complaint in one.complaints] == []

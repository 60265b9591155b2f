"""A question is wrong: a learner says so, an author agrees and proposes, another approves, and the learner passes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from accounts.models import User
from audit.models import OutboxMail
from audit.services import send_mail
from enrollments.models import Enrollment
from quizzes.models import ScoreChange
from tests.browser.conftest import Walker, source_of
from tests.conftest import Clinic
from tests.correcting import OTHER, RIGHT, WRONG, learner, publish_course, sit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["with script", "without, on a phone"])
def test_from_a_challenge_to_a_pass(  # noqa: PLR0915 - one way, from its beginning to its end
    script: bool,
    width: int,
    live_server: Any,
    open_window: Callable[..., BrowserContext],
    clinic: Clinic,
    theo: User,
    nina: User,
    mailoutbox: list[Any],
) -> None:
    version = publish_course(clinic.organization)
    enrollment = learner(version)
    attempts = [sit(enrollment, one=OTHER, two=RIGHT, three=WRONG) for _ in range(2)]
    assert Enrollment.objects.get().closed_at

    def walker(email: str, path: str) -> Walker:
        context = open_window(java_script_enabled=script, viewport={"width": width, "height": 900})
        made = Walker(context.new_page(), live_server.url, with_axe=script)
        made.go(path)
        made.sign_in(email, PASSWORD)
        return made

    # The learner has used both attempts, reads the reasons, and does not agree.
    result = f"/learn/attempts/{attempts[1].public_id}/result/"
    lena = walker("lena@example.com", result)
    assert "Not passed yet: 1 of 3." in lena.text
    question = lena.page.locator("section.v-row", has_text="The stem of one.")
    question.locator("summary", has_text="Challenge this question").click()
    question.get_by_label("What is wrong with it?").fill("The other option is what our board asks for.")
    question.get_by_role("button", name="Send the challenge").click()
    lena.page.wait_for_load_state()
    lena.look()
    assert "Not answered yet." in lena.text

    # An author agrees, and proposes that the other option is accepted too.
    author = walker("theo@example.com", "/author/")
    assert "One learner waits for an answer." in author.text
    author.press("Question one")
    assert "The other option is what our board asks for." in author.text
    assert "Lena" not in source_of(author.page)
    author.page.get_by_label("The learner is right").check()
    author.page.get_by_label("Your answer to the learner").fill("You are right, and we correct it.")
    author.press("Send the answer")
    author.page.get_by_label("Accept a further option").check()
    author.page.get_by_label("Option to accept too").select_option(OTHER)
    author.page.get_by_label("Why").fill("Boards differ on it.")
    author.press("Propose and see what changes")
    assert "2 of 3, passed" in author.text
    assert author.page.get_by_role("button", name="Approve and change the scores").count() == 0

    # Somebody else looks at what would change, and approves exactly that.
    owner = walker("nina@example.com", "/author/")
    owner.press("Question one")
    assert str(attempts[0].public_id) in owner.text
    owner.press("Approve and change the scores")
    assert "In force. 2 scores were changed" in owner.text
    assert ScoreChange.objects.count() == 2

    # The learner finds her new score and the answer, her enrollment open again, and two mails.
    lena.go(result)
    assert "You passed, with 2 of 3." in lena.text
    assert "your score was 1 of 3 and is now 2 of 3" in lena.text
    assert "You are right, and we correct it." in lena.text
    lena.press("Go on with the course")
    assert "1 of 2" in lena.text or "Passed" in lena.text
    for row in OutboxMail.objects.order_by("pk"):
        send_mail(row)
    assert {mail.to[0] for mail in mailoutbox} == {"lena@example.com"}
    assert sorted(mail.subject.split(" “")[0] for mail in mailoutbox) == [
        "A question was corrected: you now pass",
        "Your challenge of a question in",
    ]
    assert [complaint for each in (lena, author, owner) for complaint in each.complaints] == []

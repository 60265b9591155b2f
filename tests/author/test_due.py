"""What must be looked at again: by a command for files and published courses, and on the desk."""

import datetime as dt
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.queries import today_in
from audit.services import SYSTEM
from author.due import due
from author.packages import read_package
from author.services import publish_package
from courses.library import published
from courses.models import CourseVersion
from courses.services import withdraw_version
from enrollments.services import enroll
from tests.author.folders import change, copy_of_example
from tests.author.test_desk import text
from tests.conftest import Clinic, client_of, expect_statements
from tests.publishing import EXAMPLE, SLUG, publish_example


def in_days(days: int) -> str:
    return (timezone.localdate() + dt.timedelta(days=days)).isoformat()


@pytest.fixture
def stale(tmp_path: Path) -> Path:
    """The example with a fact that is three days over, one of a question that is due in ten days, and the rest far off."""
    folder = copy_of_example(tmp_path)
    change(folder, "course.yaml", "review_by: '2027-11-02'", f"review_by: '{in_days(900)}'")
    change(folder, "course.yaml", "check_by: '2027-05-02'", f"check_by: '{in_days(-3)}'")
    change(folder, "lessons/01-who-may-hear.md", "check_by: '2027-05-02'", f"check_by: '{in_days(900)}'")
    change(folder, "scenarios/the-callback.yaml", "check_by: '2027-05-02'", f"check_by: '{in_days(900)}'")
    change(folder, "quizzes/voicemail-test.yaml", "check_by: '2027-05-02'", f"check_by: '{in_days(10)}'")
    return folder


def publish(folder: Path, clinic: Clinic) -> CourseVersion:
    return publish_package(package=read_package(folder), slug=SLUG, provider=clinic.organization, by=SYSTEM)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("facts_due", *arguments, stdout=out)
    return out.getvalue()


def test_due_is_what_has_its_day_by_then_wherever_it_stands() -> None:
    document = read_package(EXAMPLE).document()
    assert document is not None

    assert due(document, dt.date(2027, 5, 1)) == ()
    assert [(each.part, each.item) for each in due(document, dt.date(2027, 5, 2))] == [
        ("", ""),
        ("the-callback", ""),
        ("voicemail-test", "hospital-name"),
        ("who-may-hear", ""),
    ]
    assert [each.fact for each in due(document, dt.date(2027, 11, 2))].count(None) == 1


def test_command_names_file_and_line_and_fails_when_something_is_overdue(stale: Path) -> None:
    out = StringIO()

    with pytest.raises(CommandError, match=r"^1 overdue\.$") as refused:
        call_command("facts_due", str(stale), "--by", in_days(10), stdout=out)

    assert refused.value.returncode == 1
    first, source, second, _ = out.getvalue().splitlines()
    assert first == (
        f"{in_days(-3)}  3 days overdue  course.yaml:60: general: A short message with a name and a number to call is"
        " a common minimum"
    )
    assert source == "    Source: GK"
    assert second.startswith(f"{in_days(10)}  in 10 days  quizzes/voicemail-test.yaml:")


def test_command_succeeds_where_nothing_is_due() -> None:
    assert run(str(EXAMPLE), "--by", "2027-05-01") == "Nothing is due.\n"


def test_command_does_not_take_a_day_that_is_none() -> None:
    with pytest.raises(CommandError, match="27 is not a day"):
        run(str(EXAMPLE), "--by", "27")


@pytest.mark.django_db
def test_command_reads_the_newest_version_that_can_be_begun(stale: Path, clinic: Clinic) -> None:
    publish_example(clinic.organization)
    version = publish(stale, clinic)
    assert json.loads(run_failing("--course", SLUG, "--format", "json")) == [
        {
            "course": SLUG,
            "place": SLUG,
            "due": in_days(-3),
            "days_left": -3,
            "key": "message-permitted",
            "claim": "A short message with a name and a number to call is a common minimum",
            "status": "general",
            "source": "GK",
        }
    ]

    withdraw_version(version=version, because="A mistake.", by=SYSTEM)

    assert run("--course", SLUG, "--by", "2027-05-01") == "Nothing is due.\n"


@pytest.mark.django_db
def test_command_without_a_name_reads_every_course(stale: Path, clinic: Clinic) -> None:
    publish(stale, clinic)

    assert f"{SLUG}/voicemail-test/hospital-name: general" in run_failing("--by", in_days(10))


def run_failing(*arguments: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("facts_due", *arguments, stdout=out)
    return out.getvalue()


# --- the desk


@pytest.mark.django_db
def test_desk_tells_what_is_due_in_sixty_days(stale: Path, clinic: Clinic, theo: User) -> None:
    version = publish(stale, clinic)
    published(version)  # known to this process from here on

    browser = client_of(theo)
    with expect_statements(10):
        page = browser.get(reverse("author:desk", args=["riverbend"]))

    assert "One fact or review is overdue." in text(page)
    assert "version 1: 2 are due by" in text(page)
    assert "1 of them overdue" in text(page)
    # The fact was due three days before the day of UTC; it may be an earlier one where the clinic is.
    over = 3 + (today_in(clinic.organization) - timezone.localdate()).days
    assert f"{over} days overdue A short message with a name" in text(page)
    assert reverse("author:item", args=["riverbend", version.public_id, "voicemail-test", "hospital-name"]) in (
        page.content.decode()
    )


@pytest.mark.django_db
def test_desk_is_silent_where_nothing_is_due_or_a_version_cannot_be_begun(
    stale: Path, clinic: Clinic, theo: User
) -> None:
    version = publish(stale, clinic)
    withdraw_version(version=version, because="A mistake.", by=SYSTEM)

    assert "To be looked at again" not in text(client_of(theo).get(reverse("author:desk", args=["riverbend"])))


@pytest.mark.django_db
def test_fact_behind_a_question_that_she_takes_herself_is_not_told(stale: Path, clinic: Clinic, theo: User) -> None:
    version = publish(stale, clinic)
    enroll(user=theo, course=version.course, acknowledged=True, by=theo)

    page = text(client_of(theo).get(reverse("author:desk", args=["riverbend"])))

    assert "A fact of a part that you take yourself; its words are not told to you yet." in page
    assert "The name of a clinic can reveal a kind of care" not in page

"""The demonstration: what it shows, and that it keeps away from a database that serves real people."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Organization, User
from certificates.models import EvaluationGiven, SigningKey
from certificates.queries import feedback_on
from certificates.rules import FEWEST_ANSWERS, first_open_month
from config.demo import prepare
from courses.models import CourseVersion
from enrollments.models import Enrollment
from tests.conftest import client_of


@pytest.mark.django_db(transaction=True)
def test_demonstration_is_not_made_in_the_database_of_a_production_installation(
    settings: Settings, signing_key: SigningKey
) -> None:
    settings.MODE = "demo"
    assert not signing_key.is_demo

    with pytest.raises(CommandError, match=r"database of a production installation. Nothing was changed"):
        call_command("run_demo", "--host", "nowhere.invalid")

    assert Organization.objects.count() == 0


@pytest.mark.django_db
def test_demonstration_has_feedback_for_its_author_and_leaves_its_learner_fresh(
    settings: Settings, tmp_path: Path
) -> None:
    settings.CERTIFICATE_KEY_FILE = tmp_path / "keys.pem"

    assert prepare("correct horse battery")
    assert not prepare("correct horse battery")

    version = CourseVersion.objects.get()
    told = feedback_on(version, before=first_open_month(timezone.now()))
    assert {len(said.answers) for said in told} == {FEWEST_ANSWERS}
    assert len({said.answers for said in told if said.asked.objective}) > 1  # or there would be nothing to compare
    assert EvaluationGiven.objects.count() == FEWEST_ANSWERS
    assert not Enrollment.objects.filter(user__email="ana@example.com").exists()
    author = client_of(User.objects.get(email="theodora@example.com"))
    page = author.get(reverse("author:feedback", args=["riverbend", version.public_id])).content.decode()
    assert "What 5 learners said" in page
    assert "I no longer ask to see the phone." in page

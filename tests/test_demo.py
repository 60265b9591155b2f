"""The demonstration keeps away from a database that serves real people."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import Organization
from certificates.models import SigningKey


@pytest.mark.django_db(transaction=True)
def test_demonstration_is_not_made_in_the_database_of_a_production_installation(
    settings: Settings, signing_key: SigningKey
) -> None:
    settings.MODE = "demo"
    assert not signing_key.is_demo

    with pytest.raises(CommandError, match=r"database of a production installation. Nothing was changed"):
        call_command("run_demo", "--host", "nowhere.invalid")

    assert Organization.objects.count() == 0

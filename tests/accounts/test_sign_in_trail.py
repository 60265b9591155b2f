"""What signing in leaves in the audit trail, and in whose."""

import datetime as dt
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role, RoleGrant, SignInTally, User
from accounts.services import deactivate_account
from administrator.messages.audit import ACTIONS
from audit.models import AuditEvent, Outcome
from audit.rules import SITE_CHAIN
from audit.services import SYSTEM
from audit.worker import send_all
from tests.accounts.test_sign_in import PASSWORD, code_now, sign_in, with_app
from tests.conftest import Clinic, client_of, expect_statements, seat

Captured = Callable[..., AbstractContextManager[list[Any]]]

NEW = "seven quiet herons"


@pytest.fixture
def events(db: None) -> Callable[[], list[tuple[str, str, dict[str, Any]]]]:
    """What was recorded: action, actor and details, oldest first."""
    return lambda: list(AuditEvent.objects.order_by("id").values_list("action", "actor", "details"))


Events = Callable[[], list[tuple[str, str, dict[str, Any]]]]


@pytest.fixture
def limits(settings: Settings) -> dict[str, str]:
    chosen = {"login": "300/m/ip", "login_failed": "60/m/ip,5/5m/key"}
    chosen |= {"refusal_recorded": "20/d/key", "limit_recorded": "1/5m/key"}
    settings.ACCOUNT_RATE_LIMITS = chosen
    cache.clear()
    return chosen


def chains_of(action: str) -> list[str]:
    return sorted(AuditEvent.objects.filter(action=action).values_list("chain", flat=True))


def test_sign_in_of_whoever_holds_no_role_stands_in_the_sites_trail_alone(events: Events, ana: User) -> None:
    sign_in(Client(), ana.email)

    assert events() == [("account.signed_in", ana.audit_name, {"methods": ["password"]})]
    assert chains_of("account.signed_in") == [SITE_CHAIN]


@pytest.mark.parametrize("role", Role)
def test_sign_in_of_whoever_holds_a_role_stands_in_the_organizations_trail(
    clinic: Clinic, charlie: User, vera: User, role: Role
) -> None:
    seat(vera, clinic.organization, clinic.crisis_team, role)

    sign_in(Client(), vera.email)

    event = AuditEvent.objects.get()
    assert event.chain == str(clinic.organization.public_id)
    assert (event.object_type, event.object_id) == ("accounts.user", str(vera.public_id))


def test_sign_in_stands_in_the_trail_of_each_organization_with_a_role(clinic: Clinic, charlie: User) -> None:
    seat(charlie, clinic.organization, None, Role.AUTHOR)

    sign_in(Client(), charlie.email)

    own = charlie.memberships.order_by("pk")[0].organization
    assert chains_of("account.signed_in") == sorted([str(own.public_id), str(clinic.organization.public_id)])


def test_role_that_has_ended_takes_sign_ins_out_of_the_trail(clinic: Clinic, omar: User) -> None:
    omar.memberships.get().grants.update(ends_on="2026-01-06")

    sign_in(Client(), omar.email)

    assert chains_of("account.signed_in") == [SITE_CHAIN]


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("America/Los_Angeles", "2026-06-02T02:00Z"),  # June 1, in the evening
        ("Pacific/Auckland", "2026-05-31T21:00Z"),  # June 1, in the morning
    ],
)
def test_role_holds_on_the_days_of_its_organization(clinic: Clinic, omar: User, zone: str, at: str) -> None:
    """Whoever opens its pages stands in its trail, and her session is a short one."""
    clinic.organization.time_zone = zone
    clinic.organization.save()
    omar.memberships.get().grants.update(starts_on="2026-06-01", ends_on="2026-06-02")
    client = Client()

    with time_machine.travel(at, tick=False):
        sign_in(client, omar.email)
        assert client.get(reverse("administrator:people", args=["riverbend"])).status_code == 200
        assert client.session["administers"] is True

    assert chains_of("account.signed_in") == [str(clinic.organization.public_id)]


@pytest.mark.parametrize("seat_ends", [None, 3])
@pytest.mark.parametrize("grant_ends", [None, 2, 4])
@pytest.mark.parametrize("seat_starts", [0, 2])
def test_grant_holds_on_the_days_on_which_it_is_found(
    clinic: Clinic, omar: User, seat_starts: int, grant_ends: int | None, seat_ends: int | None
) -> None:
    first, day = dt.date(2026, 3, 30), dt.timedelta(days=1)
    omar.memberships.update(started_on=first + seat_starts * day, ended_on=seat_ends and first + seat_ends * day)
    RoleGrant.objects.update(starts_on=first + day, ends_on=grant_ends and first + grant_ends * day)
    grant, days = RoleGrant.objects.select_related("membership").get(), [first + number * day for number in range(6)]

    assert [grant.holds_on(each) for each in days] == [RoleGrant.objects.current(each).exists() for each in days]


def test_wrong_password_is_recorded_as_refused_without_the_address(events: Events, vera: User) -> None:
    sign_in(Client(), "VERA@Example.com", "wrong")

    assert events() == [("account.sign_in_refused", "visitor", {"because": "wrong-password"})]
    event = AuditEvent.objects.get()
    assert (event.outcome, event.object_id) == (Outcome.REFUSED, str(vera.public_id))
    assert "example.com" not in json.dumps(event.fields()).lower()


def test_second_address_of_an_account_means_the_account(vera: User) -> None:
    vera.emailaddress_set.create(email="stone@example.com", verified=True)  # type: ignore[attr-defined]
    vera.emailaddress_set.create(email="claimed@example.com", verified=False)  # type: ignore[attr-defined]

    sign_in(Client(), "stone@example.com", "wrong")
    sign_in(Client(), "claimed@example.com", "wrong")

    assert AuditEvent.objects.get().object_id == str(vera.public_id)
    assert SignInTally.objects.get().refused == 1


@pytest.mark.django_db
def test_unknown_addresses_are_counted_in_one_row_and_recorded_nowhere() -> None:
    for number in range(3):
        sign_in(Client(), f"nobody{number}@example.com", "wrong")

    assert AuditEvent.objects.count() == 0
    assert [tally.refused for tally in SignInTally.objects.all()] == [3]


def test_refusal_of_nobody_writes_as_often_as_that_of_somebody(vera: User) -> None:
    # What differs in time would tell whether there is an account. Each is one write more than the first of its day.
    sign_in(Client(), vera.email, "wrong")
    sign_in(Client(), "nobody@example.com", "wrong")

    with expect_statements(8):  # whose it is, twice; BEGIN, her roles, head, moved, event, COMMIT
        sign_in(Client(), vera.email, "wrong")
    with expect_statements(4):  # whose it is, three times; the tally
        sign_in(Client(), "nobody@example.com", "wrong")


def test_stop_of_an_account_is_recorded_once(limits: dict[str, str], events: Events, vera: User) -> None:
    for _ in range(9):
        sign_in(Client(), vera.email, "wrong")
    sign_in(Client(), vera.email)

    assert [details["because"] for _, _, details in events()] == ["wrong-password"] * 5 + ["limited"]
    assert SignInTally.objects.count() == 0


def test_more_refusals_of_a_day_than_the_trail_takes_are_counted(
    limits: dict[str, str], events: Events, vera: User
) -> None:
    limits["refusal_recorded"] = "2/d/key"

    for _ in range(4):
        sign_in(Client(), vera.email, "wrong")

    assert len(events()) == 2
    assert SignInTally.objects.get().refused == 2


def test_wrong_passwords_do_not_hide_that_somebody_knows_the_right_one(
    limits: dict[str, str], events: Events, vera: User
) -> None:
    limits["refusal_recorded"] = "2/d/key"
    with_app(vera)
    for _ in range(3):
        sign_in(Client(), vera.email, "wrong")

    client = Client()
    sign_in(client, vera.email)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert [details["because"] for _, _, details in events()] == ["wrong-password"] * 2 + ["wrong-code"]


def test_right_password_of_a_closed_account_is_recorded_as_refused(events: Events, vera: User) -> None:
    deactivate_account(user=vera, by=SYSTEM)

    sign_in(Client(), vera.email)

    assert events()[1:] == [("account.sign_in_refused", "visitor", {"because": "closed"})]


def test_sign_in_with_a_code_says_so_and_a_wrong_code_is_refused(events: Events, vera: User) -> None:
    secret = with_app(vera)
    client = Client()
    sign_in(client, vera.email)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})

    assert events() == [
        ("account.sign_in_refused", "visitor", {"because": "wrong-code"}),
        ("account.signed_in", vera.audit_name, {"methods": ["password", "totp"]}),
    ]


def test_codes_that_are_tried_too_often_are_recorded_as_stopped(
    limits: dict[str, str], events: Events, vera: User
) -> None:
    with_app(vera)
    client = Client()
    sign_in(client, vera.email)

    for _ in range(8):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert [details["because"] for _, _, details in events()] == ["wrong-code"] * 5 + ["limited"]


def test_recovery_code_that_was_used_is_recorded(events: Events, vera: User) -> None:
    with_app(vera)
    code = RecoveryCodes.activate(vera).get_unused_codes()[0]
    client = Client()
    sign_in(client, vera.email)

    client.post(reverse("mfa_authenticate"), {"code": code})

    assert events() == [
        ("second_factor.code_used", vera.audit_name, {}),
        ("account.signed_in", vera.audit_name, {"methods": ["password", "recovery_codes"]}),
    ]


def test_sign_out_is_recorded(events: Events, vera: User) -> None:
    client = client_of(vera)

    client.post(reverse("account_logout"))
    client.post(reverse("account_logout"))

    assert events() == [("account.signed_out", vera.audit_name, {})]


def test_changed_password_is_recorded(events: Events, vera: User) -> None:
    client = client_of(vera)

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert events() == [("password.changed", vera.audit_name, {})]
    assert sign_in(Client(), vera.email, NEW) == 302


def test_wrong_password_of_somebody_signed_in_is_recorded_as_hers(events: Events, vera: User) -> None:
    client = client_of(vera)

    client.post(reverse("account_reauthenticate"), {"password": "wrong"})

    assert events() == [("account.sign_in_refused", vera.audit_name, {"because": "wrong-password"})]


def test_password_set_by_the_mailed_link_is_no_act_of_whoever_was_signed_in(
    events: Events, vera: User, ana: User
) -> None:
    client = client_of(ana)
    client.post(reverse("account_reset_password"), {"email": vera.email})
    send_all()
    link = next(word for word in str(mail.outbox[0].body).split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True).redirect_chain[-1][0]

    client.post(form, {"password1": NEW, "password2": NEW})

    assert events() == [("account.signed_out", ana.audit_name, {}), ("password.reset", "visitor", {})]
    assert AuditEvent.objects.get(action="password.reset").object_id == str(vera.public_id)


def confirmed(user: User) -> Client:
    """Signed in, with the password given once more."""
    client = client_of(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_second_factors_that_come_and_go_are_recorded(
    events: Events, vera: User, django_capture_on_commit_callbacks: Captured
) -> None:
    client = confirmed(vera)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.exists()
    assert events() == [
        ("second_factor.added", vera.audit_name, {"type": "totp"}),
        ("second_factor.added", vera.audit_name, {"type": "recovery_codes"}),
        ("second_factor.codes_made", vera.audit_name, {}),
        ("second_factor.removed", vera.audit_name, {"type": "totp"}),
        ("second_factor.removed", vera.audit_name, {"type": "recovery_codes"}),
    ]


def test_addresses_that_come_and_go_are_recorded_without_their_names(events: Events, vera: User) -> None:
    vera.emailaddress_set.create(email="stone@example.com", verified=True)  # type: ignore[attr-defined]
    client = confirmed(vera)

    client.post(reverse("account_email"), {"action_primary": "", "email": "stone@example.com"})
    client.post(reverse("account_email"), {"action_remove": "", "email": "vera@example.com"})

    assert events() == [
        ("address.main_changed", vera.audit_name, {}),
        ("address.removed", vera.audit_name, {}),
    ]


def test_owner_reads_who_signed_in_and_who_could_not(clinic: Clinic, omar: User, nina: User) -> None:
    sign_in(Client(), omar.email, "wrong")
    sign_in(Client(), omar.email)
    client = client_of(nina)
    client.post(reverse("administrator:audit-reading", args=["riverbend"]))

    page = client.get(reverse("administrator:audit", args=["riverbend"])).content.decode()

    assert "A sign-in was refused" in page
    assert "Somebody who was not signed in" in page
    assert 'Somebody signed in<span class="d-block v-cap">Omar Haddad</span>' in page


def test_every_event_of_an_account_has_words() -> None:
    words = {code for code in ACTIONS if code.partition(".")[0] in ("account", "address", "password", "second_factor")}
    assert len(words) == 18

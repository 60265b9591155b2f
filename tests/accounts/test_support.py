"""What support does to accounts: with a reason, on record, told by mail, and to open sessions as well."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import RoleGrant, User
from accounts.rules import LONGEST_REASON, ReasonFault, reason_fault
from accounts.services import deactivate_account, set_password
from audit.models import AuditEvent, OutboxMail
from audit.rules import SITE_CHAIN
from audit.services import SYSTEM
from audit.worker import send_all
from tests.accounts.test_sign_in import sign_in, who, with_app
from tests.conftest import Clinic, client_of

REASON = "Ticket 4711, called back"
#: Each command with what it needs besides the account and the reason.
COMMANDS = {
    "reset_second_factor": [],
    "reopen_account": [],
    "change_address": ["--to", "stone@example.com"],
    "end_sessions": [],
}


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def act(command: str, user: User, reason: str = REASON) -> str:
    return run(command, user.email, "--reason", reason, *COMMANDS[command])


def prepared(command: str, user: User) -> None:
    """As the account must stand for the command to do anything."""
    if command == "reset_second_factor":
        with_app(user)
    if command == "reopen_account":
        deactivate_account(user=user, by=SYSTEM)


def state(user: User) -> list[object]:
    user.refresh_from_db()
    factors = Authenticator.objects.filter(user=user).count()
    addresses = list(user.emailaddress_set.values_list("email", "verified", "primary"))  # type: ignore[attr-defined]
    return [user.email, user.is_active, user.sessions_ended_at, factors, addresses]


def is_signed_in(client: Client) -> bool:
    return client.get("/learn/profile/").status_code == 200


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("", "Say why with --reason"),
        (" ", "Say why with --reason"),
        ("x" * (LONGEST_REASON + 1), "longer than 200 characters"),
        ("vera@example.com wrote", "Leave addresses and names out"),
        ("one\ntwo", "in one line by hand"),
    ],
)
def test_nothing_is_done_without_a_reason_that_fits(command: str, reason: str, told: str, vera: User) -> None:
    prepared(command, vera)
    before, events = state(vera), AuditEvent.objects.count()

    with pytest.raises(CommandError, match=told):
        act(command, vera, reason)

    assert state(vera) == before
    assert (AuditEvent.objects.count(), OutboxMail.objects.count()) == (events, 0)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.django_db
def test_nothing_is_done_to_nobody(command: str) -> None:
    with pytest.raises(CommandError, match=r"Nobody signs in with this e-mail\. Nothing was changed\."):
        run(command, "nobody@example.com", "--reason", REASON, *COMMANDS[command])


@pytest.mark.parametrize(
    ("command", "action", "mails"),
    [
        ("reset_second_factor", "second_factor.reset", ["vera@example.com"]),
        ("reopen_account", "account.reopened", ["vera@example.com"]),
        ("change_address", "account.address_changed", ["vera@example.com", "stone@example.com"]),
        ("end_sessions", "account.sessions_ended", ["vera@example.com"]),
    ],
)
def test_act_of_support_is_on_record_with_its_reason_and_told_by_mail(
    command: str, action: str, mails: list[str], vera: User
) -> None:
    prepared(command, vera)

    act(command, vera, f"  {REASON} ")

    event = AuditEvent.objects.order_by("id").last()
    assert event
    assert (event.action, event.actor, event.object_id) == (action, "system", str(vera.public_id))
    assert (event.chain, event.details) == (SITE_CHAIN, {"reason": REASON})
    send_all()
    assert [message.to for message in mail.outbox] == [[address] for address in mails]
    assert {"write to us" in str(message.body) for message in mail.outbox} == {True}


@pytest.mark.parametrize("command", COMMANDS)
def test_act_upon_whoever_holds_a_role_stands_in_her_organizations_trail(
    command: str, clinic: Clinic, omar: User
) -> None:
    prepared(command, omar)

    act(command, omar)

    assert set(AuditEvent.objects.values_list("chain", flat=True)) == {str(clinic.organization.public_id)}


@pytest.mark.parametrize("command", COMMANDS)
def test_act_of_support_ends_the_sessions_of_that_account_alone(command: str, vera: User, ana: User) -> None:
    sessions = [client_of(vera), client_of(vera)]
    other = client_of(ana)
    prepared(command, vera)

    act(command, vera)

    assert [is_signed_in(client) for client in sessions] == [False, False]
    assert is_signed_in(other)
    vera.refresh_from_db()
    assert is_signed_in(client_of(vera))


def test_sessions_from_before_anything_ended_them_go_on(settings: Settings, vera: User) -> None:
    client = client_of(vera)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-that-signs-nothing-of-value-9876543210"

    assert is_signed_in(client)


def test_changed_secret_key_ends_no_session_of_somebody_whose_sessions_were_ended(
    settings: Settings, vera: User
) -> None:
    act("end_sessions", vera)
    vera.refresh_from_db()
    client = client_of(vera)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-that-signs-nothing-of-value-9876543210"

    assert is_signed_in(client)


def test_reset_removes_every_factor_and_leaves_the_password(vera: User, ana: User) -> None:
    for user in (vera, ana):
        with_app(user)
        RecoveryCodes.activate(user)

    printed = act("reset_second_factor", vera)

    assert "every session of the account has ended" in printed
    assert set(Authenticator.objects.values_list("user", flat=True)) == {ana.pk}
    client = Client()
    sign_in(client, vera.email)
    assert who(client) == str(vera.pk)


def test_reset_of_what_is_not_there_is_said(vera: User) -> None:
    with pytest.raises(CommandError, match=r"no second factor\. Nothing was changed"):
        act("reset_second_factor", vera)

    assert state(vera)[2] is None


def test_reopened_account_signs_in_and_its_roles_are_named(clinic: Clinic, omar: User, nina: User) -> None:
    deactivate_account(user=omar, by=SYSTEM)
    assert not RoleGrant.objects.current(omar.memberships.get().started_on).filter(membership__user=omar).exists()

    printed = act("reopen_account", omar)

    assert "- is again: Training administrator, Riverbend Clinic" in printed
    client = Client()
    sign_in(client, omar.email)
    assert who(client) == str(omar.pk)


def test_reopening_an_open_account_is_said(vera: User) -> None:
    with pytest.raises(CommandError, match=r"This account is open\. Nothing was changed\."):
        act("reopen_account", vera)


def test_session_of_before_the_closing_stays_ended_after_the_opening(vera: User) -> None:
    client = client_of(vera)
    act_closed = run("deactivate_account", vera.email)

    act("reopen_account", vera)

    assert act_closed == "The account is closed.\n"
    assert not is_signed_in(client)


def test_closed_account_of_an_administrator_stands_in_her_organizations_trail(clinic: Clinic, omar: User) -> None:
    deactivate_account(user=omar, by=SYSTEM)
    deactivate_account(user=omar, by=SYSTEM)

    event = AuditEvent.objects.get()
    assert (event.action, event.chain) == ("account.deactivated", str(clinic.organization.public_id))


def test_changed_address_is_the_only_one_and_signs_in(vera: User) -> None:
    vera.emailaddress_set.create(email="second@example.com", verified=True)  # type: ignore[attr-defined]

    run("change_address", vera.email, "--reason", REASON, "--to", "STONE@Example.com")

    assert state(vera)[0] == "stone@example.com"
    assert state(vera)[4] == [("stone@example.com", True, True)]
    tries = []
    for address in ("vera@example.com", "second@example.com", "stone@example.com"):
        client = Client()
        sign_in(client, address)
        tries.append(who(client))
    assert tries == [None, None, str(vera.pk)]


def test_second_address_may_become_the_only_one(vera: User) -> None:
    vera.emailaddress_set.create(email="stone@example.com", verified=False)  # type: ignore[attr-defined]

    act("change_address", vera)

    assert state(vera)[4] == [("stone@example.com", True, True)]


def test_seats_keep_their_work_address(clinic: Clinic, omar: User) -> None:
    act("change_address", omar)

    assert omar.memberships.get().work_email == "omar@example.com"


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("ANA@example.com", "Another account has this address. Nothing was changed."),
        ("reyes@example.com", "Another account has this address. Nothing was changed."),
        ("Vera@example.com", "signs in with this address already. Nothing was changed."),
        ("nobody", "Enter a valid email address. Nothing was changed."),
        (f"{'a' * 60}@{'.'.join(['b' * 60] * 3)}.{'c' * 20}", "has at most 254 .* Nothing was changed."),
    ],
)
def test_address_that_cannot_be_hers_is_refused(to: str, told: str, vera: User, ana: User) -> None:
    ana.emailaddress_set.create(email="reyes@example.com", verified=True)  # type: ignore[attr-defined]
    before = state(vera)

    with pytest.raises(CommandError, match=told):
        run("change_address", vera.email, "--reason", REASON, "--to", to)

    assert state(vera) == before
    assert (AuditEvent.objects.count(), OutboxMail.objects.count()) == (0, 0)


def test_link_for_a_new_password_that_went_to_the_old_address_is_dead(vera: User) -> None:
    Client().post("/accounts/password/reset/", {"email": vera.email})
    send_all()
    link = next(word for word in str(mail.outbox[0].body).split() if "/password/reset/key/" in word)

    act("change_address", vera)

    assert "This link no longer works." in Client().get(link, follow=True).content.decode()


def test_new_password_ends_every_other_session(vera: User) -> None:
    client = client_of(vera)

    set_password(user=vera, password="seven quiet herons", by=vera)

    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("Ticket 4711", None),
        ("x" * LONGEST_REASON, None),
        ("x" * (LONGEST_REASON + 1), ReasonFault.TOO_LONG),
        ("\t ", ReasonFault.MISSING),
        ("by vera@example.com", ReasonFault.ADDRESS),
        ("a\u200bb", ReasonFault.HIDDEN),
    ],
)
def test_reason_fault(reason: str, fault: ReasonFault | None) -> None:
    assert reason_fault(reason) is fault

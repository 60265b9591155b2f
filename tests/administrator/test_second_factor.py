"""A second factor that an organization asks of whoever has a role there."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.utils import timezone

from accounts.models import Organization, User
from accounts.services import NoSecondFactor, NotAllowed, ask_second_factor
from audit.models import AuditEvent, Outcome
from tests.accounts.test_sign_in import PASSWORD, code_now, with_app
from tests.conftest import Clinic, client_of, expect_statements
from tests.web.pages import form_to
from tests.web.structure import structural_faults

PAGE = "/manage/riverbend/sign-in/"
PEOPLE = "/manage/riverbend/people/"
NEW = "/manage/riverbend/people/new/"


@pytest.fixture
def asking(clinic: Clinic) -> Organization:
    clinic.organization.second_factor_asked_at = timezone.now()
    clinic.organization.save()
    return clinic.organization


def is_asked(organization: Organization) -> bool:
    organization.refresh_from_db()
    return organization.second_factor_asked_at is not None


def events() -> list[tuple[str, str, object]]:
    return list(AuditEvent.objects.order_by("id").values_list("action", "outcome", "details"))


def test_owner_with_a_factor_asks_for_it_and_takes_it_back(clinic: Clinic, nina: User) -> None:
    with_app(nina)
    client = client_of(nina)

    page = client.post(PAGE, {"ask": "yes"}, follow=True).content.decode()
    assert is_asked(clinic.organization)
    assert "From now on a second factor is asked" in page
    client.post(PAGE, {"ask": "yes"})
    client.post(PAGE, {"ask": "no"})

    assert not is_asked(clinic.organization)
    asked = [("second_factor.asked", Outcome.DONE, {"is_asked": answer}) for answer in (True, False)]
    assert events() == asked


def test_owner_without_one_does_not_shut_herself_out(clinic: Clinic, nina: User) -> None:
    refusal = client_of(nina).post(PAGE, {"ask": "yes"})

    assert refusal.status_code == 409
    assert "Set up your own second factor first" in refusal.content.decode()
    assert not is_asked(clinic.organization)
    assert events() == [("second_factor.asked", Outcome.REFUSED, {"because": "NoSecondFactor"})]


def test_recovery_codes_alone_are_no_second_factor(clinic: Clinic, nina: User) -> None:
    RecoveryCodes.activate(nina)

    with pytest.raises(NoSecondFactor):
        ask_second_factor(organization=clinic.organization, is_asked=True, by=nina)


def test_nobody_but_an_owner_asks(clinic: Clinic, omar: User) -> None:
    with_app(omar)

    with pytest.raises(NotAllowed):
        ask_second_factor(organization=clinic.organization, is_asked=True, by=omar)

    assert not is_asked(clinic.organization)


def test_owner_sees_who_has_none_yet(clinic: Clinic, nina: User, omar: User, mara: User, ana: User) -> None:
    with_app(omar)

    page = client_of(nina).get(PAGE).content.decode().partition("Who has none yet")[2]

    assert [name in page for name in ("Mara Lindqvist", "Nina Okafor", "Omar Haddad", "Ana Reyes")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("omar", PEOPLE),
        ("mara", PEOPLE),
        ("nina", "/manage/riverbend/audit/"),
        ("nina", PAGE),
        ("nina", "/author/riverbend/"),
        ("theo", "/author/riverbend/"),
    ],
)
def test_whoever_has_a_role_and_no_factor_is_led_to_set_one_up(
    asking: Organization, who: str, page: str, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    client = client_of(user)

    shut = client.get(page)

    assert shut.status_code == 403
    assert "Riverbend Clinic asks for a second factor" in shut.content.decode()
    assert 'href="/accounts/2fa/"' in shut.content.decode()
    assert structural_faults(shut.content.decode()) == []
    assert client.get("/learn/").status_code == 200

    with_app(user)
    assert client.get(page).status_code == 200


def test_way_through_is_walked_in_the_same_session(asking: Organization, omar: User) -> None:
    client = client_of(omar)
    assert client.get("/accounts/2fa/").status_code == 200
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret

    client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})

    assert client.get(PEOPLE).status_code == 200
    assert Authenticator.objects.filter(user=omar, type="recovery_codes").exists()


def test_whoever_removes_the_last_factor_is_led_back(asking: Organization, omar: User) -> None:
    with_app(omar)
    client = client_of(omar)
    Authenticator.objects.all().delete()

    assert client.get(PEOPLE).status_code == 403


def test_form_on_its_way_is_held_and_sent_after_the_set_up(asking: Organization, omar: User) -> None:
    client = client_of(omar)
    typed = {"name": "Dee Marchetti", "work_email": "dee@example.com"}

    held = client.post(NEW, typed)

    assert held.status_code == 403
    assert "Nothing has been saved yet" in held.content.decode()
    form = form_to(held.content, NEW)
    assert {name: form.data()[name] for name in typed} == {name: [value] for name, value in typed.items()}
    with_app(omar)
    assert client.post(NEW, form.data()).status_code != 403


def test_other_organizations_ask_for_nothing(asking: Organization, charlie: User) -> None:
    assert client_of(charlie).get("/manage/harbor/people/").status_code == 200


def test_whoever_has_no_role_is_told_nothing_of_it(asking: Organization, ana: User) -> None:
    assert client_of(ana).get(PEOPLE).status_code == 404
    assert Client().get(PEOPLE).status_code == 302


def test_asking_costs_a_page_one_statement(clinic: Clinic, omar: User) -> None:
    with_app(omar)
    client = client_of(omar)
    client.get(NEW)
    with expect_statements(5):
        client.get(NEW)

    clinic.organization.second_factor_asked_at = timezone.now()
    clinic.organization.save()
    with expect_statements(6):
        client.get(NEW)

"""Every route with every role. A route without an entry here fails the build.

The roles: ana is the learner whose things are asked for, cody her colleague, mara the manager of her team, omar the
training administrator of her clinic, charlie the owner of another clinic, and a visitor is not signed in.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.services import add_license, add_member, invite
from audit.services import SYSTEM
from certificates.models import Certificate, SigningKey
from certificates.services import attest, give_evaluation, settle
from courses.library import published
from courses.models import CourseVersion
from quizzes.models import Attempt
from quizzes.rules import Arranged
from quizzes.services import ask_for_accommodation, challenge_item, grant_accommodation, propose_adjustment
from tests.certifying import answers, enrolled, read_everything
from tests.conftest import Clinic, client_of
from tests.publishing import publish_example
from tests.taking import start, take_quiz, take_scenario
from training.services import assign_course

OWN, COLLEAGUE, MANAGER, ADMINISTRATOR, ELSEWHERE, VISITOR = "ana", "cody", "mara", "omar", "charlie", "visitor"
ROLES = (OWN, COLLEAGUE, MANAGER, ADMINISTRATOR, ELSEWHERE, VISITOR)

#: What a GET answers to each role, in the order of ROLES. 302 for a visitor is the way to the sign-in page.
ANYBODY = (200,) * 6
SIGNED_IN = (200, 200, 200, 200, 200, 302)
HERS = (200, 404, 404, 404, 404, 302)
ACT = (405, 405, 405, 405, 405, 405)  # answers POST only
CLINIC = (404, 404, 200, 200, 404, 302)
CLINIC_ADMINISTRATION = (404, 404, 404, 200, 404, 302)
#: The desk of those who put the clinic's courses right: authors and owners, and none of these roles.
AUTHORS = (404, 404, 404, 404, 404, 302)
#: To somebody who never enrolled, an address inside a course leads to its information page.
ENROLLED = (200, 302, 302, 302, 302, 302)

GETS: dict[str, tuple[int, ...]] = {
    "visitor:home": ANYBODY,
    "visitor:courses": ANYBODY,
    "visitor:course": ANYBODY,
    "visitor:media": ANYBODY,
    "visitor:invitation": ANYBODY,
    "visitor:verify": ANYBODY,
    "visitor:keys": ANYBODY,
    "visitor:certificate-json": ANYBODY,
    "visitor:certificate": ANYBODY,
    "visitor:privacy": ANYBODY,
    "visitor:terms": ANYBODY,
    "visitor:accessibility": ANYBODY,
    "visitor:contact": ANYBODY,
    "visitor:healthz": ANYBODY,
    "visitor:readyz": ANYBODY,
    "learner:home": SIGNED_IN,
    "learner:course": ENROLLED,
    "learner:enrollment": ACT,
    "learner:lesson": HERS,
    "learner:assessment": HERS,
    "learner:practice": ACT,
    "learner:pause": SIGNED_IN,
    "learner:accommodation": HERS,
    "learner:evaluation": HERS,
    "learner:attestation": HERS,
    "learner:certificate-issue": (302, 404, 404, 404, 404, 302),
    "learner:attempt": HERS,
    "learner:attempt-response": ACT,
    "learner:attempt-choice": ACT,
    "learner:attempt-submission": ACT,
    "learner:attempt-result": HERS,
    "learner:attempt-challenge": HERS,
    "learner:transcript": SIGNED_IN,
    "learner:certificate": HERS,
    "learner:certificate-pdf": HERS,
    "learner:profile": SIGNED_IN,
    "learner:licenses": SIGNED_IN,
    "learner:license": HERS,
    "learner:shared": SIGNED_IN,
    "author:home": (404, 404, 404, 404, 302, 302),  # charlie owns a clinic, and has a desk there
    "author:desk": AUTHORS,
    "author:challenge": AUTHORS,
    "author:quiz": AUTHORS,
    "author:item": AUTHORS,
    "author:adjustment": AUTHORS,
    "author:adjustment-approval": ACT,
    "author:adjustment-withdrawal": ACT,
    "administrator:home": (404, 404, 302, 302, 302, 302),
    "administrator:overview": CLINIC,
    "administrator:people": CLINIC,
    "administrator:person-new": CLINIC_ADMINISTRATION,
    "administrator:person": CLINIC,
    "administrator:person-invitation": ACT,
    "administrator:requirements": CLINIC,
    "administrator:assignment-new": CLINIC,
    "administrator:accommodations": CLINIC_ADMINISTRATION,
    "administrator:accommodation-request": CLINIC_ADMINISTRATION,
    "administrator:accommodation-end": ACT,
    "administrator:obligations": CLINIC,
    "administrator:obligations-csv": ACT,
}

#: Acts on what is ana's: nobody else's POST changes anything. The status for each role in the order of ROLES.
POSTS: dict[str, tuple[int, ...]] = {
    "learner:lesson": (303, 404, 404, 404, 404, 401),
    "learner:assessment": (409, 404, 404, 404, 404, 401),
    "learner:practice": (404, 404, 404, 404, 404, 401),
    "learner:accommodation": (422, 404, 404, 404, 404, 401),
    "learner:evaluation": (422, 404, 404, 404, 404, 401),
    "learner:attestation": (422, 404, 404, 404, 404, 401),
    "learner:certificate-issue": (303, 404, 404, 404, 404, 401),
    "learner:attempt-response": (400, 404, 404, 404, 404, 401),
    "learner:attempt-submission": (303, 404, 404, 404, 404, 401),
    "learner:license": (422, 404, 404, 404, 404, 401),
    "learner:attempt-challenge": (422, 404, 404, 404, 404, 401),
    "author:challenge": (404, 404, 404, 404, 404, 401),
    "author:item": (404, 404, 404, 404, 404, 401),
    "author:adjustment-approval": (404, 404, 404, 404, 404, 401),
    "author:adjustment-withdrawal": (404, 404, 404, 404, 404, 401),
    "administrator:accommodation-request": (404, 404, 404, 422, 404, 401),
    "administrator:accommodation-end": (404, 404, 404, 303, 404, 401),
    "administrator:person-new": (404, 404, 404, 422, 404, 401),
    "administrator:assignment-new": (404, 404, 422, 422, 404, 401),
}

#: allauth's pages are tested with sign-in itself; here only that none of them is open by oversight.
OPEN_ACCOUNT_ROUTES = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
}


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


@dataclass(frozen=True)
class World:
    """Everything an address can point at, all of it ana's or her clinic's."""

    arguments: dict[str, list[Any]]

    def address(self, route: str) -> str:
        return reverse(route, args=self.arguments.get(route, []))


@pytest.fixture
def world(
    clinic: Clinic, ana: User, cody: User, mara: User, omar: User, charlie: User, theo: User, signing_key: SigningKey
) -> World:
    version = publish_example(clinic.organization)
    course = version.course
    certificate = _certificate_of(ana, version)
    seat = Membership.objects.get(user=ana)
    assign_course(
        organization=clinic.organization,
        course=course,
        memberships=[seat],
        due_on=timezone.localdate() + dt.timedelta(days=9),
        by=omar,
    )
    practice = start(certificate.enrollment, "warm-up")
    finished = Attempt.objects.filter(assessment_key="voicemail-test", passed=True).get()
    license_ = add_license(user=ana, profession="Counselor", jurisdiction="Oregon", number="C1234", by=ana)
    newcomer = add_member(organization=clinic.organization, name="Noa", work_email="noa@example.com", by=omar)
    asked = ask_for_accommodation(user=ana, course=course, wanted="Half as much time again", by=ana)
    arranged = grant_accommodation(user=ana, course=course, arranged=Arranged(50), reason="A letter", by=omar)
    slug, organization = course.slug, clinic.organization.slug
    item_key = finished.plan["items"][0]["key"]
    challenge = challenge_item(attempt=finished, item_key=item_key, words="Two are right.", by=ana)
    proposal = propose_adjustment(
        version=version, assessment_key="voicemail-test", item_key=item_key, kind="drop", reason="Both are.", by=theo
    )
    media = published(version).document.course.media[0].sha256
    arguments: dict[str, list[Any]] = {
        "visitor:course": [slug],
        "visitor:media": [slug, media],
        "visitor:invitation": [invite(membership=newcomer, by=omar).token],
        "visitor:certificate": [certificate.code],
        "visitor:certificate-json": [certificate.code],
        "learner:lesson": [slug, "who-may-hear"],
        "learner:assessment": [slug, "voicemail-test"],
        "learner:practice": [slug, "voicemail-test"],
        "learner:attempt-result": [finished.public_id],
        "learner:attempt-challenge": [finished.public_id],
        "author:desk": [organization],
        "author:challenge": [organization, challenge.public_id],
        "author:quiz": [organization, version.public_id, "voicemail-test"],
        "author:item": [organization, version.public_id, "voicemail-test", item_key],
        "author:adjustment": [organization, proposal.public_id],
        "author:adjustment-approval": [organization, proposal.public_id],
        "author:adjustment-withdrawal": [organization, proposal.public_id],
        "learner:certificate": [certificate.code],
        "learner:certificate-pdf": [certificate.code],
        "learner:license": [license_.public_id],
        "administrator:accommodation-request": [organization, asked.public_id],
        "administrator:accommodation-end": [organization, arranged.accommodation.public_id],
        "administrator:person": [organization, seat.public_id],
        "administrator:person-invitation": [organization, newcomer.public_id],
    }
    for route in ("course", "enrollment", "accommodation", "evaluation", "attestation", "certificate-issue"):
        arguments[f"learner:{route}"] = [slug]
    for route in ("attempt", "attempt-response", "attempt-choice", "attempt-submission"):
        arguments[f"learner:{route}"] = [practice.public_id]
    for route in GETS:
        if route.startswith("administrator:") and route not in ("administrator:home", *arguments):
            arguments[route] = [organization]
    return World(arguments)


def _certificate_of(user: User, version: CourseVersion) -> Certificate:
    enrollment = enrolled(user, version)
    read_everything(enrollment)
    take_scenario(enrollment, "the-callback", ["open-chart", "first-name"])
    take_quiz(enrollment, "voicemail-test")
    give_evaluation(enrollment=enrollment, answers=answers(enrollment), by=user)
    attest(enrollment=enrollment, by=user)
    certificate = settle(enrollment=enrollment, by=user).certificate
    assert certificate is not None
    return certificate


@pytest.fixture
def clients(ana: User, cody: User, mara: User, omar: User, charlie: User) -> dict[str, Client]:
    people = {OWN: ana, COLLEAGUE: cody, MANAGER: mara, ADMINISTRATOR: omar, ELSEWHERE: charlie}
    return {name: client_of(user) for name, user in people.items()} | {VISITOR: Client()}


def test_every_route_has_an_entry() -> None:
    ours = {route for route in routes(get_resolver()) if ":" in route}

    assert ours == GETS.keys()


def test_get_of_every_route_by_every_role(world: World, clients: dict[str, Client]) -> None:
    answered = {route: tuple(clients[role].get(world.address(route)).status_code for role in ROLES) for route in GETS}

    assert {route: codes for route, codes in answered.items() if codes != GETS[route]} == {}


def test_post_to_what_is_hers_by_every_role(world: World, clients: dict[str, Client]) -> None:
    # Others first, so that what they try is tried on things as they are.
    answered = {
        route: tuple(
            reversed(
                [
                    clients[role].post(world.address(route), {"sent": "something else"}).status_code
                    for role in reversed(ROLES)
                ]
            )
        )
        for route in POSTS
    }

    assert {route: codes for route, codes in answered.items() if codes != POSTS[route]} == {}


def test_get_never_writes(world: World, clients: dict[str, Client]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for route in GETS:
        for role in ROLES:
            with CaptureQueriesContext(connection) as captured:
                clients[role].get(world.address(route))
            writes = [query["sql"] for query in captured if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
            assert [sql for sql in writes if "django_session" not in sql] == [], (route, role)


def test_account_pages_are_closed_to_visitors_but_for_signing_in() -> None:
    for route in set(routes(get_resolver())) - GETS.keys() - OPEN_ACCOUNT_ROUTES:
        arguments = [1] if route in ("mfa_remove_webauthn", "mfa_edit_webauthn") else []
        response = Client().get(reverse(route, args=arguments))
        assert response.status_code == 302, route


def test_another_clinics_seat_is_not_found_at_ones_own_clinics_address(
    world: World, clients: dict[str, Client], charlie: User
) -> None:
    seat = Membership.objects.get(user__email="ana@example.com")

    assert clients[ELSEWHERE].get(reverse("administrator:person", args=["harbor", seat.public_id])).status_code == 404


def test_desk_is_open_to_authors_and_owners_of_the_provider_and_to_nobody_else(
    world: World, theo: User, nina: User, charlie: User
) -> None:
    routes_ = [route for route, codes in GETS.items() if codes == AUTHORS]
    for user in (theo, nina):
        assert {client_of(user).get(world.address(route)).status_code for route in routes_} == {200}
    # An owner elsewhere finds nothing of it at her own clinic's addresses either.
    for route in routes_[1:]:
        path = world.address(route).replace("/author/riverbend/", "/author/harbor/")
        assert client_of(charlie).get(path).status_code == 404


def test_demoted_administrator_is_refused_at_the_next_click(
    world: World, clients: dict[str, Client], omar: User, nina: User
) -> None:
    from accounts.models import RoleGrant
    from accounts.services import end_grant

    address = world.address("administrator:obligations")
    assert clients[ADMINISTRATOR].get(address).status_code == 200

    end_grant(grant=RoleGrant.objects.get(membership__user=omar), by=nina)

    assert clients[ADMINISTRATOR].get(address).status_code == 404


def test_deactivated_account_is_refused_at_the_next_request(
    world: World, clients: dict[str, Client], ana: User
) -> None:
    from accounts.services import deactivate_account

    deactivate_account(user=ana, by=SYSTEM)

    assert clients[OWN].get(world.address("learner:home")).status_code == 302

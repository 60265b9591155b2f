"""Every route with every role. A route without an entry here fails the build.

The roles: ana is the learner whose things are asked for, cody her colleague, mara the manager of her team, omar the
training administrator of her clinic, nina its owner, charlie the owner of another clinic, and a visitor is not signed in.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Membership, RoleGrant, User
from accounts.services import (
    add_license,
    add_member,
    deactivate_account,
    end_grant,
    end_membership,
    invite,
    receive_roster,
    record_leave,
)
from audit.models import AuditEvent
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
from tests.enrollments import documents
from tests.publishing import publish_example
from tests.taking import start, take_quiz, take_scenario
from tests.training import build, files
from tests.training.ruling import preview, publish, text
from training.evidence_files import examined
from training.models import Obligation, Requirement, WaiverReason
from training.rules import Act, Plan
from training.services import (
    Claim,
    Terms,
    Want,
    Wanted,
    ask_for_report,
    assign_course,
    hand_in_evidence,
    oblige,
    preview_act,
    save_view,
    state_completion,
    waive_obligation,
)

OWN, COLLEAGUE, MANAGER, ADMINISTRATOR = "ana", "cody", "mara", "omar"
OWNER, ELSEWHERE, VISITOR = "nina", "charlie", "visitor"
ROLES = (OWN, COLLEAGUE, MANAGER, ADMINISTRATOR, OWNER, ELSEWHERE, VISITOR)

#: What a GET answers to each role, in the order of ROLES. 302 for a visitor is the way to the sign-in page.
ANYBODY = (200,) * 7
SIGNED_IN = (200, 200, 200, 200, 200, 200, 302)
HERS = (200, 404, 404, 404, 404, 404, 302)
ACT = (405, 405, 405, 405, 405, 405, 405)  # answers POST only
CLINIC = (404, 404, 200, 200, 200, 404, 302)
CLINIC_ADMINISTRATION = (404, 404, 404, 200, 200, 404, 302)
#: What only an owner has.
CLINIC_OWNER = (404, 404, 404, 404, 200, 404, 302)
#: The desk of those who put the clinic's courses right: authors, who are none of these roles, and owners.
AUTHORS = (404, 404, 404, 404, 200, 404, 302)
#: To somebody who never enrolled, an address inside a course leads to its information page.
ENROLLED = (200, 302, 302, 302, 302, 302, 302)

GETS: dict[str, tuple[int, ...]] = {
    "visitor:home": ANYBODY,
    "visitor:courses": ANYBODY,
    "visitor:course": ANYBODY,
    "visitor:media": ANYBODY,
    "visitor:facts": ANYBODY,
    "visitor:references": ANYBODY,
    "visitor:reference": ANYBODY,
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
    "learner:certificate-issue": (302, 404, 404, 404, 404, 404, 302),
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
    "author:home": (404, 404, 404, 404, 302, 302, 302),  # charlie owns a clinic, and has a desk there
    "author:desk": AUTHORS,
    "author:challenge": AUTHORS,
    "author:coverage": AUTHORS,
    "author:review": AUTHORS,
    "author:changes": AUTHORS,
    "author:feedback": AUTHORS,
    "author:assessment": AUTHORS,
    "author:item": AUTHORS,
    "author:adjustment": AUTHORS,
    "author:adjustment-approval": ACT,
    "author:adjustment-withdrawal": ACT,
    "administrator:home": (404, 404, 302, 302, 302, 302, 302),
    "administrator:overview": CLINIC,
    "administrator:people": CLINIC,
    "administrator:person-new": CLINIC_ADMINISTRATION,
    "administrator:person": CLINIC,
    "administrator:person-invitation": ACT,
    "administrator:person-invitation-withdrawal": ACT,
    "administrator:person-record": CLINIC_ADMINISTRATION,
    "administrator:person-roles": CLINIC_ADMINISTRATION,
    "administrator:person-role-end": ACT,
    "administrator:person-leaves": CLINIC_ADMINISTRATION,
    "administrator:person-leave-end": ACT,
    "administrator:person-leave-cancellation": ACT,
    "administrator:person-end": CLINIC_ADMINISTRATION,
    "administrator:person-end-withdrawal": ACT,
    "administrator:person-return": CLINIC_ADMINISTRATION,
    "administrator:invitations": CLINIC_ADMINISTRATION,
    "administrator:rosters": CLINIC_ADMINISTRATION,
    "administrator:roster": CLINIC_ADMINISTRATION,
    "administrator:roster-check": ACT,
    "administrator:roster-apply": ACT,
    "administrator:roster-removal": ACT,
    "administrator:roster-errors": ACT,
    "administrator:teams": CLINIC,
    "administrator:team": CLINIC_ADMINISTRATION,
    "administrator:team-retirement": ACT,
    "administrator:requirements": CLINIC,
    "administrator:assignment-new": CLINIC,
    "administrator:requirement": CLINIC,
    "administrator:requirement-new": CLINIC_ADMINISTRATION,
    "administrator:requirement-version": CLINIC_ADMINISTRATION,
    "administrator:requirement-retirement": ACT,
    "administrator:rule-new": CLINIC_ADMINISTRATION,
    "administrator:rule": CLINIC_ADMINISTRATION,
    "administrator:rule-retirement": ACT,
    "administrator:impossible": CLINIC_ADMINISTRATION,
    "administrator:preview": CLINIC_ADMINISTRATION,
    "administrator:matrix": CLINIC,
    "administrator:matrix-sheet": CLINIC_ADMINISTRATION,
    "administrator:accommodations": CLINIC_ADMINISTRATION,
    "administrator:accommodation-request": CLINIC_ADMINISTRATION,
    "administrator:accommodation-end": ACT,
    "administrator:obligations": CLINIC,
    "administrator:obligations-csv": ACT,
    "learner:obligation": HERS,
    "learner:acknowledgement": ACT,
    "learner:evidence": SIGNED_IN,
    "learner:evidence-new": HERS,
    "learner:evidence-file": HERS,
    "learner:evidence-withdrawal": ACT,
    "administrator:evidence-list": CLINIC,
    "administrator:evidence": CLINIC,
    "administrator:statements": CLINIC_ADMINISTRATION,
    "administrator:evidence-file": CLINIC,
    "administrator:evidence-new": CLINIC_ADMINISTRATION,
    "administrator:obligation-extend": CLINIC_ADMINISTRATION,
    "administrator:obligation-waive": CLINIC_ADMINISTRATION,
    "administrator:obligation-state": CLINIC_ADMINISTRATION,
    "administrator:obligation-release": CLINIC_ADMINISTRATION,
    "administrator:waiver-end": ACT,
    "administrator:statement-decision": ACT,
    "administrator:bulk": CLINIC_ADMINISTRATION,
    "administrator:bulk-preview": (404, 404, 404, 200, 404, 404, 302),  # whoever made it has it
    "administrator:policy": CLINIC_ADMINISTRATION,
    "administrator:forecast": CLINIC,
    "administrator:reminders": CLINIC_ADMINISTRATION,
    "administrator:obligation-reminder": ACT,
    "administrator:reports": CLINIC,
    "administrator:report": CLINIC_ADMINISTRATION,  # a manager has what she asked for
    "administrator:report-file": ACT,
    "administrator:sign-in": CLINIC_OWNER,
    "administrator:audit": CLINIC_OWNER,
    "administrator:audit-reading": ACT,
    "administrator:audit-check": ACT,
    "administrator:audit-csv": ACT,
    "administrator:saved-views": CLINIC,
    "administrator:saved-view": ACT,
    "administrator:saved-view-removal": ACT,
}

#: Acts on what is ana's: nobody else's POST changes anything. The status for each role in the order of ROLES.
POSTS: dict[str, tuple[int, ...]] = {
    "learner:lesson": (303, 404, 404, 404, 404, 404, 401),
    "learner:assessment": (409, 404, 404, 404, 404, 404, 401),
    "learner:practice": (404, 404, 404, 404, 404, 404, 401),
    "learner:accommodation": (422, 404, 404, 404, 404, 404, 401),
    "learner:evaluation": (422, 404, 404, 404, 404, 404, 401),
    "learner:attestation": (422, 404, 404, 404, 404, 404, 401),
    "learner:certificate-issue": (303, 404, 404, 404, 404, 404, 401),
    "learner:attempt-response": (400, 404, 404, 404, 404, 404, 401),
    "learner:attempt-submission": (303, 404, 404, 404, 404, 404, 401),
    "learner:license": (422, 404, 404, 404, 404, 404, 401),
    "learner:attempt-challenge": (422, 404, 404, 404, 404, 404, 401),
    "author:challenge": (404, 404, 404, 404, 422, 404, 401),
    "author:item": (404, 404, 404, 404, 422, 404, 401),
    "author:adjustment-approval": (404, 404, 404, 404, 409, 404, 401),
    "author:adjustment-withdrawal": (404, 404, 404, 404, 303, 404, 401),
    "administrator:accommodation-request": (404, 404, 404, 422, 422, 404, 401),
    "administrator:accommodation-end": (404, 404, 404, 303, 303, 404, 401),
    "administrator:person-new": (404, 404, 404, 422, 422, 404, 401),
    "administrator:saved-views": (404, 404, 422, 422, 422, 404, 401),
    "administrator:saved-view": (404, 404, 404, 409, 404, 404, 401),
    "administrator:saved-view-removal": (404, 404, 303, 303, 303, 404, 401),
    "administrator:assignment-new": (404, 404, 422, 422, 422, 404, 401),
    "learner:acknowledgement": (404, 404, 404, 404, 404, 404, 401),  # no part is named
    "learner:evidence-new": (422, 404, 404, 404, 404, 404, 401),
    "learner:evidence-withdrawal": (303, 404, 404, 404, 404, 404, 401),
    "administrator:evidence": (404, 404, 422, 422, 422, 404, 401),
    "administrator:evidence-new": (404, 404, 404, 422, 422, 404, 401),
    "administrator:obligation-extend": (404, 404, 404, 422, 422, 404, 401),
    "administrator:obligation-waive": (404, 404, 404, 422, 422, 404, 401),
    "administrator:obligation-state": (404, 404, 404, 422, 422, 404, 401),
    "administrator:obligation-release": (404, 404, 404, 422, 422, 404, 401),
    "administrator:waiver-end": (404, 404, 404, 303, 303, 404, 401),
    "administrator:statement-decision": (404, 404, 404, 404, 404, 404, 401),  # no decision is named
    "administrator:bulk-preview": (404, 404, 404, 303, 404, 404, 401),  # whoever made it has it
    "administrator:policy": (404, 404, 404, 303, 303, 404, 401),
    "administrator:reminders": (404, 404, 404, 422, 422, 404, 401),
    "administrator:obligation-reminder": (404, 404, 409, 409, 409, 404, 401),  # ana's is done
    "administrator:reports": (404, 404, 422, 422, 422, 404, 401),
    "administrator:report-file": (404, 404, 404, 409, 409, 404, 401),  # no worker has made it yet
    "administrator:sign-in": (404, 404, 404, 404, 422, 404, 401),
    "administrator:audit-reading": (404, 404, 404, 404, 303, 404, 401),
    "administrator:audit-check": (404, 404, 404, 404, 303, 404, 401),
    "administrator:audit-csv": (404, 404, 404, 404, 200, 404, 401),
    # 303 and 409: what is sent here fits, or what it meets refuses it; all others never get so far.
    "administrator:person-record": (404, 404, 404, 422, 422, 404, 401),
    "administrator:person-roles": (404, 404, 404, 422, 422, 404, 401),
    "administrator:person-role-end": (404, 404, 404, 303, 303, 404, 401),
    "administrator:person-leaves": (404, 404, 404, 422, 422, 404, 401),
    "administrator:person-leave-end": (404, 404, 404, 303, 303, 404, 401),
    "administrator:person-leave-cancellation": (404, 404, 404, 303, 303, 404, 401),
    "administrator:person-end": (404, 404, 404, 422, 422, 404, 401),
    "administrator:person-return": (404, 404, 404, 422, 422, 404, 401),
    "administrator:person-end-withdrawal": (404, 404, 404, 303, 303, 404, 401),
    "administrator:person-invitation-withdrawal": (404, 404, 404, 303, 303, 404, 401),
    "administrator:invitations": (404, 404, 404, 409, 409, 404, 401),
    "administrator:rosters": (404, 404, 404, 422, 422, 404, 401),
    "administrator:roster-check": (404, 404, 404, 422, 422, 404, 401),
    "administrator:roster-apply": (404, 404, 404, 409, 409, 404, 401),
    "administrator:roster-errors": (404, 404, 404, 200, 200, 404, 401),
    "administrator:roster-removal": (404, 404, 404, 303, 303, 404, 401),
    "administrator:teams": (404, 404, 404, 422, 422, 404, 401),
    "administrator:team": (404, 404, 404, 422, 422, 404, 401),
    "administrator:team-retirement": (404, 404, 404, 409, 409, 404, 401),
    "administrator:requirement-new": (404, 404, 404, 422, 422, 404, 401),
    "administrator:requirement-version": (404, 404, 404, 422, 422, 404, 401),
    "administrator:requirement-retirement": (404, 404, 404, 303, 303, 404, 401),
    "administrator:rule-new": (404, 404, 404, 422, 422, 404, 401),
    "administrator:rule": (404, 404, 404, 422, 422, 404, 401),
    "administrator:rule-retirement": (404, 404, 404, 303, 303, 404, 401),
    "administrator:impossible": (404, 404, 404, 404, 404, 404, 401),
    "administrator:preview": (404, 404, 404, 303, 303, 404, 401),
    "administrator:matrix-sheet": (404, 404, 404, 422, 422, 404, 401),
}

#: Pages that tell of one person: that they were read is written, in the audit and nowhere else (docs/adr/0033).
RECORDED_READS = {
    "administrator:person": "person.read",
    "administrator:person-record": "person.read",
    "administrator:person-roles": "person.read",
    "administrator:person-leaves": "person.read",
    "administrator:person-end": "person.read",
    "administrator:person-return": "person.read",
    "administrator:obligation-extend": "person.read",
    "administrator:obligation-waive": "person.read",
    "administrator:obligation-state": "person.read",
    "administrator:obligation-release": "person.read",
    "administrator:evidence": "person.read",
    "administrator:evidence-new": "person.read",
    "administrator:evidence-file": "evidence.read",
    "administrator:accommodation-request": "accommodation.read",
}
#: Routes with a person in their address that show nothing of her: they do something and lead on.
NOTHING_TO_READ = {route for route, codes in GETS.items() if codes == ACT}

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


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, set[str]]]:
    """Each route with the names of what its address carries."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", set(pattern.pattern.converters)


@dataclass(frozen=True)
class World:
    """Everything an address can point at, all of it ana's or her clinic's."""

    arguments: dict[str, list[Any]]

    def address(self, route: str) -> str:
        if route == "administrator:bulk":
            return reverse(route, args=["riverbend"]) + "?act=extend"
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
    requirement = Requirement.objects.get()
    rule = publish(requirement, omar).rule
    looked_at = preview(requirement, omar, text(name="Another"))
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
        "visitor:facts": [slug],
        "visitor:references": [slug],
        "visitor:reference": [documents.publish(documents.in_modules(), slug="in-modules").course.slug, "words"],
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
        "author:coverage": [organization, version.public_id],
        "author:review": [organization, version.public_id],
        "author:changes": [organization, version.public_id],
        "author:feedback": [organization, version.public_id],
        "author:assessment": [organization, version.public_id, "the-callback"],
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
        "administrator:obligation-reminder": [organization, Obligation.objects.get(membership=seat).public_id],
        "administrator:requirement": [organization, requirement.public_id],
        "administrator:requirement-version": [organization, requirement.public_id],
        "administrator:requirement-retirement": [organization, requirement.public_id],
        "administrator:rule-new": [organization, requirement.public_id],
        "administrator:rule": [organization, requirement.public_id, rule.public_id],
        "administrator:rule-retirement": [organization, requirement.public_id, rule.public_id],
        "administrator:preview": [organization, looked_at.public_id],
        "administrator:person-invitation": [organization, newcomer.public_id],
        "administrator:person-invitation-withdrawal": [organization, newcomer.public_id],
    }
    arguments |= _training(clinic, seat, ana, omar) | _people(clinic, seat, mara, omar)
    for route in ("course", "enrollment", "accommodation", "evaluation", "attestation", "certificate-issue"):
        arguments[f"learner:{route}"] = [slug]
    for route in ("attempt", "attempt-response", "attempt-choice", "attempt-submission"):
        arguments[f"learner:{route}"] = [practice.public_id]
    for route in GETS:
        if route.startswith("administrator:") and route not in ("administrator:home", *arguments):
            arguments[route] = [organization]
    return World(arguments)


def _training(clinic: Clinic, seat: Membership, ana: User, omar: User) -> dict[str, list[Any]]:
    """What is asked of ana and was done about it, a report, a view."""
    organization = clinic.organization.slug
    owed, card = _asked(seat, omar)
    waiver = waive_obligation(obligation=owed, reason=WaiverReason.OTHER, until_on=timezone.localdate(), by=omar)
    statement = state_completion(
        obligation=card, done_on=timezone.localdate() - dt.timedelta(days=1), reason="Seen", by=omar
    )
    evidence = hand_in_evidence(
        membership=seat,
        requirement=owed.requirement,
        claim=Claim(title="Card", issuer="School", done_on=timezone.localdate() - dt.timedelta(days=1)),
        file=examined(files.PDF, "card.pdf"),
        by=ana,
    )
    plan = Plan(act=Act.EXTEND, days=3, words="Time")
    owing = Obligation.objects.filter(pk=owed.pk)
    preview = preview_act(organization=clinic.organization, obligations=owing, plan=plan, by=omar)
    report = ask_for_report(
        wanted=Wanted(kind="roster", day=timezone.localdate() - dt.timedelta(days=1), from_on=dt.date(2026, 1, 1)),
        organization=clinic.organization,
        by=omar,
        request_id=uuid.uuid4(),
    )
    view = save_view(organization=clinic.organization, page="obligations", name="Late", query="", by=omar)
    arguments: dict[str, list[Any]] = {
        "administrator:saved-view": [organization, view.public_id],
        "administrator:saved-view-removal": [organization, view.public_id],
        "administrator:report": [organization, report.public_id],
        "administrator:report-file": [organization, report.public_id],
        "learner:obligation": [owed.public_id],
        "learner:acknowledgement": [owed.public_id],
        "learner:evidence-new": [owed.public_id],
        "learner:evidence-file": [evidence.public_id],
        "learner:evidence-withdrawal": [evidence.public_id],
        "administrator:evidence": [organization, evidence.public_id],
        "administrator:evidence-file": [organization, evidence.public_id],
        "administrator:evidence-new": [organization, seat.public_id],
        "administrator:waiver-end": [organization, waiver.public_id],
        "administrator:statement-decision": [organization, statement.public_id],
        "administrator:bulk-preview": [organization, preview.public_id],
    }
    return arguments | {f"administrator:obligation-{act}": [organization, owed.public_id] for act in Act}


def _people(clinic: Clinic, seat: Membership, mara: User, omar: User) -> dict[str, list[Any]]:
    """Somebody who left, a leave of ana's, a role of mara's, a team, a roster."""
    organization = clinic.organization.slug
    gone = add_member(organization=clinic.organization, name="Gus", work_email="gus@example.com", by=omar)
    gone = end_membership(membership=gone, by=omar)
    leave = record_leave(membership=seat, starts_on=timezone.localdate() - dt.timedelta(days=3), by=omar)
    hers = RoleGrant.objects.get(membership__user=mara)
    roster = receive_roster(
        organization=clinic.organization, name="people.csv", content=b"Wer,Post\nDee,dee@example.com\n", by=omar
    )
    arguments: dict[str, list[Any]] = {
        "administrator:person-role-end": [organization, hers.membership.public_id, hers.pk],
        "administrator:person-leave-end": [organization, seat.public_id, leave.public_id],
        "administrator:person-leave-cancellation": [organization, seat.public_id, leave.public_id],
        "administrator:person-return": [organization, gone.public_id],
        "administrator:person-end-withdrawal": [organization, gone.public_id],
        "administrator:team": [organization, clinic.crisis_team.pk],
        "administrator:team-retirement": [organization, clinic.crisis_team.pk],
    }
    for route in ("record", "roles", "leaves", "end"):
        arguments[f"administrator:person-{route}"] = [organization, seat.public_id]
    for route in ("roster", "roster-check", "roster-apply", "roster-removal", "roster-errors"):
        arguments[f"administrator:{route}"] = [organization, roster.public_id]
    return arguments


def _asked(seat: Membership, by: User) -> tuple[Obligation, Obligation]:
    """Two requirements that evidence meets, asked of her by hand."""
    due_on = timezone.localdate() + dt.timedelta(days=9)
    asked = [build.requirement(seat.organization, evidence=f"A card {number}") for number in (1, 2)]
    one, two = (oblige(each, [Want(seat, Terms(due_on=due_on))], by=by)[0] for each in asked)
    return one, two


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
def clients(ana: User, cody: User, mara: User, omar: User, nina: User, charlie: User) -> dict[str, Client]:
    people = {OWN: ana, COLLEAGUE: cody, MANAGER: mara, ADMINISTRATOR: omar, OWNER: nina, ELSEWHERE: charlie}
    return {name: client_of(user) for name, user in people.items()} | {VISITOR: Client()}


def test_every_route_has_an_entry() -> None:
    ours = {route for route in routes(get_resolver()) if ":" in route}

    assert ours == GETS.keys()


def test_get_of_every_route_by_every_role(world: World, clients: dict[str, Client]) -> None:
    answered = {route: tuple(clients[role].get(world.address(route)).status_code for role in ROLES) for route in GETS}

    assert {route: codes for route, codes in answered.items() if codes != GETS[route]} == {}


def test_post_to_what_is_hers_by_every_role(world: World, clients: dict[str, Client]) -> None:
    answered = {
        route: tuple(_answer_to_a_post(clients[role], world.address(route)) for role in ROLES) for route in POSTS
    }

    found = {route: codes for route, codes in answered.items() if codes != POSTS[route]}
    assert found == {}


def _answer_to_a_post(client: Client, address: str) -> int:
    """On things as they are: what it does is undone."""
    with transaction.atomic():
        status = client.post(address, {"sent": "something else"}).status_code
        transaction.set_rollback(True)
    return status


def test_get_never_writes(world: World, clients: dict[str, Client]) -> None:
    for route in GETS:
        for role in ROLES:
            with CaptureQueriesContext(connection) as captured:
                clients[role].get(world.address(route))
            writes = [query["sql"] for query in captured if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
            if route in RECORDED_READS:
                writes = [sql for sql in writes if '"audit_' not in sql.split("SET")[0].split("VALUES")[0]]
            assert [sql for sql in writes if "django_session" not in sql] == [], (route, role)


@pytest.mark.parametrize("method", ["get", "post"])
def test_reading_what_is_one_persons_is_recorded(world: World, clients: dict[str, Client], method: str) -> None:
    """Each by itself, for a day has one reading; also when a form comes back with what was wrong in it."""
    for route, action in RECORDED_READS.items():
        if method == "post" and POSTS.get(route, ())[3:4] != (422,):
            continue
        with transaction.atomic():
            before = list(AuditEvent.objects.values_list("pk", flat=True))
            for _ in range(2):
                getattr(clients[ADMINISTRATOR], method)(world.address(route), {"sent": "something else"})
            events = AuditEvent.objects.exclude(pk__in=before).values_list("action", flat=True)
            assert list(events) == [action], route
            transaction.set_rollback(True)


def test_every_address_of_one_person_is_recorded_or_shows_nothing() -> None:
    ones = {"membership_id", "obligation_id", "evidence_id", "request_id", "statement_id", "waiver_id", "leave_id"}
    found = {
        route
        for route, arguments in addresses(get_resolver())
        if route.startswith("administrator:") and not ones.isdisjoint(arguments)
    }
    assert found - NOTHING_TO_READ == RECORDED_READS.keys()


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
    routes_ = [route for route, codes in GETS.items() if codes == AUTHORS and route.startswith("author:")]
    for user in (theo, nina):
        assert {client_of(user).get(world.address(route)).status_code for route in routes_} == {200}
    # An owner elsewhere finds nothing of it at her own clinic's addresses either.
    for route in routes_[1:]:
        path = world.address(route).replace("/author/riverbend/", "/author/harbor/")
        assert client_of(charlie).get(path).status_code == 404


def test_demoted_administrator_is_refused_at_the_next_click(
    world: World, clients: dict[str, Client], omar: User, nina: User
) -> None:
    address = world.address("administrator:obligations")
    assert clients[ADMINISTRATOR].get(address).status_code == 200

    end_grant(grant=RoleGrant.objects.get(membership__user=omar), by=nina)

    assert clients[ADMINISTRATOR].get(address).status_code == 404


def test_deactivated_account_is_refused_at_the_next_request(
    world: World, clients: dict[str, Client], ana: User
) -> None:
    deactivate_account(user=ana, by=SYSTEM)

    assert clients[OWN].get(world.address("learner:home")).status_code == 302

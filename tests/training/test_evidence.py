"""Evidence from elsewhere and acknowledged policies: who may, what counts, what is refused."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
import time_machine
from django.core import mail

from accounts.models import Membership, User
from accounts.services import deactivate_account, end_membership
from accounts.services.access import NotAllowed
from audit import outbox
from audit.models import AuditEvent, OutboxMail, Outcome
from audit.services import SYSTEM, send_mail
from tests.conftest import Clinic
from tests.training import build, files
from tests.training.build import NOW, seat_of
from training.evidence_files import examined
from training.models import Acknowledgement, Evidence, EvidenceFile, Obligation, RequirementPart
from training.queries import Duplicates, EvidenceState, duplicates_of, evidence_of, state_of_evidence
from training.services import (
    AlreadyDecided,
    AlreadyHandedIn,
    Claim,
    ClaimFault,
    NoEvidenceAsked,
    NoReason,
    NotAskedNow,
    NotHers,
    NotOpenYet,
    OwnObligation,
    SamePerson,
    UnfitClaim,
    acknowledge_policy,
    approve_evidence,
    hand_in_evidence,
    may_decide,
    reject_evidence,
    release_obligation,
    withdraw_evidence,
)

pytestmark = pytest.mark.usefixtures("on_a_day")

DUE = dt.date(2026, 12, 20)
CLAIM = Claim(title="BLS card", issuer="Heart school", done_on=dt.date(2026, 11, 3), hours=Decimal("4.5"))


@pytest.fixture
def owed(clinic: Clinic, ana: User) -> Obligation:
    return build.owes(seat_of(ana), build.requirement(clinic.organization, evidence="Shows name and day."), DUE)


def hand_in(owed: Obligation, by: User, claim: Claim = CLAIM, content: bytes = files.PDF) -> Evidence:
    file = examined(content, "card.pdf")
    return hand_in_evidence(membership=owed.membership, requirement=owed.requirement, claim=claim, file=file, by=by)


def met(owed: Obligation) -> tuple[str, dt.date | None, dt.date | None]:
    owed.refresh_from_db()
    return owed.met_by, owed.met_on, owed.expires_on


def sent() -> list[str]:
    """Every mail that is owed, sent now."""
    before = len(mail.outbox)
    for row in OutboxMail.objects.filter(sent_at=None, dropped_at=None):
        OutboxMail.objects.filter(pk=row.pk).update(claimed_at=NOW)
        row.refresh_from_db()
        send_mail(row)
    return [f"{one.to[0]}: {one.body}" for one in mail.outbox[before:]]


def test_evidence_waits_and_counts_for_nothing(owed: Obligation, ana: User) -> None:
    evidence = hand_in(owed, ana)

    assert (state_of_evidence(evidence), met(owed)) == (EvidenceState.WAITING, ("", None, None))
    kept = EvidenceFile.objects.get()
    assert (kept.name, kept.media_type, bytes(kept.content)) == ("card.pdf", "application/pdf", files.PDF)
    event = AuditEvent.objects.get(action="evidence.handed_in")
    assert event.details == {"requirement": str(owed.requirement.public_id), "sha256": kept.sha256}


def test_approved_evidence_counts_from_its_day_and_tells_her(owed: Obligation, ana: User, omar: User) -> None:
    evidence = hand_in(owed, ana, replace(CLAIM, expires_on=dt.date(2028, 11, 3)))

    for _ in range(2):
        approve_evidence(evidence=evidence, by=omar)

    assert met(owed) == ("evidence", dt.date(2026, 11, 3), dt.date(2028, 11, 3))
    assert AuditEvent.objects.filter(action="evidence.approved").count() == 1
    [told] = sent()
    assert told.startswith("ana@example.com: ")
    assert "has approved your evidence “BLS card”" in told


def test_evidence_counts_for_its_own_requirement_alone(clinic: Clinic, owed: Obligation, ana: User, omar: User) -> None:
    other = build.owes(seat_of(ana), build.requirement(clinic.organization, evidence="Something else."), DUE)

    approve_evidence(evidence=hand_in(owed, ana), by=omar)

    assert (met(owed)[0], met(other)[0]) == ("evidence", "")


def test_rejected_evidence_says_why_and_another_may_follow(owed: Obligation, ana: User, omar: User) -> None:
    evidence = hand_in(owed, ana)
    with pytest.raises(NoReason):
        reject_evidence(evidence=evidence, because=" ", by=omar)

    reject_evidence(evidence=evidence, because="The name is not readable.", by=omar)

    assert met(owed)[0] == ""
    [told] = sent()
    assert "has not accepted" in told
    assert "The name is not readable." in told
    assert state_of_evidence(hand_in(owed, ana)) is EvidenceState.WAITING


def test_withdrawn_evidence_counts_no_longer_and_only_that_is_told(owed: Obligation, ana: User, omar: User) -> None:
    evidence = approve_evidence(evidence=hand_in(owed, ana), by=omar)
    with pytest.raises(NoReason):
        withdraw_evidence(evidence=evidence, by=omar)

    for _ in range(2):
        withdraw_evidence(evidence=evidence, because="The school says that it is not its card.", by=omar)

    assert (met(owed)[0], state_of_evidence(evidence)) == ("", EvidenceState.WITHDRAWN)
    [told] = sent()
    assert "no longer counts" in told


def test_evidence_is_taken_back_by_whoever_handed_it_in_until_it_is_decided(
    owed: Obligation, ana: User, omar: User
) -> None:
    first = hand_in(owed, ana)
    withdraw_evidence(evidence=first, by=ana)
    with pytest.raises(AlreadyDecided):
        approve_evidence(evidence=first, by=omar)

    second = approve_evidence(evidence=hand_in(owed, ana), by=omar)
    with pytest.raises(OwnObligation):
        withdraw_evidence(evidence=second, by=ana)
    assert met(owed)[0] == "evidence"


def test_decision_is_a_second_persons(clinic: Clinic, owed: Obligation, ana: User, omar: User, nina: User) -> None:
    evidence = hand_in(owed, omar)  # an administrator for her
    with pytest.raises(SamePerson):
        approve_evidence(evidence=evidence, by=omar)
    assert (may_decide(evidence, omar), may_decide(evidence, nina)) == (False, True)

    approve_evidence(evidence=evidence, by=nina)

    with pytest.raises(AlreadyDecided):
        reject_evidence(evidence=evidence, because="No", by=nina)


def test_nobody_decides_upon_her_own_evidence(clinic: Clinic, omar: User, nina: User) -> None:
    own = build.owes(seat_of(omar), build.requirement(clinic.organization, evidence="A card."), DUE)
    for by in (omar, nina):
        evidence = hand_in(own, by, content=files.PDF + b"\n" * (1 if by == nina else 0))
        with pytest.raises(OwnObligation):
            approve_evidence(evidence=evidence, by=omar)
        with pytest.raises(OwnObligation):
            reject_evidence(evidence=evidence, because="x", by=omar)


def test_manager_decides_for_her_team_and_for_nobody_else(
    clinic: Clinic, owed: Obligation, ana: User, cody: User, mara: User, charlie: User
) -> None:
    codys = build.owes(seat_of(cody), owed.requirement, DUE)

    approve_evidence(evidence=hand_in(owed, ana), by=mara)

    his = hand_in(codys, cody)
    for by in (mara, charlie, ana):
        with pytest.raises(NotAllowed):
            approve_evidence(evidence=his, by=by)
        with pytest.raises(NotAllowed):
            withdraw_evidence(evidence=his, because="x", by=by)
    assert (met(owed)[0], met(codys)[0]) == ("evidence", "")


def test_evidence_is_handed_in_by_her_or_an_administrator(
    owed: Obligation, mara: User, cody: User, charlie: User
) -> None:
    for by in (mara, cody, charlie):
        with pytest.raises(NotAllowed):
            hand_in(owed, by)

    assert Evidence.objects.count() == 0


def test_who_has_left_hands_in_nothing_and_an_administrator_still_may(owed: Obligation, ana: User, omar: User) -> None:
    end_membership(membership=owed.membership, by=omar)
    owed.refresh_from_db()

    with pytest.raises(NotHers):
        hand_in(owed, ana)

    assert hand_in(owed, omar).submitted_by == omar.audit_name


def test_evidence_is_refused_where_none_is_asked(clinic: Clinic, ana: User, cody: User, owed: Obligation) -> None:
    policy = build.owes(seat_of(ana), build.requirement(clinic.organization, policy="Read this."), DUE)
    with pytest.raises(NoEvidenceAsked):
        hand_in(policy, ana)

    with pytest.raises(NoEvidenceAsked):  # asked of ana, not of him
        hand_in_evidence(
            membership=seat_of(cody),
            requirement=owed.requirement,
            claim=CLAIM,
            file=examined(files.PDF, "a"),
            by=cody,
        )


def test_evidence_is_refused_for_what_nobody_asks_any_more(owed: Obligation, ana: User, omar: User) -> None:
    release_obligation(obligation=owed, by=omar)

    with pytest.raises(NoEvidenceAsked):
        hand_in(owed, ana)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"done_on": dt.date(2026, 11, 23)}, ClaimFault.DAY_TO_COME),
        ({"expires_on": dt.date(2026, 11, 3)}, ClaimFault.EXPIRES_BEFORE),
        ({"hours": Decimal(0)}, ClaimFault.HOURS),
        ({"hours": Decimal(1000)}, ClaimFault.HOURS),
        ({"title": " "}, ClaimFault.NO_TITLE),
        ({"issuer": ""}, ClaimFault.NO_TITLE),
    ],
)
def test_claim_that_cannot_be_so_is_refused(
    owed: Obligation, ana: User, changes: dict[str, object], fault: ClaimFault
) -> None:
    with pytest.raises(UnfitClaim) as refusal:
        hand_in(owed, ana, replace(CLAIM, **changes))  # type: ignore[arg-type]

    assert refusal.value.fault is fault


def test_same_file_twice_is_refused_while_the_first_one_stands(owed: Obligation, ana: User) -> None:
    first = hand_in(owed, ana)
    with pytest.raises(AlreadyHandedIn) as refusal:
        hand_in(owed, ana)

    assert refusal.value.evidence == first
    assert Evidence.objects.count() == 1


def test_same_file_of_another_person_is_named_to_whoever_may_see_her(
    clinic: Clinic, owed: Obligation, ana: User, cody: User, mara: User, charlie: User
) -> None:
    codys = build.owes(seat_of(cody), owed.requirement, DUE)
    hers, his = hand_in(owed, ana), hand_in(codys, cody)
    elsewhere = seat_of(charlie)
    theirs = build.owes(elsewhere, build.requirement(elsewhere.organization, evidence="A card."), DUE)
    hand_in(theirs, charlie)

    everybody = Membership.objects.filter(organization=clinic.organization)
    team = Membership.objects.seen_by(mara, clinic.organization, NOW.date())
    [read] = evidence_of(everybody).filter(pk=hers.pk)
    found = duplicates_of(read, everybody)
    assert ([one.pk for one in found.seen], found.others) == ([his.pk], 0)
    found = duplicates_of(read, team)
    assert (found.seen, found.others) == ((), 1)


def test_evidence_without_a_file_is_nobody_elses_file(clinic: Clinic, owed: Obligation, ana: User, cody: User) -> None:
    codys = build.owes(seat_of(cody), owed.requirement, DUE)
    for evidence in (hand_in(owed, ana), hand_in(codys, cody, content=files.picture())):
        EvidenceFile.objects.filter(evidence=evidence).delete()

    everybody = Membership.objects.filter(organization=clinic.organization)
    for read in evidence_of(everybody):
        assert duplicates_of(read, everybody) == Duplicates((), 0)


def test_evidence_that_had_expired_when_it_was_asked_does_not_count(owed: Obligation, ana: User, omar: User) -> None:
    old = replace(CLAIM, done_on=dt.date(2024, 9, 1), expires_on=dt.date(2026, 9, 1))

    approve_evidence(evidence=hand_in(owed, ana, old), by=omar)

    assert met(owed)[0] == ""


def test_refusals_are_on_record(owed: Obligation, ana: User) -> None:
    evidence = hand_in(owed, ana)
    with pytest.raises(OwnObligation):
        approve_evidence(evidence=evidence, by=ana)

    event = AuditEvent.objects.get(action="evidence.approved")
    assert (event.outcome, event.details["because"]) == (Outcome.REFUSED, "OwnObligation")


def test_mail_goes_to_the_work_address_of_somebody_without_an_account(clinic: Clinic, omar: User, nina: User) -> None:
    newcomer = Membership.objects.create(
        organization=clinic.organization, name="Noa", work_email="noa@clinic.example", started_on=dt.date(2026, 1, 5)
    )
    owed = build.owes(newcomer, build.requirement(clinic.organization, evidence="A card."), DUE)

    approve_evidence(evidence=hand_in(owed, omar), by=nina)

    [told] = sent()
    assert told.startswith("noa@clinic.example: Hello Noa,")


def test_mail_about_evidence_waits_for_the_morning(owed: Obligation, ana: User, omar: User) -> None:
    approve_evidence(evidence=hand_in(owed, ana), by=omar)

    eight = dt.datetime(2026, 11, 25, 15, tzinfo=dt.UTC)
    with time_machine.travel(eight - dt.timedelta(hours=7), tick=False):
        assert outbox.prepare(OutboxMail.objects.get()) == outbox.Later(eight)
    with time_machine.travel(eight, tick=False):
        assert len(sent()) == 1


@pytest.mark.parametrize("is_closed", [True, False])
def test_mail_about_evidence_goes_to_nobody_who_left_or_closed_her_account(
    owed: Obligation, ana: User, omar: User, is_closed: bool
) -> None:
    approve_evidence(evidence=hand_in(owed, ana), by=omar)
    if is_closed:
        deactivate_account(user=ana, by=SYSTEM)
    else:
        end_membership(membership=seat_of(ana), by=omar)

    assert sent() == []
    assert OutboxMail.objects.get().reason == "nothing to tell any more"


# --- policies


@pytest.fixture
def policy(clinic: Clinic, ana: User) -> Obligation:
    return build.owes(seat_of(ana), build.requirement(clinic.organization, policy="Lock your screen."), DUE)


def part_of(owed: Obligation) -> RequirementPart:
    return RequirementPart.objects.get(version__requirement=owed.requirement)


def test_acknowledged_policy_counts_on_that_day_once(policy: Obligation, ana: User) -> None:
    first, second = (acknowledge_policy(obligation=policy, part=part_of(policy), by=ana) for _ in range(2))

    assert first == second
    assert met(policy)[:2] == ("acknowledgement", dt.date(2026, 11, 22))
    event = AuditEvent.objects.get(action="policy.acknowledged")
    assert event.details == {"part": 1, "version": 1}


def test_policy_is_acknowledged_by_nobody_else(policy: Obligation, omar: User, mara: User, cody: User) -> None:
    for by in (omar, mara, cody):
        with pytest.raises(NotHers):
            acknowledge_policy(obligation=policy, part=part_of(policy), by=by)


def test_policy_is_not_acknowledged_by_somebody_who_left(policy: Obligation, ana: User) -> None:
    Membership.objects.filter(user=ana).update(ended_on=NOW.date())
    policy.membership.refresh_from_db()

    with pytest.raises(NotHers):
        acknowledge_policy(obligation=policy, part=part_of(policy), by=ana)


def test_policy_that_is_not_asked_of_her_is_not_acknowledged(
    clinic: Clinic, policy: Obligation, owed: Obligation, ana: User, omar: User
) -> None:
    other = build.requirement(clinic.organization, policy="Other words.")
    with pytest.raises(NotAskedNow):
        acknowledge_policy(obligation=policy, part=other.versions.get().parts.get(), by=ana)
    with pytest.raises(NotAskedNow):
        acknowledge_policy(obligation=owed, part=part_of(owed), by=ana)
    part = part_of(policy)
    release_obligation(obligation=policy, by=omar)
    with pytest.raises(NotAskedNow):
        acknowledge_policy(obligation=policy, part=part, by=ana)

    assert Acknowledgement.objects.count() == 0


def test_policy_is_not_acknowledged_before_it_opens(clinic: Clinic, ana: User) -> None:
    asked = build.requirement(clinic.organization, policy="Lock your screen.")
    owed = build.owes(seat_of(ana), asked, DUE, opens_on=dt.date(2026, 12, 1))

    with pytest.raises(NotOpenYet) as refusal:
        acknowledge_policy(obligation=owed, part=part_of(owed), by=ana)

    assert refusal.value.opens_on == dt.date(2026, 12, 1)

"""Evidence as those who decide meet it: waiting, looked at, approved or not, saved and never shown."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Membership, User
from audit.models import AuditEvent, OutboxMail
from tests.administrator.test_access import address
from tests.conftest import Clinic, client_of, expect_statements
from tests.training import build, files
from tests.training.build import seat_of
from training.evidence_files import examined
from training.models import Evidence, EvidenceFile, Obligation, Requirement
from training.services import Claim, approve_evidence, hand_in_evidence

DUE = dt.date(2026, 12, 20)
DONE_ON = dt.date(2026, 11, 3)


@pytest.fixture
def card(clinic: Clinic, ana: User, cody: User) -> Requirement:
    made = build.requirement(clinic.organization, evidence="Shows name and day.")
    for user in (ana, cody):
        build.owes(seat_of(user), made, DUE)
    return made


def hand_in(
    user: User, card: Requirement, title: str = "BLS card", content: bytes = files.PDF, name: str = "card.pdf"
) -> Evidence:
    claim = Claim(title=title, issuer="Heart school", done_on=DONE_ON)
    file = examined(content, name)
    return hand_in_evidence(membership=seat_of(user), requirement=card, claim=claim, file=file, by=user)


def text(user: User, name: str, *more: object) -> str:
    response = client_of(user).get(address(name, *more))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_list_holds_what_waits_and_what_was_decided(
    card: Requirement, ana: User, cody: User, omar: User, mara: User
) -> None:
    hand_in(ana, card)
    approve_evidence(evidence=hand_in(cody, card, "His card"), by=omar)

    waiting, decided = text(omar, "evidence-list").split('<h2 id="decided">')
    assert ("Ana Reyes" in waiting, "His card" in waiting) == (True, False)
    assert ("BLS card" in decided, "His card" in decided, "Approved" in decided) == (False, True, True)
    assert "His card" not in text(mara, "evidence-list")


def test_list_before_anything_was_handed_in(clinic: Clinic, omar: User) -> None:
    assert "Nothing waits for a decision." in text(omar, "evidence-list")


def test_list_takes_as_many_statements_for_thirty_as_for_one(card: Requirement, ana: User, omar: User) -> None:
    client = client_of(omar)
    hand_in(ana, card)
    approve_evidence(evidence=hand_in(ana, card, "Another", files.PDF + b"\n"), by=omar)
    with expect_statements(9):
        client.get(address("evidence-list"))
    for number in range(29):
        evidence = hand_in(ana, card, f"Card {number}", files.PDF + b" " * (number + 1))
        if number % 2:
            approve_evidence(evidence=evidence, by=omar)
    with expect_statements(9):
        client.get(address("evidence-list"))


def test_approval_counts_and_tells_her(card: Requirement, ana: User, mara: User) -> None:
    evidence = hand_in(ana, card)
    client = client_of(mara)

    response = client.post(address("evidence", evidence.public_id), {"decision": "approve"})

    assert (response.status_code, response.headers["Location"]) == (303, address("evidence-list"))
    assert Obligation.objects.get(membership=seat_of(ana)).met_by == "evidence"
    assert OutboxMail.objects.filter(kind="training.evidence").count() == 1
    assert "by Mara Lindqvist on November 22, 2026" in text(mara, "evidence", evidence.public_id)


def test_rejection_needs_a_reason_which_is_shown(card: Requirement, ana: User, omar: User) -> None:
    evidence = hand_in(ana, card)
    client, here = client_of(omar), address("evidence", evidence.public_id)

    empty = client.post(here, {"decision": "reject", "because": ""})
    assert (empty.status_code, b"This field is required" in empty.content) == (422, True)
    assert client.post(here, {"decision": "reject", "because": "No name on it"}).status_code == 303

    assert "The reason given: “No name on it”" in text(omar, "evidence", evidence.public_id)


def test_withdrawal_ends_what_was_approved(card: Requirement, ana: User, omar: User) -> None:
    evidence = approve_evidence(evidence=hand_in(ana, card), by=omar)
    page = text(omar, "evidence", evidence.public_id)
    assert ("Withdraw it" in page, "Approve it" in page) == (True, False)

    response = client_of(omar).post(
        address("evidence", evidence.public_id), {"decision": "withdraw", "because": "Not from that school"}
    )

    assert response.status_code == 303
    assert Obligation.objects.get(membership=seat_of(ana)).met_by == ""


def test_second_decision_is_refused_in_words(card: Requirement, ana: User, omar: User, nina: User) -> None:
    evidence = approve_evidence(evidence=hand_in(ana, card), by=nina)

    late = client_of(omar).post(address("evidence", evidence.public_id), {"decision": "reject", "because": "x"})

    assert (late.status_code, b"before you. That stands." in late.content) == (409, True)


def test_own_evidence_and_what_one_handed_in_offer_no_decision(
    clinic: Clinic, card: Requirement, ana: User, omar: User
) -> None:
    build.owes(seat_of(omar), card, DUE)
    own = hand_in(omar, card)
    claim = Claim(title="For her", issuer="School", done_on=DONE_ON)
    file = examined(files.PDF, "a")
    hers = hand_in_evidence(membership=seat_of(ana), requirement=card, claim=claim, file=file, by=omar)

    for evidence, words in ((own, "This is your own."), (hers, "You handed this in, so a colleague decides.")):
        page = text(omar, "evidence", evidence.public_id)
        assert (words in page, "Approve it" in page) == (True, False)
        refused = client_of(omar).post(address("evidence", evidence.public_id), {"decision": "approve"})
        assert refused.status_code == 409


def test_same_file_is_named_to_whoever_may_see_the_other(
    card: Requirement, ana: User, cody: User, omar: User, mara: User
) -> None:
    evidence = hand_in(ana, card)
    hand_in(cody, card)

    assert "Cody Blake, BLS card" in text(omar, "evidence", evidence.public_id)
    page = text(mara, "evidence", evidence.public_id)
    assert ("Cody" in page, "once by somebody who is not in a team of yours" in page) == (False, True)


def test_managers_of_other_teams_and_other_clinics_find_nothing(
    card: Requirement, cody: User, mara: User, charlie: User, ana: User
) -> None:
    evidence = hand_in(cody, card)
    for user, organization in ((mara, "riverbend"), (charlie, "harbor"), (charlie, "riverbend"), (ana, "riverbend")):
        client = client_of(user)
        for name in ("evidence", "evidence-file"):
            path = address(name, evidence.public_id, organization=organization)
            assert client.get(path).status_code == 404
        path = address("evidence", evidence.public_id, organization=organization)
        assert client.post(path, {"decision": "approve"}).status_code == 404


# --- the file


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (files.PDF, "application/pdf", "card.pdf"),
        (files.picture("PNG"), "image/png", "card.png"),
        (files.picture("JPEG"), "image/jpeg", "card.jpg"),
    ],
)
def test_file_is_saved_and_never_shown(
    card: Requirement, ana: User, omar: User, content: bytes, media_type: str, name: str
) -> None:
    evidence = hand_in(ana, card, content=content)

    response = client_of(omar).get(address("evidence-file", evidence.public_id))

    assert response.content == bytes(EvidenceFile.objects.get().content)
    headers = response.headers
    assert headers["Content-Type"] == media_type
    assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"


def test_name_of_a_file_breaks_no_header(card: Requirement, ana: User, omar: User) -> None:
    evidence = hand_in(ana, card, name='Ausweis für Ana".pdf\r\nX: y')

    disposition = client_of(omar).get(address("evidence-file", evidence.public_id)).headers["Content-Disposition"]

    assert disposition == "attachment; filename*=utf-8''Ausweis%20f%C3%BCr%20Ana.pdf"


def test_reading_the_file_is_recorded_once_a_day(card: Requirement, ana: User, omar: User) -> None:
    evidence = hand_in(ana, card)
    for _ in range(2):
        client_of(omar).get(address("evidence-file", evidence.public_id))

    [event] = AuditEvent.objects.filter(action="evidence.read")
    assert (event.actor, event.object_id) == (str(omar.public_id), str(evidence.public_id))


def test_pages_never_hold_the_file(card: Requirement, ana: User, omar: User) -> None:
    evidence = hand_in(ana, card, content=files.pdf_with(b"<< /Title (CANARY) >>"))

    for name, more in (
        ("evidence-list", ()),
        ("evidence", (evidence.public_id,)),
        ("person", (seat_of(ana).public_id,)),
    ):
        assert "CANARY" not in text(omar, name, *more)


# --- for somebody else


def uploaded(content: bytes = files.PDF, name: str = "card.pdf", kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def test_administrator_hands_in_for_a_person_and_a_colleague_decides(
    card: Requirement, ana: User, omar: User, nina: User
) -> None:
    client, path = client_of(omar), address("evidence-new", seat_of(ana).public_id)
    sent = {"requirement": str(card.public_id), "title": "Card", "issuer": "School", "done_on": "2026-11-03"}
    assert "Shows name" not in client.get(path).content.decode()

    response = client.post(path, {**sent, "file": uploaded()})

    assert (response.status_code, response.headers["Location"]) == (303, address("person", seat_of(ana).public_id))
    evidence = Evidence.objects.get()
    assert (evidence.membership, evidence.submitted_by) == (seat_of(ana), str(omar.public_id))
    assert client_of(nina).post(address("evidence", evidence.public_id), {"decision": "approve"}).status_code == 303
    again = client.post(path, {**sent, "file": uploaded()})
    assert (again.status_code, b"This very file stands here" in again.content) == (409, True)


def test_nothing_is_handed_in_for_what_is_met_otherwise(clinic: Clinic, ana: User, omar: User) -> None:
    policy = build.requirement(clinic.organization, policy="Read this.")
    build.owes(seat_of(ana), policy, DUE)
    client, path = client_of(omar), address("evidence-new", seat_of(ana).public_id)
    assert "is met by evidence from elsewhere" in client.get(path).content.decode()

    sent = {"requirement": str(policy.public_id), "title": "Card", "issuer": "School", "done_on": "2026-11-03"}
    assert client.post(path, {**sent, "file": uploaded()}).status_code == 422
    assert Evidence.objects.count() == 0


def test_person_without_an_account_is_told_and_listed(clinic: Clinic, card: Requirement, omar: User) -> None:
    noa = Membership.objects.create(
        organization=clinic.organization, name="Noa", work_email="noa@example.com", started_on=dt.date(2026, 1, 5)
    )
    build.owes(noa, card, DUE)
    sent = {"requirement": str(card.public_id), "title": "Card", "issuer": "School", "done_on": "2026-11-03"}

    assert client_of(omar).post(address("evidence-new", noa.public_id), {**sent, "file": uploaded()}).status_code == 303
    assert "Noa" in text(omar, "evidence-list")

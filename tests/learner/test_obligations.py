"""What is asked of a learner, part by part; policies that she acknowledges; evidence that she hands in."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from accounts.services import end_membership
from audit.models import AuditEvent
from audit.services import SYSTEM
from enrollments.models import Enrollment
from tests.conftest import Clinic, client_of, expect_statements
from tests.training import build, files
from tests.training.build import NOW, seat_of
from tests.web.pages import form_to
from training.evidence_files import MOST_BYTES, examined
from training.models import Acknowledgement, Evidence, Obligation, RequirementPart, WaiverReason
from training.services import (
    Claim,
    approve_evidence,
    extend_obligation,
    hand_in_evidence,
    reject_evidence,
    release_obligation,
    state_completion,
    waive_obligation,
)
from web.uploads import MOST_SENT

DUE = dt.date(2026, 12, 20)


@pytest.fixture(autouse=True)
def on_a_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owed(clinic: Clinic, ana: User) -> Obligation:
    """A course, a policy and a card, all of them."""
    course = build.course(clinic.organization)
    asked = build.requirement(
        clinic.organization, course=course, policy="Lock your screen.", evidence="Shows your name and the day."
    )
    return build.owes(seat_of(ana), asked, DUE)


def here(owed: Obligation, name: str = "obligation") -> str:
    return reverse(f"learner:{name}", args=[owed.public_id])


def text(user: User, path: str) -> str:
    response = client_of(user).get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def claim(**changes: object) -> dict[str, object]:
    file = SimpleUploadedFile("card.pdf", files.PDF, content_type="application/pdf")
    return {"title": "BLS card", "issuer": "School", "done_on": "2026-11-03", "file": file, **changes}


def test_page_says_what_is_asked_part_by_part_and_why(owed: Obligation, ana: User, omar: User) -> None:
    extend_obligation(obligation=owed, days=3, reason="SECRET WORDS", by=omar)

    page = text(ana, here(owed))

    for words in (
        "Riverbend Clinic asks you for all of these by December 23, 2026.",
        f'<a href="{reverse("learner:course", args=["strangers"])}">Strangers, screens</a>',
        "Lock your screen.",
        "Shows your name and the day.",
        "Riverbend Clinic asked you on September 30, 2026",
        "You were given 3 days more",
        "So it is due on December 23, 2026",
        "What Riverbend Clinic sees",
    ):
        assert words in page, words
    # What an administrator wrote for colleagues is not hers to read here, and no administrator is named.
    assert ("SECRET WORDS" in page, "Omar" in page) == (False, False)


def test_page_tells_the_day_that_the_certificate_tells(clinic: Clinic, ana: User) -> None:
    course = build.course(clinic.organization)
    owed = build.owes(seat_of(ana), build.requirement(clinic.organization, course=course), DUE)
    at = dt.datetime(2026, 11, 20, 7, 30, tzinfo=dt.UTC)  # still the day before in Honolulu, the day itself in Chicago
    taken = build.enrollment(ana, course, at - dt.timedelta(days=1), at)
    Enrollment.objects.filter(pk=taken.pk).update(completed_on=dt.date(2026, 11, 19), completed_zone="Pacific/Honolulu")
    build.count()

    page = text(ana, here(owed))

    assert "Met on November 19, 2026" in page
    assert "You completed it on November 19, 2026" in page
    assert "November 20" not in page


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("America/Chicago", ""),
        ("Pacific/Honolulu", "Where you are, that day ends Sunday, December 20 at 8:00 p.m. HST."),
        ("Australia/Sydney", "Where you are, that day ends Monday, December 21 at 5:00 p.m. AEDT."),
    ],
)
def test_pages_say_when_the_day_ends_where_she_is(owed: Obligation, ana: User, zone: str, ends: str) -> None:
    User.objects.filter(pk=ana.pk).update(time_zone=zone)

    for page in (here(owed), reverse("learner:home")):
        told = text(ana, page)
        assert "December 20, 2026" in told
        assert told.count("Where you are") == (1 if ends else 0), page
        assert ends in told, page


def test_page_shows_each_part_as_it_is_met(owed: Obligation, ana: User, omar: User) -> None:
    part = RequirementPart.objects.get(kind="policy")
    client_of(ana).post(here(owed, "acknowledgement"), {"part": part.pk})

    page = text(ana, here(owed))
    assert page.count("Met on November 22, 2026") == 1
    assert "I have read this policy" not in page
    assert "Hand in evidence" in page


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("waive", "Riverbend Clinic has waived this for you."),
        ("state", "It was stated for you that this was done otherwise"),
        ("release", "does not ask you for this any more."),
    ],
)
def test_page_says_what_was_done_about_it(owed: Obligation, ana: User, omar: User, act: str, words: str) -> None:
    match act:
        case "waive":
            waive_obligation(obligation=owed, reason=WaiverReason.OTHER, by=omar)
        case "state":
            state_completion(obligation=owed, done_on=dt.date(2026, 11, 3), reason="Seen", by=omar)
        case _:
            release_obligation(obligation=owed, by=omar)

    assert words in text(ana, here(owed))


def test_page_is_hers_alone(owed: Obligation, cody: User, omar: User, mara: User, charlie: User) -> None:
    for user in (cody, omar, mara, charlie):
        client = client_of(user)
        assert client.get(here(owed)).status_code == 404
        assert client.get(here(owed, "evidence-new")).status_code == 404
        assert client.post(here(owed, "evidence-new"), claim()).status_code == 404
        assert (
            client.post(
                here(owed, "acknowledgement"), {"part": RequirementPart.objects.get(kind="policy").pk}
            ).status_code
            == 404
        )


def test_home_leads_to_what_has_no_course(clinic: Clinic, ana: User) -> None:
    owed = build.owes(seat_of(ana), build.requirement(clinic.organization, policy="Read."), DUE)

    page = text(ana, reverse("learner:home"))

    assert page.count(f'href="{here(owed)}"') == 2
    assert "Riverbend Clinic asks for this by December 20, 2026." in page


def test_page_takes_as_many_statements_whatever_was_done(owed: Obligation, ana: User, omar: User) -> None:
    client = client_of(ana)
    with expect_statements(26):
        client.get(here(owed))
    for number in range(10):
        extend_obligation(obligation=owed, days=1, reason="x", by=omar)
        hand_in(owed, ana, files.PDF + b" " * number)
    with expect_statements(26):
        client.get(here(owed))


# --- policies


def test_policy_is_acknowledged_once_without_script(owed: Obligation, ana: User) -> None:
    client = client_of(ana)
    form = form_to(client.get(here(owed)).content, here(owed, "acknowledgement"))

    for _ in range(2):
        response = client.post(form.action, form.data())
        assert (response.status_code, response.headers["Location"]) == (303, here(owed))

    assert Acknowledgement.objects.get().acknowledged_on == NOW.date()


@pytest.mark.parametrize("part", ["", "x", "0", "99999999", "1" * 40, "-1"])
def test_policy_that_is_none_is_not_found(owed: Obligation, ana: User, part: str) -> None:
    assert client_of(ana).post(here(owed, "acknowledgement"), {"part": part}).status_code == 404


def test_policy_that_is_not_asked_any_more_is_refused_in_words(owed: Obligation, ana: User, omar: User) -> None:
    part = RequirementPart.objects.get(kind="policy")
    release_obligation(obligation=owed, by=omar)

    response = client_of(ana).post(here(owed, "acknowledgement"), {"part": part.pk})

    assert (response.status_code, b"not asked of you any more" in response.content) == (409, True)


def test_policy_is_refused_in_words_before_it_opens(clinic: Clinic, ana: User) -> None:
    asked = build.requirement(clinic.organization, policy="Read.")
    owed = build.owes(seat_of(ana), asked, DUE, opens_on=dt.date(2026, 12, 1))
    assert "You can acknowledge it from the day on which it opens." in text(ana, here(owed))

    response = client_of(ana).post(here(owed, "acknowledgement"), {"part": RequirementPart.objects.get().pk})

    assert (response.status_code, b"December 1, 2026" in response.content) == (409, True)


# --- evidence


def hand_in(owed: Obligation, by: User, content: bytes = files.PDF) -> Evidence:
    said = Claim(title="BLS card", issuer="School", done_on=dt.date(2026, 11, 3))
    file = examined(content, "card.pdf")
    return hand_in_evidence(membership=owed.membership, requirement=owed.requirement, claim=said, file=file, by=by)


def test_evidence_is_handed_in_and_waits(owed: Obligation, ana: User) -> None:
    client = client_of(ana)
    form = form_to(client.get(here(owed, "evidence-new")).content, "")
    assert (form.enctype, form.files) == ("multipart/form-data", ["file"])

    response = client.post(here(owed, "evidence-new"), claim(hours="4.5", expires_on="2028-11-03"))

    assert (response.status_code, response.headers["Location"]) == (303, here(owed))
    evidence = Evidence.objects.get()
    assert (evidence.membership, str(evidence.hours), evidence.expires_on) == (
        seat_of(ana),
        "4.50",
        dt.date(2028, 11, 3),
    )
    page = text(ana, reverse("learner:evidence"))
    assert "It does not count yet. You get a mail when it is decided." in page
    again = client.post(here(owed, "evidence-new"), claim())
    assert (again.status_code, b"You have handed in this file before" in again.content) == (409, True)


@pytest.mark.parametrize(
    ("content", "name", "kind", "words"),
    [
        (b"<!doctype html><script>alert(1)</script>", "card.pdf", "application/pdf", "whatever its name says"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "card.png", "image/png", "whatever its name says"),
        (files.pdf_with(b"<< /S /JavaScript /JS (1) >>"), "card.pdf", "application/pdf", "besides its pages"),
        (files.PDF + files.zipped(), "card.pdf", "application/pdf", "behind the end of this PDF"),
        (files.png_that_says_it_is_huge(), "card.png", "image/png", "too many dots"),
        (files.moving("PNG"), "card.png", "image/png", "This picture moves"),
        (files.picture("JPEG")[:80], "card.jpg", "image/jpeg", "cannot be read to its end"),
        (b"", "card.pdf", "application/pdf", "empty"),
        (files.PDF + b" " * MOST_BYTES, "card.pdf", "application/pdf", "larger than 5 MB"),
    ],
)
def test_hostile_and_broken_files_are_refused_in_words(
    owed: Obligation, ana: User, content: bytes, name: str, kind: str, words: str
) -> None:
    sent = claim(file=SimpleUploadedFile(name, content, content_type=kind))

    response = client_of(ana).post(here(owed, "evidence-new"), sent)

    page = " ".join(response.content.decode().split())
    assert (response.status_code, words in page) == (422, True), page
    # What she typed is still there.
    assert 'value="BLS card"' in page
    assert Evidence.objects.count() == 0


def test_form_larger_than_any_page_takes_is_refused_before_it_is_read(owed: Obligation, ana: User) -> None:
    sent = claim(file=SimpleUploadedFile("card.pdf", files.PDF + b" " * MOST_SENT, content_type="application/pdf"))

    assert client_of(ana).post(here(owed, "evidence-new"), sent).status_code == 400


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "This field is required"),
        ({"done_on": "2026-11-23"}, "This day is still to come"),
        ({"expires_on": "2026-11-03"}, "It cannot expire before"),
        ({"hours": "0"}, "Give more than none"),
        ({"hours": "NaN"}, "Enter a number"),
        ({"file": ""}, "Choose the file that shows it"),
    ],
)
def test_claim_that_does_not_fit_is_said(owed: Obligation, ana: User, changes: dict[str, object], words: str) -> None:
    response = client_of(ana).post(here(owed, "evidence-new"), claim(**changes))

    assert (response.status_code, words in response.content.decode()) == (422, True)


def test_who_has_left_is_told_so_before_and_after_she_hands_in_evidence(owed: Obligation, ana: User) -> None:
    end_membership(membership=owed.membership, by=SYSTEM)
    client = client_of(ana)

    for response in (client.get(here(owed, "evidence-new")), client.post(here(owed, "evidence-new"), claim())):
        assert response.status_code == 409
        assert "Your time there has ended" in response.content.decode()
    assert not Evidence.objects.exists()


def test_evidence_is_refused_in_words_where_none_is_asked(clinic: Clinic, ana: User) -> None:
    owed = build.owes(seat_of(ana), build.requirement(clinic.organization, policy="Read."), DUE)
    client = client_of(ana)
    assert "Hand in evidence" not in text(ana, here(owed))

    for response in (client.get(here(owed, "evidence-new")), client.post(here(owed, "evidence-new"), claim())):
        assert (response.status_code, b"Evidence is not what is asked here" in response.content) == (409, True)


def test_her_page_says_how_each_piece_stands(owed: Obligation, ana: User, omar: User) -> None:
    reject_evidence(evidence=hand_in(owed, ana), because="No name on it", by=omar)
    assert "It was not accepted on November 22, 2026: “No name on it”" in text(ana, reverse("learner:evidence"))

    approve_evidence(evidence=hand_in(owed, ana, files.PDF + b"\n"), by=omar)
    page = text(ana, reverse("learner:evidence"))
    assert "It counts since it was approved on November 22, 2026." in page
    assert "Take it back" not in page
    assert "Met on November 3, 2026" in text(ana, here(owed))


def test_she_takes_back_what_waits_and_nothing_else(owed: Obligation, ana: User, cody: User, omar: User) -> None:
    evidence = hand_in(owed, ana)
    path = reverse("learner:evidence-withdrawal", args=[evidence.public_id])
    assert client_of(cody).post(path).status_code == 404

    assert client_of(ana).post(path).status_code == 303
    assert "It was taken back on November 22, 2026" in text(ana, reverse("learner:evidence"))

    decided = approve_evidence(evidence=hand_in(owed, ana), by=omar)
    late = client_of(ana).post(reverse("learner:evidence-withdrawal", args=[decided.public_id]))
    assert (late.status_code, b"It was decided before" in late.content) == (409, True)


def test_she_saves_her_own_file_and_nobody_else_does(owed: Obligation, ana: User, cody: User) -> None:
    path = reverse("learner:evidence-file", args=[hand_in(owed, ana).public_id])

    response = client_of(ana).get(path)

    assert (response.status_code, response.content) == (200, files.PDF)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert client_of(cody).get(path).status_code == 404
    assert not AuditEvent.objects.filter(action="evidence.read").exists()


def test_her_list_takes_as_many_statements_for_thirty_as_for_one(owed: Obligation, ana: User) -> None:
    client = client_of(ana)
    hand_in(owed, ana)
    with expect_statements(3):
        client.get(reverse("learner:evidence"))
    for number in range(29):
        hand_in(owed, ana, files.PDF + b" " * (number + 1))
    with expect_statements(3):
        client.get(reverse("learner:evidence"))

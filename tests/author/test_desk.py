"""The author's desk: challenges are answered, questions put right by two people, and nobody's name is told."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import Role, User
from accounts.services import grant_role
from audit.services import SYSTEM
from author.questions import Question
from certificates.models import Certificate, SigningKey
from certificates.services import attest, give_evaluation, settle
from courses.library import published
from courses.models import CourseVersion
from enrollments.services import enroll
from quizzes import services
from quizzes.models import Adjustment, Attempt, ItemChallenge, ScoreChange
from quizzes.queries import preview_adjustment
from quizzes.rules import NotAdjustable
from quizzes.services import answer_challenge, challenge_item
from tests.certifying import answers, read_everything
from tests.conftest import Clinic, client_of, seat
from tests.correcting import (
    OTHER,
    RIGHT,
    TEST,
    WRONG,
    approve,
    learner,
    propose,
    publish_course,
    sit,
    stored,
)
from tests.quizzes.builders import of_kind, quiz


@pytest.fixture
def version(clinic: Clinic) -> CourseVersion:
    return publish_course(clinic.organization)


@pytest.fixture
def failed(version: CourseVersion) -> Attempt:
    return sit(learner(version), one=OTHER, two=RIGHT, three=WRONG)


@pytest.fixture
def challenge(failed: Attempt) -> ItemChallenge:
    return challenge_item(attempt=failed, item_key="one", words="Both are right.", by=failed.enrollment.user)


@pytest.fixture
def author(theo: User) -> Client:
    return client_of(theo)


@pytest.fixture
def owner(nina: User) -> Client:
    return client_of(nina)


def path(name: str, *arguments: object) -> str:
    return reverse(f"author:{name}", args=["riverbend", *arguments])


def item_path(version: CourseVersion, key: str = "one") -> str:
    return path("item", version.public_id, TEST, key)


def text(response: Any) -> str:
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")].replace("<", " <")
    return re.sub(r"\s+", " ", strip_tags(main)).strip()


# --- who finds it


def test_home_leads_to_the_one_desk_and_lists_several(author: Client, theo: User, clinic: Clinic) -> None:
    assert author.get(reverse("author:home"))["Location"] == path("desk")

    other = clinic.organization.__class__.objects.create(slug="harbor", name="Harbor Counseling")
    seat(theo, other, None, Role.AUTHOR)

    page = text(author.get(reverse("author:home")))
    assert "Riverbend Clinic" in page
    assert "Harbor Counseling" in page


def test_link_to_the_desk_is_for_those_who_have_one(client: Client, theo: User, omar: User, ana: User) -> None:
    def header(user: User) -> str:
        client.logout()
        client.post("/accounts/login/", {"login": user.email, "password": "correct horse battery"})
        return client.get("/courses/").content.decode()

    assert "Author’s desk" in header(theo)
    assert "Author’s desk" not in header(omar)
    assert "Staff training" in header(omar)
    assert "Author’s desk" not in header(ana)
    assert "Staff training" not in header(ana)


def test_role_that_is_given_opens_the_desk(ana: User, clinic: Clinic) -> None:
    assert client_of(ana).get(path("desk")).status_code == 404

    grant_role(membership=ana.memberships.get(), role=Role.AUTHOR, by=SYSTEM)

    assert client_of(ana).get(path("desk")).status_code == 200


def test_other_providers_things_are_not_found_at_ones_own_address(
    author: Client, charlie: User, challenge: ItemChallenge, version: CourseVersion, theo: User
) -> None:
    proposal = propose(version, theo)
    elsewhere = client_of(charlie)
    for address in (
        path("challenge", challenge.public_id),
        item_path(version),
        path("assessment", version.public_id, TEST),
        path("adjustment", proposal.public_id),
    ):
        assert author.get(address).status_code == 200
        assert elsewhere.get(address.replace("/riverbend/", "/harbor/")).status_code == 404


def test_home_is_not_found_by_who_has_no_desk(ana: User) -> None:
    assert client_of(ana).get(reverse("author:home")).status_code == 404


@pytest.mark.parametrize("where", [(TEST, "none"), ("none", "one"), ("read", "one")])
def test_question_that_is_not_there_is_not_found(
    author: Client, version: CourseVersion, where: tuple[str, str]
) -> None:
    assert author.get(path("item", version.public_id, *where)).status_code == 404


# --- the desk


def test_empty_desk_says_so(author: Client) -> None:
    page = text(author.get(path("desk")))

    assert "Nothing waits for you." in page
    assert "No course yet" in page


def test_desk_lists_what_waits_and_what_holds(
    author: Client, challenge: ItemChallenge, version: CourseVersion, theo: User, nina: User
) -> None:
    approve(propose(version, theo, "two", "full-credit"), nina)
    propose(version, theo, "three", "accept-option", WRONG)

    page = text(author.get(path("desk")))

    assert "One learner waits for an answer." in page
    assert "Both are right." in page
    assert f"Option {WRONG} accepted too" in page
    assert "Full marks for everybody who was asked Approved by Nina Okafor" in page


def test_desk_asks_for_a_review_of_what_could_not_be_scored(
    author: Client, clinic: Clinic, theo: User, nina: User
) -> None:
    version = publish_course(clinic.organization, keys=("one",))
    attempt = sit(learner(version), one=WRONG)
    approve(propose(version, theo), nina)

    page = text(author.get(path("desk")))

    assert "Attempts that could not be scored" in page
    assert str(attempt.public_id) in page


def test_headline_names_what_comes_first(author: Client, version: CourseVersion, theo: User) -> None:
    propose(version, theo)

    assert "One proposal waits for approval." in text(author.get(path("desk")))


def test_no_page_of_the_desk_names_a_learner(
    owner: Client, challenge: ItemChallenge, version: CourseVersion, theo: User, nina: User
) -> None:
    in_force = approve(propose(version, theo, kind="full-credit"), nina)
    proposal = propose(version, theo, "two")
    addresses = [
        path("desk"),
        path("challenge", challenge.public_id),
        item_path(version),
        path("assessment", version.public_id, TEST),
        *(path("adjustment", each.public_id) for each in (in_force, proposal)),
    ]

    told = "\n".join(owner.get(address).content.decode() for address in addresses)

    lena = challenge.attempt.enrollment.user
    for secret in (lena.legal_name, lena.email, str(lena.public_id), str(challenge.attempt.enrollment.public_id)):
        assert secret not in told
    assert str(challenge.attempt.public_id) in told


# --- challenges


def test_upheld_challenge_leads_straight_to_a_proposal(
    author: Client, challenge: ItemChallenge, version: CourseVersion
) -> None:
    page = text(author.get(path("challenge", challenge.public_id)))
    assert "Both are right." in page
    assert "XREASON one well." in page  # the author reads the reasons

    sent = author.post(path("challenge", challenge.public_id), {"outcome": "upheld", "answer": "You are right."})

    assert (sent.status_code, sent["Location"]) == (303, f"{item_path(version)}#propose")
    after = text(author.get(path("challenge", challenge.public_id)))
    assert "Upheld You are right." in after
    assert "Propose how it is scored" in after


def test_explained_challenge_leads_back_to_the_desk(author: Client, challenge: ItemChallenge) -> None:
    sent = author.post(path("challenge", challenge.public_id), {"outcome": "explained", "answer": "It stands."})

    assert sent["Location"] == path("desk")
    assert "The learner is told why the question stands." in text(author.get(path("desk")))
    assert "Explained It stands." in text(author.get(path("challenge", challenge.public_id)))


def test_answer_that_does_not_fit_comes_back(author: Client, challenge: ItemChallenge) -> None:
    sent = author.post(path("challenge", challenge.public_id), {"outcome": "maybe", "answer": "My words."})

    assert sent.status_code == 422
    assert "My words." in sent.content.decode()


def test_second_answer_is_refused_with_the_first(author: Client, challenge: ItemChallenge, nina: User) -> None:
    answer_challenge(challenge=challenge, outcome="upheld", answer="Yes.", by=nina)

    sent = author.post(path("challenge", challenge.public_id), {"outcome": "explained", "answer": "No."})

    assert sent.status_code == 409
    assert "The learner has the first answer." in sent.content.decode()


def test_own_challenge_is_left_to_another_author(author: Client, version: CourseVersion, theo: User) -> None:
    attempt = sit(enroll(user=theo, course=version.course, acknowledged=True, by=theo), one=WRONG)
    own = challenge_item(attempt=attempt, item_key="one", words="Wrong.", by=theo)

    assert "Another author answers it." in text(author.get(path("challenge", own.public_id)))
    sent = author.post(path("challenge", own.public_id), {"outcome": "upheld", "answer": "Yes."})
    assert sent.status_code == 409
    assert "This challenge is your own" in sent.content.decode()


# --- questions


def test_question_shows_figures_from_five_answers_on(author: Client, version: CourseVersion) -> None:
    for name in ("Ada", "Eva", "Ida", "Mia"):
        sit(learner(version, f"{name} Holm"), one=OTHER)
    assert "Fewer than five finished answers" in text(author.get(item_path(version)))

    sit(learner(version, "Una Holm"), one=RIGHT)

    page = text(author.get(item_path(version)))
    assert "1 of 5 finished answers have full marks as published." in page
    assert "chosen 4 times" in page


def test_quiz_lists_its_questions_with_what_was_put_right(
    author: Client, version: CourseVersion, theo: User, nina: User
) -> None:
    approve(propose(version, theo), nina)
    propose(version, theo, "two", "full-credit")

    page = text(author.get(path("assessment", version.public_id, TEST)))

    assert "one Corrected Out of the score The stem of one." in page
    assert "two Proposed Full marks for everybody who was asked The stem of two." in page
    assert "three The stem of three." in page


# --- proposals


def propose_by_form(client: Client, version: CourseVersion, **fields: str) -> Any:
    return client.post(item_path(version), {"kind": "drop", "option": "", "reason": "Two are right."} | fields)


def test_proposal_leads_to_what_would_change(author: Client, version: CourseVersion, failed: Attempt) -> None:
    sent = propose_by_form(author, version, kind="accept-option", option=OTHER)

    proposal = Adjustment.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, path("adjustment", proposal.public_id))
    page = text(author.get(sent["Location"]))
    assert "What would change" in page
    assert "1 of 3, not passed" in page
    assert "2 of 3, passed" in page
    assert "another author or an owner of Riverbend Clinic approves it" in page
    assert "Approve and change the scores" not in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "accept-option"}, "Choose the option that is to be accepted too."),
        ({"kind": "forget"}, "forget is not one of the available choices"),
        ({"reason": " "}, "This field is required."),
        ({"kind": "accept-option", "option": RIGHT}, "is not one of the available choices"),
    ],
)
def test_proposal_that_does_not_fit_comes_back(
    author: Client, version: CourseVersion, fields: dict[str, str], told: str
) -> None:
    sent = propose_by_form(author, version, **fields)

    assert sent.status_code == 422
    assert told in sent.content.decode()
    assert not Adjustment.objects.exists()


def test_option_that_is_left_chosen_beside_another_remedy_is_not_kept(author: Client, version: CourseVersion) -> None:
    propose_by_form(author, version, kind="drop", option=OTHER)

    assert Adjustment.objects.get().option_key == ""


def test_same_proposal_by_another_author_leads_to_the_first(owner: Client, version: CourseVersion, theo: User) -> None:
    proposal = propose(version, theo)

    sent = propose_by_form(owner, version)

    assert sent.status_code == 409
    assert path("adjustment", proposal.public_id) in sent.content.decode()


def test_remedy_that_the_service_refuses_is_told(
    author: Client, version: CourseVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_values: object) -> None:
        raise services.CannotAdjust(NotAdjustable.NOT_SCORED)

    monkeypatch.setattr(services, "propose_adjustment", refuse)

    sent = propose_by_form(author, version)

    assert sent.status_code == 409
    assert "This change does not fit the question" in sent.content.decode()


# --- approval


def seen(page: Any) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    assert found
    return found.group(1)


def test_second_author_sees_what_changes_and_approves(
    owner: Client, version: CourseVersion, failed: Attempt, theo: User
) -> None:
    proposal = propose(version, theo, kind="full-credit")
    page = owner.get(path("adjustment", proposal.public_id))

    sent = owner.post(path("adjustment-approval", proposal.public_id), {"seen": seen(page)})

    assert (sent.status_code, sent["Location"]) == (303, path("adjustment", proposal.public_id))
    assert stored(failed) == (2, 3, True)
    after = text(owner.get(sent["Location"]))
    assert "In force. 1 score was changed" in after
    assert "What it changed" in after
    assert "Passes now" in after


def test_approval_of_what_moved_shows_it_as_it_is_now(
    owner: Client, version: CourseVersion, failed: Attempt, theo: User
) -> None:
    proposal = propose(version, theo, kind="full-credit")
    old = seen(owner.get(path("adjustment", proposal.public_id)))
    sit(learner(version, "Mia Holm"), one=WRONG)

    sent = owner.post(path("adjustment-approval", proposal.public_id), {"seen": old})

    assert sent.status_code == 409
    assert "what would change is not what you looked at" in text(sent)
    assert not ScoreChange.objects.exists()
    assert owner.post(path("adjustment-approval", proposal.public_id), {"seen": seen(sent)}).status_code == 303


def test_proposer_does_not_approve(author: Client, version: CourseVersion, theo: User) -> None:
    proposal = propose(version, theo)

    sent = author.post(path("adjustment-approval", proposal.public_id), {"seen": "x"})

    assert sent.status_code == 409
    assert "Nobody approves her own proposal" in sent.content.decode()


def test_withdrawn_proposal_is_not_approved(author: Client, owner: Client, version: CourseVersion, theo: User) -> None:
    proposal = propose(version, theo)

    assert author.post(path("adjustment-withdrawal", proposal.public_id)).status_code == 303
    assert "Withdrawn" in text(author.get(path("adjustment", proposal.public_id)))
    sent = owner.post(path("adjustment-approval", proposal.public_id), {"seen": "x"})
    assert sent.status_code == 409
    assert "This proposal was withdrawn" in sent.content.decode()


def test_what_is_in_force_is_not_withdrawn(author: Client, version: CourseVersion, theo: User, nina: User) -> None:
    proposal = approve(propose(version, theo), nina)

    sent = author.post(path("adjustment-withdrawal", proposal.public_id))

    assert sent.status_code == 409
    assert "Scores rest on it" in sent.content.decode()


def test_preview_says_which_certificates_stay(
    owner: Client, version: CourseVersion, theo: User, signing_key: SigningKey
) -> None:
    passed = sit(learner(version), one=RIGHT, two=RIGHT, three=WRONG)
    enrollment = passed.enrollment
    read_everything(enrollment)
    give_evaluation(enrollment=enrollment, answers=answers(enrollment), by=enrollment.user)
    attest(enrollment=enrollment, by=enrollment.user)
    settle(enrollment=enrollment, by=enrollment.user)
    proposal = propose(version, theo, kind="drop")
    before = Certificate.objects.get().payload

    page = owner.get(path("adjustment", proposal.public_id))
    assert "of them has a certificate, which stays as it is" in text(page)
    assert "The certificate stays as it is." in text(page)
    owner.post(path("adjustment-approval", proposal.public_id), {"seen": seen(page)})

    assert Certificate.objects.get().payload == before


def test_long_lists_of_changes_have_pages(
    owner: Client, version: CourseVersion, theo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("author.views.desk.LISTED", 2)
    for name in ("Ada", "Eva", "Ida"):
        sit(learner(version, f"{name} Holm"), one=OTHER)
    proposal = propose(version, theo, kind="full-credit")

    first = text(owner.get(path("adjustment", proposal.public_id)))
    second = text(owner.get(path("adjustment", proposal.public_id), {"page": 2}))

    assert "Page 1 of 2 · Next" in first
    assert "Previous · Page 2 of 2" in second
    assert (first.count("1 of 3, not passed"), second.count("1 of 3, not passed")) == (2, 1)


def test_role_that_ends_while_the_form_is_open_is_met_by_the_service(
    author: Client, challenge: ItemChallenge, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_values: object) -> None:
        raise services.NotAnAuthor

    monkeypatch.setattr(services, "answer_challenge", refuse)

    sent = author.post(path("challenge", challenge.public_id), {"outcome": "upheld", "answer": "Yes."})

    assert sent.status_code == 404


# --- authors who take the course themselves


TAKES_IT = "You take this course yourself"


def test_author_who_takes_the_course_sees_no_reasons_before_they_are_released_to_her(
    author: Client, owner: Client, theo: User, nina: User, version: CourseVersion, challenge: ItemChallenge
) -> None:
    proposal = propose(version, nina, "two", "full-credit")
    pages = [item_path(version), path("challenge", challenge.public_id), path("adjustment", proposal.public_id)]
    for page in pages:
        assert "XREASON" in text(author.get(page))
    mine = enroll(user=theo, course=version.course, acknowledged=True, by=theo)
    first = sit(mine, one=OTHER, two=WRONG, three=WRONG)

    for page in pages:
        told = text(author.get(page))
        assert TAKES_IT in told
        assert "XREASON" not in told
        assert "Correct" not in told
        assert str(first.public_id) not in told
        assert "XREASON" in text(owner.get(page))
    form = {"kind": "drop", "reason": "To see what changes."}
    assert author.post(item_path(version), form).status_code == 422
    assert Adjustment.objects.count() == 1

    sit(mine, one=RIGHT, two=RIGHT, three=RIGHT)
    for page in pages:
        assert "XREASON" in text(author.get(page))
        assert TAKES_IT not in text(author.get(page))


def test_steps_to_be_ordered_do_not_stand_in_the_right_order_for_who_takes_the_course(version: CourseVersion) -> None:
    found = published(version)
    ordering = quiz(of_kind("ordering"))
    (item,) = ordering.items
    shown = [option.html for option in Question(version, found, ordering, item, is_withheld=True).options]

    assert shown == sorted(shown)
    assert shown != [option.text for option in item.shown]


def test_author_who_would_pass_by_it_does_not_approve(
    owner: Client, nina: User, theo: User, version: CourseVersion
) -> None:
    mine = enroll(user=nina, course=version.course, acknowledged=True, by=nina)
    attempt = sit(mine, one=RIGHT, two=WRONG, three=WRONG)
    proposal = propose(version, theo, "two", "full-credit")

    assert "You would pass by this yourself" in text(owner.get(path("adjustment", proposal.public_id)))
    seen = preview_adjustment(proposal).digest
    refusal = owner.post(path("adjustment-approval", proposal.public_id), {"seen": seen})

    assert refusal.status_code == 409
    assert "You would pass by this yourself" in text(refusal)
    assert Adjustment.objects.get().is_proposed
    assert stored(attempt) == (1, 3, False)

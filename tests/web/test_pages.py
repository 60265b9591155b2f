"""What holds for every page. A page is added by its address and by who opens it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.models import User
from accounts.zones import zone_choices
from courses.models import CourseVersion
from enrollments.services import enroll
from quizzes.services import answer_challenge, challenge_item, withdraw_adjustment
from tests import correcting
from tests.conftest import Clinic, client_of
from tests.publishing import SLUG, publish_example
from tests.web.pseudo import pseudo_localized, texts_of, untranslated
from tests.web.structure import structural_faults

pytestmark = pytest.mark.django_db

VISITORS = [
    "/",
    "/courses/",
    f"/courses/{SLUG}/",
    "/about/privacy/",
    "/about/terms/",
    "/about/accessibility/",
    "/about/contact/",
    "/nowhere/",
    "/verify/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
]
LEARNERS = [
    "/",
    f"/courses/{SLUG}/",
    "/nowhere/",
    "/learn/",
    f"/learn/courses/{SLUG}/",
    f"/learn/courses/{SLUG}/lessons/who-may-hear/",
    f"/learn/courses/{SLUG}/quizzes/voicemail-test/",
    f"/learn/courses/{SLUG}/quizzes/the-callback/",
    f"/learn/courses/{SLUG}/accommodation/",
    f"/learn/courses/{SLUG}/evaluation/",
    f"/learn/courses/{SLUG}/attestation/",
    "/learn/pause/",
    "/learn/transcript/",
    "/learn/profile/",
    "/learn/licenses/",
    "/learn/shared/",
    "/accounts/email/",
    "/accounts/password/change/",
]
ADMINISTRATORS = [
    "/manage/riverbend/",
    "/manage/riverbend/people/",
    "/manage/riverbend/people/new/",
    "/manage/riverbend/requirements/",
    "/manage/riverbend/requirements/new/",
    "/manage/riverbend/obligations/",
    "/manage/riverbend/accommodations/",
]


@pytest.fixture
def version(db: None) -> CourseVersion:
    return publish_example()


@pytest.fixture
def pages(version: CourseVersion, corrected: "Corrected", ana: User, omar: User) -> list[tuple[str, Client]]:
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    opened = [(VISITORS, Client()), (LEARNERS, client_of(ana)), (ADMINISTRATORS, client_of(omar))]
    return [(address, client) for addresses, client in opened for address in addresses] + corrected.pages


@dataclass(frozen=True)
class Corrected:
    """A course in which something was challenged, proposed, withdrawn and put in force; and who sees it where."""

    version: CourseVersion
    pages: list[tuple[str, Client]]
    data: list[str]


@pytest.fixture
def corrected(clinic: Clinic, theo: User, nina: User) -> Corrected:
    version = correcting.publish_course(clinic.organization)
    lena = correcting.learner(version)
    failed = correcting.sit(lena, one=correcting.WRONG, two=correcting.RIGHT)
    answered, waiting = (
        challenge_item(attempt=failed, item_key=key, words="XWORDS", by=lena.user) for key in ("one", "two")
    )
    answer_challenge(challenge=answered, outcome="upheld", answer="XWORDS", by=theo)
    in_force = correcting.approve(correcting.propose(version, theo, "one", "accept-option", correcting.WRONG), nina)
    proposed, withdrawn = (correcting.propose(version, theo, key, "drop") for key in ("one", "two"))
    withdraw_adjustment(adjustment=withdrawn, by=theo)
    quiz = f"versions/{version.public_id}/{correcting.TEST}/"
    rows = [f"challenges/{row.public_id}/" for row in (answered, waiting)]
    rows += [f"adjustments/{row.public_id}/" for row in (in_force, proposed, withdrawn)]
    desk = [(f"/author/riverbend/{path}", client_of(nina)) for path in ("", quiz, f"{quiz}one/", *rows)]
    attempts = [failed, correcting.sit(correcting.learner(version, "Mia Holm"), one=correcting.WRONG)]
    shown = [
        (f"/learn/attempts/{attempt.public_id}/{page}/", client_of(attempt.enrollment.user))
        for attempt in attempts
        for page in ("result", "challenge")
    ]
    keys = [*correcting.KEYS, correcting.TEST, correcting.RIGHT, correcting.WRONG, correcting.OTHER]
    data = ["XWORDS", "Two options are right.", *(str(attempt.public_id) for attempt in attempts), *keys]
    return Corrected(version, [*desk, *shown], data)


def places() -> Iterator[str]:
    """Names of places are data, not sentences."""
    for part, zones in zone_choices():
        yield part
        yield from (name for _zone, name in zones)


def html_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code in (200, 404), address
    return response.content.decode()


def test_pages_are_well_built(pages: list[tuple[str, Client]]) -> None:
    faults = {address: structural_faults(html_of(client, address)) for address, client in pages}

    assert {address: found for address, found in faults.items() if found} == {}


def test_every_sentence_can_be_translated(
    pages: list[tuple[str, Client]], version: CourseVersion, corrected: Corrected, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = ["Example Provider", "Riverbend Clinic", "Crisis team", "Front desk", "support@localhost"]
    people += [each for user in User.objects.all() for each in (user.legal_name, user.email)]
    data = [texts_of(version), texts_of(corrected.version), *corrected.data, *people, *places()]

    with pseudo_localized(monkeypatch):
        found = {address: untranslated(html_of(client, address), data) for address, client in pages}

    assert {address: texts for address, texts in found.items() if texts} == {}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>⟦Saved at <b>9</b>.⟧ 9 · Vignette</p>", []),
        ("<p>Saved.</p>", ["Saved."]),
        ('<a aria-label="Close">⟦Close⟧</a>', ["Close"]),
        ("<p>⟦From⟧ Ana Reyes</p>", []),
    ],
)
def test_untranslated_text_is_found(html: str, found: list[str]) -> None:
    assert untranslated(html, ["Ana Reyes"]) == found


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<html lang="en"><h1>a</h1><h3>b</h3></html>', "a heading of level 3 after one of 1"),
        ('<html lang="en"><h1 style="x">a</h1></html>', "<h1 style>"),
        ('<html lang="en"><h1>a</h1><form method="post"></form></html>', "a form that posts to '' has no token"),
        ('<html lang="en"><h1>a</h1><input name="n"></html>', "the field 'n' has no label"),
        ('<html lang="en"><h1>a</h1><a href="#gone">b</a></html>', "href refers to 'gone', which is not here"),
        ('<html lang="en"><h1>a</h1><svg><use href="/i.svg#nix"/></svg></html>', "no icon /i.svg#nix"),
    ],
)
def test_structural_fault_is_found(html: str, fault: str) -> None:
    assert structural_faults(html) == [fault]

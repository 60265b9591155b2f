"""What holds for every page. A page is added by its address and by who opens it."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Role, User
from accounts.queries import reading_of
from accounts.rules.roster import Kind
from accounts.services import (
    add_member,
    cancel_leave,
    change_team,
    check_roster,
    end_membership,
    grant_role,
    invite,
    record_leave,
    remove_roster,
    return_member,
)
from accounts.zones import zone_choices
from administrator.messages.audit import detail_words
from audit.models import AuditEvent
from audit.services import SYSTEM
from author.packages import read_package
from courses.library import published
from courses.models import Course, CourseVersion
from courses.services import publish_version
from enrollments.services import enroll
from quizzes.services import answer_challenge, challenge_item, withdraw_adjustment
from tests import correcting
from tests.accounts.roster.build import HEADER, applied, checked, content, received
from tests.certifying import feedback_in
from tests.conftest import Clinic, client_of
from tests.enrollments import documents
from tests.publishing import EXAMPLE, SLUG, publish_example
from tests.training import build, files
from tests.training.build import seat_of
from tests.web.pseudo import pseudo_localized, texts_of, untranslated
from tests.web.structure import structural_faults
from training.evidence_files import examined
from training.models import Obligation, Report, WaiverReason
from training.rules import Act, Plan
from training.services import (
    Claim,
    Terms,
    Want,
    Wanted,
    ask_for_report,
    extend_obligation,
    hand_in_evidence,
    make_reports,
    oblige,
    preview_act,
    reject_evidence,
    waive_obligation,
)

pytestmark = pytest.mark.django_db

VISITORS = [
    "/",
    "/courses/",
    f"/courses/{SLUG}/",
    f"/courses/{SLUG}/facts/",
    f"/courses/{SLUG}/facts/?status=general",
    f"/courses/{SLUG}/references/",
    "/courses/in-modules/",
    "/courses/in-modules/facts/",
    "/courses/in-modules/words/",
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
    "/learn/courses/in-modules/",
    "/learn/courses/in-modules/lessons/card/",
    "/courses/in-modules/words/",
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
    "/manage/riverbend/people/invitations/",
    "/manage/riverbend/people/import/",
    "/manage/riverbend/teams/",
    "/manage/riverbend/requirements/",
    "/manage/riverbend/requirements/new/",
    "/manage/riverbend/requirements/assignment/",
    "/manage/riverbend/requirements/impossible/",
    "/manage/riverbend/matrix/",
    "/manage/riverbend/matrix/?by=team",
    "/manage/riverbend/matrix/sheet/",
    "/manage/riverbend/obligations/",
    "/manage/riverbend/forecast/",
    "/manage/riverbend/statements/",
    "/manage/riverbend/reminders/",
    "/manage/riverbend/accommodations/",
    "/manage/riverbend/evidence/",
    "/manage/riverbend/policy/",
    *(f"/manage/riverbend/obligations/acts/?act={act}" for act in ("extend", "waive", "state", "release")),
    "/manage/riverbend/reports/",
]

PERSON = ["", "record/", "roles/", "leaves/", "end/"]


#: Feedback on the example course; the second objective is left open.
SAID: dict[str, int | str] = {"objectives-met.choose-words": 4, "level": "right", "clear": 4, "change": "XWORDS"}


@pytest.fixture
def version(db: None) -> CourseVersion:
    return publish_example()


@pytest.fixture
def in_modules(db: None) -> CourseVersion:
    """A course in modules, with a checklist and a page to look up."""
    return documents.publish(documents.in_modules(), slug="in-modules")


@pytest.fixture
def pages(
    version: CourseVersion,
    in_modules: CourseVersion,
    corrected: "Corrected",
    staffed: "Staffed",
    proofs: list[tuple[str, Client]],
    ana: User,
    omar: User,
) -> list[tuple[str, Client]]:
    for begun in (version, in_modules):
        enroll(user=ana, course=begun.course, acknowledged=True, by=ana)
    opened = [(VISITORS, Client()), (LEARNERS, client_of(ana)), (ADMINISTRATORS, client_of(omar))]
    fixed = [(address, client) for addresses, client in opened for address in addresses]
    return fixed + corrected.pages + staffed.pages + proofs + _of_training(ana, omar)


#: What the test's people typed or were asked in pages of training.
TYPED = ["Basic life support", "The evidence", "The policy", "XWORDS", "card.pdf"]


def _of_training(ana: User, omar: User) -> list[tuple[str, Client]]:
    """The pages about what is asked of ana: open, waived, stated, proved, waiting; and an act upon several."""
    seat, desk = seat_of(ana), "/manage/riverbend"
    asked = build.requirement(seat.organization, policy="XWORDS", evidence="XWORDS")
    terms = Terms(due_on=timezone.localdate() + dt.timedelta(days=9))
    [owed] = oblige(asked, [Want(seat, terms)], by=omar)
    [other] = oblige(build.requirement(seat.organization, evidence="XWORDS"), [Want(seat, terms)], by=omar)
    extend_obligation(obligation=owed, days=3, reason="XWORDS", by=omar)
    waive_obligation(obligation=other, reason=WaiverReason.OTHER, by=omar)
    handed_in = [
        hand_in_evidence(
            membership=seat,
            requirement=each.requirement,
            claim=Claim(title="XWORDS", issuer="XWORDS", done_on=timezone.localdate() - dt.timedelta(days=1)),
            file=examined(files.PDF, "card.pdf"),
            by=ana,
        )
        for each in (owed, other)
    ]
    reject_evidence(evidence=handed_in[0], because="XWORDS", by=omar)
    plan = Plan(act=Act.EXTEND, days=3, words="XWORDS")
    shown = preview_act(organization=seat.organization, obligations=Obligation.objects.all(), plan=plan, by=omar)
    hers = [
        "evidence/",
        *(f"obligations/{one.public_id}/{path}" for one in (owed, other) for path in ("", "evidence/")),
    ]
    theirs = [f"obligations/{owed.public_id}/{act}/" for act in ("extensions", "waivers", "statements", "release")]
    theirs += [f"evidence/{one.public_id}/" for one in handed_in]
    theirs += [
        f"people/{seat.public_id}/",
        f"people/{seat.public_id}/evidence/",
        f"obligations/acts/{shown.public_id}/",
    ]
    opened = [(f"/learn/{path}", client_of(ana)) for path in hers]
    return opened + [(f"{desk}/{path}", client_of(omar)) for path in theirs]


@pytest.fixture
def proofs(clinic: Clinic, ana: User, nina: User) -> list[tuple[str, Client]]:
    """Reports in every state, and the audit trail before and after its owner said that she reads it."""
    day = timezone.localdate() - dt.timedelta(days=2)
    wanted = Wanted(kind="binder", day=day, from_on=day, with_trail=True)
    made, removed, failed = (
        ask_for_report(wanted=wanted, organization=clinic.organization, by=nina, request_id=uuid.uuid4())
        for _ in range(3)
    )
    make_reports(by=SYSTEM)
    waiting = ask_for_report(wanted=wanted, organization=clinic.organization, by=nina, request_id=uuid.uuid4())
    Report.objects.filter(pk=removed.pk).update(removed_at=timezone.now())
    Report.objects.filter(pk=failed.pk).update(sha256="", failed_because="XFAULT")
    Report.objects.filter(pk=waiting.pk).update(claimed_at=timezone.now(), total=9, done=3)
    client, reading = client_of(nina), client_of(nina)
    reading.post("/manage/riverbend/audit/reading/")
    reading.post("/manage/riverbend/audit/check/")
    shown = [f"/manage/riverbend/reports/{one.public_id}/" for one in (made, removed, failed, waiting)]
    trail = "/manage/riverbend/audit/"
    return [
        *((address, client) for address in [*shown, "/manage/riverbend/reports/", "/manage/riverbend/sign-in/", trail]),
        *((address, reading) for address in (trail, f"{trail}?action=report.made", f"{trail}?person=nobody")),
    ]


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
    desk += _of_versions(clinic, nina)
    attempts = [failed, correcting.sit(correcting.learner(version, "Mia Holm"), one=correcting.WRONG)]
    shown = [
        (f"/learn/attempts/{attempt.public_id}/{page}/", client_of(attempt.enrollment.user))
        for attempt in attempts
        for page in ("result", "challenge")
    ]
    keys = [*correcting.KEYS, correcting.TEST, correcting.RIGHT, correcting.WRONG, correcting.OTHER]
    data = ["XWORDS", "Two options are right.", *(str(attempt.public_id) for attempt in attempts), *keys]
    # Names of the package's files, by which changes are told.
    data += ["review / change_note", "review / review_by", "guidance", "point", "standing", "correction", "standards"]
    for each in CourseVersion.objects.filter(course__slug="whole"):
        options = [option for quiz in published(each).document.quizzes for item in quiz.items for option in item.shown]
        data += [
            texts_of(each),
            "care +1",
            "care +2",
            *(text for option in options for text in (option.key, option.text)),
        ]
    return Corrected(version, [*desk, *shown], data)


def _of_versions(clinic: Clinic, author: User) -> list[tuple[str, Client]]:
    """Pages about a whole version of a course with everything in it, and about what changed in the next."""
    package = read_package(EXAMPLE)
    made = package.document()
    assert made is not None
    overdue = made.course.review.model_copy(update={"review_by": "2026-01-01", "change_note": "XWORDS"})
    whole = Course.objects.create(slug="whole", provider=clinic.organization)
    course = made.course.model_copy(update={"review": overdue})
    newer = made.model_copy(update={"course": course, "guidance": made.guidance[:1]})
    versions = [
        publish_version(course=whole, document=each, files={}, media=package.media(), by=SYSTEM)
        for each in (made, newer)
    ]
    # Of the older there is something to tell; of the newer there is not.
    feedback_in(versions[0], 1, *[SAID] * 5)
    names = ("coverage", "coverage/?standing=stands", "review", "changes", "the-callback", "warm-up")
    addresses = [f"/author/riverbend/versions/{each.public_id}/{name}" for each in versions for name in names]
    addresses += [f"/author/riverbend/feedback/{each.public_id}{of}" for each in versions for of in ("", "/?of=course")]
    return [(address if "?" in address else f"{address}/", client_of(author)) for address in addresses]


@dataclass(frozen=True)
class Staffed:
    """People away, gone and back, teams below teams, and rosters in every state; and who sees them where."""

    pages: list[tuple[str, Client]]
    data: list[str]


@pytest.fixture
def staffed(clinic: Clinic, ana: User, cody: User, nina: User) -> Staffed:
    organization, today = clinic.organization, timezone.localdate()
    hers, his = Membership.objects.get(user=ana), Membership.objects.get(user=cody)
    record_leave(membership=hers, starts_on=today, by=SYSTEM)
    cancel_leave(leave=record_leave(membership=his, starts_on=today, by=SYSTEM), by=SYSTEM)
    grant_role(membership=hers, role=Role.MANAGER, team=clinic.front_desk, by=SYSTEM)
    change_team(team=clinic.front_desk, name="Front desk", parent=clinic.crisis_team, by=SYSTEM)
    gone = end_membership(membership=his, on=today, by=SYSTEM)
    back = return_member(membership=gone, started_on=today, by=SYSTEM)
    invite(membership=back, by=SYSTEM)
    add_member(organization=organization, name="Xan", work_email="xan@example.com", by=SYSTEM)
    lines = (
        ("Xan Two", "xan@example.com", "X-1", "Front desk", "XJOB", ""),
        ("Xeno", "xeno@example.com", "X-2", "XTEAM", "", ""),
        ("Xid", "xid@example.com", "X-3", "", "", "XDAY"),
        ("Xul", "xul@example.com", "X-4", "", "", ""),
    )
    asked = [(*lines[0][:5], "03.04.2024")]
    rosters = [
        received(organization, content(*lines)),
        received(organization, content(*lines).replace(b"Xul", b"X\xfcl")),
        checked(organization, content(*asked)),
        checked(organization, content(*lines)),
        applied(organization, content(*lines[3:])),
        checked(organization, content(*lines[:1]) + b'"'),
    ]
    waiting = received(organization, content(*lines))
    check_roster(roster=waiting, columns=reading_of(waiting).columns, by=SYSTEM)
    removed = received(organization, content(*lines))
    remove_roster(roster=removed, by=SYSTEM)
    client, start = client_of(nina), "/manage/riverbend/people/"
    people = [f"{seat.public_id}/{page}" for seat in (hers, back) for page in PERSON]
    people += [f"{gone.public_id}/{page}" for page in ("", "roles/", "leaves/", "return/")]
    imports = [f"import/{each.public_id}/" for each in (*rosters, waiting, removed)]
    imports += [f"import/{rosters[3].public_id}/?show={kind}" for kind in Kind]
    teams = [f"/manage/riverbend/teams/{team.pk}/" for team in (clinic.crisis_team, clinic.front_desk)]
    addresses = [*(start + each for each in (*people, *imports)), *teams]
    data = [
        *HEADER,
        "MST",
        "MDT",
        "Crisis team / Front desk",
        "Xan",
        "03.04.2024",
        "XTEAM",
        "XJOB",
        "XDAY",
        "Xül",
        "X\u2019",
        *(each for line in lines for each in line),
    ]
    data += [each.sha256[:12] for each in (*rosters, waiting, removed)]
    data += [str(each) for each in (hers.public_id, back.public_id, gone.public_id)]
    return Staffed([(address, client) for address in addresses], [each for each in data if each])


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
    pages: list[tuple[str, Client]],
    version: CourseVersion,
    in_modules: CourseVersion,
    corrected: Corrected,
    staffed: Staffed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = ["Example Provider", "Riverbend Clinic", "Crisis team", "Front desk", "support@localhost"]
    people += [each for user in User.objects.all() for each in (user.legal_name, user.email)]
    # The trail shows words of code, and reports have names of files.
    trail = [f"{event.object_type} {event.details}" for event in AuditEvent.objects.all()]
    trail += [words for event in AuditEvent.objects.all() for _, words in detail_words(event.details)]
    files = [
        "XFAULT",
        *Report.objects.values_list("file_name", flat=True),
        *Report.objects.values_list("sha256", flat=True),
    ]
    data = [
        texts_of(version),
        texts_of(in_modules),
        texts_of(corrected.version),
        *corrected.data,
        *staffed.data,
        *people,
        *places(),
        *TYPED,
        *trail,
        *files,
    ]

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

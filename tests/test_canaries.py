"""What must stay hidden carries words that nothing else holds, and every answer to everybody is searched for them.

Rationales (with the facts behind items) wait for the release rule; answers, decisions, remarks and license numbers are
never an employer's or a visitor's.
"""

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail as mail_module
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Leave, License, Membership, Organization, Role, RoleGrant, RosterImport, Team, User
from accounts.services import add_license
from audit.models import OutboxMail
from audit.services import send_mail
from certificates.models import Certificate, EvaluationAnswers, SigningKey
from courses.document import Document
from courses.models import CourseVersion
from enrollments.models import Enrollment
from quizzes.models import Accommodation, AccommodationRequest, Adjustment, Attempt, ItemChallenge, Response
from quizzes.queries import preview_adjustment
from quizzes.rules import Arranged
from quizzes.services import (
    answer_challenge,
    approve_adjustment,
    ask_for_accommodation,
    grant_accommodation,
    propose_adjustment,
)
from tests.certifying import answers, feedback_in
from tests.conftest import Clinic, client_of, person, seat
from tests.enrollments.documents import document, lesson, publish, quiz
from training.models import (
    AssignmentRule,
    Evidence,
    Obligation,
    Preview,
    Report,
    Requirement,
    SavedView,
    Statement,
    Waiver,
)
from training.services import assign_course

SLUG = "a-course"
LICENSE, REMARK = "XLICENSE7781", "XREMARK spoken in confidence"
#: Why, and why not: what a release rule holds back.
REASON = re.compile(r"XREASON-[a-z-]+")
#: What an employer and a stranger never read: options and choices, remarks, numbers of licenses, what is arranged for
#: her, and marks (97 a question).
PRIVATE = re.compile(r"XREASON|XOPTION|XCHOICE|XREMARK|XLICENSE|XWANTED|XARRANGED|\b97\b|\b194\b")


def item(quiz_key: str, key: str) -> dict[str, object]:
    def option(name: str, *, correct: bool) -> dict[str, object]:
        return {
            "key": name,
            "text": f"XOPTION-{quiz_key}-{key}-{name}",
            "rationale": f"XREASON-{quiz_key}-{key}-{name}.",
            **({"correct": True} if correct else {}),
        }

    return {
        "key": key,
        "kind": "single_best_answer",
        "objectives": ["ask"],
        "cognitive": "recall",
        "marks": 97,
        "stem": f"The stem of {key}.",
        "lead_in": "Which?",
        "options": [option("well", correct=True), option("ill", correct=False), option("other", correct=False)],
        "facts": [
            {
                "key": f"f-{key}",
                "claim": f"XREASON-{quiz_key}-{key}-fact.",
                "status": "general",
                "source": "GK",
                "checked_on": "2026-10-01",
                "check_by": "2027-10-01",
            }
        ],
    }


def every_kind(quiz_key: str) -> list[dict[str, object]]:
    """A question of each further kind, with a canary in every reason; no key says what is right."""

    def option(kind: str, name: str, **more: object) -> dict[str, object]:
        return {
            "key": name,
            "text": f"XOPTION-{quiz_key}-{kind}-{name}",
            "rationale": f"XREASON-{quiz_key}-{kind}-{name}.",
            **more,
        }

    def asked(key: str, **more: object) -> dict[str, object]:
        base = item(quiz_key, key)
        return {**{name: value for name, value in base.items() if name != "options"}, "marks": 1, **more}

    return [
        asked(
            "many",
            kind="multiple_response",
            credit="per_option",
            options=[option("many", name, correct=name in "pr") for name in "qprs"],
        ),
        asked(
            "order",
            kind="ordering",
            credit="per_pair",
            steps=[option("order", name) for name in "tvsu"],
        ),
        asked(
            "statement",
            kind="true_false",
            correct=False,
            if_true=f"XREASON-{quiz_key}-statement-true.",
            if_false=f"XREASON-{quiz_key}-statement-false.",
        ),
        asked(
            "panel",
            kind="script_concordance",
            hypothesis="It is so.",
            new_information="And then.",
            # Counts that no other number on a page is.
            panel=PANEL,
            rationale=f"XREASON-{quiz_key}-panel-all.",
        ),
    ]


PANEL = [1, 601, 701, 801, 997]
#: What would tell how the experts answered: their counts, and their number.
VOTES = re.compile(rf"\b(601|701|801|997|{sum(PANEL)})\b")
#: Numbers that chance gives, and that are none of these: in names of things, and how long a response is.
GIVEN = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-F]{4}(-[0-9A-F]{4})+|/\d+/|value=\"\d+\"|'Content-Length': '\d+'"
)
#: Right answers, and others of the same form, for the questions above.
RIGHT: dict[str, tuple[str, ...]] = {
    "many": ("p", "r"),
    "order": ("t", "v", "s", "u"),
    "statement": ("false",),
    "panel": ("much-more",),
}
OTHER: dict[str, tuple[str, ...]] = {
    "many": ("q", "r"),
    "order": ("u", "s", "v", "t"),
    "statement": ("true",),
    "panel": ("less",),
}


def scenario(key: str, kind: str, **more: object) -> dict[str, object]:
    def choice(name: str, to: str, points: int) -> dict[str, object]:
        return {
            "key": name,
            "text": f"XCHOICE-{key}-{to}",
            "consequence": "Then this.",
            "rationale": f"XREASON-{key}-{to}-{name}.",
            "to": to,
            "points": points,
        }

    def ending(verdict: str, name: str) -> dict[str, object]:
        return {
            "text": "It ends.",
            "ending": {"verdict": verdict, "points": 0},
            "debrief": f"XREASON-{key}-{name}-debrief.",
        }

    return {
        "key": key,
        "title": key.capitalize(),
        "kind": kind,
        "objectives": ["ask"],
        "minutes": 5,
        "start": "first",
        "maximum": 2,
        "facts": item(key, "told")["facts"],
        "nodes": {
            "first": {
                "kind": "decision",
                "text": "One.",
                "choices": [choice("stay", "second", 1), choice("run", "lost", 0)],
            },
            "second": {
                "kind": "decision",
                "text": "Two.",
                "choices": [choice("ask", "won", 1), choice("tell", "lost", 0)],
            },
            "won": ending("pass", "won"),
            "lost": ending("fail", "lost"),
        },
        **more,
    }


def course(release: str = "after_pass_or_last_attempt") -> Document:
    """`release` is the test's rule."""
    counts: dict[str, Any] = {"kind": "summative", "max_attempts": 2}
    quizzes = [
        quiz("practice", items=[item("practice", "one"), item("practice", "two"), *every_kind("practice")]),
        quiz(
            "test",
            items=[item("test", "one"), item("test", "two"), *every_kind("test")],
            pass_percent=100,
            release=release,
            **counts,
        ),
    ]
    cases = [scenario("try", "formative"), scenario("case", passing_rule="Pass.", **counts)]
    order = ["read", "practice", "try", "case", "test"]
    made = document([lesson("read", kind="reference")], quizzes, ["case", "test"], order).model_dump(
        by_alias=True, exclude_none=True
    )
    remark = {"key": "remark", "kind": "text", "text": "Anything else?", "required": False}
    made["evaluation"]["questions"] = [*made["evaluation"]["questions"], remark]
    return Document.model_validate({**made, "scenarios": cases})


def patterns(
    resolver: URLResolver, namespace: str = "", above: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    """Every route with the names of its arguments."""
    for pattern in resolver.url_patterns:
        names = (*above, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, inside, names)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", list(names)


#: What staff training shows by its id.
OF_TRAINING: dict[str, Any] = {
    "evidence_id": Evidence,
    "leave_id": Leave,
    "obligation_id": Obligation,
    "preview_id": Preview,
    "report_id": Report,
    "requirement_id": Requirement,
    "roster_id": RosterImport,
    "rule_id": AssignmentRule,
    "statement_id": Statement,
    "view_id": SavedView,
    "waiver_id": Waiver,
}


def addresses(ana: User) -> list[str]:
    """Every address that there is just now, for whoever may open it."""
    seats = Membership.objects.filter(user=ana)
    values: dict[str, list[Any]] = {
        "slug": [SLUG],
        "lesson_key": ["read"],
        "assessment_key": ["practice", "try", "case", "test"],
        "attempt_id": list(Attempt.objects.values_list("public_id", flat=True)),
        "code": list(Certificate.objects.values_list("code", flat=True)),
        "license_id": list(License.objects.values_list("public_id", flat=True)),
        "organization": ["riverbend", "harbor", "provider"],
        "membership_id": list(seats.values_list("public_id", flat=True)),
        "token": ["unknown"],
        "request_id": list(AccommodationRequest.objects.values_list("public_id", flat=True)),
        "accommodation_id": list(Accommodation.objects.values_list("public_id", flat=True)),
        "sha256": ["0" * 64],
        "version_id": list(CourseVersion.objects.values_list("public_id", flat=True)),
        "item_key": ["one", "two", "many", "order", "panel", "statement"],
        "challenge_id": list(ItemChallenge.objects.values_list("public_id", flat=True)),
        "adjustment_id": list(Adjustment.objects.values_list("public_id", flat=True)),
        # One of each: the walk itself makes more, and no page of theirs differs by which.
        "team_id": list(Team.objects.order_by("pk").values_list("pk", flat=True)[:1]),
        "grant_id": list(RoleGrant.objects.order_by("pk").values_list("pk", flat=True)[:1]),
        **{
            name: list(model.objects.order_by("pk").values_list("public_id", flat=True)[:1])
            for name, model in OF_TRAINING.items()
        },
    }
    found = [
        reverse(name, kwargs=given)
        for name, names in patterns(get_resolver())
        if ":" in name  # sign-in's pages know no course
        for arguments in itertools.product(*(values[each] for each in names))
        if may_be(name, given := dict(zip(names, arguments, strict=True)))
    ]
    # The pages that tell questions and decisions apart.
    asking = [each for each in found if re.search(r"/attempts/[^/]+/(challenge/)?$", each)]
    asked = [*(f"item={number}" for number in (*"123456", "review")), "decision=1", "decision=2"]
    said = [f"{each}?of=course" for each in found if "/feedback/" in each]
    return found + said + [f"{each}?{query}" for each in asking for query in asked]


def may_be(name: str, given: Mapping[str, Any]) -> bool:
    """Whether there may be such a thing: staff are trained by clinics, a course has its desk at one of two places, and
    a case has no questions."""
    organization = given.get("organization")
    if organization == ("harbor" if name.startswith("author:") else "provider"):
        return False
    return "item_key" not in given or given["assessment_key"] in ("practice", "test")


def whole(response: HttpResponseBase) -> str:
    """All that reaches the browser: headers, cookies and every part of the body."""
    streaming = getattr(response, "streaming_content", None)
    body = b"".join(streaming) if streaming is not None else getattr(response, "content", b"")
    return f"{dict(response.headers)}\n{response.cookies.output()}\n{body.decode(errors='replace')}"


WAYS: tuple[Mapping[str, str], ...] = ({}, {"HX-Request": "true", "Accept": "application/json"})


def told(client: Client, ana: User, ways: Iterable[Mapping[str, str]] = WAYS) -> str:
    """Everything that a GET of any address tells this person now."""
    return "\n".join(whole(client.get(address, headers=way)) for address in addresses(ana) for way in ways)


def reasons(text: str) -> set[str]:
    """Reasons, and the counts of the panel, which are the reasons of its question."""
    votes = {"XREASON-votes"} if VOTES.search(GIVEN.sub("", text)) else set()
    return set(REASON.findall(text)) | votes


def private(text: str) -> set[str]:
    return set(PRIVATE.findall(GIVEN.sub("", text)))


class Learner:
    """Ana at a browser. `heard` are the reasons that the answers to her posts told since it was asked last."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = client_of(user)
        self.posted: list[str] = []

    def post(self, name: str, *arguments: object, **data: object) -> None:
        for headers in ({}, {"HX-Request": "true"}):
            self.posted.append(
                whole(self.client.post(reverse(f"learner:{name}", args=arguments), data, headers=headers))
            )

    def heard(self) -> set[str]:
        text, self.posted = "\n".join(self.posted), []
        return reasons(text)

    def sees(self) -> set[str]:
        return reasons(told(self.client, self.user))

    def begin(self, key: str) -> Attempt:
        self.post("assessment", SLUG, key)
        return Attempt.objects.get(enrollment__user=self.user, assessment_key=key, submitted_at=None)

    def answer(self, attempt: Attempt, item_key: str, option: str) -> None:
        """With every button of the form, again, and in a conflict with another window."""
        for go in ("stay", "next", "back", "review"):
            data = {"item": item_key, "based_on": 0, "request_id": uuid4(), "go": go}
            self.post("attempt-response", attempt.public_id, **data)  # nothing chosen
            self.post("attempt-response", attempt.public_id, **data, option=option)
            elsewhere = {**data, "request_id": uuid4(), "option": "other"}
            self.post("attempt-response", attempt.public_id, **elsewhere)
            self.post("attempt-response", attempt.public_id, **data, option="none")
        self.post("attempt-response", attempt.public_id)

    def answer_every_kind(self, attempt: Attempt, given: Mapping[str, tuple[str, ...]]) -> None:
        """With every button of the form, a move of a step, a conflict, and answers that have not the right form."""
        for key, options in given.items():
            for go in ("stay", "next", "back", "review", "up-2", "down-1"):
                data = {"item": key, "based_on": 0, "request_id": uuid4(), "go": go}
                self.post("attempt-response", attempt.public_id, **data, option=OTHER[key])
                self.post("attempt-response", attempt.public_id, **data, option=options)
                self.post("attempt-response", attempt.public_id, **data, option=options[:1] * 2)
            self.settle(attempt, key, options)

    def settle(self, attempt: Attempt, key: str, options: tuple[str, ...]) -> None:
        """The answer, based on the newest revision, as from a page that was loaded just now."""
        newest = Response.objects.filter(attempt=attempt, item_key=key).order_by("revision").last()
        data = {"item": key, "based_on": newest.revision if newest else 0, "request_id": uuid4(), "go": "stay"}
        self.post("attempt-response", attempt.public_id, **data, option=options)

    def submit(self, attempt: Attempt) -> None:
        self.post("attempt-submission", attempt.public_id)

    def decide(self, attempt: Attempt, number: int, choice: str, other: str) -> None:
        self.post("attempt-choice", attempt.public_id)
        self.post("attempt-choice", attempt.public_id, number=number, choice="none")
        self.post("attempt-choice", attempt.public_id, number=number, choice=choice)
        self.post("attempt-choice", attempt.public_id, number=number, choice=other)

    def sit(self, key: str, first: str, second: str, given: Mapping[str, tuple[str, ...]] = RIGHT) -> Attempt:
        attempt = self.begin(key)
        self.answer(attempt, "one", first)
        self.answer(attempt, "two", second)
        self.answer_every_kind(attempt, given)
        return attempt


@pytest.fixture
def learner(clinic: Clinic, ana: User, omar: User, signing_key: SigningKey) -> Learner:
    version = publish(course())
    seats = Membership.objects.filter(user=ana)
    assign_course(
        organization=clinic.organization, course=version.course, memberships=seats, due_on=timezone.localdate(), by=omar
    )
    owner = person("Olga Provider")
    seat(owner, version.course.provider, None, Role.OWNER)
    ask_for_accommodation(user=ana, course=version.course, wanted="XWANTED", by=ana)
    grant_accommodation(user=ana, course=version.course, arranged=Arranged(50), reason="XARRANGED", by=owner)
    add_license(user=ana, profession="Counselor", jurisdiction="Oregon", number=LICENSE, by=ana)
    return Learner(ana)


@pytest.fixture
def others(cody: User, mara: User, omar: User, nina: User, charlie: User) -> dict[str, Client]:
    people = {"colleague": cody, "manager": mara, "administrator": omar, "owner": nina, "elsewhere": charlie}
    return {name: client_of(user) for name, user in people.items()} | {"visitor": Client()}


def every_reason_of(key: str) -> set[str]:
    made = course().assessment_by_key[key]
    return {found for found in reasons(made.model_dump_json()) if not found.endswith("-debrief")}


def debriefs() -> set[str]:
    return {found for found in reasons(course().model_dump_json()) if found.endswith("-debrief")}


def test_nothing_is_told_before_and_during_a_quiz_that_counts(learner: Learner) -> None:
    assert learner.sees() == set()
    learner.post("enrollment", SLUG, acknowledged="on")
    assert learner.heard() | learner.sees() == set()

    attempt = learner.sit("test", "well", "ill")

    assert learner.heard() | learner.sees() == set()
    assert Response.objects.filter(attempt=attempt).count() >= 2


def test_reasons_of_a_quiz_that_counts_wait_until_no_attempt_can_use_them(learner: Learner) -> None:
    learner.post("enrollment", SLUG, acknowledged="on")
    learner.submit(learner.sit("test", "well", "ill"))
    assert learner.heard() | learner.sees() == set()

    last = learner.sit("test", "ill", "ill")
    assert learner.heard() | learner.sees() == set()  # the last attempt is open: what it asks is still asked

    learner.submit(last)
    assert Enrollment.objects.get().closed_at
    assert learner.sees() == every_reason_of("test")


def test_reasons_of_a_quiz_that_counts_are_told_after_a_pass(learner: Learner) -> None:
    learner.post("enrollment", SLUG, acknowledged="on")
    learner.submit(learner.sit("test", "well", "well"))
    assert learner.heard() == set()

    assert learner.sees() == every_reason_of("test")


def test_practice_quiz_tells_after_its_submission(learner: Learner) -> None:
    learner.post("enrollment", SLUG, acknowledged="on")
    attempt = learner.sit("practice", "well", "ill")
    assert learner.heard() | learner.sees() == set()

    learner.submit(attempt)

    assert learner.sees() == every_reason_of("practice")


def test_practice_case_tells_the_reason_of_the_choice_taken_only(learner: Learner) -> None:
    learner.post("enrollment", SLUG, acknowledged="on")
    attempt = learner.begin("try")
    assert learner.heard() | learner.sees() == set()

    learner.decide(attempt, 1, "stay", "run")
    assert learner.heard() | learner.sees() == {"XREASON-try-second-stay"}

    learner.decide(attempt, 2, "tell", "ask")
    assert learner.sees() == every_reason_of("try") | {"XREASON-try-lost-debrief"}


def test_reasons_of_a_case_that_counts_wait_until_no_walk_can_use_them(learner: Learner) -> None:
    learner.post("enrollment", SLUG, acknowledged="on")
    attempt = learner.begin("case")
    learner.decide(attempt, 1, "run", "stay")
    # The debrief belongs to the story of the ending that was reached, and is told with it.
    assert learner.heard() | learner.sees() == {"XREASON-case-lost-debrief"}

    last = learner.begin("case")
    learner.decide(last, 1, "stay", "run")
    assert learner.heard() | learner.sees() == {"XREASON-case-lost-debrief"}

    learner.decide(last, 2, "ask", "tell")
    assert learner.sees() == every_reason_of("case") | {f"XREASON-case-{end}-debrief" for end in ("won", "lost")}


WORDS, ANSWER = "XREMARK and XOPTION, she writes", "XREASON-answer of an author."


@pytest.fixture
def authors(db: None) -> list[User]:
    """An author and an owner of the organization that provides the course."""
    provider = Organization.objects.get_or_create(slug="provider", defaults={"name": "Provider"})[0]
    people = person("Theo Brandt"), person("Wilma Lind")
    for user, role in zip(people, (Role.AUTHOR, Role.OWNER), strict=True):
        seat(user, provider, None, role)
    return list(people)


def put_right(kind: str, item_key: str, option: str, authors: list[User]) -> None:
    adjustment = propose_adjustment(
        version=CourseVersion.objects.get(),
        assessment_key="test",
        item_key=item_key,
        kind=kind,
        option_key=option,
        reason=ANSWER,
        by=authors[0],
    )
    approve_adjustment(adjustment=adjustment, seen=preview_adjustment(adjustment).digest, by=authors[1])


def challenge_with_every_answer(learner: Learner, attempt: Attempt, authors: list[User]) -> None:
    for item_key, finding in (("one", "upheld"), ("two", "explained")):
        learner.post("attempt-challenge", attempt.public_id, item=item_key, words="")
        learner.post("attempt-challenge", attempt.public_id, item=item_key, words=WORDS)
        row = ItemChallenge.objects.get(attempt=attempt, item_key=item_key)
        answer_challenge(challenge=row, outcome=finding, answer=ANSWER, by=authors[0])


def test_challenge_and_correction_are_no_way_to_ask_for_reasons(learner: Learner, authors: list[User]) -> None:
    learner.post("enrollment", SLUG, acknowledged="on")
    first = learner.sit("test", "ill", "ill")
    learner.post("attempt-challenge", first.public_id, item="one", words=WORDS)
    assert not ItemChallenge.objects.exists()  # an open attempt is challenged afterwards
    learner.submit(first)
    challenge_with_every_answer(learner, first, authors)
    put_right("accept-option", "one", "other", authors)
    put_right("full-credit", "two", "", authors)
    assert learner.heard() | learner.sees() == set()

    learner.submit(learner.sit("test", "well", "well"))
    assert learner.sees() == every_reason_of("test") | {"XREASON-answer"}


def test_quiz_that_never_tells_reasons_tells_none_after_a_pass_and_a_challenge(ana: User, authors: list[User]) -> None:
    publish(course("never"))
    learner = Learner(ana)
    learner.post("enrollment", SLUG, acknowledged="on")
    attempt = learner.sit("test", "well", "well")
    learner.submit(attempt)
    challenge_with_every_answer(learner, attempt, authors)
    put_right("full-credit", "one", "", authors)
    learner.post("attempt-challenge", attempt.public_id, item="one", words=WORDS)
    for mail in OutboxMail.objects.all():
        send_mail(mail)

    assert Attempt.objects.get().passed
    result = whole(learner.client.get(reverse("learner:attempt-result", args=[attempt.public_id])))
    assert "the question is at fault" in result
    assert "the question stands" in result
    letters = "\n".join(str(letter.body) for letter in mail_module.outbox)
    assert "the question is at fault" in letters
    assert reasons(letters) | learner.heard() | learner.sees() == set()


def test_authors_read_reasons_and_employers_do_not(
    learner: Learner, authors: list[User], others: dict[str, Client]
) -> None:
    learner.post("enrollment", SLUG, acknowledged="on")
    attempt = learner.sit("test", "ill", "well")
    learner.submit(attempt)
    challenge_with_every_answer(learner, attempt, authors)
    put_right("full-credit", "one", "", authors)

    assert every_reason_of("test") < reasons(told(client_of(authors[0]), learner.user))
    posts = {name: posted_by(client, learner.user) for name, client in others.items()}
    texts = {name: told(client, learner.user) + posts[name] for name, client in others.items()}
    assert {name: private(text) for name, text in texts.items() if private(text)} == {}
    names = (learner.user.legal_name, learner.user.email, str(learner.user.public_id))
    desk = "\n".join(whole(client_of(authors[1]).get(each)) for each in addresses(learner.user) if "/author/" in each)
    assert WORDS in desk
    assert [name for name in names if name in desk] == []


def test_others_are_told_nothing_of_her_work_at_any_time(learner: Learner, others: dict[str, Client]) -> None:
    def leaks(*, posting: bool = False) -> dict[str, set[str]]:
        ways = WAYS if posting else WAYS[:1]
        posts = {name: posted_by(client, learner.user) if posting else "" for name, client in others.items()}
        texts = {name: told(client, learner.user, ways) + posts[name] for name, client in others.items()}
        return {name: private(text) for name, text in texts.items() if private(text)}

    learner.post("enrollment", SLUG, acknowledged="on")
    learner.post("lesson", SLUG, "read")
    learner.submit(learner.sit("practice", "well", "ill"))
    walk = learner.begin("case")
    learner.decide(walk, 1, "stay", "run")
    learner.sit("test", "well", "ill")
    assert leaks() == {}

    learner.decide(walk, 2, "ask", "tell")
    test = Attempt.objects.get(assessment_key="test")
    learner.submit(test)
    learner.submit(learner.sit("test", "well", "well"))
    learner.post("evaluation", SLUG, **answers(Enrollment.objects.get()), remark=REMARK)
    learner.post("attestation", SLUG, confirmed="on")
    assert EvaluationAnswers.objects.get().answers["remark"] == REMARK
    assert Certificate.objects.count() == 1
    # Five more, of a month that is over, so that there is something to leak from: the page of the version, in two forms.
    feedback_in(CourseVersion.objects.get(), 1, *[EvaluationAnswers.objects.get().answers] * 5)
    provider = client_of(User.objects.get(email="olga@example.com"))
    assert told(provider, learner.user).count(REMARK) == 5 * 2 * len(WAYS)
    assert leaks(posting=True) == {}
    exported = reverse("administrator:obligations-csv", args=["riverbend"])
    board = whole(others["administrator"].post(exported, headers={"Host": "localhost"}))
    assert f"{settings.SITE_URL}/verify/{Certificate.objects.get().code}/" in board  # there is something to leak from
    assert all(word in told(learner.client, learner.user) for word in (LICENSE, "XWANTED", "XARRANGED"))
    assert REMARK not in told(learner.client, learner.user)


def posted_by(client: Client, ana: User) -> str:
    """What the person is told when she posts to every address, as ana's own pages would."""
    data = {"item": "one", "option": "well", "based_on": 0, "number": 1, "choice": "stay", "acknowledged": "on"}
    data |= {"words": "Wrong.", "kind": "drop", "reason": "Why.", "outcome": "upheld", "answer": "Yes.", "seen": "x"}
    begin = reverse("learner:enrollment", args=[SLUG])
    return "\n".join(whole(client.post(address, data)) for address in addresses(ana) if address != begin)


# --- the right answer itself


def with_other_answers(made: Document) -> Document:
    """The same course with every right answer another one: what is correct, the order of steps, the panel."""
    values = made.model_dump(by_alias=True, exclude_none=True)
    for item in (item for each in values["quizzes"] for item in each["items"]):
        for option in item.get("options", ()):
            option["correct"] = not option["correct"]
        if item["kind"] == "single_best_answer":
            item["options"][0]["correct"], item["options"][1]["correct"] = False, True
            item["options"][2]["correct"] = False
        if item["kind"] == "true_false":
            item["correct"] = not item["correct"]
        if item["kind"] == "ordering":
            item["steps"] = [item["steps"][place] for place in (2, 0, 3, 1)]
        if item["kind"] == "script_concordance":
            item["panel"] = item["panel"][::-1]
    return Document.model_validate(values)


#: What differs from one request to the next, whoever asks: tokens, ids of attempts and requests, times.
CHANCE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9]{32,64}|[0-9A-F]{4}-[0-9A-F]{4}|[0-9a-f]{16}|\d+:\d\d [ap]\.m\.|"
    r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [^'\n]{0,30} GMT|"
    r"'Content-Length': '\d+'"
)


def heard_while_taking(learner: Learner, key: str, planned: dict[str, Any] | None) -> tuple[list[str], dict[str, Any]]:
    """Every answer of the server while a quiz is taken under that plan, without what chance puts in; and the plan."""
    learner.post("enrollment", SLUG, acknowledged="on")
    attempt = learner.begin(key)
    if planned:
        Attempt.objects.filter(pk=attempt.pk).update(plan=planned)
    learner.posted = []
    for question in ("one", "two"):
        learner.answer(attempt, question, "ill")
    learner.answer_every_kind(attempt, RIGHT)
    page = reverse("learner:attempt", args=[attempt.public_id])
    asked = [f"{page}?item={number}" for number in (*"123456", "review")]
    pages = [whole(learner.client.get(address, headers=way)) for address in asked for way in WAYS]
    name = learner.user.legal_name
    heard = [CHANCE.sub("*", text).replace(name, "*") for text in (*pages, *learner.posted)]
    return heard, Attempt.objects.get(pk=attempt.pk).plan


@pytest.mark.parametrize("key", ["practice", "test"])
def test_no_byte_depends_on_the_right_answer_while_it_is_asked(learner: Learner, cody: User, key: str) -> None:
    heard, plan = heard_while_taking(learner, key, None)
    # Another version of the course whose right answers are others, for another person under the same plan.
    version = publish(with_other_answers(course()))
    other = Learner(cody)
    heard_of_other, _ = heard_while_taking(other, key, plan)

    assert Enrollment.objects.get(user=cody).version == version
    asked = [item["key"] for item in plan["items"]]
    assert sorted(asked) == ["many", "one", "order", "panel", "statement", "two"]
    assert len(heard) > 100
    differing = [
        line
        for one, two in zip(heard, heard_of_other, strict=True)
        for line in difflib.ndiff(one.splitlines(), two.splitlines())
        if one != two and not line.startswith("  ")
    ]
    assert differing == []

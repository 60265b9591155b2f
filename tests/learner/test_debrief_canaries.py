"""Until the release rule allows it, nothing of the other ways of a case reaches the browser: not even how many there are.

Every name and text beside her path is a canary, and the pages before release are the same, byte for byte, for two cases
that differ in nothing but what she has not met.
"""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import User
from courses.document import Document
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Attempt
from tests.conftest import client_of
from tests.enrollments.documents import document, lesson, publish
from tests.learner.conftest import address
from tests.taking import decide, start, take_scenario

HIDDEN = re.compile(r"XHIDDEN-[a-z0-9-]+")
#: What differs from request to request and from row to row.
PASSING = re.compile(
    r'csrf_token|name="csrfmiddlewaretoken" value="[^"]+"|data-token="[^"]+"|[0-9a-f-]{36}|nonce-[^\']+'
)


def choice(key: str, to: str, points: int, *, met: bool = False) -> dict[str, Any]:
    word = "met" if met else "XHIDDEN"
    return {
        "key": key,
        "text": f"{'Do' if met else 'Or'} {key}.",
        "consequence": f"{word}-{key}-consequence.",
        "rationale": f"XHIDDEN-{key}-rationale.",
        "to": to,
        "points": points,
    }


def end(verdict: str, word: str) -> dict[str, Any]:
    return {"title": word, "text": f"{word}-end.", "ending": {"verdict": verdict, "points": 0}, "debrief": f"{word}-b."}


def course(more: int) -> Document:
    """A case in which she goes wrong at once; `more` scenes lie on the other way."""
    names = [f"later-{number}" for number in range(more)]
    nodes: dict[str, Any] = {
        "first": {
            "kind": "decision",
            "title": "First",
            "text": "One.",
            "choices": [choice("wrong", "lost", 0, met=True), choice("right", "on-the-way", 1)],
        },
        "on-the-way": {
            "kind": "info",
            "title": "XHIDDEN-way",
            "text": "XHIDDEN-way-text.",
            "routes": [{"to": names[0], "text": "XHIDDEN-route."}],
        },
        "lost": end("fail", "Lost"),
        "won": end("pass", "XHIDDEN-won"),
    }
    for name, following in zip(names, [*names[1:], "won"], strict=True):
        nodes[name] = {
            "kind": "decision",
            "title": f"XHIDDEN-{name}",
            "text": f"XHIDDEN-{name}-text.",
            "choices": [choice(f"go-{name}", following, 0), choice(f"fail-{name}", "lost", 0)],
        }
    case = {
        "key": "case",
        "title": "Case",
        "kind": "summative",
        "objectives": ["ask"],
        "minutes": 5,
        "passing_rule": "Reach a passing ending.",
        "max_attempts": 2,
        "start": "first",
        "maximum": 1,
        "nodes": nodes,
    }
    made = document([lesson("read")], [], ["case"], ["read", "case"]).model_dump(by_alias=True, exclude_none=True)
    return Document.model_validate({**made, "scenarios": [case]})


def begin(user: User, slug: str, more: int) -> Enrollment:
    version = publish(course(more), slug)
    return enroll(user=user, course=version.course, acknowledged=True, by=user)


def told(client: Client, attempt: Attempt) -> str:
    asked = [
        address(attempt),
        address(attempt, "attempt-result"),
        *(f"{address(attempt)}?decision={n}" for n in (1, 2)),
    ]
    ways: list[dict[str, str]] = [{}, {"HX-Request": "true"}]
    return "\n".join(client.get(each, headers=way, follow=True).content.decode() for each in asked for way in ways)


@pytest.mark.django_db
def test_nothing_beside_her_path_is_told_before_release(ana: User) -> None:
    client = client_of(ana)
    enrollment = begin(ana, "a-case", 3)
    attempt = start(enrollment, "case")
    assert HIDDEN.findall(told(client, attempt)) == []

    decide(attempt, "wrong")
    attempt.refresh_from_db()
    assert HIDDEN.findall(told(client, attempt)) == []

    last = take_scenario(enrollment, "case", ["wrong"])
    page = told(client, last)
    assert {"XHIDDEN-way", "XHIDDEN-later-0", "XHIDDEN-won", "XHIDDEN-right-rationale"} <= set(HIDDEN.findall(page))


@pytest.mark.django_db
def test_what_a_route_tells_is_told_to_who_goes_that_way(ana: User) -> None:
    attempt = start(begin(ana, "a-case", 1), "case")

    decide(attempt, "right")

    page = client_of(ana).get(address(attempt)).content.decode()
    assert page.index("XHIDDEN-way-text.") < page.index("XHIDDEN-route.") < page.index("XHIDDEN-later-0-text.")
    assert "XHIDDEN-route." in client_of(ana).get(f"{address(attempt)}?decision=1").content.decode()


@pytest.mark.django_db
def test_pages_before_release_do_not_tell_how_large_the_graph_is(ana: User) -> None:
    client = client_of(ana)

    def page(slug: str, more: int) -> str:
        attempt = take_scenario(begin(ana, slug, more), "case", ["wrong"])
        Attempt.objects.filter(pk=attempt.pk).update(public_id=UUID(int=more), submitted_at=attempt.started_at)
        text = client.get(address(Attempt.objects.get(pk=attempt.pk), "attempt-result")).content.decode()
        return re.sub(r"walk 1\. Ended [^<]+", "", PASSING.sub("", text).replace(slug, "slug"))

    assert page("small-case", 1) == page("large-case", 30)

"""Every statement of the house that is written once tells what its queryset tells."""

import ast
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import models

from accounts.models import User
from audit.statements import Statement
from certificates.models import Attestation
from enrollments.models import Enrollment, LessonRead
from enrollments.queries import enrollment_in
from quizzes.models import Attempt
from quizzes.queries import attempt_of
from quizzes.rules import Arranged
from quizzes.services import challenge_item, grant_accommodation
from tests.conftest import Clinic
from tests.correcting import RIGHT, TEST, WRONG, approve, begin, learner, propose, publish_course, sit
from tests.test_architecture import HOUSE, modules


@dataclass(frozen=True)
class Lived:
    """A learner's test, failed and begun again, with everything that can be said of it."""

    enrollment: Enrollment
    failed: Attempt
    again: Attempt
    author: User
    session: str

    @property
    def course(self) -> tuple[int, int]:
        return self.enrollment.user_id, self.enrollment.course_id


@pytest.fixture
def lived(clinic: Clinic, theo: User, nina: User) -> Lived:
    version = publish_course(clinic.organization)
    enrollment = learner(version)
    grant_accommodation(
        user=enrollment.user,
        course=version.course,
        arranged=Arranged(50, extra_attempts=1),
        reason="A letter.",
        by=nina,
    )
    failed = sit(enrollment, one=WRONG, two=WRONG, three=RIGHT)
    again = begin(enrollment, one=RIGHT, two=WRONG)
    challenge_item(attempt=failed, item_key="two", words="Both are right.", by=enrollment.user)
    approve(propose(version, theo), nina)
    LessonRead.objects.create(enrollment=enrollment, lesson_key="read")
    Attestation.objects.create(enrollment=enrollment, text_version="v1")
    session = SessionStore()
    session["key"] = "value"
    session.save()
    return Lived(enrollment, failed, again, theo, str(session.session_key))


Values = Callable[[Lived], tuple[object, ...]]

#: Statements by module and name, and the values with which each has something to tell.
STATEMENTS: dict[str, Values] = {
    "accounts.backends.ONE": lambda it: (it.author.pk,),
    "accounts.queries.organizations.GRANTS": lambda it: (dt.date(2026, 6, 1), dt.date(2026, 6, 3), it.author.pk),
    "accounts.sessions.ONE": lambda it: (it.session,),
    "audit.services.HEAD": lambda _it: ("site",),
    "certificates.services.settling.ATTESTED": lambda it: (it.enrollment.pk,),
    "enrollments.queries.NEWEST_IN": lambda it: (it.enrollment.user_id, "a-course"),
    "enrollments.queries.READ_IN": lambda it: (it.enrollment.pk,),
    "quizzes.queries.accommodations.ARRANGED": lambda it: it.course,
    "quizzes.queries.accommodations.IN_FORCE": lambda it: it.course,
    "quizzes.queries.corrections.IN_FORCE": lambda it: (it.enrollment.version_id, TEST),
    "quizzes.queries.corrections.IS_CORRECTED": lambda it: (it.failed.pk, it.enrollment.version_id, TEST),
    "quizzes.queries.earlier.EARLIER": lambda it: (*it.course, TEST),
    "quizzes.queries.sittings.MINE": lambda it: (it.enrollment.user_id, it.failed.public_id),
    "quizzes.queries.sittings.RESPONSES": lambda it: (it.again.pk,),
    "quizzes.queries.state.ALL_ATTEMPTS": lambda it: (it.enrollment.pk,),
    "quizzes.queries.state.ATTEMPTS_AT": lambda it: (it.enrollment.pk, TEST),
    "quizzes.queries.state.ATTEMPTS_AT_WITH_ARRANGED": lambda it: (it.enrollment.pk, TEST),
}


def told(row: object) -> object:
    """All that a row holds, with the rows that came with it."""
    if not isinstance(row, models.Model):
        return row
    held = {name: value for name, value in vars(row).items() if name != "_state"}
    related = {name: told(value) for name, value in row._state.fields_cache.items()}
    return type(row), held, related, row._state.db, row._state.adding


@pytest.mark.parametrize("path", STATEMENTS)
def test_statement_tells_what_its_queryset_tells(lived: Lived, path: str) -> None:
    module, _, name = path.rpartition(".")
    statement: Statement[Any] = getattr(import_module(module), name)
    values = STATEMENTS[path](lived)
    rows = statement.rows(*values)
    assert rows
    assert [told(row) for row in rows] == [told(row) for row in statement.query(*values)]


def held(path: str, tree: ast.Module) -> Iterator[str]:
    """Names of the module's statements; a call that is not kept under one would build the query anew."""
    if not reads_with_statements(tree):
        return
    module = path.removesuffix(".py").replace("/", ".")
    named = {id(node.value): ast.unparse(node.targets[0]) for node in tree.body if isinstance(node, ast.Assign)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Statement":
            yield f"{module}.{named.get(id(node), f'line {node.lineno}')}"


def reads_with_statements(tree: ast.Module) -> bool:
    """Whether the module knows ours: what people state about obligations has the same name."""
    imports = (node for node in tree.body if isinstance(node, ast.ImportFrom))
    return any(node.module == "audit.statements" for node in imports)


def test_every_statement_is_held_to_its_queryset() -> None:
    assert {name for path, tree in modules(*HOUSE) for name in held(path, tree)} == STATEMENTS.keys()


def test_statement_that_is_not_kept_is_found() -> None:
    source = "ONE = Statement(a)\ndef rows():\n    return Statement(b).rows()\n"
    ours = ast.parse(f"from audit.statements import Statement\n{source}")
    assert list(held("app/queries.py", ours)) == ["app.queries.ONE", "app.queries.line 4"]
    assert list(held("app/queries.py", ast.parse(f"from training.models import Statement\n{source}"))) == []


def test_enrollment_in_another_course_or_of_another_person_is_none(lived: Lived, cody: User) -> None:
    assert enrollment_in(lived.enrollment.user, "a-course") == lived.enrollment
    assert enrollment_in(lived.enrollment.user, "another") is None
    assert enrollment_in(cody, "a-course") is None


def test_attempt_of_another_person_does_not_exist(lived: Lived, cody: User) -> None:
    found = attempt_of(lived.enrollment.user, lived.again.public_id)
    assert found == lived.again
    with pytest.raises(Attempt.DoesNotExist):
        attempt_of(cody, lived.again.public_id)

"""What imports cannot show: where writing, transactions, words and names are, read from the source."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

ROOT = Path(__file__).parent.parent
FLOORS = ("audit", "accounts", "courses", "enrollments", "quizzes", "certificates", "training")
PAGES = ("author", "learner", "administrator", "visitor")
HOUSE = (*FLOORS, "web", *PAGES, "config")

FUNCTION_LINES, FILE_LINES = 40, 300

WRITES = {"save", "create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create"}
WRITES |= {f"a{name}" for name in WRITES}

#: Modules outside services that write, each with its reason.
WRITERS = {
    "accounts/models/people.py",  # allauth makes accounts through the manager
    "accounts/sessions.py",  # that somebody is here is no act: the end of her session moves on
    "audit/outbox.py",  # a mail is owed inside the transaction of whatever service calls it
    "training/evidence_files.py",  # writes pictures anew, and no rows
    "training/making/archive.py",  # the `update` of a hash; it writes files, and no rows
}

#: Services that stand outside the floors, each with its reason.
TRANSACTIONS = {
    "author/services.py",  # a course and its first version are one act; both are written by courses.services
}

#: Modules that hear signals, each with its reason; none sends any.
LISTENERS = {
    "accounts/sign_ins.py",  # allauth tells of second factors and addresses in no other way
}

#: Sentences in services that no visitor reads.
SENTENCES = {
    "nothing to tell any more",  # a column of the outbox, for the operator
}

#: Where constraints are violated whose names the tests do not say, because SQLite names the columns of a unique key.
VIOLATED = {
    "tests/audit/test_chain.py::test_constraints_of_events_heads_and_request_ids": {
        "event_sequence_unique_in_chain",
        "event_outcome_known",
        "request_id_unique_for_actor",
    },
    "tests/audit/test_mail.py::test_a_mail_is_not_both_sent_and_dropped": {"mail_sent_or_dropped_not_both"},
    "tests/accounts/test_constraints.py::test_user": {"user_email_in_lower_case", "user_email_not_empty"},
    "tests/accounts/test_constraints.py::test_team": {"team_name_unique_among_siblings", "team_is_not_its_own_parent"},
    "tests/accounts/test_constraints.py::test_membership": {
        "membership_email_in_lower_case",
        "membership_ends_after_it_starts",
        "one_open_seat_for_each_address",
        "one_open_seat_for_each_person",
        "staff_number_unique_in_organization",
    },
    "tests/accounts/test_constraints.py::test_leave": {"leave_ends_after_it_starts", "one_open_leave_for_each_seat"},
    "tests/accounts/test_constraints.py::test_role_grant": {
        "grant_role_known",
        "managers_and_only_managers_have_a_team",
        "grant_ends_after_it_starts",
        "one_open_grant_for_each_role",
        "one_open_grant_for_each_team",
    },
    "tests/accounts/test_constraints.py::test_roster": {
        "roster_state_known",
        "roster_applied_after_it_is_confirmed",
        "one_roster_applied_at_a_time",
    },
    "tests/accounts/test_constraints.py::test_roster_row": {"roster_row_number_unique", "roster_row_kind_known"},
    "tests/accounts/test_constraints.py::test_tally_of_a_day_is_one_row": {"one_tally_for_each_day"},
    "tests/accounts/test_constraints.py::test_license": {"license_stated_once", "license_has_a_number"},
    "tests/accounts/test_constraints.py::test_invitation": {
        "invitation_expires_after_it_is_made",
        "invitation_accepted_or_withdrawn_not_both",
    },
    "tests/enrollments/test_constraints.py::test_one_open_enrollment_for_each_course": {
        "one_open_enrollment_for_each_course"
    },
    "tests/enrollments/test_constraints.py::test_lesson_read_once": {"lesson_read_once"},
    "tests/quizzes/test_constraints.py::test_attempt_number_is_unique": {"attempt_number_unique"},
    "tests/quizzes/test_constraints.py::test_one_open_attempt": {"one_open_attempt_for_each_assessment"},
    "tests/quizzes/test_constraints.py::test_response_revision_and_request_are_unique": {
        "response_revision_unique",
        "response_request_unique",
    },
    "tests/quizzes/test_constraints.py::test_step_number_is_unique_and_positive": {"step_number_unique"},
    "tests/quizzes/test_correction_constraints.py::test_one_challenge_for_each_item": {
        "one_challenge_for_each_item_of_an_attempt"
    },
    "tests/quizzes/test_correction_constraints.py::test_one_adjustment_of_each_kind_and_another_after_withdrawal": {
        "one_adjustment_of_each_kind_for_an_item"
    },
    "tests/quizzes/test_correction_constraints.py::test_no_score_change_takes_a_pass_away_or_is_written_twice": {
        "score_changed_once_by_each_adjustment"
    },
    "tests/training/test_services.py::test_database_refuses_a_second_open_requirement": {
        "one_open_requirement_for_each_course"
    },
    "tests/training/test_services.py::test_database_refuses_a_second_obligation_in_a_period": {
        "one_obligation_for_each_period"
    },
    "tests/training/test_services.py::test_database_refuses_period_zero": {"periods_start_at_one"},
    "tests/training/test_services.py::test_database_refuses_to_share_twice": {"completion_shared_once"},
}


def modules(*apps_: str) -> Iterator[tuple[str, ast.Module]]:
    """Path and tree of every module of ours, migrations aside."""
    for app in apps_:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def is_in(path: str, room: str) -> bool:
    """Whether the module is that room of its app: `services.py`, or a module under `services/`."""
    return path.split("/")[1].removesuffix(".py") == room


# --- the checks: each takes source or names, and says what is wrong with them


def misplaced(path: str) -> str | None:
    """The fault of a module's place or name."""
    app, _, rest = path.partition("/")
    room = rest.split("/")[0].removesuffix(".py")
    if Path(path).stem in {"utils", "util", "common", "helpers", "helper", "misc"}:
        return f"{path} is named for nothing that it does"
    if app in FLOORS and room in {"views", "urls", "messages", "templatetags"}:
        return f"{path}: pages stand above, not in {app}"
    if app not in FLOORS and room in {"models", "migrations"}:
        return f"{path}: rows stand below, not in {app}"
    return None


def writes(tree: ast.AST) -> list[str]:
    """Calls of methods that write rows, whatever they are called on: a plain `dict.update` is one too many."""
    return [
        f"{node.lineno}: {node.func.attr}()"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    ]


def mentions(tree: ast.AST, *words: str) -> list[str]:
    """Lines that name one of the words: as a name, as an attribute, or in an import."""
    return [f"{line}: {word}" for line, word in _words(tree) if word in words]


def _words(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word):
                yield node.lineno, word
            case ast.Import(names=names):
                yield from ((node.lineno, part) for name in names for part in name.name.split("."))
            case ast.ImportFrom(module=module, names=names):
                yield from ((node.lineno, part) for part in (module or "").split("."))
                yield from ((node.lineno, name.name) for name in names)


def sentences(tree: ast.Module) -> list[str]:
    """Texts of three words or more that are no docstring and are not written to the log."""
    silent = set(_docstrings(tree)) | set(_logged(tree))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in silent
        if len(re.findall(r"[^\W\d_]+", node.value)) >= 3 and " " in node.value.strip()
    ]


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _logged(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
            yield from ast.walk(node)


def reaching_up(model: type[models.Model]) -> list[str]:
    """Foreign keys to another app that would give its model an accessor: code below could then look up."""
    return [
        f"{model._meta.label}.{field.name}"
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.remote_field and field.remote_field.model._meta.app_label != model._meta.app_label
        if field.remote_field.related_name != "+"
    ]


def is_a_sentence(name: str) -> bool:
    """Words in snake case, three at least, and short enough for PostgreSQL."""
    return bool(re.fullmatch(r"[a-z]+(_[a-z0-9]+){2,}", name)) and len(name) <= 63


def never_violated(names: Iterable[str], texts: Iterable[str], elsewhere: Iterable[str]) -> list[str]:
    """Constraints that no test names and that are not listed as violated elsewhere."""
    said = "\n".join(texts)
    return sorted(name for name in set(names) - set(elsewhere) if not re.search(rf"\b{name}\b", said))


def too_long(source: str) -> list[str]:
    """Functions of more lines of code than one thought takes, and a file of more than one reads at a sitting."""
    tree = ast.parse(source)
    code = _lines_of_code(source) - {
        line for text in _docstrings(tree) for line in range(text.lineno, (text.end_lineno or text.lineno) + 1)
    }
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    sizes = {node.name: sum(node.lineno <= line <= (node.end_lineno or 0) for line in code) for node in functions}
    long = [f"{name}: {size} lines" for name, size in sizes.items() if size > FUNCTION_LINES]
    return long + ([f"{len(code)} lines"] if len(code) > FILE_LINES else [])


def _lines_of_code(source: str) -> set[int]:
    """The lines that hold more than comments and nothing."""
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    return {
        line
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in silent
        for line in range(token.start[0], token.end[0] + 1)
    }


# --- the house


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in HOUSE]


def constraint_names() -> list[str]:
    return [constraint.name for model in ours() for constraint in model._meta.constraints]


def test_modules_stand_where_they_belong() -> None:
    assert [fault for path, _ in modules(*HOUSE) if (fault := misplaced(path))] == []


def test_functions_and_files_are_short() -> None:
    paths = [ROOT / path for path, _ in modules(*HOUSE, "bench")]
    assert {str(path): found for path in paths if (found := too_long(path.read_text()))} == {}


def test_no_file_is_named_for_nothing() -> None:
    found = [path for pattern in ("utils*", "common*", "helpers*") for path in (ROOT / "templates").rglob(pattern)]
    assert found + [path for path, _ in modules("tests") if misplaced(path)] == []


def test_pages_never_write() -> None:
    assert {path: found for path, tree in modules(*PAGES, "web") if (found := writes(tree))} == {}


def test_below_only_services_write() -> None:
    found = {
        path
        for path, tree in modules(*FLOORS)
        if writes(tree) and not is_in(path, "services") and not is_in(path, "rules")
    }
    assert found == WRITERS


def test_transactions_are_begun_in_services_only() -> None:
    found = {path for path, tree in modules(*HOUSE) if mentions(tree, "atomic", "set_autocommit")}
    assert {path for path in found if not (path.split("/")[0] in FLOORS and is_in(path, "services"))} == TRANSACTIONS


def test_consequences_are_pulled_and_not_sent() -> None:
    sent = ("dispatch", "receiver", "on_commit")
    assert {path: found for path, tree in modules(*HOUSE) if (found := mentions(tree, *sent))} == {}
    assert {path for path, tree in modules(*HOUSE) if mentions(tree, "signals")} == LISTENERS


def test_rules_and_services_say_what_they_are() -> None:
    rooms = [(path, tree) for path, tree in modules(*FLOORS) if is_in(path, "rules") or is_in(path, "services")]
    assert len(rooms) >= 2 * len(FLOORS) - 1
    assert [path for path, tree in rooms if not ast.get_docstring(tree)] == []


def test_services_have_no_words_for_people() -> None:
    found = [text for path, tree in modules(*FLOORS) if is_in(path, "services") for text in sentences(tree)]
    assert set(found) == SENTENCES
    rooms = [(path, tree) for path, tree in modules(*FLOORS) if is_in(path, "services") or is_in(path, "rules")]
    assert {
        path: said for path, tree in rooms if (said := mentions(tree, "gettext", "gettext_lazy", "translation"))
    } == {}


def test_no_floor_gives_an_accessor_to_the_one_below() -> None:
    assert len(ours()) > 30
    assert [key for model in ours() for key in reaching_up(model)] == []


def test_constraints_are_sentences() -> None:
    assert [name for name in constraint_names() if not is_a_sentence(name)] == []


def test_every_constraint_is_violated_in_a_test() -> None:
    texts = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    elsewhere = [name for names in VIOLATED.values() for name in names]

    assert never_violated(constraint_names(), texts, elsewhere) == []
    assert set(elsewhere) - set(constraint_names()) == set()


@pytest.mark.parametrize("test", VIOLATED)
def test_tests_that_violate_constraints_exist(test: str) -> None:
    path, _, function = test.partition("::")
    tree = ast.parse((ROOT / path).read_text())
    assert function in [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


# --- the checks, shown a fault


@pytest.mark.parametrize(
    ("path", "is_fault"),
    [
        ("quizzes/views.py", True),
        ("quizzes/views/attempts.py", True),
        ("training/urls.py", True),
        ("accounts/messages.py", True),
        ("learner/models.py", True),
        ("web/models.py", True),
        ("author/migrations/0001_initial.py", True),
        ("learner/utils.py", True),
        ("quizzes/rules/helpers.py", True),
        ("learner/views/attempts.py", False),
        ("quizzes/models.py", False),
        ("quizzes/rules/plans.py", False),
    ],
)
def test_misplaced(path: str, is_fault: bool) -> None:
    assert bool(misplaced(path)) is is_fault


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def act():\n" + "    step()\n" * 39, []),
        ("def act():\n" + "    step()\n" * 40, ["act: 41 lines"]),
        ("def act():\n" + "    # why\n\n" * 40 + "    step()\n" * 39, []),
        ('def act():\n    """What.\n' + "\n" * 50 + '    """\n' + "    step()\n" * 39, []),
        ("step()\n" * 300, []),
        ("step()\n" * 301, ["301 lines"]),
    ],
)
def test_too_long(source: str, found: list[str]) -> None:
    assert too_long(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("attempt.save()", ["1: save()"]),
        ("Attempt.objects.filter(pk=1).update(passed=True)", ["1: update()"]),
        ("x = 1\nAttempt.objects.get_or_create(pk=1)", ["2: get_or_create()"]),
        ("enrollment.lessons_read.create(lesson_key='a')", ["1: create()"]),
        ("await attempt.adelete()", ["1: adelete()"]),
        ("context.update(more)", ["1: update()"]),
        ("services.start_attempt(by=user)\nupdate = 1\nupdate_profile(by=user)", []),
    ],
)
def test_writes(source: str, found: list[str]) -> None:
    assert writes(ast.parse(source)) == found


@pytest.mark.parametrize(
    "source",
    [
        "@transaction.atomic\ndef act(): ...",
        "def act():\n    with transaction.atomic(): ...",
        "from django.db.transaction import atomic",
        "from django.db.transaction import atomic as whole",
    ],
)
def test_mentions_of_a_transaction(source: str) -> None:
    assert mentions(ast.parse(source), "atomic")
    assert not mentions(ast.parse("from django.db import transaction\natom = 'atomic'"), "atomic")


@pytest.mark.parametrize(
    "source",
    [
        "from django.dispatch import receiver",
        "from django.db.models.signals import post_save",
        "import django.dispatch",
        "from django.db.models import signals",
        "transaction.on_commit(tell)",
    ],
)
def test_mentions_of_a_consequence(source: str) -> None:
    assert mentions(ast.parse(source), "dispatch", "signals", "receiver", "on_commit")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("raise NotOffered('The course is not offered.')", ["The course is not offered."]),
        ("raise NotOffered(f'The course {slug} is retired')", []),
        ("raise NotOffered(f'{slug} is not offered now')", [" is not offered now"]),
        ("'''A docstring of many words.'''\ndef act():\n    '''Another one of these.'''", []),
        ("log.warning('mail %s was not sent', pk)", []),
        ("record('attempt.started', by=by)", []),
    ],
)
def test_sentences(source: str, found: list[str]) -> None:
    assert sentences(ast.parse(source)) == found


@isolate_apps("accounts", "enrollments")
def test_reaching_up() -> None:
    class Person(models.Model):  # noqa: DJ008 - never shown
        class Meta:
            app_label = "accounts"

    class Taken(models.Model):  # noqa: DJ008 - never shown
        seen = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="taken")
        plain = models.ForeignKey(Person, on_delete=models.PROTECT)
        discreet = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
        before = models.ForeignKey("self", on_delete=models.PROTECT, related_name="after")

        class Meta:
            app_label = "enrollments"

    assert reaching_up(Taken) == ["enrollments.Taken.seen", "enrollments.Taken.plain"]


@pytest.mark.parametrize(
    "name", ["attempt", "attempt_unique", "Attempt_is_open", "attempt__is_open", "a_b_" + "c" * 60]
)
def test_is_a_sentence_refuses(name: str) -> None:
    assert not is_a_sentence(name)


def test_never_violated() -> None:
    names = ["lesson_read_once", "grant_role_known", "one_open_seat"]
    assert never_violated(names, ["refused('lesson_read_once_more')", "grant_role_known"], ["one_open_seat"]) == [
        "lesson_read_once"
    ]


Check = Callable[[ast.Module], list[str]]


@pytest.mark.parametrize("check", [writes, sentences])
def test_checks_pass_over_an_empty_module(check: Check) -> None:
    assert check(ast.parse("")) == []

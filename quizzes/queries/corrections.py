"""What is put right in an assessment, what an adjustment would change, and what a learner is told of it."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Organization, User
from audit.statements import Statement
from courses.document import Quiz
from courses.items import Answer
from courses.library import published
from courses.models import CourseVersion
from quizzes.models import Adjustment, AssessmentKind, Attempt, ItemChallenge, Response, ScoreChange
from quizzes.rules import Corrections, Outcome, QuizPlan, Score, in_force, outcome_again

#: Attempts whose answers are read at once.
BATCH = 500


IN_FORCE = Statement(lambda version_id, key: Adjustment.objects.about(version_id, key).in_force(), int, str)


def corrections_in_force(version_id: int, assessment_key: str) -> Corrections:
    """What is in force in the assessment of that version now, in one statement."""
    return _rules(IN_FORCE.rows(version_id, assessment_key))


def held_corrections(version_id: int, assessment_key: str) -> Corrections:
    """The same for an act that scores, inside its transaction and with the attempt's turn taken.

    The rows are held, proposals too: an approval at the same moment either is seen here, or sees what this act stored.
    """
    rows = Adjustment.objects.about(version_id, assessment_key).filter(withdrawn_at__isnull=True).order_by("pk")
    # SQLite has one writer at a time and passes over the lock.
    return _rules(row for row in rows.select_for_update(no_key=True) if row.approved_at)


def _rules(rows: Iterable[Adjustment]) -> Corrections:
    return in_force(row.rule for row in rows)


# --- what an adjustment changes


@dataclass(frozen=True, slots=True)
class Rescored:
    """A finished attempt that an adjustment gives another outcome."""

    attempt: Attempt  # with its enrollment
    before: Outcome
    after: Outcome

    @property
    def gives_pass(self) -> bool:
        return self.after.passed and not self.before.passed

    @property
    def is_unscored(self) -> bool:
        return self.after.score.maximum == 0

    @property
    def figures(self) -> list[object]:
        """What tells this change from any other, as JSON holds it."""
        outcomes = [[str(each.score.raw), each.score.maximum, each.passed] for each in (self.before, self.after)]
        return [str(self.attempt.public_id), *outcomes]


@dataclass(frozen=True)
class Preview:
    """Everything that approving the adjustment would change in finished attempts, now."""

    adjustment: Adjustment
    asked: int  # finished attempts that asked the item
    open: int  # attempts under way, which are scored with what is in force when they are submitted
    changed: tuple[Rescored, ...]

    @property
    def passes(self) -> int:
        return sum(row.gives_pass for row in self.changed)

    def gives_pass_to(self, user: User) -> bool:
        """Whether she passes by it herself; then somebody else approves it."""
        return any(row.gives_pass and row.attempt.enrollment.user_id == user.pk for row in self.changed)

    @property
    def unscored(self) -> int:
        return sum(row.is_unscored for row in self.changed)

    @cached_property
    def digest(self) -> str:
        """Tells one set of changes from another: who approves has seen exactly this."""
        rows = [str(self.adjustment.public_id), *sorted(row.figures for row in self.changed)]
        return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


def preview_adjustment(adjustment: Adjustment) -> Preview:
    """What approving it would do, without doing anything: the approval does this and nothing else."""
    quiz = published(adjustment.version).document.assessment_by_key[adjustment.assessment_key]
    assert isinstance(quiz, Quiz)
    about = Adjustment.objects.about(adjustment.version_id, adjustment.assessment_key)
    rules = in_force([*(row.rule for row in about.in_force()), adjustment.rule])
    attempts = Attempt.objects.filter(
        enrollment__version=adjustment.version_id, assessment_key=adjustment.assessment_key, kind=AssessmentKind.QUIZ
    )
    asked, changed = 0, []
    for attempt, plan, chosen in _sat(attempts.filter(submitted_at__isnull=False), adjustment.item_key):
        asked += 1
        before = Outcome(Score(attempt.raw, attempt.maximum or 0), bool(attempt.passed))
        after = outcome_again(quiz, plan, chosen, rules, passed_before=before.passed)
        if after != before:
            changed.append(Rescored(attempt, before, after))
    return Preview(adjustment, asked, attempts.open().count(), tuple(changed))


def _sat(attempts: QuerySet[Attempt], item_key: str) -> Iterator[tuple[Attempt, QuizPlan, dict[str, tuple[str, ...]]]]:
    """The attempts that asked the item, oldest first, with plan and newest answers."""
    ids = list(attempts.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        rows = Attempt.objects.filter(pk__in=ids[start : start + BATCH]).select_related("enrollment").order_by("pk")
        asked = [(row, plan) for row in rows if item_key in (plan := QuizPlan.from_json(row.plan)).keys]
        answers: dict[int, dict[str, tuple[str, ...]]] = {row.pk: {} for row, _plan in asked}
        for response in Response.objects.filter(attempt__in=list(answers)).order_by("revision"):
            answers[response.attempt_id][response.item_key] = tuple(response.options)
        yield from ((row, plan, answers[row.pk]) for row, plan in asked)


# --- what the learner is told


@dataclass(frozen=True, slots=True)
class AttemptCorrections:
    """What was put right in one attempt's assessment, what that changed, and what its learner challenged."""

    adjustments: tuple[Adjustment, ...] = ()  # in force, oldest first
    changes: tuple[ScoreChange, ...] = ()
    challenges: tuple[ItemChallenge, ...] = ()

    @property
    def rules(self) -> Corrections:
        return _rules(self.adjustments)

    def challenge_of(self, item_key: str) -> ItemChallenge | None:
        return next((row for row in self.challenges if row.item_key == item_key), None)

    def corrected_at(self, item_key: str) -> dt.datetime | None:
        """When the item was put right last."""
        return max(
            (row.approved_at for row in self.adjustments if row.item_key == item_key and row.approved_at), default=None
        )


NOTHING = AttemptCorrections()


def challenged_items(attempt: Attempt) -> frozenset[str]:
    """The keys of the items that its learner challenged."""
    return frozenset(ItemChallenge.objects.filter(attempt=attempt).values_list("item_key", flat=True))


IS_CORRECTED = Statement(
    lambda pk, version_id, key: Attempt.objects.filter(pk=pk).values_list(
        Exists(Adjustment.objects.about(version_id, key).in_force()),
        Exists(ItemChallenge.objects.filter(attempt=OuterRef("pk"))),
    ),
    int,
    int,
    str,
)


def corrections_of(attempt: Attempt) -> AttemptCorrections:
    """All of that: in one statement where there is nothing, as nearly always."""
    version_id, key = attempt.enrollment.version_id, attempt.assessment_key
    if not any(map(any, IS_CORRECTED.rows(attempt.pk, version_id, key))):
        return NOTHING
    about = Adjustment.objects.about(version_id, key).in_force()
    return AttemptCorrections(
        tuple(about.order_by("approved_at")),
        tuple(ScoreChange.objects.filter(attempt=attempt).order_by("changed_at")),
        tuple(ItemChallenge.objects.filter(attempt=attempt)),
    )


# --- what authors see


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """How an item was answered in finished attempts. No person is in it, and few answers make no figures."""

    answered: int
    correct: int  # full credit, as published
    chosen: dict[str, int]  # answers by option


#: Below so many answers figures would tell of persons.
FEWEST_ANSWERS = 5


def item_figures(version: CourseVersion, assessment_key: str, item_key: str) -> ItemFigures | None:
    """The figures of one item, from the newest answer of each finished attempt; None below five answers."""
    quiz = published(version).document.assessment_by_key[assessment_key]
    assert isinstance(quiz, Quiz)
    item = quiz.item_by_key[item_key]
    rows = Response.objects.filter(
        item_key=item_key,
        attempt__assessment_key=assessment_key,
        attempt__enrollment__version=version,
        attempt__submitted_at__isnull=False,
    )
    newest: dict[int, Answer] = {row.attempt_id: tuple(row.options) for row in rows.order_by("revision")}
    answers = [answer for answer in newest.values() if answer]
    if len(answers) < FEWEST_ANSWERS:
        return None
    correct = sum(item.credit(answer) == Fraction(1) for answer in answers)
    return ItemFigures(len(answers), correct, dict(item.summary(answers)))


def unscored_attempts(provider: Organization) -> list[Attempt]:
    """Finished attempts that ask for a review, newest first: adjustments left no marks to win in them."""
    found = Attempt.objects.filter(kind=AssessmentKind.QUIZ, maximum=0, enrollment__version__course__provider=provider)
    return list(found.select_related("enrollment__version__course").order_by("-submitted_at"))

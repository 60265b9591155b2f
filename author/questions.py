"""What an author's pages show of a question: as it stands, how it was answered, and what was put right in it.

Nothing here names a learner. What an adjustment changed is told by the attempt's own random id.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from accounts.models import Organization, User
from author.withholding import reasons_withheld
from courses.document import Assessment, Quiz
from courses.items import Control, Item, Premise
from courses.library import Published, published
from courses.models import CourseVersion
from quizzes.models import Adjustment, AdjustmentQuerySet, Attempt, ItemChallenge, ScoreChange
from quizzes.queries import ItemFigures, Rescored, item_figures
from quizzes.rules import Outcome, acceptable_options


@dataclass(frozen=True, slots=True)
class Question:
    """An item of a published version with everything that its author wrote about it."""

    version: CourseVersion
    published: Published
    quiz: Quiz
    item: Item
    is_withheld: bool = False  # from the viewer, who takes the course herself: no answer, reason, vote or figure then

    @property
    def options(self) -> Iterator["WrittenOption"]:
        figures, html = self.figures, self.published.inline
        if self.is_withheld:
            yield from self._bare_options()
            return
        for option in self.item.shown:
            chosen = figures.chosen.get(option.key, 0) if figures else None
            yield WrittenOption(
                option.key,
                html.get(option.text, option.text),
                html.get(option.rationale, option.rationale),
                option.correct,
                chosen,
                self.item.votes.get(option.key),
            )

    def _bare_options(self) -> Iterator["WrittenOption"]:
        # In the order of their words, because steps stand in the right one.
        for option in sorted(self.item.shown, key=lambda option: option.text):
            html = self.published.inline.get(option.text, option.text)
            yield WrittenOption("", html, "", is_correct=False, chosen=None, votes=None)

    @property
    def figures(self) -> ItemFigures | None:
        return None if self.is_withheld else item_figures(self.version, self.quiz.key, self.item.key)

    @property
    def premises(self) -> list[tuple[Premise, str]]:
        return [(name, self.published.inline.get(source, source)) for name, source in self.item.premises]

    @property
    def is_ordered(self) -> bool:
        """Whether an answer is an order, so that what is counted of an option is its place."""
        return self.item.control is Control.ORDER

    @property
    def acceptable(self) -> tuple[tuple[str, str], ...]:
        """Key and source text of the options that could be accepted too; none where that would tell what is correct."""
        if self.is_withheld:
            return ()
        return tuple((key, self.item.option_by_key[key].text) for key in acceptable_options(self.item))

    def address(self, provider: Organization) -> str:
        return reverse("author:item", args=[provider.slug, self.version.public_id, self.quiz.key, self.item.key])


@dataclass(frozen=True, slots=True)
class WrittenOption:
    key: str
    html: str
    rationale: str
    is_correct: bool
    chosen: int | None  # how often; None where figures are withheld
    votes: int | None  # of the expert panel; None where there is none


def assessment_of(version: CourseVersion, assessment_key: str) -> Assessment:
    found = published(version).document.assessment_by_key.get(assessment_key)
    if found is None:
        raise Http404
    return found


def quiz_of(version: CourseVersion, assessment_key: str) -> Quiz:
    """The quiz of that version; 404 for a scenario, whose decisions are no items."""
    found = assessment_of(version, assessment_key)
    if not isinstance(found, Quiz):
        raise Http404
    return found


def question_of(version: CourseVersion, assessment_key: str, item_key: str, viewer: User | None = None) -> Question:
    """The question for this viewer; without one it is for a list, which shows nothing of what is correct."""
    quiz = quiz_of(version, assessment_key)
    if item_key not in quiz.item_by_key:
        raise Http404
    is_withheld = viewer is not None and reasons_withheld(viewer, version, assessment_key)
    return Question(version, published(version), quiz, quiz.item_by_key[item_key], is_withheld)


@dataclass(frozen=True, slots=True)
class Line:
    """A challenge or an adjustment in a list, and the question that it is about."""

    row: ItemChallenge | Adjustment
    question: Question


def challenge_lines(rows: Iterable[ItemChallenge]) -> list[Line]:
    return [
        Line(row, question_of(row.attempt.enrollment.version, row.attempt.assessment_key, row.item_key)) for row in rows
    ]


def adjustment_lines(rows: Iterable[Adjustment]) -> list[Line]:
    return [Line(row, question_of(row.version, row.assessment_key, row.item_key)) for row in rows]


def waiting_challenges(provider: Organization) -> QuerySet[ItemChallenge]:
    found = ItemChallenge.objects.about_courses_of(provider).waiting()
    return found.select_related("attempt__enrollment__version__course").order_by("made_at")


def adjustments_there(provider: Organization) -> AdjustmentQuerySet:
    found = Adjustment.objects.of_courses_of(provider)
    return found.select_related("version__course", "proposed_by", "approved_by")


# --- what an adjustment changes, or changed


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One attempt before and after. It is named by its random id, and says whether a certificate rests on it."""

    attempt: Attempt
    before: Outcome
    after: Outcome
    has_certificate: bool

    @property
    def gives_pass(self) -> bool:
        return self.after.passed and not self.before.passed


def previewed_rows(rows: Iterable[Rescored], certified: frozenset[int]) -> list[ChangedRow]:
    return [ChangedRow(row.attempt, row.before, row.after, row.attempt.enrollment_id in certified) for row in rows]


def recorded_rows(adjustment: Adjustment, certified: frozenset[int]) -> list[ChangedRow]:
    rows = ScoreChange.objects.filter(adjustment=adjustment).select_related("attempt__enrollment").order_by("attempt")
    return [ChangedRow(row.attempt, row.before, row.after, row.attempt.enrollment_id in certified) for row in rows]

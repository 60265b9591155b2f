"""Which objectives the feedback form asks about together: those that one module teaches."""

from collections.abc import Mapping
from dataclasses import dataclass

from certificates.rules import Asked
from courses.document import Document, EvaluationQuestion, OutlineModule


@dataclass(frozen=True, slots=True)
class Group:
    """Two or more objectives of a module; `name` is that of the field that answers them alike."""

    name: str
    title: str
    rows: tuple[Asked, ...]

    @property
    def question(self) -> EvaluationQuestion:
        return self.rows[0].question


def groups(questions: tuple[Asked, ...], document: Document) -> tuple[Group, ...]:
    """The groups of every question about objectives, in the order of modules."""
    taught_in = document.module_of_objective
    about = dict.fromkeys(row.question.key for row in questions if row.objective)
    return tuple(
        Group(f"{key}.all.{module.module}", module.title, rows)
        for key in about
        for module in document.course.outline
        if len(rows := _rows(questions, key, module, taught_in)) > 1
    )


def _rows(
    questions: tuple[Asked, ...], key: str, module: OutlineModule, taught_in: Mapping[str, OutlineModule]
) -> tuple[Asked, ...]:
    about = (row for row in questions if row.objective and row.question.key == key)
    return tuple(row for row in about if taught_in.get(row.objective) is module)

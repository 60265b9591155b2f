"""The gate of a course in words: what the certificate needs, whether it is done, and the one next step."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from django.urls import reverse
from django.utils.functional import Promise

from certificates import rules
from certificates.queries import completion_facts
from certificates.rules import GateKind
from enrollments.rules import PartProgress, PartState
from learner.messages import gate as messages
from learner.standing import Standing


class RowState(StrEnum):
    DONE = "done"
    NEXT = "next"
    OPEN = "open"
    LOCKED = "locked"
    ENDED = "ended"  # it was not reached, and in this enrollment it cannot be any more


@dataclass(frozen=True, slots=True)
class GateRow:
    title: str | Promise
    detail: str | Promise
    state: RowState
    url: str = ""
    action: str | Promise = ""


def gate_rows(standing: Standing) -> list[GateRow]:
    """Every gate; one row is lit while the enrollment is open, and none leads anywhere after. Three statements."""
    facts = completion_facts(standing.enrollment, standing.document)
    gates = sorted(rules.gate_rows(standing.document.course.gates, facts), key=lambda row: _place(row, standing))
    rows = [_row(row, standing) for row in gates]
    return _lit(rows, standing) if standing.enrollment.is_open else [_ended(row) for row in rows]


def _place(row: rules.GateRow, standing: Standing) -> tuple[int, int]:
    # Assessments in the order in which she meets them, whatever the order of the package's gates.
    key = row.gate.key
    return list(GateKind).index(row.gate.kind), standing.document.part_keys.index(key) if key else 0


def _row(row: rules.GateRow, standing: Standing) -> GateRow:
    match row.gate.kind:
        case GateKind.LESSONS:
            return _lessons(row, standing)
        case GateKind.ASSESSMENT:
            return _assessment(row, standing)
        case GateKind.EVALUATION:
            return _last(row, messages.EVALUATION, reverse("learner:evaluation", args=[standing.slug]))
        case GateKind.ATTESTATION:
            return _last(row, messages.ATTESTATION, reverse("learner:attestation", args=[standing.slug]))


def _lessons(row: rules.GateRow, standing: Standing) -> GateRow:
    if row.state is rules.GateState.MET:
        detail = messages.all_lessons_read(row.total, max(standing.readings.values()))
        return GateRow(messages.LESSONS, detail, RowState.DONE)
    first = next(part for part in standing.progress.lessons if not part.is_done)
    detail = messages.lessons_read(row.done, row.total)
    return GateRow(messages.LESSONS, detail, RowState.OPEN, standing.address_of(first))


def _assessment(row: rules.GateRow, standing: Standing) -> GateRow:
    part, state = standing.progress.part(row.gate.key), standing.states[row.gate.key]
    title, url = messages.part_title(part), standing.address_of(part)
    if state.passed:
        return GateRow(title, messages.passed(state), RowState.DONE, url)
    if state.is_failed_for_good:
        return GateRow(title, messages.no_attempts_left(state), RowState.ENDED, url)
    if not standing.enrollment.is_open:
        return GateRow(title, messages.NOT_PASSED, RowState.ENDED)
    detail = messages.assessment_detail(standing.document.assessment_by_key[part.key], state)
    return GateRow(title, detail, RowState.OPEN, url)


def _last(row: rules.GateRow, words: messages.LastGate, url: str) -> GateRow:
    match row.state:
        case rules.GateState.MET:
            return GateRow(words.title, words.done, RowState.DONE)
        case rules.GateState.OPEN:
            return GateRow(words.title, words.open, RowState.OPEN, url, words.action)
        case rules.GateState.CLOSED:
            return GateRow(words.title, words.locked, RowState.LOCKED)


def _lit(rows: list[GateRow], standing: Standing) -> list[GateRow]:
    """Light one row. The button leads to the next part, also when that is a practice without a row of its own."""
    part = standing.progress.next
    address = standing.next_url
    own = [row for row in rows if part and row.url == address]
    lit = next(iter(own or _open(rows)), None)
    if lit is None:
        return rows
    here = replace(lit, state=RowState.NEXT)
    if part:
        here = replace(here, url=address, action=action_words(part))
    if part and not own:
        here = replace(here, detail=messages.practice_first(part, lit.detail))
    return [here if row is lit else row for row in rows]


def _open(rows: list[GateRow]) -> Iterator[GateRow]:
    return (row for row in rows if row.state is RowState.OPEN)


def _ended(row: GateRow) -> GateRow:
    if row.state is RowState.DONE:
        return GateRow(row.title, row.detail, RowState.DONE)
    is_last = row.title in {messages.EVALUATION.title, messages.ATTESTATION.title}
    return GateRow(row.title, messages.NOT_OPENED if is_last else row.detail, RowState.ENDED)


def action_words(part: PartProgress) -> str:
    """The label of the one button."""
    if part.state is PartState.TIME_OVER:
        return messages.finish(part)
    if part.state is PartState.OPEN:
        return messages.go_on_with(part)
    if part.state is PartState.NOT_PASSED:
        return messages.try_again(part)
    return messages.go_to(part)

"""What the certificate needs, row by row: what counts, whether it is done, and the one next step."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from django.urls import reverse

from certificates.models import Attestation, EvaluationGiven
from enrollments.models import Enrollment
from enrollments.rules import PartProgress, PartState
from learner import messages
from learner.standing import Standing


class GateState(StrEnum):
    DONE = "done"
    NEXT = "next"
    OPEN = "open"
    LOCKED = "locked"
    ENDED = "ended"  # it was not reached, and in this enrollment it cannot be any more


@dataclass(frozen=True, slots=True)
class GateRow:
    title: str
    detail: str
    state: GateState
    url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """Whether the two last gates were passed."""

    evaluation: bool = False
    attestation: bool = False


def given(enrollment: Enrollment) -> Given:
    return Given(
        evaluation=EvaluationGiven.objects.filter(enrollment=enrollment).exists(),
        attestation=Attestation.objects.filter(enrollment=enrollment).exists(),
    )


def gate_rows(standing: Standing, given: Given) -> list[GateRow]:
    """The rows in the order of the outline, with one of them lit while the enrollment is open."""
    rows = [_lessons(standing), *_assessments(standing), *_last_rows(standing, given)]
    if not standing.enrollment.is_open:
        return [_ended(row) for row in rows]
    return list(_lit(rows, standing))


def _lessons(standing: Standing) -> GateRow:
    lessons = standing.progress.lessons
    read = [part for part in lessons if part.is_done]
    is_next = bool(standing.progress.next and standing.progress.next.is_lesson)
    if len(read) == len(lessons):
        last = max(standing.readings[part.key] for part in read)
        return GateRow(messages.LESSONS, messages.all_lessons_read(len(read), last), GateState.DONE)
    detail = messages.lessons_read(len(read), len(lessons))
    first = next(part for part in lessons if not part.is_done)
    return GateRow(messages.LESSONS, detail, GateState.NEXT if is_next else GateState.OPEN, standing.address_of(first))


def _assessments(standing: Standing) -> Iterator[GateRow]:
    for part in standing.progress.parts:
        if part.is_lesson or not part.is_required:
            continue
        state = standing.states[part.key]
        title = messages.part_title(part)
        url = standing.address_of(part)
        if part.is_done:
            yield GateRow(title, messages.passed(state), GateState.DONE, url)
        elif state.is_failed_for_good:
            yield GateRow(title, messages.no_attempts_left(state), GateState.ENDED, url)
        else:
            detail = messages.assessment_detail(standing.document.assessment_by_key[part.key], state)
            yield GateRow(title, detail, GateState.NEXT if part.is_next else GateState.OPEN, url)


def _last_rows(standing: Standing, given: Given) -> Iterator[GateRow]:
    parts_done = all(part.is_done for part in standing.progress.parts if part.is_required)
    needs_evaluation = standing.document.course.gates.evaluation
    evaluated = given.evaluation or not needs_evaluation
    if needs_evaluation:
        url = reverse("learner:evaluation", args=[standing.slug])
        yield _last(messages.EVALUATION, done=given.evaluation, may_open=parts_done, url=url)
    url = reverse("learner:attestation", args=[standing.slug])
    yield _last(messages.ATTESTATION, done=given.attestation, may_open=parts_done and evaluated, url=url)


def _last(words: messages.LastGate, *, done: bool, may_open: bool, url: str) -> GateRow:
    if done:
        return GateRow(words.title, words.done, GateState.DONE)
    if may_open:
        return GateRow(words.title, words.open, GateState.NEXT, url, words.action)
    return GateRow(words.title, words.locked, GateState.LOCKED)


def _lit(rows: list[GateRow], standing: Standing) -> Iterator[GateRow]:
    """Light one row. The button always leads to the next part, also when that is a practice without a row."""
    part = standing.progress.next
    lit = next((row for row in rows if row.state is GateState.NEXT), None) or next(
        (row for row in rows if row.state is GateState.OPEN), None
    )
    for row in rows:
        if row is not lit:
            yield replace(row, state=GateState.OPEN) if row.state is GateState.NEXT else row
        elif part:
            yield replace(row, state=GateState.NEXT, url=standing.next_url, action=action_words(part))
        else:
            yield replace(row, state=GateState.NEXT)


def _ended(row: GateRow) -> GateRow:
    if row.state is GateState.DONE:
        return replace(row, url="", action="")
    return GateRow(row.title, row.detail, GateState.ENDED)


def action_words(part: PartProgress) -> str:
    """The label of the one button."""
    if part.state is PartState.OPEN:
        return messages.go_on_with(part)
    if part.state is PartState.NOT_PASSED:
        return messages.try_again(part)
    return messages.go_to(part)

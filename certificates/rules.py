"""The completion gate, evaluations, certificate codes and verdicts: pure."""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from courses.document import Evaluation, EvaluationQuestion, Gates

# --- the gate


class GateKind(StrEnum):
    LESSONS = "lessons"
    ASSESSMENT = "assessment"
    EVALUATION = "evaluation"
    ATTESTATION = "attestation"


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that completion needs; `key` names the assessment, and is empty for the others."""

    kind: GateKind
    key: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one enrollment has behind it, as the rows say; `lessons` are all that its version has."""

    lessons: frozenset[str]
    read: frozenset[str]
    passed: frozenset[str]
    is_evaluated: bool
    is_attested: bool


class GateState(StrEnum):
    MET = "met"
    OPEN = "open"
    CLOSED = "closed"  # waits for the rows before it


@dataclass(frozen=True, slots=True)
class GateRow:
    """A line of the checklist. `done` of `total` counts lessons; it is zero or one of one for the other gates."""

    gate: Gate
    state: GateState
    done: int
    total: int


def gates_of(gates: Gates) -> tuple[Gate, ...]:
    """Everything that completion needs, in the order in which it is shown."""
    assessments = tuple(Gate(GateKind.ASSESSMENT, key) for key in gates.pass_)
    evaluation = (Gate(GateKind.EVALUATION),) if gates.evaluation else ()
    return (Gate(GateKind.LESSONS), *assessments, *evaluation, Gate(GateKind.ATTESTATION))


def missing_requirements(gates: Gates, facts: Facts) -> tuple[Gate, ...]:
    """The gates that are not met, in order; empty when the course is complete."""
    return tuple(gate for gate in gates_of(gates) if not _is_met(gate, facts))


def missing_before(kind: GateKind, gates: Gates, facts: Facts) -> tuple[Gate, ...]:
    """What must be met before that gate is offered: all lessons and assessments for the evaluation, all else for the attestation."""
    order = list(GateKind)
    return tuple(gate for gate in missing_requirements(gates, facts) if _waits(order.index(kind), gate, order))


def gate_rows(gates: Gates, facts: Facts) -> tuple[GateRow, ...]:
    """The checklist: every gate with its state. Lessons and assessments are open at any time and in any order."""
    return tuple(_row(gate, gates, facts) for gate in gates_of(gates))


def _waits(place: int, gate: Gate, order: list[GateKind]) -> bool:
    return place >= order.index(GateKind.EVALUATION) and order.index(gate.kind) < place


def _row(gate: Gate, gates: Gates, facts: Facts) -> GateRow:
    if _is_met(gate, facts):
        state = GateState.MET
    elif missing_before(gate.kind, gates, facts):
        state = GateState.CLOSED
    else:
        state = GateState.OPEN
    if gate.kind is GateKind.LESSONS:
        return GateRow(gate, state, len(facts.read & facts.lessons), len(facts.lessons))
    return GateRow(gate, state, int(state is GateState.MET), 1)


def _is_met(gate: Gate, facts: Facts) -> bool:
    match gate.kind:
        case GateKind.LESSONS:
            return facts.lessons <= facts.read
        case GateKind.ASSESSMENT:
            return gate.key in facts.passed
        case GateKind.EVALUATION:
            return facts.is_evaluated
        case GateKind.ATTESTATION:
            return facts.is_attested


# --- evaluations

SCALE = (1, 2, 3, 4, 5)
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the form asks it; `name` is its name in the answers."""

    name: str
    question: EvaluationQuestion
    objective: str = ""  # key of the objective that is asked about


def asked(evaluation: Evaluation, objectives: tuple[str, ...]) -> tuple[Asked, ...]:
    """The questions of the form in order, the one about objectives once for each."""
    rows: list[Asked] = []
    for question in evaluation.questions:
        if question.kind == "objectives":
            rows += [Asked(f"{question.key}.{key}", question, key) for key in objectives]
        else:
            rows.append(Asked(question.key, question))
    return tuple(rows)


def evaluation_faults(questions: tuple[Asked, ...], answers: Mapping[str, int | str]) -> frozenset[str]:
    """Names of answers that are missing, of another shape, or to questions that were not asked."""
    unasked = answers.keys() - {row.name for row in questions}
    return frozenset(unasked | {row.name for row in questions if not _fits(row.question, answers.get(row.name))})


def _fits(question: EvaluationQuestion, answer: int | str | None) -> bool:
    if answer is None:
        return not question.required
    if question.kind == "choice":
        return answer in {option.key for option in question.options}
    if question.kind == "text":
        return isinstance(answer, str) and len(answer) <= LONGEST_TEXT and (bool(answer) or not question.required)
    return type(answer) is int and answer in SCALE


# --- what was said (docs/adr/0071)

#: Below so many answers figures would tell of persons.
FEWEST_ANSWERS = 5
#: The upper steps of the scale, which say yes.
AGREE = 4


@dataclass(frozen=True, slots=True)
class Said:
    """What may be told of one question: no answer, or five and more, in an order that depends on nothing but the answers."""

    asked: Asked
    answers: tuple[int | str, ...]

    @property
    def counts(self) -> tuple[tuple[int | str, int], ...]:
        """How often each step of the scale or each option was chosen, in the order in which they are asked."""
        options = tuple(option.key for option in self.asked.question.options)
        return tuple((each, self.answers.count(each)) for each in (options or SCALE))

    @property
    def agreed(self) -> int:
        """How many chose one of the two upper steps."""
        return sum(count for step, count in self.counts if isinstance(step, int) and step >= AGREE)

    @property
    def median(self) -> float:
        """The middle answer on the scale, halfway between two steps where it falls so. Raises StatisticsError without any."""
        return median(step for step in self.answers if isinstance(step, int))


def first_open_month(now: dt.datetime) -> dt.date:
    """The earliest month whose feedback is not told yet: a month is over a day after its end in UTC."""
    return (now.astimezone(dt.UTC) - dt.timedelta(days=1)).date().replace(day=1)


def released(by_month: Mapping[dt.date, Sequence[int | str]]) -> list[int | str]:
    """Answers to one question of one version that may be told, of months that are over.

    Months are taken together until there are five answers, so what a later look tells more is five answers or none.
    """
    told: list[int | str] = []
    waiting: list[int | str] = []
    for month in sorted(by_month):
        waiting += by_month[month]
        if len(waiting) >= FEWEST_ANSWERS:
            told, waiting = told + waiting, []
    return told


def said(row: Asked, parts: Sequence[Sequence[int | str]]) -> Said:
    """What several versions said of one question; each part is released by itself, so no difference is of fewer than five.

    In the order of a digest of each: of two answers nothing tells which was given first.
    """
    answers = [answer for part in parts for answer in part]
    digests = {answer: hashlib.sha256(str(answer).encode()).digest() for answer in set(answers)}
    return Said(row, tuple(sorted(answers, key=digests.__getitem__)))


def same_question(row: Asked, objective: str) -> tuple[Asked, str]:
    """What two versions must have in common for their answers to be summed; `objective` is the text of the one asked about."""
    question = row.question.model_copy(update={"required": True})
    return Asked(row.name, question, row.objective), objective


# --- codes

#: Crockford's base 32: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 26
CODE_BITS = 128
_SPELLINGS = str.maketrans("OIL", "011", "- \u2010\u2011\u2013")
_CODE = re.compile(f"[0-7][{ALPHABET}]{{{CODE_LENGTH - 1}}}")


def code_of(bits: int) -> str:
    """The code of a whole number of 128 bits. Raises ValueError beyond."""
    if not 0 <= bits < 1 << CODE_BITS:
        raise ValueError("a code has 128 bits")
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(CODE_LENGTH)))


def normalized_code(text: str) -> str | None:
    """The code that somebody typed, whatever its case, hyphens and spaces, O for 0 and I or L for 1; None if it is none."""
    if len(text) > 4 * CODE_LENGTH:
        return None
    code = text.strip().upper().translate(_SPELLINGS)
    return code if _CODE.fullmatch(code) else None


def grouped_code(code: str) -> str:
    """The code as printed, in groups of five and a last one of six."""
    return "-".join([*(code[place : place + 5] for place in range(0, 20, 5)), code[20:]])


# --- license numbers


def normalized_number(text: str) -> str:
    """A license number without what people write differently: case, spaces, hyphens, dots and slashes."""
    return re.sub(r"[\s\-\u2010-\u2015./]", "", unicodedata.normalize("NFKC", text)).upper()


def number_hash(salt: str, number: str) -> str:
    """What a certificate holds of a license number, in hexadecimal. Without the salt it tells nothing."""
    return hashlib.sha256(f"{salt}{normalized_number(number)}".encode()).hexdigest()


# --- verdicts


class Verdict(StrEnum):
    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    DEMONSTRATION = "demonstration"  # signed by a demonstration's key: not a credential
    UNCONFIRMED = "unconfirmed"  # the signature does not hold, so nothing on it may be believed


def verdict(*, status: str, is_genuine: bool, is_demo: bool) -> Verdict:
    """What a stranger is told: a revocation first, whatever else holds; then nothing good without a signature that holds."""
    if status == Verdict.REVOKED:
        return Verdict.REVOKED
    if not is_genuine:
        return Verdict.UNCONFIRMED
    if status == Verdict.SUPERSEDED:
        return Verdict.SUPERSEDED
    if status != "issued":
        return Verdict.UNCONFIRMED
    return Verdict.DEMONSTRATION if is_demo else Verdict.VALID


# --- what was kept outside the database

#: What may become of a certificate, in the only order in which it does.
STATUSES = ("issued", Verdict.SUPERSEDED, Verdict.REVOKED)


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a certificate; `because` is the public reason, empty for one that was issued and no more."""

    status: str
    because: str


def fallen_back(kept: Mapping[str, Standing], present: Mapping[str, Standing]) -> dict[str, Standing]:
    """Of what was kept, by code, what the rows do not say any more: the certificate is not there, or stands as before."""
    return {
        code: was
        for code, was in kept.items()
        if code not in present or STATUSES.index(present[code].status) < STATUSES.index(was.status)
    }

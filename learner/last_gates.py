"""What stands between a learner and one of the last gates, as rows with titles and addresses."""

from certificates import rules
from certificates.queries import completion_facts
from certificates.rules import GateKind
from courses.library import published
from enrollments.models import Enrollment
from learner.gate import GateRow, gate_rows
from learner.standing import standing


def missing_before(kind: GateKind, enrollment: Enrollment) -> list[GateRow]:
    """The rows of the checklist that must be met before that gate is offered; no look at titles when none is left."""
    document = published(enrollment.version).document
    gates = document.course.gates
    missing = rules.missing_before(kind, gates, completion_facts(enrollment, document))
    return _rows(enrollment, missing) if missing else []


def missing_now(enrollment: Enrollment) -> list[GateRow]:
    """The rows that completion still needs."""
    document = published(enrollment.version).document
    return _rows(enrollment, rules.missing_requirements(document.course.gates, completion_facts(enrollment, document)))


def _rows(enrollment: Enrollment, missing: tuple[rules.Gate, ...]) -> list[GateRow]:
    where = standing(enrollment)
    gates = rules.gates_of(where.document.course.gates)
    return [row for gate, row in zip(gates, gate_rows(where), strict=True) if gate in missing]

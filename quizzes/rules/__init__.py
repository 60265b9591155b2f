"""Plans, scoring, release, walks and proofs: pure functions of a document and of what a learner did."""

from quizzes.rules.calibration import Level, calibration, surest_first
from quizzes.rules.drawing import (
    Box,
    Drawing,
    Line,
    draw,
    nodes_in_order,
    nodes_passed,
    ways_of,
    ways_taken,
)
from quizzes.rules.plans import PlannedItem, QuizPlan, Refusal, draw_quiz, may_practice, may_start
from quizzes.rules.proofs import GraphFault, GraphFaultCode, GraphProof, best_walk, graph_faults, prove
from quizzes.rules.scoring import (
    SCORING_VERSION,
    ItemResult,
    Score,
    is_pass,
    is_released,
    item_results,
    marks_needed,
    scenario_outcome,
    score_quiz,
)
from quizzes.rules.walks import IllegalStep, Turn, Walk, advance, begin, open_choices, replay

__all__ = [
    "SCORING_VERSION",
    "Box",
    "Drawing",
    "GraphFault",
    "GraphFaultCode",
    "GraphProof",
    "IllegalStep",
    "ItemResult",
    "Level",
    "Line",
    "PlannedItem",
    "QuizPlan",
    "Refusal",
    "Score",
    "Turn",
    "Walk",
    "advance",
    "begin",
    "best_walk",
    "calibration",
    "draw",
    "draw_quiz",
    "graph_faults",
    "is_pass",
    "is_released",
    "item_results",
    "marks_needed",
    "may_practice",
    "may_start",
    "nodes_in_order",
    "nodes_passed",
    "open_choices",
    "prove",
    "replay",
    "scenario_outcome",
    "score_quiz",
    "surest_first",
    "ways_of",
    "ways_taken",
]

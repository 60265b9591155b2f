"""What an organization asks of its people, whom it asks, and what meets it."""

from training.models.assigning import Anchors, AssignmentRule, Preview, Recurrences, RuleVersion
from training.models.desk import Report, ReportPiece, SavedView, TrainingPolicy
from training.models.obligations import CountedTo, Extension, Obligation, ObligationSource, Waiver, WaiverReason
from training.models.proofs import Acknowledgement, Decision, Evidence, EvidenceFile, SharedCompletion, Statement
from training.models.requirements import (
    MatchChoices,
    PartCourse,
    PartKinds,
    Requirement,
    RequirementPart,
    RequirementVersion,
)
from training.models.seats import SeatVersion

__all__ = [
    "Acknowledgement",
    "Anchors",
    "AssignmentRule",
    "CountedTo",
    "Decision",
    "Evidence",
    "EvidenceFile",
    "Extension",
    "MatchChoices",
    "Obligation",
    "ObligationSource",
    "PartCourse",
    "PartKinds",
    "Preview",
    "Recurrences",
    "Report",
    "ReportPiece",
    "Requirement",
    "RequirementPart",
    "RequirementVersion",
    "RuleVersion",
    "SavedView",
    "SeatVersion",
    "SharedCompletion",
    "Statement",
    "TrainingPolicy",
    "Waiver",
    "WaiverReason",
]

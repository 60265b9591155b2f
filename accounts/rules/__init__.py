"""Who may make whom what, how teams stand, and what a roster says, in plain words."""

from accounts.rules.reasons import LONGEST_REASON, ReasonFault, reason_fault
from accounts.rules.roles import CONFERS, may_confer
from accounts.rules.teams import (
    LONGEST_NAME,
    MOST_LEVELS,
    SEPARATOR,
    Branch,
    Forest,
    Meant,
    PathFault,
    Placed,
    ancestors,
    in_order,
    parts_of,
    told_apart,
)
from accounts.rules.words import hidden_characters

__all__ = [
    "CONFERS",
    "LONGEST_NAME",
    "LONGEST_REASON",
    "MOST_LEVELS",
    "SEPARATOR",
    "Branch",
    "Forest",
    "Meant",
    "PathFault",
    "Placed",
    "ReasonFault",
    "ancestors",
    "hidden_characters",
    "in_order",
    "may_confer",
    "parts_of",
    "reason_fault",
    "told_apart",
]

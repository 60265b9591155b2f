"""What item writers are taught to avoid, found in questions and in pools of questions: pure, with sources."""

from quizzes.rules.flaws.items import Flaw, FlawCode, item_flaws
from quizzes.rules.flaws.pools import (
    PoolFigures,
    chance_of,
    chi_square_survival,
    is_longest,
    near_duplicates,
    pool_figures,
    pool_flaws,
    position,
    repeated_questions,
)

__all__ = [
    "Flaw",
    "FlawCode",
    "PoolFigures",
    "chance_of",
    "chi_square_survival",
    "is_longest",
    "item_flaws",
    "near_duplicates",
    "pool_figures",
    "pool_flaws",
    "position",
    "repeated_questions",
]

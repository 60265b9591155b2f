"""Moving a step of an ordering by the buttons beside it, for a page without script.

A step is named by its place in the plan, which tells nothing and does not change while the step moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quizzes.rules import PlannedItem

DIRECTIONS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Move:
    """The button that was pressed, such as `up-3`."""

    direction: str
    number: int  # of the step, in the plan's order, from one

    def applied(self, options: tuple[str, ...], planned: PlannedItem) -> tuple[str, ...]:
        """The order after the move; the same where there is no further place, or no such step."""
        here = self._place(options, planned)
        there = here + DIRECTIONS[self.direction]
        if here < 0 or not 0 <= there < len(options):
            return options
        moved = list(options)
        moved[here], moved[there] = moved[there], moved[here]
        return tuple(moved)

    def focus(self, options: Sequence[str], planned: PlannedItem) -> str:
        """The id of the button to go on with: the same one, or the other where the step has come to an end."""
        place = self._place(options, planned)
        direction = "down" if place == 0 else "up" if place == len(options) - 1 else self.direction
        return f"{direction}-{self.number}"

    def _place(self, options: Sequence[str], planned: PlannedItem) -> int:
        key = planned.options[self.number - 1] if self.number <= len(planned.options) else ""
        return options.index(key) if key in options else -1


def move_of(go: str) -> Move | None:
    """The move that a button asks for; None for the other buttons of the form."""
    direction, _, number = go.partition("-")
    if direction not in DIRECTIONS or not (number.isascii() and number.isdigit() and len(number) == 1):
        return None
    return Move(direction, int(number)) if number != "0" else None

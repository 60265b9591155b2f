"""What an adjustment makes of an item: left out, won by everybody who was asked, or won with a further option.

Adjustments are a further input of scoring and no other way of scoring: without them the same answers win the same marks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from courses.items import Answer, Control, Item


class Remedy(StrEnum):
    """The values of `AdjustmentKind`, for rules that know no models."""

    FULL_CREDIT = "full-credit"
    DROP = "drop"
    ACCEPT_OPTION = "accept-option"


@dataclass(frozen=True, slots=True)
class ItemAdjustment:
    """One remedy for one item; the option is named where one is accepted."""

    item_key: str
    remedy: Remedy
    option_key: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """All that is in force for one item. Dropped goes before full credit, and full credit before accepted options."""

    is_dropped: bool = False
    is_full: bool = False
    accepted: frozenset[str] = frozenset()

    def and_also(self, adjustment: ItemAdjustment) -> "Correction":
        """The same with one more remedy: saying one again, or in another order, makes no difference."""
        if adjustment.remedy is Remedy.DROP:
            return replace(self, is_dropped=True)
        if adjustment.remedy is Remedy.FULL_CREDIT:
            return replace(self, is_full=True)
        return replace(self, accepted=self.accepted | {adjustment.option_key})

    def credit(self, earned: Fraction, answer: Answer) -> Fraction:
        """The share of the item's marks that the answer wins, when on its own it earned so much; never less.

        Full credit is for everybody who was asked, so also for who did not answer. A dropped item has no marks to share,
        and keeps what was earned for those who read it afterwards.
        """
        if self.is_dropped:
            return earned
        if self.is_full or (len(answer) == 1 and answer[0] in self.accepted):
            return Fraction(1)
        return earned

    @property
    def withdraws(self) -> bool:
        """Whether the item says nothing about a learner any more, so that new attempts rather ask another one."""
        return self.is_dropped or self.is_full


#: What is in force in one assessment, by the item's key; an item that is not in it stands as it was published.
Corrections: TypeAlias = Mapping[str, Correction]

NONE: Corrections = MappingProxyType({})
AS_PUBLISHED = Correction()


def in_force(adjustments: Iterable[ItemAdjustment]) -> Corrections:
    """What these adjustments of one assessment make together, whatever their order."""
    found: dict[str, Correction] = {}
    for adjustment in adjustments:
        found[adjustment.item_key] = found.get(adjustment.item_key, AS_PUBLISHED).and_also(adjustment)
    return found


def withdrawn(corrections: Corrections) -> frozenset[str]:
    """Keys of the items that new attempts leave out as far as the pool allows."""
    return frozenset(key for key, correction in corrections.items() if correction.withdraws)


class NotAdjustable(StrEnum):
    """Why a remedy does not fit an item."""

    NOT_SCORED = "not-scored"  # it carries no marks, so there is nothing to put right in a score
    NOT_ONE_ANSWER = "not-one-answer"  # an answer is more than one option, so a single one cannot win it all
    UNKNOWN_OPTION = "unknown-option"
    WINS_ALREADY = "wins-already"


def not_adjustable(item: Item, remedy: Remedy, option_key: str = "") -> NotAdjustable | None:
    """Why the remedy does not fit the item; None when it does.

    To accept a further option is defined for items that are answered by one option. Where several are chosen or put in
    order, what else would have to be chosen beside it is not for this rule to guess: drop such an item, or give full
    credit.
    """
    if not item.is_scored:
        return NotAdjustable.NOT_SCORED
    if remedy is not Remedy.ACCEPT_OPTION:
        return NotAdjustable.UNKNOWN_OPTION if option_key else None
    if item.control is not Control.ONE:
        return NotAdjustable.NOT_ONE_ANSWER
    if option_key not in item.option_by_key:
        return NotAdjustable.UNKNOWN_OPTION
    return NotAdjustable.WINS_ALREADY if item.credit((option_key,)) == 1 else None


def acceptable_options(item: Item) -> tuple[str, ...]:
    """Keys of the options that could be accepted in addition, in the author's order."""
    return tuple(option.key for option in item.shown if not_adjustable(item, Remedy.ACCEPT_OPTION, option.key) is None)

"""What the pages of a quiz attempt show. Nothing here tells which option is correct."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.utils.safestring import SafeString, mark_safe

from courses.items import Control, CreditRule, Item, Premise
from learner.drawn import Pip, confidence_field, pip_items, radio
from quizzes.models import Response
from quizzes.queries import Sitting
from quizzes.rules import PlannedItem

#: The last page of a quiz: what is answered, what is not, and the button that submits.
REVIEW = "review"


@dataclass(frozen=True, slots=True)
class ShownOption:
    key: str
    html: SafeString
    is_chosen: bool
    number: int = 0  # of its place in the plan; it names the option on the page and moves with it


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question of an open attempt."""

    sitting: Sitting
    number: int
    item_key: str
    stem: SafeString
    lead_in: SafeString
    options: tuple[ShownOption, ...]
    based_on: int
    saved_at: dt.datetime | None
    request_id: UUID
    pips: tuple[Pip, ...]
    confidence: str  # as saved; empty when she did not say
    control: Control
    credit_rule: CreditRule | None
    premises: tuple[tuple[Premise, SafeString], ...]

    @property
    def control_template(self) -> str:
        return f"learner/items/_{self.control}.html"

    @property
    def radios(self) -> SafeString:
        """The options of a question that takes one of them."""
        shown = (radio(each.number, each.key, each.html, is_chosen=each.is_chosen) for each in self.options)
        return mark_safe("".join(shown))  # noqa: S308 - joined from escaped parts

    @property
    def confidence_field(self) -> SafeString:
        return confidence_field(self.confidence)

    @property
    def pip_items(self) -> SafeString:
        return pip_items(self.pips)

    @property
    def total(self) -> int:
        return len(self.sitting.plan.items)

    @property
    def is_last(self) -> bool:
        return self.number == self.total


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """What is answered before the attempt is submitted."""

    sitting: Sitting
    pips: tuple[Pip, ...]

    @property
    def pip_items(self) -> SafeString:
        return pip_items(self.pips)

    @property
    def total(self) -> int:
        return len(self.pips)

    @property
    def unanswered(self) -> tuple[int, ...]:
        return tuple(pip.number for pip in self.pips if not pip.answered)


def pips(sitting: Sitting, here: int | None) -> tuple[Pip, ...]:
    answered = sitting.answered
    return tuple(Pip(number, item.key in answered, number == here) for number, item in enumerate(sitting.plan.items, 1))


def quiz_page(sitting: Sitting, asked: str) -> QuestionPage | ReviewPage:
    """The question that the address asks for, else the first one without an answer, else the review."""
    total = len(sitting.plan.items)
    if asked == REVIEW:
        return ReviewPage(sitting, pips(sitting, None))
    if asked.isascii() and asked.isdigit() and len(asked) < 5 and 1 <= int(asked) <= total:
        return _question(sitting, int(asked))
    answered = sitting.answered
    number = next((number for number, item in enumerate(sitting.plan.items, 1) if item.key not in answered), None)
    return _question(sitting, number) if number else ReviewPage(sitting, pips(sitting, None))


def _question(sitting: Sitting, number: int) -> QuestionPage:
    planned = sitting.plan.items[number - 1]
    item: Item = sitting.quiz.item_by_key[planned.key]
    html = sitting.published.inline
    response = sitting.responses.get(planned.key)
    chosen = tuple(response.options) if response else ()
    return QuestionPage(
        sitting=sitting,
        number=number,
        item_key=planned.key,
        stem=html[item.stem],
        lead_in=html[item.lead_in],
        options=_options(item, planned, chosen, html),
        based_on=response.revision if response else 0,
        saved_at=response.saved_at if response else None,
        request_id=uuid4(),
        pips=pips(sitting, number),
        confidence=response.confidence if response else "",
        control=item.control,
        credit_rule=item.credit_rule,
        premises=tuple((name, html[text]) for name, text in item.premises),
    )


def _options(
    item: Item, planned: PlannedItem, chosen: tuple[str, ...], html: Mapping[str, SafeString]
) -> tuple[ShownOption, ...]:
    """The options in the plan's order; what she put in an order herself, in hers."""
    texts = item.option_by_key
    shown = [
        ShownOption(key, html[texts[key].text], key in chosen, number) for number, key in enumerate(planned.options, 1)
    ]
    if chosen and item.control is Control.ORDER:
        shown.sort(key=lambda option: chosen.index(option.key))
    return tuple(shown)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two answers to one question, from two windows."""

    number: int
    stem: SafeString
    theirs: tuple[SafeString, ...]  # the options chosen, in an order that means something to the control
    mine: tuple[SafeString, ...]
    in_order: bool
    saved_at: dt.datetime
    item_key: str
    mine_keys: tuple[str, ...]
    mine_confidence: str
    based_on: int
    request_id: UUID


def conflict(sitting: Sitting, newest: Response, mine: tuple[str, ...], confidence: str) -> Conflict:
    item: Item = sitting.quiz.item_by_key[newest.item_key]
    html = sitting.published.inline
    return Conflict(
        number=sitting.plan.keys.index(item.key) + 1,
        stem=html[item.stem],
        theirs=tuple(html[item.option_by_key[key].text] for key in newest.options),
        mine=tuple(html[item.option_by_key[key].text] for key in item.canonical(mine)),
        in_order=item.control is Control.ORDER,
        saved_at=newest.saved_at,
        item_key=item.key,
        mine_keys=mine,
        mine_confidence=confidence,
        based_on=newest.revision,
        request_id=uuid4(),
    )

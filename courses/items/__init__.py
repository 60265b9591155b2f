"""The kinds of questions. A kind is one module here and one name in `Item`; nothing else asks what kind an item is."""

from typing import Annotated, TypeAlias, get_args

from pydantic import Field

from courses.items.base import (
    Answer,
    BaseItem,
    Cognitive,
    Control,
    CreditRule,
    ItemFault,
    ItemPath,
    Option,
    Premise,
)
from courses.items.multiple_response import MultipleResponse
from courses.items.ordering import Ordering
from courses.items.script_concordance import ScriptConcordance
from courses.items.single_best_answer import SingleBestAnswer
from courses.items.true_false import TrueFalse

AnyItem: TypeAlias = SingleBestAnswer | MultipleResponse | TrueFalse | Ordering | ScriptConcordance
#: Read by the word under `kind`.
Item: TypeAlias = Annotated[AnyItem, Field(discriminator="kind")]

#: The words that `kind` may have.
KINDS: frozenset[str] = frozenset(
    word for kind in get_args(AnyItem) for word in get_args(kind.model_fields["kind"].annotation)
)

__all__ = [
    "KINDS",
    "Answer",
    "BaseItem",
    "Cognitive",
    "Control",
    "CreditRule",
    "Item",
    "ItemFault",
    "ItemPath",
    "MultipleResponse",
    "Option",
    "Ordering",
    "Premise",
    "ScriptConcordance",
    "SingleBestAnswer",
    "TrueFalse",
]

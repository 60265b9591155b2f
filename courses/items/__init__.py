"""The kinds of questions. A kind is one module here and one name in `Item`; nothing else asks what kind an item is."""

from typing import TypeAlias

from courses.items.base import Answer, BaseItem, Cognitive, Control, ItemFault, Option
from courses.items.single_best_answer import SingleBestAnswer

Item: TypeAlias = SingleBestAnswer

__all__ = ["Answer", "BaseItem", "Cognitive", "Control", "Item", "ItemFault", "Option", "SingleBestAnswer"]

"""What an answering form posts, read by hand: this is the hot path, and a form object costs more than the insert."""

from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

#: A page that was changed more often than this may meet its own answer as a conflict, which loses nothing.
MOST_EARLIER = 50


class BadPost(ValueError):
    """The fields are not those of our form."""


@dataclass(frozen=True, slots=True)
class PostedResponse:
    item: str
    options: tuple[str, ...]  # in the order of the page; empty when nothing was chosen
    based_on: int
    request_id: UUID
    earlier: frozenset[UUID]  # what this page sent before, as far as it matters: the newest
    confidence: str  # empty when she did not say
    go: str


def posted_response(post: QueryDict) -> PostedResponse:
    """Raises BadPost on a missing or misshapen field."""
    try:
        return PostedResponse(
            item=_text(post, "item"),
            options=tuple(str(each) for each in post.getlist("option") if each),
            based_on=_count(_text(post, "based_on")),
            request_id=UUID(_text(post, "request_id")),
            earlier=frozenset(UUID(str(each)) for each in post.getlist("earlier")[-MOST_EARLIER:]),
            confidence=str(post.get("confidence", "")),
            go=str(post.get("go", "next")),
        )
    except (KeyError, ValueError) as error:
        raise BadPost from error


@dataclass(frozen=True, slots=True)
class PostedChoice:
    number: int
    choice: str


def posted_choice(post: QueryDict) -> PostedChoice:
    """Raises BadPost when no choice was made or the number is missing."""
    try:
        posted = PostedChoice(_count(_text(post, "number")), _text(post, "choice"))
    except (KeyError, ValueError) as error:
        raise BadPost from error
    if posted.number < 1:
        raise BadPost
    return posted


def _text(post: QueryDict, name: str) -> str:
    return str(post[name])


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise ValueError(text)
    return int(text)

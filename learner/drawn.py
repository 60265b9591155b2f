"""Pieces of the question page that are the same again and again, drawn once and kept.

The answer that brings the next question is the hot path, and drawing these from a template each time would cost more
than everything else on it. Words are arguments, so that another language is another piece.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Pip:
    number: int
    answered: bool
    is_here: bool


@lru_cache(maxsize=1024)
def _pip_item(pip: Pip, question: str, state: str) -> SafeString:
    return format_html(
        '<li><a{} href="?item={}"{}><span class="visually-hidden">{} </span>{}<span class="visually-hidden">, {}</span></a></li>',
        mark_safe(' class="is-done"') if pip.answered else "",
        pip.number,
        mark_safe(' aria-current="step"') if pip.is_here else "",
        question,
        pip.number,
        state,
    )


def pip_items(pips: tuple[Pip, ...]) -> SafeString:
    """The numbers of the questions as list items, each with its state in words."""
    question, answered, unanswered = gettext("Question"), gettext("answered"), gettext("not answered")
    return mark_safe("".join(_pip_item(pip, question, answered if pip.answered else unanswered) for pip in pips))  # noqa: S308 - joined from escaped parts


@lru_cache(maxsize=4096)
def radio(number: int, key: str, html: SafeString, *, is_chosen: bool) -> SafeString:
    """One option of a question that takes one."""
    return format_html(
        '<div class="form-check"><input class="form-check-input" type="radio" name="option" id="option-{}" value="{}"{}>'
        '<label class="form-check-label" for="option-{}">{}</label></div>\n',
        number,
        key,
        mark_safe(" checked") if is_chosen else "",
        number,
        html,
    )


@lru_cache(maxsize=32)
def _confidence_field(said: str, _asked: str) -> SafeString:
    return render_to_string("learner/_confidence.html", {"said": said})


def confidence_field(said: str) -> SafeString:
    """The question how sure she is, with what she said marked."""
    return _confidence_field(said, gettext("How sure are you?"))

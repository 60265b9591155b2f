"""How an obligation stands, as a chip and as a bar."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from administrator.messages.overview import percent
from administrator.messages.status import status_words
from training.queries import BoardRow, TeamCounts
from training.rules import Status
from web.templatetags.vignette import chip

register = template.Library()

CHIPS = {
    Status.OVERDUE: "overdue",
    Status.GRACE: "due",
    Status.DUE: "due",
    Status.UPCOMING: "not-started",
    Status.SUSPENDED: "on-leave",
    Status.WAIVED: "waived",
    Status.DONE_LATE: "done",
    Status.DONE: "done",
    Status.RELEASED: "not-started",
}
#: The stripes of what is overdue, in hundredths of the bar.
STRIPE, STEP = 0.75, 1.5


@register.simple_tag
def standing(row: BoardRow) -> str:
    return chip(CHIPS[row.status], status_words(row.status, row.days, row.met))


@register.simple_tag
def bar(counts: TeamCounts) -> SafeString:
    """Done, open and overdue as one bar of a hundred; the table beside it holds the numbers."""
    done, late = (100 * part / max(counts.total, 1) for part in (counts.done, counts.overdue))
    start = 100 - late
    stripes = [(f"{start + n * STEP:.2f}", f"{min(STRIPE, late - n * STEP):.2f}") for n in range(-int(-late // STEP))]
    return format_html(
        '<svg class="v-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="v-f-open" width="100" height="8"/><rect class="v-f-done" width="{}" height="8"/>'
        '<rect class="v-f-back" x="{}" width="{}" height="8"/>{}</svg>',
        f"{done:.2f}",
        f"{start:.2f}",
        f"{late:.2f}",
        format_html_join("", '<rect class="v-f-late" x="{}" width="{}" height="8"/>', stripes),
    )


@register.simple_tag
def lone_bar(number: int, most: int) -> SafeString:
    """One number as a part of the largest."""
    return format_html(
        '<svg class="v-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="v-f-due" width="{}" height="8"/></svg>',
        f"{100 * number / max(most, 1):.2f}",
    )


@register.filter
def grouped(number: int) -> str:
    """1,234."""
    return f"{number:,}"


@register.simple_tag
def share(counts: TeamCounts) -> str:
    """38 of 43 (88%): never a percentage without its two numbers."""
    if not counts.total:
        return gettext("0 of 0")
    return gettext("%(done)s of %(total)s (%(percent)d%%)") % _share(counts)


@register.simple_tag
def share_words(counts: TeamCounts) -> str:
    words = ngettext(
        "of %(total)s obligation done, %(percent)d%%", "of %(total)s obligations done, %(percent)d%%", counts.total
    )
    return words % _share(counts)


def _share(counts: TeamCounts) -> dict[str, object]:
    values = {"done": f"{counts.done:,}", "total": f"{counts.total:,}"}
    return {**values, "percent": percent(counts.done, counts.total)}


@register.simple_tag
def options(choices: Iterable[tuple[int, str]], chosen: int | None) -> SafeString:
    """The options of a list that may be long: two thousand of them by the template language take their time."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, mark_safe(" selected") if value == chosen else "", name) for value, name in choices),
    )


@register.simple_tag
def without_status(fields: Mapping[str, str]) -> str:
    """The filter without its status, as the beginning of an address that goes on with another one."""
    query = urlencode({name: value for name, value in fields.items() if name != "status"})
    return f"{query}&" if query else ""

"""How an obligation stands, as a chip and as a bar."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from administrator.messages import status_words
from training.queries import BoardRow, TeamCounts
from training.rules import Status
from web.templatetags.vignette import chip

register = template.Library()

CHIPS = {Status.OVERDUE: "overdue", Status.DUE: "due", Status.DONE_LATE: "done", Status.DONE: "done"}
#: The stripes of what is overdue, in hundredths of the bar.
STRIPE, STEP = 0.75, 1.5


@register.simple_tag
def standing(row: BoardRow) -> str:
    return chip(CHIPS[row.status], status_words(row.status, row.days, row.met))


@register.simple_tag
def bar(counts: TeamCounts) -> SafeString:
    """Done, open and overdue as one bar of a hundred; the table beside it holds the numbers."""
    done, late = (100 * part / counts.total for part in (counts.done, counts.overdue))
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

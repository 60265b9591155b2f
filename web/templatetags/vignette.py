"""Template tags that every page has: icons, status chips, dates in words, and whose form it is."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Protocol

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from accounts.models import Role
from accounts.zones import zone_words
from web.http import PERSON_FIELD

register = template.Library()


@cache
def _sprite() -> str:
    return static("icons.svg")


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A drawing from our sprite. It is hidden from screen readers, so words stand beside it."""
    return format_html(
        '<svg class="v-icon{}" viewBox="0 0 16 16" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {classes}" if classes else "",
        _sprite(),
        name,
    )


#: A status has a shape and a tone; the words come from the page, always with the number that matters.
CHIPS = {
    "done": ("is-ok", "check-circle"),
    "in-progress": ("is-note", "clock"),
    "waiting": ("is-note", "clock"),
    "information": ("is-note", "info"),
    "not-started": ("", "ring"),
    "locked": ("", "lock"),
    "due": ("is-warn", "clock"),
    "care": ("is-warn", "warning"),
    "partly": ("is-note", "half"),
    "superseded": ("is-warn", "info"),
    "overdue": ("is-bad", "warning"),
    "revoked": ("is-bad", "octagon"),
    "harm": ("is-bad", "octagon"),
    "waived": ("", "bar"),
    "on-leave": ("", "pause"),
}


@register.simple_tag
def chip(status: str, words: object, classes: str = "") -> SafeString:
    """A status as shape, word and color: `{% chip "overdue" _("10 days overdue") %}`."""
    tone, shape = CHIPS[status]
    names = " ".join(name for name in ("v-chip", tone, classes) if name)
    return format_html('<span class="{}">{}{}</span>', names, icon(shape), words)


#: Django's message levels as tone, shape and role.
MESSAGES = {
    "success": ("is-ok", "check-circle", "status"),
    "warning": ("is-warn", "warning", "status"),
    "danger": ("is-bad", "octagon", "alert"),
}


class Message(Protocol):
    level_tag: str


@register.simple_tag
def message_box(message: Message) -> SafeString:
    """One of Django's messages. An error interrupts a screen reader, the others wait."""
    tone, shape, role = MESSAGES.get(message.level_tag, ("", "info", "status"))
    names = f"v-message {tone}".strip()
    return format_html('<div class="{}" role="{}">{}<p>{}</p></div>', names, role, icon(shape), message)


@register.simple_tag(takes_context=True)
def person(context: Context) -> SafeString:
    """The hidden field that says whose form this is; every form behind a sign-in has it beside its CSRF token."""
    user = context.get("user") or getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return mark_safe("")
    return format_html('<input type="hidden" name="{}" value="{}">', PERSON_FIELD, user.public_id)


@register.simple_tag(takes_context=True)
def current(context: Context, name: str, *more: str) -> SafeString:
    """`aria-current` on the link to where we are: `page` on the address itself, `true` within its part of the site.

    `more` are further names of addresses in that part; one that ends with a colon is a whole namespace, and one
    that ends with a hyphen is every name that begins so.
    """
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.view_name if match else ""
    if here == name:
        return mark_safe('aria-current="page"')
    if here and any(here == other or (other.endswith((":", "-")) and here.startswith(other)) for other in more):
        return mark_safe('aria-current="true"')
    return mark_safe("")


Day = dt.date | dt.datetime | str | None


def _date(value: Day) -> dt.date | None:
    if not value:
        return None
    if isinstance(value, str):
        return dt.date.fromisoformat(value)
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date()
    return value


@register.filter
def day(value: Day) -> str:
    """November 30, 2026. An instant is the day that it falls on in the person's zone."""
    date = _date(value)
    return format_date(date, gettext("F j, Y")) if date else ""


@register.filter
def day_short(value: Day) -> str:
    """Nov 30, for tables; with the year when it is another year."""
    date = _date(value)
    if not date:
        return ""
    same_year = date.year == timezone.localdate().year
    return format_date(date, gettext("M j") if same_year else gettext("M j, Y"))


@register.filter
def days_short(first: Day, last: Day) -> str:
    """Nov 30 to Dec 6; of two days in one other year the year once, at the end."""
    begins, ends = _date(first), _date(last)
    if not begins or not ends or begins.year != ends.year:
        return gettext("%(first)s to %(last)s") % {"first": day_short(first), "last": day_short(last)}
    return gettext("%(first)s to %(last)s") % {"first": format_date(begins, gettext("M j")), "last": day_short(last)}


@register.filter
def instant(value: dt.datetime | None) -> str:
    """November 30, 2026, 9:04 p.m. MST: an instant in the person's zone, and the zone."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return f"{format_date(local, gettext('F j, Y, g:i a'))} {_zone(local)}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Tuesday, November 24 at 9:10 a.m. MST: a time not far off, in the person's zone, and the zone."""
    if not value:
        return ""
    local = timezone.localtime(value)
    values = {"day": format_date(local, gettext("l, F j")), "time": format_date(local, gettext("g:i a"))}
    return gettext("%(day)s at %(time)s") % values + f" {_zone(local)}"


@register.filter
def clock(value: dt.datetime | None) -> str:
    """9:04 p.m. in the person's zone, where the day is plain."""
    return format_date(timezone.localtime(value), gettext("g:i a")) if value else ""


def _zone(local: dt.datetime) -> str:
    name = local.tzname() or "UTC"
    # Zones without letters of their own are called -03 or +0530.
    return name if name.isalpha() else f"UTC{name}"


@register.simple_tag
def zone_name() -> str:
    """The time in which this page shows instants: Denver time (MST)."""
    local = timezone.localtime()
    place = str(local.tzinfo)
    if "/" not in place:
        return place
    city = place.rsplit("/", 1)[1].replace("_", " ")
    return gettext("%(city)s time (%(zone)s)") % {"city": city, "zone": _zone(local)}


@register.filter
def place(zone: str) -> str:
    """Central (Chicago): a time zone as people say it."""
    return zone_words(zone)


@register.filter
def minutes_words(minutes: int) -> str:
    """2 hours 5 minutes."""
    hours, rest = divmod(int(minutes), 60)
    words = []
    if hours:
        words.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if rest or not hours:
        words.append(ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest})
    return " ".join(words)


class Arranged(Protocol):
    extra_time_percent: int
    no_time_limit: bool
    extra_attempts: int


@register.filter
def role_name(role: str) -> str:
    """What a person may be called at an organization."""
    return {
        Role.OWNER: gettext("Owner"),
        Role.TRAINING_ADMINISTRATOR: gettext("Training administrator"),
        Role.MANAGER: gettext("Manager of a team"),
        Role.AUTHOR: gettext("Author"),
    }[Role(role)]


@register.filter
def arranged(given: Arranged) -> str:
    """50% more time, 2 more attempts at each assessment: what was arranged for a learner."""
    words = []
    if given.no_time_limit:
        words.append(gettext("no time limit"))
    elif given.extra_time_percent:
        words.append(gettext("%(percent)d%% more time") % {"percent": given.extra_time_percent})
    if extra := given.extra_attempts:
        phrase = ngettext("one more attempt at each assessment", "%(count)d more attempts at each assessment", extra)
        words.append(phrase % {"count": extra})
    return ", ".join(words)


class Inline(Protocol):
    @property
    def inline(self) -> Mapping[str, SafeString]: ...


@register.filter
def inline(published: Inline, source: str) -> str:
    """The HTML of an inline text of a published version; a text that was not rendered is shown as it was typed."""
    return published.inline.get(source, source)

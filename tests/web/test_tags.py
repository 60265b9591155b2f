import datetime as dt
from collections.abc import Iterable

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from accounts.models import User
from courses.document import Release
from courses.items import Cognitive
from courses.parts import FactStatus
from quizzes.models import AdjustmentKind, Confidence

UTC = dt.UTC


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def request_at(address: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.resolver_match = resolve(address)
    return request


@pytest.mark.parametrize(
    ("template", "name", "values"),
    [
        ("author/_cognitive.html", "cognitive", Cognitive),
        ("author/_fact_status.html", "status", FactStatus),
        ("author/_release.html", "release", Release),
        ("learner/_confidence_words.html", "level", Confidence),
    ],
)
def test_every_value_has_words_of_its_own_and_no_other_goes_by_them(
    template: str, name: str, values: Iterable[str]
) -> None:
    words = [render_to_string(template, {name: value}).strip() for value in values]

    assert all(words)
    assert len(set(words)) == len(words)
    assert render_to_string(template, {name: "a-later-one"}).strip() == ""


def test_every_remedy_has_words_of_its_own() -> None:
    words = [render_to_string("author/_remedy.html", {"row": {"kind": kind}}).strip() for kind in [*AdjustmentKind, ""]]

    assert len(set(words)) == len(words) == 4


def test_icon_points_into_the_sprite_and_is_hidden() -> None:
    assert rendered('{% icon "check" %}') == (
        '<svg class="v-icon" viewBox="0 0 16 16" aria-hidden="true"><use href="/static/icons.svg#check"/></svg>'
    )


def test_chip_has_shape_word_and_tone() -> None:
    chip = rendered('{% chip "overdue" words %}', words="10 days <overdue>")

    assert chip.startswith('<span class="v-chip is-bad"><svg')
    assert chip.endswith("</svg>10 days &lt;overdue&gt;</span>")


@pytest.mark.parametrize(
    ("level", "start"),
    [
        (constants.SUCCESS, '<div class="v-message is-ok" role="status">'),
        (constants.INFO, '<div class="v-message" role="status">'),
        (constants.ERROR, '<div class="v-message is-bad" role="alert">'),
    ],
)
def test_message_box_by_level(level: int, start: str) -> None:
    assert rendered("{% message_box message %}", message=Message(level, "Saved.")).startswith(start)


def test_person_is_the_one_who_is_signed_in(ana: User) -> None:
    assert rendered("{% person %}", user=ana) == f'<input type="hidden" name="_person" value="{ana.public_id}">'
    assert rendered("{% person %}") == ""


def test_current_is_page_on_the_address_and_true_within_its_part() -> None:
    tag = '{% current "visitor:courses" "visitor:course" "learner:" "visitor:certificate-" %}'

    assert rendered(tag, request=request_at("/courses/")) == 'aria-current="page"'
    assert rendered(tag, request=request_at("/courses/a/")) == 'aria-current="true"'
    assert rendered(tag, request=request_at("/learn/")) == 'aria-current="true"'
    assert rendered(tag, request=request_at("/verify/")) == ""
    assert rendered(tag) == ""


def test_days_short_say_another_year_once() -> None:
    days = "{{ first|days_short:last }}"
    first, year = timezone.localdate().replace(month=12, day=28), timezone.localdate().year + 1

    assert rendered(days, first=first, last=first.replace(day=30)) == "Dec 28 to Dec 30"
    assert rendered(days, first=first, last=dt.date(year, 1, 3)) == f"Dec 28 to Jan 3, {year}"
    assert rendered(days, first=dt.date(year, 1, 4), last=dt.date(year, 1, 10)) == f"Jan 4 to Jan 10, {year}"


def test_day_is_the_day_in_the_persons_zone() -> None:
    late = dt.datetime(2026, 12, 1, 5, 30, tzinfo=UTC)

    with timezone.override("America/Denver"):
        assert rendered("{{ at|day }}", at=late) == "November 30, 2026"
        assert rendered("{{ at|instant }}", at=late) == "November 30, 2026, 10:30 p.m. MST"
        assert rendered("{{ at|clock }}", at=late) == "10:30 p.m."
    assert rendered("{{ at|day }}", at="2026-11-30") == "November 30, 2026"
    assert rendered("{{ at|day }}", at=None) == ""


def test_day_short_names_another_year() -> None:
    today = timezone.localdate()

    assert rendered("{{ at|day_short }}", at=today.replace(month=11, day=30)) == "Nov 30"
    assert rendered("{{ at|day_short }}", at=dt.date(2019, 11, 30)) == "Nov 30, 2019"


def test_zone_without_letters_is_told_as_an_offset() -> None:
    with timezone.override("America/Sao_Paulo"):
        assert rendered("{% zone_name %}") == "Sao Paulo time (UTC-03)"
    assert rendered("{% zone_name %}") == "UTC"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (1, "1 minute"), (60, "1 hour"), (125, "2 hours 5 minutes")],
)
def test_minutes_in_words(minutes: int, words: str) -> None:
    assert rendered("{{ minutes|minutes_words }}", minutes=minutes) == words

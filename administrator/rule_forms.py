"""The shape of a rule: whom it reaches and whom not, and from which day on it counts the days."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_lazy

from accounts.models import Membership, Role, Team
from accounts.rules import Branch, told_apart
from accounts.texts import validate_plain
from administrator.forms import Day
from training.rules import (
    Anchor,
    BadAudience,
    Combine,
    Condition,
    Kind,
    Recurrence,
    RuleText,
    audience_of,
    order_of,
)
from web.forms import fields_only

#: The two sides of an audience, by the beginning of their fields' names.
REACHED, EXEMPT = "any", "except"

ANCHORS: Final = (
    (Anchor.ASSIGNED.value, gettext_lazy("the day on which the person is asked")),
    (Anchor.HIRED.value, gettext_lazy("the day of hire")),
    (Anchor.JOINED_TEAM.value, gettext_lazy("the day on which the person joined the team")),
    (Anchor.FIXED.value, gettext_lazy("a fixed day")),
    (Anchor.EXPIRY.value, gettext_lazy("the day on which approved evidence expires")),
)
RECURRENCES: Final = (
    (Recurrence.NONE.value, gettext_lazy("Once")),
    (Recurrence.FROM_COMPLETION.value, gettext_lazy("Again, so many months after each completion")),
    (Recurrence.FROM_DUE.value, gettext_lazy("Again, so many months after each due day: an anniversary")),
    (Recurrence.CALENDAR.value, gettext_lazy("Every year by a day of the calendar")),
)
ROLES: Final = (
    (Role.OWNER.value, gettext_lazy("Owners")),
    (Role.TRAINING_ADMINISTRATOR.value, gettext_lazy("Training administrators")),
    (Role.MANAGER.value, gettext_lazy("Managers of a team")),
    (Role.AUTHOR.value, gettext_lazy("Authors")),
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What an organization has to choose from."""

    teams: Mapping[int, str]
    titles: Sequence[str]
    professions: Sequence[str]
    people: QuerySet[Membership]


def choices_in(people: QuerySet[Membership], teams: Iterable[Team]) -> Choices:
    """The words that stand on the seats of those who are here."""
    words = set(people.values_list("job_title", "profession").distinct())
    return Choices(
        teams=told_apart(Branch(team.pk, team.name, team.parent_id) for team in teams),
        titles=sorted({title for title, _ in words if title}, key=str.casefold),
        professions=sorted({profession for _, profession in words if profession}, key=str.casefold),
        people=people,
    )


class RuleForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the rule"),
        max_length=120,
        validators=[validate_plain],
        help_text=gettext_lazy("People read it where they ask why something is due."),
    )
    everyone = forms.BooleanField(label=gettext_lazy("Everybody here"), required=False)
    combine = forms.ChoiceField(
        label=gettext_lazy("Somebody is reached when"),
        widget=forms.RadioSelect,
        initial=Combine.ANY.value,
        choices=[
            (Combine.ANY.value, gettext_lazy("any one of these fits")),
            (Combine.EACH.value, gettext_lazy("one of each kind that is filled in fits")),
        ],
    )
    anchor = forms.ChoiceField(label=gettext_lazy("Counted from"), choices=ANCHORS, initial=Anchor.ASSIGNED.value)
    offset_days = forms.IntegerField(
        label=gettext_lazy("Due so many days later"),
        min_value=-3650,
        max_value=3650,
        initial=30,
        help_text=gettext_lazy("0 is the day itself; −30 is thirty days before it."),
    )
    fixed_on = forms.DateField(label=gettext_lazy("The fixed day"), widget=Day, required=False)
    recurrence = forms.ChoiceField(label=gettext_lazy("How often"), choices=RECURRENCES, initial=Recurrence.NONE.value)
    every_months = forms.IntegerField(label=gettext_lazy("Months between"), min_value=1, max_value=120, initial=12)
    calendar_month = forms.IntegerField(
        label=gettext_lazy("Month of the calendar"), min_value=1, max_value=12, initial=1
    )
    calendar_day = forms.IntegerField(label=gettext_lazy("Day of that month"), min_value=1, max_value=31, initial=31)
    window_days = forms.IntegerField(
        label=gettext_lazy("Opens so many days before it is due"),
        min_value=0,
        max_value=3650,
        required=False,
        help_text=gettext_lazy("What was done before does not count. Empty: whatever is still valid counts."),
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace"),
        min_value=0,
        max_value=365,
        initial=0,
        help_text=gettext_lazy("After the due day it is “in grace”, and overdue only when they are over."),
    )

    def __init__(self, data: Any = None, *, choices: Choices, text: RuleText | None = None) -> None:
        super().__init__(data, initial=_initial(text, choices) if text else {})
        self.helper = fields_only()
        self.choices = choices
        for side in (REACHED, EXEMPT):
            self.fields |= _side(side, choices, text)

    @property
    def reached(self) -> list[forms.BoundField]:
        return self._fields_of(REACHED)

    @property
    def exempt(self) -> list[forms.BoundField]:
        return self._fields_of(EXEMPT)

    def _fields_of(self, side: str) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(f"{side}_")]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("anchor") == Anchor.FIXED.value and not cleaned.get("fixed_on") and not self.errors:
            self.add_error("fixed_on", gettext("Give the day from which it is counted."))
        if not self.errors:
            self._read_audience()
        return cleaned

    def _read_audience(self) -> None:
        try:
            self.audience = audience_of(
                {
                    "any": [{"kind": "everyone"}] if self.cleaned_data["everyone"] else self._conditions(REACHED),
                    "except": self._conditions(EXEMPT),
                    "combine": self.cleaned_data["combine"],
                }
            )
        except BadAudience:
            self.add_error(None, gettext("Say whom the rule reaches: everybody, or at least one kind of people."))
        except _Unknown as unknown:
            self.add_error(unknown.field, _unknown_words(unknown))

    def _conditions(self, side: str) -> list[dict[str, Any]]:
        given = self.cleaned_data
        below = bool(given.get(f"{side}_below"))
        found: list[dict[str, Any]] = [
            {"kind": "team", "team": int(team), "below": below} for team in given[f"{side}_teams"]
        ]
        for kind in ("role", "title", "profession"):
            found += [{"kind": kind, kind: word} for word in given.get(f"{side}_{kind}s", ())]
        first, last = given[f"{side}_hired_from"], given[f"{side}_hired_to"]
        if first or last:
            days = {"from": first, "to": last}
            found.append({"kind": "hired", **{name: day.isoformat() for name, day in days.items() if day}})
        if people := self._people(f"{side}_people"):
            found.append({"kind": "people", "people": people})
        return found

    def _people(self, name: str) -> list[str]:
        """The seats that are named by work e-mail or staff number, one a line."""
        named = list(
            dict.fromkeys(line.strip().lower() for line in self.cleaned_data[name].splitlines() if line.strip())
        )
        if not named:
            return []
        rows = self.choices.people.filter(Q(work_email__in=named) | ~Q(staff_number=""))
        found: dict[str, Any] = dict(rows.values_list("work_email", "public_id"))
        numbered = rows.exclude(staff_number="").values_list("staff_number", "public_id")
        found |= {number.lower(): seat for number, seat in numbered}
        if missing := [each for each in named if each not in found]:
            raise _Unknown(name, missing)
        return [str(found[each]) for each in named]

    @property
    def text(self) -> RuleText:
        given = self.cleaned_data
        is_fixed = given["anchor"] == Anchor.FIXED.value
        order = order_of(given | {"fixed_on": given["fixed_on"] if is_fixed else None})
        return RuleText(name=given["name"], audience=self.audience, order=order)


class _Unknown(Exception):
    """Lines that name nobody here."""

    def __init__(self, field: str, missing: list[str]) -> None:
        self.field, self.missing = field, missing
        super().__init__(field)


def _unknown_words(unknown: _Unknown) -> str:
    shown = ", ".join(unknown.missing[:3])
    return gettext("Nobody here has this work e-mail or staff number: %(shown)s.") % {"shown": shown}


def _side(side: str, choices: Choices, text: RuleText | None) -> dict[str, forms.Field]:
    conditions = _of_side(text, side)
    titles = _with(choices.titles, conditions, Kind.TITLE)
    professions = _with(choices.professions, conditions, Kind.PROFESSION)
    fields: dict[str, forms.Field] = {
        f"{side}_teams": _many(gettext_lazy("Teams"), [(str(pk), name) for pk, name in choices.teams.items()]),
        f"{side}_below": forms.BooleanField(label=gettext_lazy("and the teams below them"), required=False),
        f"{side}_titles": _many(gettext_lazy("Job titles"), [(title, title) for title in titles]),
        f"{side}_professions": _many(gettext_lazy("Professions"), [(word, word) for word in professions]),
        f"{side}_roles": _many(gettext_lazy("Roles here"), ROLES),
        f"{side}_hired_from": forms.DateField(label=gettext_lazy("Hired on or after"), widget=Day, required=False),
        f"{side}_hired_to": forms.DateField(label=gettext_lazy("Hired on or before"), widget=Day, required=False),
        f"{side}_people": forms.CharField(
            label=gettext_lazy("People, by work e-mail or staff number, one a line"),
            required=False,
            max_length=200_000,
            widget=forms.Textarea(attrs={"rows": 3}),
        ),
    }
    empty = {"teams": choices.teams, "titles": titles, "professions": professions}
    for name, words in empty.items():
        if not words:
            fields[f"{side}_{name}"].widget = forms.MultipleHiddenInput()
    if not choices.teams:
        fields[f"{side}_below"].widget = forms.HiddenInput()
    return fields


def _with(words: Sequence[str], conditions: Iterable[Condition], kind: Kind) -> list[str]:
    """The words on the seats, and those that the rule names although nobody has them any more."""
    known = {word.casefold() for word in words}
    return [*words, *(each.word for each in conditions if each.kind is kind and each.word.casefold() not in known)]


def _many(label: Any, choices: Sequence[tuple[Any, Any]]) -> forms.MultipleChoiceField:
    few = len(choices) <= 24
    widget = forms.CheckboxSelectMultiple() if few else forms.SelectMultiple(attrs={"size": 10})
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=widget)


def _of_side(text: RuleText | None, side: str) -> tuple[Condition, ...]:
    if text is None:
        return ()
    return text.audience.any if side == REACHED else text.audience.exempt


def _initial(text: RuleText, choices: Choices) -> dict[str, Any]:
    given: dict[str, Any] = {key: value for key, value in text.to_json().items() if key != "audience"}
    given["fixed_on"] = text.order.fixed_on
    given["combine"] = text.audience.combine.value
    given["everyone"] = any(each.kind is Kind.EVERYONE for each in text.audience.any)
    for side in (REACHED, EXEMPT):
        given |= _side_initial(side, _of_side(text, side), choices)
    return given


def _side_initial(side: str, conditions: Sequence[Condition], choices: Choices) -> dict[str, Any]:
    words: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    hired: dict[str, dt.date | None] = {}
    people: frozenset[str] = frozenset()
    for each in conditions:
        words[each.kind].append(str(each.team) if each.kind is Kind.TEAM else each.word)
        if each.kind is Kind.HIRED:
            hired = {f"{side}_hired_from": each.first, f"{side}_hired_to": each.last}
        people |= each.people
    named = choices.people.filter(public_id__in=people).order_by("name").values_list("work_email", flat=True)
    return {
        f"{side}_teams": words[Kind.TEAM],
        f"{side}_below": any(each.below for each in conditions),
        f"{side}_titles": words[Kind.TITLE],
        f"{side}_professions": words[Kind.PROFESSION],
        f"{side}_roles": words[Kind.ROLE],
        f"{side}_people": "\n".join(named) if people else "",
        **hired,
    }

"""The shape of what is asked for: courses with their equivalents, policies, evidence, and reminders."""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext, gettext_lazy

from accounts.texts import validate_plain
from training.queries import CourseChoice
from training.rules import FURTHEST, LADDER, Asking, Match, PartKind, PartText
from web.forms import fields_only

#: So many slots stand on the page, and one more than are filled.
SLOTS = 2
#: As a person writes it.
USUAL = ", ".join(str(day) for day in LADDER)


class RequirementForm(forms.Form):
    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=120,
        validators=[validate_plain],
        help_text=gettext_lazy("As people read it in their list and in mail."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is asked"),
        max_length=300,
        required=False,
        validators=[validate_plain],
        help_text=gettext_lazy("The rule, contract or decision that it rests on. People read it."),
    )
    match = forms.ChoiceField(
        label=gettext_lazy("What meets it"),
        widget=forms.RadioSelect,
        initial=Match.ALL.value,
        choices=[
            (Match.ALL.value, gettext_lazy("All of the parts")),
            (Match.ANY.value, gettext_lazy("One of the parts")),
        ],
    )
    ladder = forms.CharField(
        label=gettext_lazy("Reminders"),
        max_length=80,
        required=False,
        initial=USUAL,
        help_text=gettext_lazy("Days before (−) and after the due day, with commas. While overdue, then every week."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        courses: Iterable[CourseChoice],
        asking: Asking | None = None,
        is_next: bool = False,
    ) -> None:
        super().__init__(data, initial=_initial(asking) if asking else {})
        self.helper = fields_only()
        choices = [(str(one.pk), one.title) for one in courses]
        self.course_slots = self._slots(asking, PartKind.COURSE)
        self.policy_slots = self._slots(asking, PartKind.POLICY)
        for number in self.course_slots:
            self.fields[f"course_{number}"] = _course(choices)
            self.fields[f"equivalents_{number}"] = _equivalents(choices)
        for number in self.policy_slots:
            self.fields[f"policy_title_{number}"] = _words(gettext_lazy("Name of the policy"), 160)
            self.fields[f"policy_text_{number}"] = _text(gettext_lazy("Its words, as people acknowledge them"))
        self.fields["evidence_title"] = _words(gettext_lazy("Name of the evidence"), 160)
        self.fields["evidence_text"] = _text(gettext_lazy("What it must show"))
        if is_next:
            self.fields["holds_for_open"] = forms.BooleanField(
                label=gettext_lazy("It also holds for what is open now"),
                required=False,
                help_text=gettext_lazy("Otherwise open obligations keep the version that they were asked with."),
            )

    @staticmethod
    def _slots(asking: Asking | None, kind: PartKind) -> range:
        filled = sum(part.kind is kind for part in asking.parts) if asking else 0
        return range(1, min(max(SLOTS if kind is PartKind.COURSE else 1, filled + 1), 12) + 1)

    @property
    def course_fields(self) -> Iterator[tuple[BoundField, BoundField]]:
        return ((self[f"course_{number}"], self[f"equivalents_{number}"]) for number in self.course_slots)

    @property
    def policy_fields(self) -> Iterator[tuple[BoundField, BoundField]]:
        return ((self[f"policy_title_{number}"], self[f"policy_text_{number}"]) for number in self.policy_slots)

    def clean_ladder(self) -> tuple[int, ...]:
        given = self.cleaned_data["ladder"].replace("−", "-").replace(",", " ").split()
        try:
            days = sorted({int(each) for each in given})
        except ValueError:
            raise forms.ValidationError(gettext("Write whole days with commas: %(days)s.") % {"days": USUAL}) from None
        if any(abs(day) > FURTHEST for day in days):
            raise forms.ValidationError(gettext("A reminder is at most a year from the due day."))
        return tuple(days)

    @property
    def asking(self) -> Asking:
        given = self.cleaned_data
        return Asking(
            title=given["title"],
            reason=given["reason"],
            match=Match(given["match"]),
            ladder=given["ladder"],
            parts=tuple(self._parts()),
        )

    def _parts(self) -> Iterator[PartText]:
        given = self.cleaned_data
        for number in self.course_slots:
            if given[f"course_{number}"]:
                also = tuple(int(each) for each in given[f"equivalents_{number}"] if each != given[f"course_{number}"])
                yield PartText(kind=PartKind.COURSE, course=int(given[f"course_{number}"]), equivalents=also)
        for number in self.policy_slots:
            title, text = given[f"policy_title_{number}"], given[f"policy_text_{number}"]
            if title or text:
                yield PartText(kind=PartKind.POLICY, title=title, text=text.replace("\r\n", "\n"))
        title, text = given["evidence_title"], given["evidence_text"]
        if title or text:
            yield PartText(kind=PartKind.EVIDENCE, title=title, text=text.replace("\r\n", "\n"))


def _initial(asking: Asking) -> dict[str, Any]:
    given: dict[str, Any] = {
        "title": asking.title,
        "reason": asking.reason,
        "match": asking.match.value,
        "ladder": ", ".join(map(str, asking.ladder)),
    }
    courses = (part for part in asking.parts if part.kind is PartKind.COURSE)
    for number, part in enumerate(courses, start=1):
        given |= {
            f"course_{number}": str(part.course),
            f"equivalents_{number}": [str(each) for each in part.equivalents],
        }
    policies = (part for part in asking.parts if part.kind is PartKind.POLICY)
    for number, part in enumerate(policies, start=1):
        given |= {f"policy_title_{number}": part.title, f"policy_text_{number}": part.text}
    for part in asking.parts:
        if part.kind is PartKind.EVIDENCE:
            given |= {"evidence_title": part.title, "evidence_text": part.text}
    return given


def _course(choices: list[tuple[str, str]]) -> forms.ChoiceField:
    none = [("", gettext_lazy("No course"))]
    return forms.ChoiceField(label=gettext_lazy("Course"), required=False, choices=[*none, *choices])


def _equivalents(choices: list[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=gettext_lazy("Counts as it, too"),
        required=False,
        choices=choices,
        widget=forms.CheckboxSelectMultiple if len(choices) <= 12 else forms.SelectMultiple,
    )


def _words(label: Any, length: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, validators=[validate_plain])


def _text(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

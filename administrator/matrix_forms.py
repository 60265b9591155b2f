"""A matrix as it comes from a spreadsheet, and the days that new rules of it get."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from administrator.messages import matrix as messages
from training.rules import Anchor, Order, Recurrence, Repeat
from training.rules.sheet import BadSheet, Sheet, sheet_of
from web.forms import fields_only


class SheetForm(forms.Form):
    sheet = forms.CharField(
        label=gettext_lazy("The matrix, copied from a spreadsheet"),
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "v-sheet", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "The first line has the titles of requirements, the first column job titles or teams. X or “required” asks;"
            " “recommended” asks nobody; an empty cell takes it away."
        ),
    )
    anchor = forms.ChoiceField(
        label=gettext_lazy("New rules count from"),
        initial=Anchor.ASSIGNED.value,
        choices=[
            (Anchor.ASSIGNED.value, gettext_lazy("the day on which the person is asked")),
            (Anchor.HIRED.value, gettext_lazy("the day of hire")),
        ],
    )
    offset_days = forms.IntegerField(
        label=gettext_lazy("Due so many days later"), min_value=0, max_value=3650, initial=30
    )
    every_months = forms.IntegerField(
        label=gettext_lazy("Again, so many months after each completion"),
        min_value=1,
        max_value=120,
        required=False,
        help_text=gettext_lazy("Empty: it is asked once."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = fields_only()

    def clean_sheet(self) -> Sheet:
        try:
            return sheet_of(self.cleaned_data["sheet"])
        except BadSheet as bad:
            raise forms.ValidationError(messages.bad_sheet(bad)) from None

    @property
    def order(self) -> Order:
        given = self.cleaned_data
        months = given["every_months"]
        repeat = Repeat(kind=Recurrence.FROM_COMPLETION, every_months=months) if months else Repeat()
        return Order(
            anchor=Anchor(given["anchor"]),
            offset_days=given["offset_days"],
            window_days=60 if months else None,
            repeat=repeat,
        )

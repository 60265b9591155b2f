import datetime as dt
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy

from training.rules import QuietHours
from web.forms import fields_only


def hours() -> list[tuple[int, str]]:
    return [(hour, time_format(dt.time(hour), "P")) for hour in range(24)]


class RemindersForm(forms.Form):
    are_on = forms.BooleanField(
        label=gettext_lazy("Send reminders and digests"),
        required=False,
        help_text=gettext_lazy("Without them, people are told only when something is assigned, or by your own click."),
    )
    quiet_from = forms.TypedChoiceField(label=gettext_lazy("No mail from"), coerce=int, choices=hours)
    quiet_until = forms.TypedChoiceField(
        label=gettext_lazy("No mail until"),
        coerce=int,
        choices=hours,
        help_text=gettext_lazy("By the clock where each person is. What would leave in between leaves when they end."),
    )
    digest_weekday = forms.TypedChoiceField(
        label=gettext_lazy("Digest on"),
        coerce=int,
        choices=lambda: list(WEEKDAYS.items()),
        help_text=gettext_lazy(
            "One mail a week to owners, administrators and managers, when there is something to say."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and cleaned["quiet_from"] == cleaned["quiet_until"]:
            self.add_error("quiet_until", gettext_lazy("Leave some hours of the day in which mail may go."))
        return cleaned

    @property
    def quiet(self) -> QuietHours:
        return QuietHours(self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"])

"""Forms of the acts upon obligations, one by one or many at once, and of the organization's policy."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.texts import validate_plain
from administrator.forms import Day
from administrator.messages.reasons import waiver_reasons
from training.models import TrainingPolicy
from training.rules import MOST_DAYS, Act, Plan
from training.services import Policy
from web.forms import fields_only


class ActForm(forms.Form):
    """The terms of an act. Its fields come from the subclasses; `plan` is what the services take."""

    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        self.today = today

    @property
    def plan(self) -> Plan:
        raise NotImplementedError


class ExtensionForm(ActForm):
    days = forms.IntegerField(label=gettext_lazy("Days more"), min_value=1, max_value=MOST_DAYS, initial=14)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        validators=[validate_plain],
        help_text=gettext_lazy("It stands with the date for good. No health information."),
    )

    @property
    def plan(self) -> Plan:
        return Plan(act=Act.EXTEND, days=self.cleaned_data["days"], words=self.cleaned_data["reason"])


class WaiverForm(ActForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Choose a word; nothing else is kept. No health information belongs here."),
    )
    until_on = forms.DateField(
        label=gettext_lazy("Until the end of"),
        required=False,
        widget=Day,
        help_text=gettext_lazy("Leave it empty to waive it for good."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        if isinstance(reason, forms.ChoiceField):
            reason.choices = [(code.value, words) for code, words in waiver_reasons().items()]
        self.fields["until_on"].widget.attrs["min"] = self.today.isoformat()

    def clean_until_on(self) -> dt.date | None:
        until_on: dt.date | None = self.cleaned_data["until_on"]
        if until_on is not None and until_on < self.today:
            raise forms.ValidationError(gettext_lazy("This day is over. Choose today or a later day."), code="past")
        return until_on

    @property
    def plan(self) -> Plan:
        return Plan(act=Act.WAIVE, code=self.cleaned_data["reason"], until_on=self.cleaned_data["until_on"])


class StatementForm(ActForm):
    done_on = forms.DateField(label=gettext_lazy("The day on which it was done"), widget=Day)
    reason = forms.CharField(
        label=gettext_lazy("How you know"),
        max_length=300,
        validators=[validate_plain],
        help_text=gettext_lazy("For example: on the list of the classroom course. No health information."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"].widget.attrs["max"] = self.today.isoformat()

    def clean_done_on(self) -> dt.date:
        done_on: dt.date = self.cleaned_data["done_on"]
        if done_on > self.today:
            raise forms.ValidationError(gettext_lazy("This day is still to come."), code="to-come")
        return done_on

    @property
    def plan(self) -> Plan:
        return Plan(act=Act.STATE, done_on=self.cleaned_data["done_on"], words=self.cleaned_data["reason"])


class ReleaseForm(ActForm):
    @property
    def plan(self) -> Plan:
        return Plan(act=Act.RELEASE)


FORMS: dict[Act, type[ActForm]] = {
    Act.EXTEND: ExtensionForm,
    Act.WAIVE: WaiverForm,
    Act.STATE: StatementForm,
    Act.RELEASE: ReleaseForm,
}


class ReasonForm(forms.Form):
    """Why evidence is not accepted, or counts no longer. The learner reads it."""

    because = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        validators=[validate_plain],
        help_text=gettext_lazy("The person reads these words. Say what would do instead. No health information."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()


class PolicyForm(forms.Form):
    """What an organization says of statements; the hours of reminders have a page of their own."""

    statements_need_second = forms.BooleanField(
        label=gettext_lazy("A statement that something was done counts only after a second person confirms it"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()

    def policy(self, kept: TrainingPolicy) -> Policy:
        return replace(Policy.of(kept), statements_need_second=self.cleaned_data["statements_need_second"])

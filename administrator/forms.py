import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from accounts.texts import validate_plain
from quizzes.rules import MOST_EXTRA_ATTEMPTS, MOST_EXTRA_TIME, Arranged
from training.queries import CourseChoice
from web.forms import fields_only

NOT_FOUND = gettext_lazy("Somebody you chose is not among the people found. Look at the list and choose again.")


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AssignmentForm(forms.Form):
    course = forms.ChoiceField(label=gettext_lazy("Course"))
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=Day)
    everybody = forms.BooleanField(required=False)
    people = forms.ModelMultipleChoiceField(
        queryset=Membership.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.MultipleHiddenInput,
        error_messages={"invalid_choice": NOT_FOUND, "invalid_pk_value": NOT_FOUND},
    )

    def __init__(
        self, *args: Any, courses: Iterable[CourseChoice], people: QuerySet[Membership], today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        self.today, self.listed = today, people
        course, chosen = self.fields["course"], self.fields["people"]
        if isinstance(course, forms.ChoiceField):
            course.choices = [(one.slug, one.title) for one in courses]
        if isinstance(chosen, forms.ModelMultipleChoiceField):
            chosen.queryset = people
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()

    def clean_due_on(self) -> dt.date:
        due_on: dt.date = self.cleaned_data["due_on"]
        if due_on < self.today:
            raise forms.ValidationError(gettext_lazy("This day is over. Choose today or a later day."), code="past")
        if due_on.year > self.today.year + 20:
            raise forms.ValidationError(gettext_lazy("Choose a day within the next 20 years."), code="far")
        return due_on

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        everybody = cleaned.get("everybody")
        chosen = self.listed if everybody else cleaned.get("people")
        if not self.has_error("people") and not (chosen is not None and chosen.exists()):
            self.add_error(None, gettext_lazy("Choose at least one person."))
        return {**cleaned, "chosen": chosen}


class GrantForm(forms.Form):
    extra_time_percent = forms.IntegerField(
        label=gettext_lazy("More time, in percent"),
        min_value=0,
        max_value=MOST_EXTRA_TIME,
        initial=0,
        help_text=gettext_lazy("50 makes 45 minutes of 30; 100 doubles the time."),
    )
    no_time_limit = forms.BooleanField(label=gettext_lazy("No time limit at all"), required=False)
    extra_attempts = forms.IntegerField(
        label=gettext_lazy("Further attempts at each assessment"), min_value=0, max_value=MOST_EXTRA_ATTEMPTS, initial=0
    )
    reason = forms.CharField(
        label=gettext_lazy("What it rests on"),
        max_length=500,
        validators=[validate_plain],
        help_text=gettext_lazy("The learner reads it, and it is kept with every attempt. No health information."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.arranged.is_fit:
            self.add_error(None, gettext_lazy("Arrange at least one thing, or decline with words below."))
        return cleaned

    @property
    def arranged(self) -> Arranged:
        chosen = self.cleaned_data
        return Arranged(chosen["extra_time_percent"], chosen["no_time_limit"], chosen["extra_attempts"])


class DeclineForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Your words to the learner"),
        max_length=500,
        validators=[validate_plain],
        help_text=gettext_lazy("Say what can be done instead, and whom to ask. No health information."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()

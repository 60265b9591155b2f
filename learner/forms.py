from collections.abc import Collection
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext, gettext_lazy

from accounts.texts import validate_plain
from web.forms import fields_only


class AccommodationForm(forms.Form):
    wanted = forms.CharField(
        label=gettext_lazy("What do you need?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: half as much time again. Say what, not why: nothing about your health."),
        error_messages={"required": gettext_lazy("Say what you need; nothing was sent.")},
    )

    def clean_wanted(self) -> str:
        words = " ".join(self.cleaned_data["wanted"].split())
        validate_plain(words)
        return words

    @property
    def helper(self) -> FormHelper:
        return fields_only()


class AttestationForm(forms.Form):
    confirmed = forms.BooleanField(
        label=gettext_lazy("This statement is true."),
        required=False,  # the one box of its form needs no mark; an empty one is refused below
    )

    def clean_confirmed(self) -> bool:
        if not self.cleaned_data["confirmed"]:
            raise forms.ValidationError(gettext_lazy("Nothing was recorded. Tick the box if the statement is true."))
        return True

    @property
    def helper(self) -> FormHelper:
        return fields_only()


class ChallengeForm(forms.Form):
    """What a learner finds wrong with one question of her attempt, which is named by its number."""

    item = forms.ChoiceField(
        label=gettext_lazy("Question"),
        error_messages={
            "invalid_choice": gettext_lazy("Choose a question of this attempt."),
            "required": gettext_lazy("Choose the question by its number."),
        },
    )
    words = forms.CharField(
        label=gettext_lazy("What is wrong with it?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "2,000 characters at most. The author reads this and not your name; leave out names of clients."
        ),
        error_messages={"required": gettext_lazy("Say in a few words what is wrong with the question.")},
    )

    def __init__(self, *args: Any, keys: tuple[str, ...], challenged: Collection[str], **kwargs: Any) -> None:
        """`challenged` are not offered any more, and still taken: the service says what became of the first words."""
        super().__init__(*args, **kwargs)
        item = self.fields["item"]
        if isinstance(item, forms.ChoiceField):
            numbered = [
                (key, gettext("Question %(number)d") % {"number": number}) for number, key in enumerate(keys, 1)
            ]
            item.choices = [("", gettext("Choose its number")), *numbered]
            item.widget.choices = [choice for choice in item.choices if choice[0] not in challenged]

    @property
    def helper(self) -> FormHelper:
        return fields_only()

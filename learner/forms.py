from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy

from accounts.texts import validate_plain


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
        return _helper()


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
        return _helper()


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the template prints the token beside the hidden field that says whose form it is
    return helper

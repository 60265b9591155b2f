from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy


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
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True  # the template prints the token beside the hidden field that says whose form it is
        return helper

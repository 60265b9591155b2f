from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy


class AttestationForm(forms.Form):
    confirmed = forms.BooleanField(
        label=gettext_lazy("This statement is true."),
        error_messages={"required": gettext_lazy("Nothing was recorded. Tick the box if the statement is true.")},
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True  # the template prints the token beside the hidden field that says whose form it is
        return helper

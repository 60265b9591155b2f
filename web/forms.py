"""Forms that more than one page shows."""

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy


class AcknowledgementForm(forms.Form):
    """The learner's word that she has read the information page. It is posted to the enrollment's address."""

    acknowledged = forms.BooleanField(
        label=gettext_lazy("I have read what this course asks for, what it touches on, and how it is completed."),
        error_messages={"required": gettext_lazy("Confirm that you have read the information page, then begin.")},
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True  # the template prints the token beside the field that says whose form it is
        return helper

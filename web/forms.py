"""Forms that more than one page shows, and how forms are drawn."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy


def fields_only(*rows: object) -> FormHelper:
    """Draws the fields of a form, all in their order or as the `rows` say; its tag and its buttons are the template's.

    So is the token, where a form changes anything: it stands beside the hidden field that says whose form it is.
    """
    drawn = FormHelper()
    drawn.form_tag = False
    drawn.disable_csrf = True
    if rows:
        drawn.layout = Layout(*rows)
    return drawn


class AcknowledgementForm(forms.Form):
    """The learner's word that she has read the information page. It is posted to the enrollment's address."""

    acknowledged = forms.BooleanField(
        label=gettext_lazy("I have read what this course asks for, what it touches on, and how it is completed."),
        error_messages={"required": gettext_lazy("Confirm that you have read the information page, then begin.")},
    )

    @property
    def helper(self) -> FormHelper:
        return fields_only()

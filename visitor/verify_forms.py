from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext_lazy

from certificates.rules import normalized_code
from web.forms import fields_only

NOT_A_CODE = gettext_lazy(
    "This is not a certificate's code. A code has 26 letters and numbers; it stands on the certificate beside “Code”."
)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Certificate code"),
        max_length=100,
        required=False,  # the one field of its form needs no mark; an empty one is refused in the same words
        help_text=gettext_lazy("26 letters and numbers. Capitals and dashes do not matter."),
        error_messages={"max_length": NOT_A_CODE},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )

    @property
    def helper(self) -> FormHelper:
        return fields_only(Field("code", css_class="v-code"))

    def clean_code(self) -> str:
        code = normalized_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(NOT_A_CODE)
        return code


class NumberForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("License number"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("As it stands on the license. Capitals, spaces, dots and dashes do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    @property
    def helper(self) -> FormHelper:
        return fields_only(Field("number"))

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(gettext_lazy("Type the license number that you want to have confirmed."))
        return number

"""Forms of the learner's own account."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.texts import validate_plain
from accounts.zones import validate_zone, zone_choices
from certificates.names import printable_faults


class ProfileForm(forms.Form):
    legal_name = forms.CharField(
        label=_("Legal name"),
        max_length=120,
        help_text=_("As it should be printed on your certificates, usually as on your license."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        validators=[validate_zone],
        help_text=_("The day on which you complete a course is the day in this zone."),
    )

    def clean_legal_name(self) -> str:
        name = " ".join(self.cleaned_data["legal_name"].split())
        if faults := printable_faults(name):
            raise forms.ValidationError(
                gettext(
                    "We cannot print %(characters)s on a certificate. Leave it out, or write to us: we look for a"
                    " typeface that has it."
                )
                % {"characters": ", ".join(faults)},
                code="unprintable",
            )
        return name


class LicenseForm(forms.Form):
    profession = forms.CharField(
        label=_("License"),
        max_length=60,
        validators=[validate_plain],
        help_text=_("Such as psychologist, LCSW, LMFT, registered nurse."),
    )
    jurisdiction = forms.CharField(
        label=_("State or country"),
        max_length=60,
        validators=[validate_plain],
        help_text=_("Which issued it, such as Oregon."),
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=40,
        validators=[validate_plain],
        help_text=_("Employers and the public never see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    expires_on = forms.DateField(
        label=_("Expires on (optional)"),
        required=False,
        help_text=_("So that you find it here when you renew."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

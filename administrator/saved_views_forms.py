from django import forms
from django.utils.translation import gettext_lazy as _


class ViewNameForm(forms.Form):
    name = forms.CharField(label=_("Name of the view"), max_length=60)


class SavedViewForm(ViewNameForm):
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)

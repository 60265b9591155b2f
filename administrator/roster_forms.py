"""The shape of what is typed to import a list of people."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from accounts.rules.roster import LARGEST, DayOrder, Encoding, Field
from web.forms import fields_only

ENDINGS: Final = (".csv", ".txt")


class FileForm(forms.Form):
    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text=gettext_lazy("A CSV or text file with a line of headings, up to 5 MB and 50,000 people."),
        error_messages={"empty": gettext_lazy("The file is empty. Save the list again, and choose that file.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()

    def clean_file(self) -> Any:
        file: Any = self.cleaned_data["file"]
        if not (file.name or "").lower().endswith(ENDINGS):
            raise forms.ValidationError(
                gettext_lazy("Choose a file that ends in .csv or .txt. In Excel: Save as, CSV UTF-8."), code="ending"
            )
        if file.size and file.size > LARGEST:
            raise forms.ValidationError(
                gettext_lazy("The file is larger than 5 MB. Split the list in two."), code="size"
            )
        return file


def field_labels() -> dict[Field, Any]:
    return {
        Field.NAME: gettext_lazy("Name"),
        Field.FIRST_NAME: gettext_lazy("First name"),
        Field.LAST_NAME: gettext_lazy("Last name"),
        Field.WORK_EMAIL: gettext_lazy("Work e-mail"),
        Field.STAFF_NUMBER: gettext_lazy("Staff number"),
        Field.JOB_TITLE: gettext_lazy("Job title"),
        Field.PROFESSION: gettext_lazy("Profession"),
        Field.TEAM: gettext_lazy("Team"),
        Field.HIRED_ON: gettext_lazy("Hired on"),
        Field.STARTED_ON: gettext_lazy("First day here"),
    }


class ReadingForm(forms.Form):
    """Which column holds what, and what a program cannot know of a file."""

    def __init__(
        self, *args: Any, header: Sequence[str], columns: Mapping[Field, int], asks: frozenset[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        choices = [
            ("", gettext_lazy("Not in the file")),
            *((str(n), name or f"#{n + 1}") for n, name in enumerate(header)),
        ]
        for field, label in field_labels().items():
            self.fields[field.value] = forms.TypedChoiceField(
                label=label,
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                initial=columns.get(field, ""),
                widget=forms.Select(attrs={"class": "form-select"}),
            )
        if "encoding" in asks:
            self.fields["encoding"] = forms.ChoiceField(
                label=gettext_lazy("Are the names written rightly in the sample?"),
                choices=[
                    ("", gettext_lazy("No, or I am not sure: I will save the file again as CSV UTF-8")),
                    (Encoding.LATIN_1.value, gettext_lazy("Yes: read the file in the older Western form (Latin-1)")),
                ],
                required=False,
                widget=forms.RadioSelect,
            )
        if "order" in asks:
            self.fields["order"] = forms.ChoiceField(
                label=gettext_lazy("How are days written, for example 03.04.2026?"),
                choices=[
                    (DayOrder.DAY_FIRST.value, gettext_lazy("Day first: the 3rd of April")),
                    (DayOrder.MONTH_FIRST.value, gettext_lazy("Month first: March 4")),
                ],
                widget=forms.RadioSelect,
            )

    def columns(self) -> dict[Field, int]:
        chosen = {field: self.cleaned_data.get(field.value) for field in Field}
        return {field: column for field, column in chosen.items() if column is not None}

    def encoding(self) -> Encoding | None:
        chosen = self.cleaned_data.get("encoding")
        return Encoding(chosen) if chosen else None

    def order(self) -> DayOrder | None:
        chosen = self.cleaned_data.get("order")
        return DayOrder(chosen) if chosen else None

"""Handing in evidence and fetching its file: what the learner's pages and the administrator's share."""

import datetime as dt
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, gettext_lazy

from accounts.texts import validate_plain
from training.evidence_files import MOST_BYTES, Examined, FileFault, FileRefused, examined
from training.models import EvidenceFile
from training.services import Claim
from web.forms import fields_only


class EvidenceForm(forms.Form):
    """What somebody did elsewhere, and the file that shows it."""

    title = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=160,
        validators=[validate_plain],
        help_text=gettext_lazy("As the card or certificate calls it. No health information."),
    )
    issuer = forms.CharField(label=gettext_lazy("Who issued it"), max_length=160, validators=[validate_plain])
    done_on = forms.DateField(
        label=gettext_lazy("The day on which it was done"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), required=False, min_value=0, max_value=999, max_digits=5, decimal_places=2
    )
    expires_on = forms.DateField(
        label=gettext_lazy("The day on which it expires"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Leave it empty if none is printed on it."),
    )
    file = forms.FileField(
        label=gettext_lazy("The file"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"}),
        help_text=gettext_lazy("A PDF, or a picture as PNG, JPEG or WebP, of 5 MB at most."),
        error_messages={"required": gettext_lazy("Choose the file that shows it.")},
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["done_on"].widget.attrs["max"] = today.isoformat()
        self.helper = fields_only()

    def clean_done_on(self) -> dt.date:
        done_on: dt.date = self.cleaned_data["done_on"]
        if done_on > self.today:
            raise forms.ValidationError(gettext_lazy("This day is still to come."), code="to-come")
        return done_on

    def clean_hours(self) -> object:
        hours = self.cleaned_data["hours"]
        if hours is not None and hours <= 0:
            raise forms.ValidationError(gettext_lazy("Give more than none, or leave it empty."), code="none")
        return hours

    def clean_file(self) -> Examined:
        handed_in = self.cleaned_data["file"]
        assert isinstance(handed_in, UploadedFile)
        try:
            if (handed_in.size or 0) > MOST_BYTES:
                raise FileRefused(FileFault.TOO_LARGE)
            return examined(handed_in.read(), handed_in.name or "")
        except FileRefused as refusal:
            raise forms.ValidationError(file_words(refusal.fault), code=refusal.fault.value) from None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        done_on, expires_on = cleaned.get("done_on"), cleaned.get("expires_on")
        if done_on and expires_on and expires_on <= done_on:
            self.add_error("expires_on", gettext_lazy("It cannot expire before, or on, the day on which it was done."))
        return cleaned

    @property
    def claim(self) -> Claim:
        said = self.cleaned_data
        return Claim(
            title=said["title"],
            issuer=said["issuer"],
            done_on=said["done_on"],
            hours=said["hours"],
            expires_on=said["expires_on"],
        )


def file_words(fault: FileFault) -> str:
    """Why a file is not kept, and what to do instead."""
    return {
        FileFault.EMPTY: gettext("The file is empty. Choose another one."),
        FileFault.TOO_LARGE: gettext("The file is larger than 5 MB. Scan it with fewer dots, or photograph it."),
        FileFault.OTHER_KIND: gettext(
            "This is neither a PDF nor a PNG, JPEG or WebP picture, whatever its name says. Print it as a PDF, or take"
            " a picture of it."
        ),
        FileFault.BROKEN: gettext("The file cannot be read to its end. Save it anew, or take a picture of it."),
        FileFault.TOO_MANY_PIXELS: gettext(
            "The picture has too many dots. Scan it with 300 dots an inch, or save it smaller."
        ),
        FileFault.MOVING: gettext("This picture moves. Hand in one that stands still."),
        FileFault.PDF_ACTIVE: gettext(
            "This PDF runs, opens or carries something besides its pages, so nobody should have to open it. Print it as"
            " a PDF, or take a picture of it."
        ),
        FileFault.PDF_MORE_BEHIND: gettext(
            "Something else stands behind the end of this PDF. Print it as a PDF, or take a picture of it."
        ),
    }[fault]


def file_response(file: EvidenceFile) -> HttpResponse:
    """The file, always to be saved and never shown on our address, whatever it is."""
    response = HttpResponse(bytes(file.content), content_type=file.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name) or ""
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response

"""allauth's form classes, which may save, in our words."""

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import sign_ins
from accounts.models import User
from accounts.texts import duration_words, validate_plain
from accounts.zones import DEFAULT_ZONE, validate_zone, zone_choices

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PASSWORD_HELP = _("At least 12 characters. Four or five unrelated words are easier to remember than symbols.")
LEGAL_NAME_HELP = _("As it should be printed on your certificates, usually as on your license.")


class OurWords:
    """Labels and help by field name; no placeholders, which are not labels."""

    words: "ClassVar[dict[str, tuple[str | _StrPromise, str | _StrPromise]]]" = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]


class LoginForm(OurWords, account.LoginForm):
    words: ClassVar = {
        "login": (_("E-mail"), ""),
        "password": (_("Password"), ""),
        "remember": (_("Keep me signed in when I close the browser"), ""),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remember"].help_text = _(
            "For two weeks at most, and until nothing is done here for %(long)s; with a role at an organization, %(short)s."
        ) % {
            "long": duration_words(dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES)),
            "short": duration_words(dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES_WITH_ROLE)),
        }


class SignupForm(OurWords, account.SignupForm):
    legal_name = forms.CharField(
        max_length=120, validators=[validate_plain], widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    time_zone = forms.ChoiceField(
        choices=zone_choices,
        initial=DEFAULT_ZONE,
        validators=[validate_zone],
        widget=forms.Select(attrs={"data-browser-zone": ""}),
    )

    field_order: ClassVar = ["email", "password1", "legal_name", "time_zone"]
    words: ClassVar = {
        "email": (
            _("E-mail"),
            _("A code is sent there. With your work e-mail, invitations of your employer find you."),
        ),
        "password1": (_("Password"), PASSWORD_HELP),
        "legal_name": (_("Legal name"), LEGAL_NAME_HELP),
        "time_zone": (_("Time zone"), _("Completion dates and due times are shown in it.")),
    }


class ResetPasswordForm(OurWords, account.ResetPasswordForm):
    words: ClassVar = {"email": (_("E-mail"), "")}


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):
    words: ClassVar = {"password1": (_("New password"), PASSWORD_HELP), "password2": (_("New password, again"), "")}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    words: ClassVar = {
        "oldpassword": (_("Current password"), ""),
        "password1": (_("New password"), PASSWORD_HELP),
        "password2": (_("New password, again"), ""),
    }


class SetPasswordForm(OurWords, account.SetPasswordForm):
    words: ClassVar = {"password1": (_("Password"), PASSWORD_HELP), "password2": (_("Password, again"), "")}


class AddEmailForm(OurWords, account.AddEmailForm):
    words: ClassVar = {"email": (_("Another e-mail"), _("A code is sent there before it counts as yours."))}


class ReauthenticateForm(OurWords, account.ReauthenticateForm):
    words: ClassVar = {"password": (_("Password"), "")}


class ConfirmEmailVerificationCodeForm(OurWords, account.ConfirmEmailVerificationCodeForm):
    words: ClassVar = {"code": (_("Code from the mail"), "")}


class RefusalRecorded:
    """A code that is not the right one is a refused sign-in."""

    user: User

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError as error:
            is_limit = error.code == "too_many_login_attempts"
            sign_ins.account_refused(context.request, self.user, sign_ins.LIMITED if is_limit else sign_ins.WRONG_CODE)
            raise
        return code


class AuthenticateForm(OurWords, RefusalRecorded, mfa.AuthenticateForm):
    words: ClassVar = {"code": (_("Code"), _("From your authenticator app, or one of your recovery codes."))}


class ReauthenticateCodeForm(OurWords, RefusalRecorded, mfa.ReauthenticateForm):
    words: ClassVar = {"code": (_("Code"), _("From your authenticator app, or one of your recovery codes."))}


class ActivateTOTPForm(OurWords, AllauthActivateTOTPForm):
    words: ClassVar = {"code": (_("Code from the app"), _("Six digits, new every 30 seconds."))}


class AddWebAuthnForm(OurWords, webauthn.AddWebAuthnForm):
    words: ClassVar = {
        "name": (_("Name of the passkey"), _("So that you can tell it from others, such as “work laptop”.")),
        "passwordless": (
            _("Sign in with it alone, without the password"),
            _("The device then asks for your fingerprint, face or PIN."),
        ),
    }


class EditWebAuthnForm(OurWords, webauthn.EditWebAuthnForm):
    words: ClassVar = {"name": (_("Name of the passkey"), "")}

"""What we change in allauth."""

import base64
import datetime as dt
import hashlib
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import sign_ins
from accounts.models import ADMINISTERING, AUTHORING, Role, User
from accounts.notices import owe_account_mail
from accounts.queries import grants_of, held_anywhere, roles_in
from accounts.services import record_account_event, set_password
from audit.services import VISITOR

#: Mails that are of no use once the form that waits for them is closed.
CODES: Final = ("account/email/email_confirmation", "account/email/login_code", "account/email/password_reset_code")


class AccountAdapter(DefaultAccountAdapter):
    """Our sign-in: our words, and mail by way of the outbox."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("The e-mail and password do not match. Capitals count."),
        "enter_current_password": _("This is not your current password. Capitals count."),
        "incorrect_password": _("This is not your password. Capitals count."),
        "incorrect_code": _("This code is not the one that we expect. Check it, or ask for a new one."),
        "too_many_login_attempts": _(
            "There were too many tries with this e-mail. Wait five minutes, or set a new password."
        ),
        "rate_limited": _("There were too many tries. Wait a few minutes, then go on."),
        "duplicate_email": _("This address already belongs to your account."),
        "email_taken": _("This address cannot be added."),
        "cannot_remove_primary_email": _("You sign in with this address. Make another one your main address first."),
        "unverified_primary_email": _("Confirm this address before you make it your main one."),
        "same_as_current": _("This is the password that you have now. Choose another one."),
        "invalid_password_reset": _("This link was used already, or is too old. Ask for a new one."),
        "select_only_one": _("Choose one address."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        about = {"email": email, "support_email": settings.SUPPORT_EMAIL} | _at_our_address(context)
        mail: EmailMessage = self.render_mail(template_prefix, email, about)
        useless_after = (
            dt.timedelta(seconds=app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT)
            if template_prefix.startswith(CODES)
            else None
        )
        owe_account_mail(to=email, subject=str(mail.subject), text=str(mail.body), useless_after=useless_after)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            sign_ins.address_refused(request, credentials.get("email", ""), sign_ins.LIMITED)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_ins.address_refused(request, credentials.get("email", ""), sign_ins.WRONG_PASSWORD)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        sign_ins.account_refused(request, user, sign_ins.CLOSED)
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        grants = grants_of(user)
        _keep(request, roles_in(grants))
        methods = sign_ins.methods_of(request, user)
        record_account_event("account.signed_in", user=user, by=user, grants=grants, methods=methods)
        response: HttpResponse = super().post_login(request, user, **details)
        return response

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            record_account_event("account.signed_out", user=request.user, by=request.user)
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        is_hers = sign_ins.actor(self.request) == user
        set_password(user=user, password=password, by=user if is_hers else VISITOR)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - allauth's signature
        user.legal_name = form.cleaned_data["legal_name"]
        user.time_zone = form.cleaned_data["time_zone"]
        saved: User = super().save_user(request, user, form, commit)
        return saved


def keep_links(request: HttpRequest, user: User) -> None:
    """Ask for the person's roles of today, and keep with her session which links the header shows."""
    _keep(request, held_anywhere(user))


def _keep(request: HttpRequest, roles: frozenset[Role]) -> None:
    # Asked at sign-in and when a place is accepted: the links to staff training and to the author's desk must not cost
    # each page a query. They are links and no permissions; every page behind them asks again.
    request.session["administers"] = not roles.isdisjoint((*ADMINISTERING, Role.MANAGER))
    request.session["authors"] = not roles.isdisjoint(AUTHORING)


def _at_our_address(context: dict[str, Any]) -> dict[str, Any]:
    """What a mail tells, with its links at SITE_URL, as all our mails have them.

    allauth takes the host that the request names: whoever asks for somebody's new password may name her own there, and
    would be sent the key by a click.
    """
    links = {name: urlsplit(link) for name, link in context.items() if name.endswith("_url") and link}
    home = settings.SITE_URL.rstrip("/")
    return context | {name: home + urlunsplit(link._replace(scheme="", netloc="")) for name, link in links.items()}


class MFAAdapter(DefaultMFAAdapter):
    """Second factors. Their secrets are encrypted, so that a copy of the database alone does not sign anybody in."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not the one that we expect. Codes change every 30 seconds: try the newest."),
    }

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"accounts.mfa:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

"""The mails that accounts owes: allauth's, and invitations."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Invitation
from accounts.queries import InvitationState, state_of
from audit.models import OutboxMail
from audit.outbox import Mail, owe, owe_all

ACCOUNT_MAIL = "account.mail"
INVITATION = "account.invitation"


def owe_account_mail(*, to: str, subject: str, text: str, useless_after: dt.timedelta | None) -> None:
    """A mail that allauth wrote. What it says, codes and links included, is kept until it is sent and no longer."""
    until = timezone.now() + useless_after if useless_after else None
    payload: dict[str, object] = {"to": to, "subject": subject, "text": text}
    if until:
        payload["until"] = until.isoformat()
    owe(ACCOUNT_MAIL, key=f"{ACCOUNT_MAIL}:{uuid.uuid4()}", subject="", payload=payload)


def owe_support_mail(about: str, *, to: str) -> None:
    """What support did to an account, told to its person: `about` names the templates."""
    context = {"support_email": settings.SUPPORT_EMAIL}
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string(f"account/email/support_{about}_subject.txt", context).strip()
        text = render_to_string(f"account/email/support_{about}_message.txt", context).strip()
    owe_account_mail(to=to, subject=subject, text=text, useless_after=None)


def prepare_account_mail(row: OutboxMail) -> Mail | None:
    until = row.payload.get("until")
    if until and timezone.now() > dt.datetime.fromisoformat(until):
        return None
    return Mail(to=row.payload["to"], subject=row.payload["subject"], text=row.payload["text"])


def owe_invitation(invitation: Invitation, token: str) -> None:
    owe(INVITATION, key=f"{INVITATION}:{invitation.pk}", subject=invitation.pk, payload={"token": token})


def owe_invitations(tokens: Mapping[int, str]) -> None:
    """Many at once: the token of each invitation by its id."""
    owe_all(
        INVITATION,
        {f"{INVITATION}:{pk}": pk for pk in tokens},
        payloads={f"{INVITATION}:{pk}": {"token": token} for pk, token in tokens.items()},
    )


def invitation_address(token: str) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("visitor:invitation", args=[token])


def prepare_invitation(row: OutboxMail) -> Mail | None:
    invitation = Invitation.objects.select_related("membership__organization").filter(pk=row.subject).first()
    if invitation is None or state_of(invitation, timezone.now()) is not InvitationState.OPEN:
        return None
    organization = invitation.membership.organization
    context = {
        "organization": organization,
        "name": invitation.membership.name,
        "email": invitation.email,
        "address": invitation_address(row.payload["token"]),
        "expires_at": invitation.expires_at,
        "support_email": settings.SUPPORT_EMAIL,
    }
    with translation.override(settings.LANGUAGE_CODE), timezone.override(organization.time_zone):
        subject = render_to_string("account/email/invitation_subject.txt", context).strip()
        return Mail(invitation.email, subject, render_to_string("account/email/invitation_message.txt", context))

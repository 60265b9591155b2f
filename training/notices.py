"""Mail that training owes: written down inside the act, told from the facts as they are when it is sent."""

from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from audit import outbox
from audit.models import OutboxMail
from audit.outbox import Mail
from training.models import Obligation
from training.queries import due_row
from training.rules import Status

ASSIGNED = "training.assigned"


def owe_assigned(obligations: Iterable[Obligation]) -> None:
    """Tell each person once what she was asked for."""
    outbox.owe_all(ASSIGNED, {f"{ASSIGNED}:{one.public_id}": one.public_id for one in obligations})


def prepare_assigned(mail: OutboxMail) -> Mail | None:
    """The mail, or None when the person has completed the course or left in the meantime."""
    obligation = Obligation.objects.filter(public_id=mail.subject).select_related("membership__user").first()
    row = due_row(obligation, timezone.now()) if obligation else None
    if obligation is None or row is None or row.status in (Status.DONE, Status.DONE_LATE):
        return None
    membership = obligation.membership
    address = membership.user.email if membership.user else membership.work_email
    if not address:
        return None
    link = settings.SITE_URL.rstrip("/") + reverse("visitor:course", args=[row.course_slug])
    context = {"row": row, "name": membership.name, "link": link}
    subject = gettext("%(organization)s asks you to complete a course") % {"organization": row.organization}
    return Mail(to=address, subject=subject, text=render_to_string("training/assigned.txt", context))

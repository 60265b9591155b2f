"""Acts upon many people are shown before they are done, and refused when the facts have moved in between."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone

from accounts.models import Organization
from audit.services import Person
from training.models import Preview, Requirement

#: So many people are written in one transaction, while somebody waits; the worker does the rest.
AT_ONCE: Final = 2000


class RulePreviewMoved(Exception):
    """What the act would do is not what was looked at. Nothing was done."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        super().__init__(str(preview.public_id))


def keep_preview(
    *,
    organization: Organization,
    act: str,
    request: Mapping[str, Any],
    counts: Mapping[str, Any],
    digest: str,
    by: Person,
) -> Preview:
    """Keep what was shown, for whoever confirms it."""
    return Preview.objects.create(
        organization=organization,
        act=act,
        request=dict(request),
        counts=dict(counts),
        digest=digest,
        made_by=by.audit_name,
    )


def require_seen(preview: Preview, digest: str) -> None:
    """Raises RulePreviewMoved when the act would do anything else by now than what was looked at."""
    if preview.digest != digest:
        raise RulePreviewMoved(preview)


def claim(preview: Preview, **outcome: object) -> None:
    """Mark the preview as confirmed, with ids of what came of it. For callers that hold a turn in which it was not."""
    request = {**preview.request, "outcome": outcome}
    Preview.objects.filter(pk=preview.pk, confirmed_at__isnull=True).update(
        confirmed_at=timezone.now(), request=request
    )


def outcome_of(preview: Preview) -> dict[str, Any] | None:
    """What came of a confirmation, or None while there was none."""
    found: dict[str, Any] | None = Preview.objects.get(pk=preview.pk).request.get("outcome")
    return found


def take_turn(requirement: Requirement) -> bool:
    """Hold the requirement until the transaction ends; False when it is retired.

    Acts that add or end sources by rule take turns here, so that none writes for a rule that another has just ended.
    The row is written, not only read for update: that is a turn on either database.
    """
    held = Requirement.objects.filter(pk=requirement.pk, retired_at__isnull=True)
    return bool(held.update(retired_at=None))

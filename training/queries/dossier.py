"""What was done to one person's obligations: who gave more time, waived, stated, asked and ended asking, and when."""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from accounts.models import Leave, Membership
from training.models import Extension, ObligationSource, PartKinds, RequirementPart, Statement, Waiver


@dataclass(slots=True)
class Acts:
    """The acts upon one obligation, in the order of time, as far as they were known at an instant."""

    extensions: list[Extension] = field(default_factory=list)
    waivers: list[Waiver] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    sources: list[ObligationSource] = field(default_factory=list)

    def actors(self) -> list[str]:
        """Everybody who did something, as records name them."""
        found = [one.granted_by for one in self.extensions]
        found += [name for one in self.waivers for name in (one.granted_by, one.ended_by)]
        found += [name for one in self.statements for name in (one.stated_by, one.decided_by, one.withdrawn_by)]
        found += [one.asked_by for one in self.sources]
        return [name for name in found if name]


def acts_upon(membership: Membership, on: dt.datetime) -> dict[UUID, Acts]:
    """The acts upon each obligation of a person, by its public id, known at that instant: four statements."""
    found: dict[UUID, Acts] = {}

    def of(public_id: UUID) -> Acts:
        return found.setdefault(public_id, Acts())

    hers = {"obligation__membership": membership}
    for extension in Extension.objects.filter(**hers, granted_at__lte=on).select_related("obligation").order_by("pk"):
        of(extension.obligation.public_id).extensions.append(extension)
    for waiver in Waiver.objects.filter(**hers, granted_at__lte=on).select_related("obligation").order_by("pk"):
        of(waiver.obligation.public_id).waivers.append(waiver)
    for statement in Statement.objects.filter(**hers, stated_at__lte=on).select_related("obligation").order_by("pk"):
        of(statement.obligation.public_id).statements.append(statement)
    sources = ObligationSource.objects.filter(**hers, asked_at__lte=on).select_related("obligation", "rule_version")
    for source in sources.order_by("pk"):
        of(source.obligation.public_id).sources.append(source)
    return found


def leaves_of(membership: Membership, on: dt.datetime) -> list[Leave]:
    """The leaves of a person that were known and not cancelled at that instant."""
    known = Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=on)
    return list(Leave.objects.filter(known, membership=membership, recorded_at__lte=on).order_by("starts_on"))


def asks_for_evidence(membership: Membership) -> set[UUID]:
    """The requirements asked of a person, by public id, of which some version has a part that evidence meets."""
    parts = RequirementPart.objects.filter(
        kind=PartKinds.EVIDENCE, version__requirement__obligations__membership=membership
    )
    return set(parts.values_list("version__requirement__public_id", flat=True))

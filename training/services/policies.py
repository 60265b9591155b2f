"""How an organization trains: said by its owners and administrators."""

from dataclasses import asdict, dataclass, fields
from typing import Self

from django.utils import timezone

from accounts.models import Organization
from accounts.services.access import NotAllowed, require_administrator
from audit.services import Person, record, refusals_recorded
from training.models import TrainingPolicy


class UnfitPolicy(Exception):
    """The quiet hours leave none, or are no hours, or the day is no day of a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a policy says. Quiet hours go from the evening's hour to the morning's; day 0 is Monday."""

    statements_need_second: bool = False
    reminders_are_on: bool = True
    quiet_from: int = 19
    quiet_until: int = 8
    digest_weekday: int = 0

    @classmethod
    def of(cls, kept: TrainingPolicy) -> Self:
        return cls(**{each.name: getattr(kept, each.name) for each in fields(cls)})

    @property
    def is_fit(self) -> bool:
        hours = {self.quiet_from, self.quiet_until}
        return len(hours) == 2 and hours <= set(range(24)) and self.digest_weekday in range(7)


def update_policy(*, organization: Organization, policy: Policy, by: Person) -> TrainingPolicy:
    """Let the policy hold from now on; what was stated before keeps the policy of its day.

    The same again changes and records nothing. Raises NotAllowed and UnfitPolicy.
    """
    refusals = (NotAllowed, UnfitPolicy)
    with refusals_recorded("policy.changed", *refusals, by=by, target=organization, organization=organization):
        require_administrator(by, organization)
        if not policy.is_fit:
            raise UnfitPolicy
        kept, _ = TrainingPolicy.objects.get_or_create(organization=organization)
        kept = TrainingPolicy.objects.select_for_update().get(pk=kept.pk)
        changed = {name: value for name, value in asdict(policy).items() if getattr(kept, name) != value}
        if changed:
            before = {name: getattr(kept, name) for name in changed}
            TrainingPolicy.objects.filter(pk=kept.pk).update(**changed, changed_at=timezone.now())
            record("policy.changed", by=by, target=organization, organization=organization, before=before, **changed)
    kept.refresh_from_db()
    return kept

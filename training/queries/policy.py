"""How an organization trains."""

from accounts.models import Organization
from training.models import TrainingPolicy


def policy_of(organization: Organization) -> TrainingPolicy:
    """How the organization trains; the defaults, not yet kept, where it has said nothing."""
    return TrainingPolicy.objects.filter(organization=organization).first() or TrainingPolicy(organization=organization)

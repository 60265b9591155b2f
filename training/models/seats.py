"""What an organization's record of a person said, from an instant on: reports as of a day read it."""

from django.db import models
from django.utils import timezone

from accounts.models import Membership, Team


class SeatVersion(models.Model):
    """A seat as it was on record from `known_at` until the next version. Rows are only added.

    `Membership` holds what is so now; a report of last quarter needs what was so then, or whoever changes teams would
    change its numbers. Every change is kept within a minute, and before each report (`services.keep_seats`).
    """

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    known_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=120)
    staff_number = models.CharField(max_length=40, blank=True)
    job_title = models.CharField(max_length=80, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    team_name = models.CharField(max_length=80, blank=True)
    hired_on = models.DateField(null=True, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    is_linked = models.BooleanField(help_text="the person had taken the seat, so her completions were seen")
    leaves = models.JSONField(default=list, help_text="first day away and first day back, or null, of each leave")

    class Meta:
        ordering = ["membership", "known_at"]
        constraints = [
            models.UniqueConstraint(fields=["membership", "known_at"], name="one_seat_version_for_each_instant")
        ]

    def __str__(self) -> str:
        return f"{self.name} from {self.known_at}"

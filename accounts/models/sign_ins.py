"""Sign-ins that stand in no trail."""

from django.db import models


class SignInTally(models.Model):
    """How many refused sign-ins of a day were counted only: of addresses without an account, and beyond what is recorded.

    One row a day, whatever is tried: what a stranger can type must not fill the trail, which nobody may shorten.
    """

    on = models.DateField(help_text="in UTC")
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on"], name="one_tally_for_each_day")]

    def __str__(self) -> str:
        return f"{self.refused} on {self.on}"

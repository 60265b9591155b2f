import logging
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.services import SYSTEM
from certificates.queries import unsettled
from certificates.services import settle
from enrollments.models import Enrollment

log = logging.getLogger("vignette.certificates")


class Command(BaseCommand):
    help = "Complete what is complete and issue what waits: after a crash, a repaired key, a corrected name."

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes = Counter(_outcome(enrollment) for enrollment in list(unsettled()))
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        self.stdout.write(told or "Nothing to settle.")
        if outcomes["failed"]:
            raise CommandError("Some could not be settled; the log says which and why. The others were.")


def _outcome(enrollment: Enrollment) -> str:
    try:
        settlement = settle(enrollment=enrollment, by=SYSTEM)
    except Exception as error:  # noqa: BLE001 - one enrollment's fault must not keep the others' certificates waiting
        log.warning("enrollment %s was not settled: %s", enrollment.pk, type(error).__name__)
        return "failed"
    return settlement.waiting or ("issued" if settlement.certificate else "not-complete")

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from audit.services import SYSTEM
from certificates.queries import unsettled
from certificates.services import settle


class Command(BaseCommand):
    help = "Complete what is complete and issue what waits: after a crash, a repaired key, a corrected name."

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes: Counter[str] = Counter()
        for enrollment in list(unsettled()):
            settlement = settle(enrollment=enrollment, by=SYSTEM)
            outcomes[settlement.waiting or ("issued" if settlement.certificate else "not-complete")] += 1
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        self.stdout.write(told or "Nothing to settle.")

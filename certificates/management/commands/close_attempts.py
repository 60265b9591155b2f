from typing import Any

from django.core.management.base import BaseCommand

from audit.services import SYSTEM
from certificates.services import close_overdue_attempts


class Command(BaseCommand):
    help = "Close the attempts whose time is over, each as of its deadline. `work` does it every minute as well."

    def handle(self, *args: Any, **options: Any) -> None:
        closed = close_overdue_attempts(by=SYSTEM)
        self.stdout.write(f"{closed} closed")

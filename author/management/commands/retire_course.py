from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from audit.services import SYSTEM
from author.commands import course_of
from courses import services
from enrollments.models import Enrollment
from training.queries import requirements_naming


class Command(BaseCommand):
    help = "Let nobody begin a course any more, or again with --undo. Whoever has begun it finishes it; certificates stand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--undo", action="store_true", help="offer a retired course again")

    def handle(self, *args: object, slug: str, undo: bool, **options: object) -> None:
        course = course_of(slug)
        if undo:
            services.withdraw_retirement(course=course, by=SYSTEM)
            self.stdout.write(f"{slug} is offered; it is begun with its newest version that is not withdrawn.")
            return
        services.retire_course(course=course, by=SYSTEM)
        taking = Enrollment.objects.filter(course=course, completed_at__isnull=True, closed_at__isnull=True).count()
        self.stdout.write(f"{slug} is retired since {course.retired_at:%Y-%m-%d}. Who has begun finishes it: {taking}.")
        asking = requirements_naming(course)
        if asking:
            self.stdout.write(
                f"Requirements that still ask for it: {asking}. Their administrators name another course or end them;"
                " until then people are asked for what they cannot begin."
            )

from django.core.management.base import BaseCommand

from audit.services import SYSTEM
from courses.queries import versions_to_render
from courses.services import rerender_version


class Command(BaseCommand):
    help = "Make the HTML of every version that the current renderer has not rendered yet."

    def handle(self, *args: object, **options: object) -> None:
        versions = list(versions_to_render())
        for version in versions:
            rerender_version(version=version, by=SYSTEM)
            self.stdout.write(f"Rendered version {version.number} of {version.course.slug}.")
        if not versions:
            self.stdout.write("Every version is rendered.")

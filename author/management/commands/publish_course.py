import re
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from audit.services import SYSTEM
from author.commands import organization, package_at, tell
from author.services import PackageFaulty, publish_package
from courses.parts import KEY_PATTERN
from courses.queries import is_withdrawn
from courses.services import PublishedBefore, SlugTaken, Unchanged


class Command(BaseCommand):
    help = "Publish a course package as the next version of its course. Says so when there is nothing new in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--provider", required=True, help="slug of the organization that offers the course")
        parser.add_argument("--slug", help="the course's address; without it the folder's name")

    def handle(self, *args: object, folder: Path, provider: str, slug: str | None, **options: object) -> None:
        package = package_at(folder)
        address = slug or folder.resolve().name
        if not is_slug(address):
            raise CommandError(f"`{address}` is not an address: use lower-case letters, digits and single hyphens.")
        try:
            version = publish_package(package=package, slug=address, provider=organization(provider), by=SYSTEM)
        except PackageFaulty as faulty:
            count = tell(self.stdout, faulty.faults)
            raise CommandError(f"{count} Nothing was published.", returncode=1) from faulty
        except Unchanged as unchanged:
            if is_withdrawn(unchanged.version):
                raise CommandError(
                    f"Version {unchanged.version.number} of {address} says exactly this and is withdrawn. Correct what "
                    "was wrong, say so in `change_note` of course.yaml, and publish again."
                ) from unchanged
            self.stdout.write(f"No changes: version {unchanged.version.number} of {address} says the same.")
        except PublishedBefore as before:
            raise CommandError(
                f"Version {before.version.number} of {address} said exactly this. To return to it, say why in "
                "`change_note` of course.yaml and publish again."
            ) from before
        except SlugTaken as taken:
            raise CommandError(f"`{address}` is a course of {taken.course.provider}; choose another --slug.") from taken
        else:
            self.stdout.write(f"Published version {version.number} of {address}: {version.title}.")


def is_slug(text: str) -> bool:
    return len(text) <= 60 and re.fullmatch(KEY_PATTERN, text) is not None

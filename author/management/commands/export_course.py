from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError

from author.commands import VersionCommand, version_of
from author.export import FolderNotEmpty, UnsafePath, write_files
from courses.queries import package_files


class Command(VersionCommand):
    help = "Write the files of a published version, byte for byte as they were published, into an empty folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("folder", type=Path)
        parser.add_argument("--version", type=int, dest="number", help="without it the newest")

    def handle(self, *args: object, slug: str, folder: Path, number: int | None, **options: object) -> None:
        version = version_of(slug, number)
        files = package_files(version)
        try:
            write_files(folder, files)
        except FolderNotEmpty as error:
            raise CommandError(f"{folder} is not an empty folder; nothing was written.") from error
        except UnsafePath as error:
            raise CommandError(f"The path {error} leads out of a package; nothing was written.") from error
        self.stdout.write(f"Wrote {len(files)} files of version {version.number} of {slug} to {folder}.")

"""What the authors' commands have in common."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper

from accounts.models import Organization
from author.faults import Fault
from author.folder import NotAFolder
from author.packages import Package, read_package
from courses.document import Document
from courses.models import Course, CourseVersion


class VersionCommand(BaseCommand):
    """A command with a `--version` of a course; Django's own `--version` gives way to it."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)


def package_at(folder: Path) -> Package:
    """The package in that folder. Raises CommandError where there is none."""
    try:
        return read_package(folder)
    except NotAFolder as error:
        raise CommandError(f"{folder} is not a folder.") from error


def document_at(folder: Path) -> Document:
    """The document that the package in that folder makes. Raises CommandError where it makes none."""
    return document_of(package_at(folder), folder)


def document_of(package: Package, folder: Path) -> Document:
    """The document that the package makes. Raises CommandError where it makes none."""
    document = package.document()
    if document is None:
        raise CommandError(f"{folder} is not a whole package yet: run check_course first.")
    return document


def tell(out: OutputWrapper, faults: tuple[Fault, ...]) -> str:
    """Write the faults, one below the other; their number in words."""
    for fault in faults:
        out.write(str(fault))
    return "1 fault." if len(faults) == 1 else f"{len(faults)} faults."


def organization(slug: str) -> Organization:
    """The organization of that name. Raises CommandError, with the way to make one."""
    found = Organization.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(
            f"There is no organization `{slug}`. Make one first: "
            f'manage.py create_organization --slug {slug} --name "Its Name" --owner owner@example.com'
        )
    return found


def course_of(slug: str) -> Course:
    """The course at that address. Raises CommandError where there is none."""
    course = Course.objects.select_related("provider").filter(slug=slug).first()
    if course is None:
        raise CommandError(f"There is no course `{slug}`.")
    return course


def version_of(slug: str, number: int | None) -> CourseVersion:
    """The version with that number of the course, or its newest. Raises CommandError where there is none."""
    course = course_of(slug)
    versions = course.versions.order_by("-number")
    found = (versions.filter(number=number) if number else versions).first()
    if found is None:
        raise CommandError(f"The course `{slug}` has no version {number or 'yet'}.")
    return found

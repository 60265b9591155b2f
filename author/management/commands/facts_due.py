import datetime as dt
import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from author.commands import document_of, package_at, version_of
from author.due import Dated, due
from author.references import part_sources
from courses.library import published
from courses.models import Course
from courses.queries import latest_version

REVIEW = "the review of the course as a whole"


@dataclass(frozen=True, slots=True)
class Line:
    course: str
    place: str
    dated: Dated

    def words(self, today: dt.date) -> str:
        left = self.dated.days_left(today)
        days = "1 day" if abs(left) == 1 else f"{abs(left)} days"
        when = "today" if not left else f"in {days}" if left > 0 else f"{days} overdue"
        fact = self.dated.fact
        told = f"{fact.status}: {fact.claim}\n    Source: {fact.source}" if fact else REVIEW
        return f"{self.dated.day}  {when}  {self.place}: {told}"

    def values(self, today: dt.date) -> dict[str, object]:
        fact = self.dated.fact
        return {
            "course": self.course,
            "place": self.place,
            "due": self.dated.day.isoformat(),
            "days_left": self.dated.days_left(today),
            "key": fact.key if fact else None,
            "claim": fact.claim if fact else REVIEW,
            "status": fact.status.value if fact else None,
            "source": fact.source if fact else None,
        }


class Command(BaseCommand):
    help = "List facts and reviews that must be looked at again by a day, the longest overdue first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("folder", type=Path, nargs="?", help="a package; without it and --course, every course")
        what.add_argument("--course", help="slug of a published course: its newest version")
        parser.add_argument("--by", type=_day, help="a day as 2027-03-31; without it, today")
        parser.add_argument("--format", choices=("text", "json"), default="text", dest="form")

    def handle(
        self,
        *args: object,
        folder: Path | None,
        course: str | None,
        by: dt.date | None,
        form: str,
        **options: object,
    ) -> None:
        today = timezone.localdate()
        found = sorted(_lines(folder, course, by or today), key=lambda line: (line.dated.day, line.course, line.place))
        if form == "json":
            self.stdout.write(json.dumps([line.values(today) for line in found], indent=2))
        elif found:
            self.stdout.writelines(f"{line.words(today)}\n" for line in found)
        else:
            self.stdout.write("Nothing is due.")
        overdue = sum(line.dated.is_overdue(today) for line in found)
        if overdue:
            raise CommandError(f"{overdue} overdue.", returncode=1)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is not a day; write it as 2027-03-31") from error


def _lines(folder: Path | None, course: str | None, by: dt.date) -> Iterator[Line]:
    if folder:
        yield from _of_package(folder, by)
        return
    slugs = (
        [course] if course else Course.objects.filter(retired_at=None).order_by("slug").values_list("slug", flat=True)
    )
    for slug in slugs:
        newest = version_of(slug, None)
        version = latest_version(newest.course) or newest
        for dated in due(published(version).document, by):
            place = "/".join(name for name in (slug, dated.part, dated.item) if name)
            yield Line(slug, place, dated)


def _of_package(folder: Path, by: dt.date) -> Iterator[Line]:
    package = package_at(folder)
    sources = {source.key: source for source in part_sources(package)}
    for dated in due(document_of(package, folder), by):
        source = sources[dated.part] if dated.part else package.course
        yield Line(folder.resolve().name, f"{source.file}:{source.line(*dated.path)}", dated)

from argparse import ArgumentParser
from collections.abc import Iterator

from django.core.management.base import CommandError

from author.changes import PartChange, TextChange, changes_between
from author.commands import VersionCommand, version_of
from author.messages import who_is_affected
from author.runs import Mark, Run
from certificates.queries import pinned_to
from courses.library import published
from courses.queries import latest_version


class Command(VersionCommand):
    help = "Tell what differs between two published versions, word by word, and whom it concerns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--from", type=int, required=True, dest="older", help="number of the older version")
        parser.add_argument("--to", type=int, dest="newer", help="number of the newer one; without it the newest")

    def handle(self, *args: object, slug: str, older: int, newer: int | None, **options: object) -> None:
        before, after = version_of(slug, older), version_of(slug, newer)
        if before.number >= after.number:
            raise CommandError(f"Version {before.number} is not older than version {after.number}.")
        self.stdout.write(f"From version {before.number} to version {after.number} of {slug}.")
        for sentence in who_is_affected(before, pinned_to(before), latest_version(after.course)):
            self.stdout.write(sentence)
        changes = changes_between(published(before).document, published(after).document)
        self.stdout.writelines(f"{line}\n" for change in changes for line in _part(change))
        if not changes:
            self.stdout.write("Both say the same to the word.")


def _part(change: PartChange) -> Iterator[str]:
    yield ""
    yield f"{change.area} {change.key}".strip() + f": {change.kind}"
    yield from _texts(change.texts, "  ")
    for thing in change.things:
        yield f"  {thing.holder} {thing.key}: {thing.kind}"
        yield from _texts(thing.texts, "    ")


def _texts(texts: tuple[TextChange, ...], margin: str) -> Iterator[str]:
    for text in texts:
        yield f"{margin}{' / '.join(text.names)}"
        told = "".join(_marked(run) for run in text.runs)
        yield from (f"{margin}  {line}".rstrip() for line in told.strip().splitlines())


def _marked(run: Run) -> str:
    """As `wdiff` writes it: [-taken out-] and {+added+}; white space stays outside of the marks."""
    words = run.text.rstrip()
    after = run.text[len(words) :]
    return {
        Mark.SAME: run.text,
        Mark.LEFT_OUT: "[...] ",
        Mark.REMOVED: f"[-{words}-]{after}",
        Mark.INSERTED: f"{{+{words}+}}{after}",
    }[run.mark]

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from audit.queries import chains, contradicts, faults_of, heads
from audit.rules import ChainFault, Fault

WORDS = {
    Fault.ALTERED: "was altered",
    Fault.MISSING: "is missing",
    Fault.UNCHAINED: "does not follow from the one before it",
}


class Command(BaseCommand):
    help = "Check every hash chain of the audit trail, and say which events were altered, removed or added behind it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chain", help="one chain only: `site`, or an organization's public id")
        parser.add_argument("--save", type=Path, metavar="FILE", help="write the chains' heads, to be kept elsewhere")
        parser.add_argument(
            "--against",
            type=Path,
            metavar="FILE",
            help="compare with heads that were saved: tells whether an end was cut",
        )

    def handle(
        self,
        *args: object,
        chain: str | None = None,
        save: Path | None = None,
        against: Path | None = None,
        **options: object,
    ) -> None:
        saved = _saved_heads(against) if against else {}
        if chain and chain not in {*chains(), *saved}:
            raise CommandError(f"There is no chain `{chain}`: it is `site`, or an organization's public id.")
        found = [(name, fault) for name in ([chain] if chain else chains()) for fault in faults_of(name)]
        found += _contradictions(saved, chain)
        for name, fault in found:
            self.stderr.write(f"{name}: event {fault.sequence} {WORDS[fault.fault]}")
        if found:
            raise CommandError(f"{len(found)} faults in the audit trail")
        for name, (sequence, digest) in heads().items():
            if chain in {None, name}:
                self.stdout.write(f"{name}: {sequence} events, whole; head {digest}")
        if save:
            _save_heads(save)


def _save_heads(path: Path) -> None:
    try:
        path.write_text(json.dumps(heads(), indent=1) + "\n")
    except OSError as error:
        raise CommandError(f"The heads were not saved: {path} cannot be written: {error.strerror}.") from error


def _saved_heads(path: Path) -> dict[str, tuple[int, str]]:
    try:
        saved = json.loads(path.read_text())
        return {str(name): (int(sequence), str(digest)) for name, (sequence, digest) in saved.items()}
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise CommandError(f"{path} does not hold heads as `--save` writes them.") from error


def _contradictions(saved: dict[str, tuple[int, str]], chain: str | None) -> list[tuple[str, ChainFault]]:
    checked = [(name, contradicts(name, *head)) for name, head in saved.items() if chain in {None, name}]
    return [(name, fault) for name, fault in checked if fault]

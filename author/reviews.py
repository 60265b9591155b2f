"""A package looked over: what keeps it from being published, an editor's doubts, those that are waived, and figures."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from author.checks import package_faults
from author.editing import warnings
from author.faults import Fault, warning
from author.figures import Figures, figures
from author.packages import Package
from author.places import Places
from author.waivers import Waiver


@dataclass(frozen=True, slots=True)
class Told:
    """A fault, and the key of what it stands at, where it stands at one thing of its file."""

    fault: Fault
    at: str | None


@dataclass(frozen=True, slots=True)
class Waived:
    """A warning that an author keeps, and her reason."""

    told: Told
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that a check says. `figures` is None where the package cannot be read as a whole."""

    errors: tuple[Told, ...]
    warnings: tuple[Told, ...]
    waived: tuple[Waived, ...]
    figures: Figures | None

    @property
    def counts(self) -> str:
        return f"{_count(self.errors, 'error')}, {_count(self.warnings, 'warning')}, {len(self.waived)} waived."


def review(package: Package) -> Review:
    """The package looked over. Never raises on what stands in it."""
    places = Places(package)
    errors = [Told(fault, places.at(fault)) for fault in package_faults(package)]
    doubts = [Told(fault, places.at(fault)) for fault in warnings(package)]
    waivers = _waivers(package)
    index = _by_rule_and_file(waivers)
    by_doubt = {doubt: _first(index, doubt) for doubt in doubts}
    used = set(by_doubt.values())
    kept = [doubt for doubt, number in by_doubt.items() if number is None]
    told = _of_waivers(package, [number for number in range(len(waivers)) if number not in used], errors)
    return Review(
        errors=tuple(errors),
        warnings=tuple(sorted([*kept, *told], key=lambda told: told.fault)),
        waived=tuple(Waived(doubt, waivers[number].reason) for doubt, number in by_doubt.items() if number is not None),
        figures=figures(package),
    )


#: Numbers of waivers in the file, by the rule and the file that they name, with the key that they name.
Index = Mapping[tuple[str, str], list[tuple[int, str | None]]]


def _waivers(package: Package) -> tuple[Waiver, ...]:
    return (package.allowed.part if package.allowed else None) or ()


def _by_rule_and_file(waivers: tuple[Waiver, ...]) -> Index:
    index: defaultdict[tuple[str, str], list[tuple[int, str | None]]] = defaultdict(list)
    for number, waiver in enumerate(waivers):
        index[waiver.rule, waiver.file].append((number, waiver.at))
    return index


def _first(index: Index, told: Told) -> int | None:
    """The first waiver that covers it: one without a key covers the whole file."""
    found = index.get((told.fault.rule, told.fault.file), [])
    return next((number for number, at in found if at in (None, told.at)), None)


def _of_waivers(package: Package, unused: Iterable[int], errors: Iterable[Told]) -> Iterator[Told]:
    """What is to be said of waivers that waive nothing. It cannot be waived in its turn."""
    index = _by_rule_and_file(_waivers(package))
    of_errors = {number for told in errors if (number := _first(index, told)) is not None}
    for number in unused:
        line = package.allowed.line(number) if package.allowed else 1
        yield Told(_unused(_waivers(package)[number], line, is_error=number in of_errors), None)


def _unused(waiver: Waiver, line: int, *, is_error: bool) -> Fault:
    where = " ".join(f"{waiver.file} at `{waiver.at}`".split() if waiver.at else waiver.file.split())[:200]
    if is_error:
        message = f"`{waiver.rule}` of {where} is an error, which no waiver lets through"
        return warning("allow.yaml", line, "waiver-of-error", message, "Correct the error, and remove the waiver.")
    message = f"nothing is left of `{waiver.rule}` in {where} to be waived"
    return warning("allow.yaml", line, "waiver-unused", message, "Remove the waiver, or correct what it names.")


def _count(told: tuple[Told, ...], word: str) -> str:
    return f"1 {word}" if len(told) == 1 else f"{len(told)} {word}s"

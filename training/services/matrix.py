"""The matrix of job titles, or teams, and requirements, pasted from a spreadsheet: what it would change, and changing it.

A cell that asks puts the title or team into the rule of that requirement that names titles or teams and nothing else;
an empty one takes it out. Rules of any other kind are never touched.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, Organization
from accounts.queries import forest_of, today_in
from accounts.rules import Forest, PathFault
from accounts.services import NotAllowed
from accounts.services.access import require_administrator
from audit.races import tried_again
from audit.services import Person, refusals_recorded
from training.models import AssignmentRule, Preview, Requirement, RuleVersion
from training.queries.asking import newest_title
from training.queries.ending import sources_ending
from training.queries.planning import digest_of, newest_version, open_rules, plan_of, text_of
from training.rules import Audience, Combine, Condition, Kind, Order, Planned, RuleText, counts_of
from training.rules.sheet import Cell, Sheet
from training.services.applying import (
    Carried,
    asking_still,
    end_asking,
    record_applied,
    record_ended,
    work_of,
    write_out,
)
from training.services.cycles import hold_periods
from training.services.previews import (
    AT_ONCE,
    RulePreviewMoved,
    claim,
    keep_preview,
    outcome_of,
    require_seen,
    take_turn,
)
from training.services.ruling import mark_retired, publish_rule, record_published, record_retired

APPLY: Final = "matrix.apply"


class MatrixSaysNothing(Exception):
    """No column is a requirement that is asked, or no line a title or team."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line that names no one team, with the paths to choose from; with one path, a team that stood in a line before."""

    line: str
    paths: tuple[str, ...]


class LinesUnclear(Exception):
    """Lines name several teams at once, or one team a second time: nobody can tell whom they ask."""

    def __init__(self, lines: Sequence[Unclear]) -> None:
        self.lines = tuple(lines)
        super().__init__(f"{len(self.lines)} lines")


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that is made, changed, or retired because nothing is left in it."""

    requirement: Requirement
    rule: AssignmentRule | None
    text: RuleText | None
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def key(self) -> str:
        """Tells it from the others of one sheet."""
        return f"{self.requirement.public_id} {self.rule.public_id if self.rule else ''}".strip()


@dataclass(frozen=True, slots=True)
class Compared:
    """What a pasted sheet would change, and what of it is not known here."""

    changes: tuple[Change, ...]
    unknown_columns: tuple[str, ...]
    unknown_lines: tuple[str, ...]
    unclear: tuple[Unclear, ...]
    recommended: int
    same: int


#: A title or a team: what a cell names in a rule.
Name = tuple[Kind, int, str]


def compared(organization: Organization, sheet: Sheet, order: Order) -> Compared:
    """The sheet beside the rules that stand."""
    requirements, lines = _requirements(organization), _read(organization, sheet.lines)
    standing: dict[int, list[tuple[AssignmentRule, RuleText]]] = {}
    for version in open_rules(AssignmentRule.objects.filter(organization=organization)):
        standing.setdefault(version.rule.requirement_id, []).append((version.rule, text_of(version)))
    changes: list[Change] = []
    same = 0
    for title in sheet.columns:
        requirement = requirements.get(title.casefold())
        if requirement is None:
            continue
        wanted = [(lines.known[line], cell) for line, cell in sheet.column(title) if line in lines.known]
        found = list(_changes(requirement, title, wanted, standing.get(requirement.pk, []), order))
        changes += found
        same += not found
    return Compared(
        changes=tuple(changes),
        unknown_columns=tuple(each for each in sheet.columns if each.casefold() not in requirements),
        unknown_lines=lines.unknown,
        unclear=lines.unclear,
        recommended=sum(cell is Cell.RECOMMENDED for cell in sheet.cells.values()),
        same=same,
    )


def _requirements(organization: Organization) -> dict[str, Requirement]:
    """Open requirements by their newest title; of two with one title the older."""
    open_ones = Requirement.objects.filter(organization=organization, retired_at__isnull=True)
    found = open_ones.annotate(title=newest_title()).select_related("organization").order_by("-created_at", "-pk")
    return {one.title.casefold(): one for one in found if one.title}


@dataclass(frozen=True, slots=True)
class _Lines:
    """What the lines of a sheet name, and those that name nothing, or not one thing."""

    known: dict[str, Name]
    unknown: tuple[str, ...]
    unclear: tuple[Unclear, ...]


def _read(organization: Organization, lines: Iterable[str]) -> _Lines:
    """Each line as a job title that somebody here has, or an open team by its name or path, as in a roster."""
    titles, forest = _titles(organization), forest_of(organization)
    known: dict[str, Name] = {}
    unknown, unclear = list[str](), list[Unclear]()
    for line in lines:
        found = titles.get(line.casefold()) or _team(forest, line)
        if found is None:
            unknown.append(line)
        elif isinstance(found, Unclear):
            unclear.append(found)
        elif found in known.values():
            unclear.append(Unclear(line, (found[2],)))
        else:
            known[line] = found
    return _Lines(known, tuple(unknown), tuple(unclear))


def _titles(organization: Organization) -> dict[str, Name]:
    here = Membership.objects.current(today_in(organization)).filter(organization=organization)
    titles = here.exclude(job_title="").values_list("job_title", flat=True).distinct()
    return {" ".join(title.split()).casefold(): (Kind.TITLE, 0, title) for title in titles}


def _team(forest: Forest, line: str) -> Name | Unclear | None:
    meant, paths = forest.meant(line), forest.choices(line)
    if meant.pk is not None:
        return Kind.TEAM, meant.pk, forest.path_of(meant.pk)
    return Unclear(line, paths) if meant.fault is PathFault.AMBIGUOUS and paths else None


def _changes(
    requirement: Requirement,
    title: str,
    wanted: Sequence[tuple[Name, Cell]],
    standing: Sequence[tuple[AssignmentRule, RuleText]],
    order: Order,
) -> Iterator[Change]:
    plain = [(rule, text) for rule, text in standing if _is_plain(text.audience)]
    named = {_key(each) for _rule, text in plain for each in text.audience.any}
    added = [name for name, cell in wanted if cell is Cell.REQUIRED and _key(_condition(name)) not in named]
    blank = {_key(_condition(name)): name for name, cell in wanted if cell is not Cell.REQUIRED}
    if added and not plain:
        audience = Audience(any=tuple(_condition(name) for name in added))
        text = RuleText(name=title[:120], audience=audience, order=order)
        yield Change(requirement, None, text, tuple(name[2] for name in added), ())
    for number, (rule, text) in enumerate(plain):
        more = added if number == 0 else []
        gone = [each for each in text.audience.any if _key(each) in blank]
        if more or gone:
            yield _changed(requirement, rule, text, more, gone, [blank[_key(each)][2] for each in gone])


def _changed(
    requirement: Requirement,
    rule: AssignmentRule,
    text: RuleText,
    added: Sequence[Name],
    gone: Sequence[Condition],
    removed: Sequence[str],
) -> Change:
    kept = tuple(each for each in text.audience.any if each not in gone)
    conditions = (*kept, *(_condition(name) for name in added))
    after = RuleText(name=text.name, audience=Audience(any=conditions), order=text.order) if conditions else None
    return Change(requirement, rule, after, tuple(name[2] for name in added), tuple(removed))


def _is_plain(audience: Audience) -> bool:
    kinds = {condition.kind for condition in audience.any}
    return kinds <= {Kind.TITLE, Kind.TEAM} and audience.combine is Combine.ANY and not audience.exempt


def _condition(name: Name) -> Condition:
    kind, team, word = name
    return Condition(kind=kind, team=team) if kind is Kind.TEAM else Condition(kind=kind, word=word)


def _key(condition: Condition) -> tuple[Kind, int, str]:
    return (condition.kind, condition.team, " ".join(condition.word.split()).casefold())


# Looked over, and done


def preview_matrix(*, organization: Organization, sheet: Sheet, order: Order, by: Person) -> Preview:
    """Keep which rules the sheet would make, change or retire, and what that would do to whom.

    Raises LinesUnclear, MatrixSaysNothing, NotAllowed.
    """
    require_administrator(by, organization)
    found = compared(organization, sheet, order)
    if found.unclear:
        raise LinesUnclear(found.unclear)
    if len(found.unknown_columns) == len(sheet.columns) or len(found.unknown_lines) == len(sheet.lines):
        raise MatrixSaysNothing
    counts, digest = _outcome(found.changes)
    request = {"sheet": sheet_data(sheet), "order": RuleText(name="", audience=_NOBODY, order=order).to_json()}
    return keep_preview(organization=organization, act=APPLY, request=request, counts=counts, digest=digest, by=by)


_NOBODY: Final = Audience(any=(Condition(kind=Kind.EVERYONE),))


def sheet_data(sheet: Sheet) -> dict[str, Any]:
    return {
        "lines": list(sheet.lines),
        "columns": list(sheet.columns),
        "cells": [[sheet.cells[line, column].value for column in sheet.columns] for line in sheet.lines],
    }


def asked_in(preview: Preview) -> tuple[Sheet, Order]:
    """The sheet and the days that were looked over."""
    data: Mapping[str, Any] = preview.request["sheet"]
    cells = {
        (line, column): Cell(word)
        for line, row in zip(data["lines"], data["cells"], strict=True)
        for column, word in zip(data["columns"], row, strict=True)
    }
    order = RuleText.from_json(preview.request["order"]).order
    return Sheet(tuple(data["lines"]), tuple(data["columns"]), cells), order


def _outcome(changes: Iterable[Change]) -> tuple[dict[str, Any], str]:
    """What all of it comes to: the sums of everybody's places, and under `rules` those of each change by itself."""
    sums, told = Counter({"made": 0, "changed": 0, "retired": 0, "new": 0, "ends": 0}), hashlib.sha256()
    rules = list[dict[str, Any]]()
    for change in changes:
        counts, digest = _outcome_of(change)
        sums["retired" if change.text is None else "changed" if change.rule else "made"] += 1
        sums.update(counts)
        rules.append({"change": change.key, **counts})
        told.update(digest.encode())
    return {**sums, "rules": rules}, told.hexdigest()


def _outcome_of(change: Change) -> tuple[dict[str, int], str]:
    if change.text is None:
        ending = sources_ending(Q(rule_version__rule=change.rule))
        counts = {"ends": ending.counts["open"], "released": ending.counts["released"]}
        return counts, f"{ending.digest} retired"
    version = newest_version(change.rule) if change.rule else None
    plans = plans_of(change)
    return counts_of(plans), f"{digest_of(change.text, plans, version.number if version else 0)} stands"


def plans_of(change: Change) -> list[Planned]:
    """Everybody's place in the rule that the change makes or changes, as of now."""
    assert change.text is not None
    version = newest_version(change.rule) if change.rule else None
    return plan_of(change.requirement, change.text, now=timezone.now(), rule=version)


def apply_matrix(*, preview: Preview, by: Person) -> int:
    """Make, change and retire the rules that were looked at, all or none, and say how many.

    A second confirmation changes nothing. Raises RulePreviewMoved when the rules would do anything else by now,
    NotAllowed.
    """
    organization, refusals = preview.organization, (RulePreviewMoved, NotAllowed)

    def apply() -> int:
        with refusals_recorded("matrix.applied", *refusals, by=by, target=preview, organization=organization):
            require_administrator(by, organization)
            return _apply(preview, by)

    return tried_again(apply)


def _apply(preview: Preview, by: Person) -> int:
    sheet, order = asked_in(preview)
    # In one order, or two who apply at once would wait for each other.
    requirements = _requirements(preview.organization)
    for requirement in sorted(requirements.values(), key=lambda one: one.pk):
        take_turn(requirement)
    if done := outcome_of(preview):
        return int(done["changes"])
    changes = compared(preview.organization, sheet, order).changes
    require_seen(preview, _outcome(changes)[1])
    claim(preview, changes=len(changes))
    steps = [_Ending.of(change.rule) if change.text is None else _Publishing.of(change, by) for change in changes]
    # All obligations of all rules at once, then all that is written, then the chain: see `counting.hold`.
    hold_periods(obligation for step in steps for obligation in step.obligations)
    for step in steps:
        step.write(by)
    for step in steps:
        step.tell(by)
    return len(changes)


@dataclass
class _Publishing:
    """A rule whose version stands, and what is to be written for it; above `AT_ONCE` the worker does so."""

    version: RuleVersion
    work: list[Planned]
    done: Carried = field(default_factory=Carried)

    @classmethod
    def of(cls, change: Change, by: Person) -> Self:
        assert change.text is not None
        version = publish_rule(change.requirement, change.rule, change.text, by=by)
        work = work_of(plan_of(change.requirement, change.text, now=timezone.now(), rule=version))
        return cls(version, work if len(work) <= AT_ONCE else [])

    @property
    def obligations(self) -> list[int]:
        return [plan.obligation for plan in self.work if plan.obligation]

    def write(self, by: Person) -> None:
        self.done = write_out(self.version, self.work, by=by)

    def tell(self, by: Person) -> None:
        record_applied(self.version, self.work, self.done, by=by)
        record_published(self.version, by=by)


@dataclass
class _Ending:
    """A rule that is retired, and what it asked for; above `AT_ONCE` the worker ends the rest."""

    rule: AssignmentRule
    rows: list[tuple[int, int]]

    @classmethod
    def of(cls, rule: AssignmentRule | None) -> Self:
        assert rule is not None
        mark_retired(rule)
        return cls(rule, asking_still(rule, AT_ONCE))

    @property
    def obligations(self) -> list[int]:
        return [obligation for _, obligation in self.rows]

    def write(self, _by: Person) -> None:
        end_asking(self.rule, self.rows)

    def tell(self, by: Person) -> None:
        record_retired(self.rule, by=by)
        record_ended(self.rule, self.rows, by=by)

"""The dry run: every line of a roster compared with the people who are here, in parts, each a transaction of its own.

A part moves `position` (or `cursor`, for people missing from the file) by a conditional UPDATE: a worker that died
leaves whole parts, the next one goes on behind them, and of two workers one finds its part done.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import RosterImport, RosterRow, RosterState
from accounts.queries import (
    Meaning,
    Reading,
    counts_of,
    forest_of,
    here_today,
    missing_rows,
    reading_of,
    team_paths,
    text_of,
    today_in,
)
from accounts.rules import Forest, PathFault
from accounts.rules.roster import (
    DATES,
    MOST_RECORDS,
    Difference,
    Evidence,
    Fact,
    Fault,
    FaultCode,
    Field,
    FileFault,
    FileFaultCode,
    Read,
    Record,
    compared,
    next_digest,
    read_person,
    records,
)
from accounts.statements import insert_missing
from audit.services import SYSTEM, record

#: So many lines are compared in one transaction.
PART: Final = 500

#: What is asked before the file can be compared: in which order its days are written.
ASK_ORDER: Final = "ask_order"


@dataclass(slots=True)
class Survey:
    """What must be known of the whole file before its first line is compared."""

    total: int = 0
    days: Evidence = field(default_factory=Evidence)
    seen: dict[tuple[Field, str], int] = field(default_factory=dict)
    twice: dict[tuple[Field, str], int] = field(default_factory=dict)  # the line of the second


def check(roster: RosterImport) -> None:
    """Compare what has not been compared, and leave the roster checked. Raises FileFault."""
    reading = reading_of(roster)
    text = text_of(roster, reading)
    survey = _survey(text, reading)
    order = reading.order or survey.days.order()
    if order is None:
        _ask(roster, survey)
        return
    today = today_in(roster.organization)
    paths = team_paths(roster.organization)
    work = _Work(roster, reading, survey, forest_of(roster.organization), paths, order, today)
    if work.lines(text) and (roster.cursor or work.missing()):
        _finish(roster, reading, today, order)


def _survey(text: str, reading: Reading) -> Survey:
    survey = Survey()
    keys = {each: reading.columns[each] for each in (Field.STAFF_NUMBER, Field.WORK_EMAIL) if each in reading.columns}
    days = [reading.columns[each] for each in DATES if each in reading.columns]
    for line in islice(records(text, reading.delimiter), 1, None):
        survey.total += 1
        if survey.total > MOST_RECORDS:
            raise FileFault(FileFaultCode.TOO_MANY, line.line)
        for column in days:
            if column < len(line.cells):
                survey.days.add(line.cells[column])
        for each, column in keys.items():
            _note(survey, each, line, column)
    if not survey.total:
        raise FileFault(FileFaultCode.NO_PEOPLE)
    return survey


def _note(survey: Survey, each: Field, line: Record, column: int) -> None:
    key = _key(each, line.cells[column] if column < len(line.cells) else "")
    if not key[1]:
        return
    first = survey.seen.setdefault(key, line.line)
    if first != line.line:
        survey.twice.setdefault(key, line.line)


def _key(each: Field, cell: str) -> tuple[Field, str]:
    text = " ".join(cell.split())
    return each, text.lower() if each is Field.WORK_EMAIL else text


def _ask(roster: RosterImport, survey: Survey) -> None:
    RosterImport.objects.filter(pk=roster.pk, state=RosterState.CHECKING).update(
        state=RosterState.READ, stop_reason=ASK_ORDER, total=survey.total
    )


class _Work:
    """One worker's way through the file, from where the last one stopped."""

    def __init__(
        self,
        roster: RosterImport,
        reading: Reading,
        survey: Survey,
        forest: Forest,
        paths: Mapping[int, str],
        order: Any,
        today: dt.date,
    ) -> None:
        self.roster, self.reading, self.survey = roster, reading, survey
        self.forest, self.paths, self.order, self.today = forest, paths, order, today
        self.width = len(roster.header)

    def lines(self, text: str) -> bool:
        """Compare the lines that are left; False when another worker is at it."""
        left = islice(records(text, self.reading.delimiter), 1 + self.roster.position, None)
        while part := list(islice(left, PART)):
            start = self.roster.position
            rows = [self._row(start + number, *each) for number, each in enumerate(self._compared(part), 1)]
            digest = next_digest(self.roster.digest or self._beginning(), (_told(row) for row in rows))
            if not self._store(rows, {"position": start}, position=start + len(part), digest=digest):
                return False
        return True

    def missing(self) -> bool:
        """Write down who is on no line; False when another worker is at it.

        One statement, for there can be far more people missing than lines; nothing of it passes through here but what
        the digest needs.
        """
        with transaction.atomic():
            mine = RosterImport.objects.filter(pk=self.roster.pk, state=RosterState.CHECKING, cursor=0)
            if not mine.update(cursor=1, tries=0):
                return False
            last = self.roster.position
            sql, values = missing_rows(self.roster, self.today, after=last).query.sql_with_params()
            with connection.cursor() as cursor:
                cursor.execute(insert_missing(sql), values)
            rows = RosterRow.objects.filter(roster=self.roster, number__gt=last).order_by("number")
            told = rows.values_list("number", "kind", "seat", "seen_at").iterator(chunk_size=2_000)
            digest = next_digest(self.roster.digest, told)
            mine = RosterImport.objects.filter(pk=self.roster.pk)
            mine.update(digest=digest)
        self.roster.cursor, self.roster.digest = 1, digest
        return True

    def _store(self, rows: list[RosterRow], before: Mapping[str, int], **after: Any) -> bool:
        with transaction.atomic():
            mine = RosterImport.objects.filter(pk=self.roster.pk, state=RosterState.CHECKING, **before)
            if not mine.update(total=self.survey.total, tries=0, **after):
                return False
            RosterRow.objects.bulk_create(rows)
        for name, value in after.items():
            setattr(self.roster, name, value)
        return True

    def _beginning(self) -> str:
        stored = self.reading.stored(self.roster.header)
        return next_digest(self.roster.sha256, [(json.dumps({**stored, "order": self.order}, sort_keys=True),)])

    def _compared(self, part: list[Record]) -> Iterator[tuple[Record, Difference]]:
        read = [self._read(line) for line in part]
        meaning = Meaning(
            self.roster.organization,
            numbers=[each.text(Field.STAFF_NUMBER) for each in read],
            emails=[each.text(Field.WORK_EMAIL) for each in read],
            paths=self.paths,
            on=self.today,
        )
        for line, each in zip(part, read, strict=True):
            found = meaning.of(each.text(Field.STAFF_NUMBER), each.text(Field.WORK_EMAIL))
            yield line, compared(each, found, self.today)

    def _read(self, line: Record) -> Read:
        read = read_person(line.cells, self.reading.columns, self.width, self.order, self.today)
        facts, faults = dict(read.facts), list(read.faults)
        if Field.TEAM in facts:
            faults += self._team(facts)
        return Read(facts, (*faults, *self._twice(read, line.line)))

    def _team(self, facts: dict[Field, Fact]) -> Iterable[Fault]:
        """The path as it stands here; of a team that is not there, as it will be made."""
        path = str(facts[Field.TEAM])
        meant = self.forest.meant(path)
        if meant.pk:
            facts[Field.TEAM] = self.paths[meant.pk]
        elif meant.fault is PathFault.UNKNOWN and self.reading.makes_teams:
            facts[Field.TEAM] = self.forest.path_to_make(path)
        else:
            yield Fault(FaultCode(meant.fault or PathFault.UNKNOWN), Field.TEAM, path)

    def _twice(self, read: Read, line: int) -> Iterable[Fault]:
        for each, code in ((Field.STAFF_NUMBER, FaultCode.NUMBER_TWICE), (Field.WORK_EMAIL, FaultCode.EMAIL_TWICE)):
            key = _key(each, read.text(each))
            if key in self.survey.twice:
                first = self.survey.seen[key]
                yield Fault(code, each, key[1], str(self.survey.twice[key] if first == line else first))

    def _row(self, number: int, line: Record, difference: Difference) -> RosterRow:
        return RosterRow(
            roster=self.roster,
            number=number,
            line=line.line,
            kind=difference.kind,
            seat=difference.seat.pk if difference.seat else None,
            seen_at=difference.seat.seen_at if difference.seat else None,
            facts=_stored(difference.facts),
            was=_stored(difference.was),
            faults=[fault.stored() for fault in difference.faults],
            cells=list(line.cells) if difference.faults else [],
        )


def _stored(facts: Mapping[Field, Fact]) -> dict[str, str]:
    return {each.value: fact.isoformat() if isinstance(fact, dt.date) else fact for each, fact in facts.items()}


def _told(row: RosterRow) -> tuple[object, ...]:
    """What a row is to the digest."""
    facts = json.dumps(row.facts, sort_keys=True)
    return row.number, str(row.kind), row.seat, row.seen_at, facts


def _finish(roster: RosterImport, reading: Reading, today: dt.date, order: Any) -> None:
    counts = counts_of(roster) | {"here": here_today(roster.organization, today).count()}
    stored = reading.stored(roster.header) | {"order": order}
    with transaction.atomic():
        mine = RosterImport.objects.filter(pk=roster.pk, state=RosterState.CHECKING, digest=roster.digest)
        if mine.update(state=RosterState.CHECKED, checked_at=timezone.now(), counts=counts, cursor=0, reading=stored):
            record("roster.checked", by=SYSTEM, target=roster, organization=roster.organization, counts=counts)

"""A roster that was looked over is applied, in parts, each a transaction of its own.

Parts move `cursor` by a conditional UPDATE, as in `checking`. A seat that changed after it was compared is left alone:
each row is applied only to the seat as it stood.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import (
    ADMINISTERING,
    Invitation,
    Membership,
    Role,
    RoleGrant,
    RosterImport,
    RosterRow,
    RosterState,
    Team,
    User,
)
from accounts.queries import (
    ACTED_ON,
    DONE,
    MOVED,
    NO_TEAM,
    TAKEN,
    forest_of,
    held_roles,
    moved_since,
    outcomes_of,
    today_in,
)
from accounts.rules.roster import CHANGEABLE, DATES, Field, Kind, needs_owner
from accounts.services.access import NotAllowed, OtherOrganization, TeamRetired, refuse_retired, require_administrator
from accounts.services.teams import TeamTaken, TeamTooDeep, team_of_path
from accounts.statements import END_SEATS, SETTLE_ROWS, change_seats
from audit.services import SYSTEM, Person, record, refusals_recorded

#: So many rows are applied in one transaction, and named in one event of the trail.
PART: Final = 500


class NotAsSeen(Exception):
    """What is to be confirmed is not what was looked at: the file was compared anew, or not at all."""


class FactsMoved(Exception):
    """People changed after the file was compared with them."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class TooManyEnded(Exception):
    """So many people would be ended that an owner must lift the limit."""

    def __init__(self, missing: int, here: int) -> None:
        super().__init__(missing, here)
        self.missing, self.here = missing, here


class ErrorsFirst(Exception):
    """Nobody is ended for being missing while some lines of the file cannot be read."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class AnotherApplies(Exception):
    """Another roster is being applied at the organization."""


REFUSALS: Final = (NotAllowed, FactsMoved, TooManyEnded, ErrorsFirst)


def confirm_roster(
    *, roster: RosterImport, digest: str, ends_missing: bool, by: Person, lifts_limit: bool = False
) -> RosterImport:
    """Have a checked roster applied, exactly as it was seen: `digest` is of what was looked at.

    With `ends_missing` people on no line are ended today; never anybody with a role. Above the limit that takes an owner
    who says so once more (`lifts_limit`). Confirmed again, it changes nothing. Raises NotAllowed, NotAsSeen, FactsMoved,
    TooManyEnded, ErrorsFirst, AnotherApplies.
    """
    organization = roster.organization
    with refusals_recorded("roster.confirmed", *REFUSALS, by=by, target=roster, organization=organization):
        require_administrator(by, organization)
        roster.refresh_from_db()
        if roster.digest != digest or not digest or roster.removed_at:
            raise NotAsSeen
        if _is_confirmed(roster):
            return roster
        lifted_by = _lifted_by(roster, by, lifts_limit=lifts_limit) if ends_missing else ""
        moved = moved_since(roster, ends_missing=ends_missing)
        if moved or not _claim(roster, by, ends_missing=ends_missing, lifted_by=lifted_by):
            # A second click at the same moment may have been first, and its rows be applied already.
            roster.refresh_from_db()
            if roster.digest == digest and _is_confirmed(roster):
                return roster
            raise FactsMoved(moved) if moved else NotAsSeen
        record(
            "roster.confirmed",
            by=by,
            target=roster,
            organization=organization,
            digest=digest,
            ends_missing=ends_missing,
            lifted=bool(lifted_by),
        )
    roster.refresh_from_db()
    return roster


def _is_confirmed(roster: RosterImport) -> bool:
    return roster.state in (RosterState.APPLYING, RosterState.APPLIED)


def _lifted_by(roster: RosterImport, by: Person, *, lifts_limit: bool) -> str:
    missing, here = roster.counts[Kind.MISSING], roster.counts["here"]
    if errors := roster.counts[Kind.ERROR]:
        raise ErrorsFirst(errors)
    if not needs_owner(missing, here):
        return ""
    is_owner = isinstance(by, User) and Role.OWNER in held_roles(by, roster.organization, today_in(roster.organization))
    if not (lifts_limit and (is_owner or by is SYSTEM)):
        raise TooManyEnded(missing, here)
    return by.audit_name


def _claim(roster: RosterImport, by: Person, *, ends_missing: bool, lifted_by: str) -> bool:
    kinds = _kinds(ends_missing=ends_missing)
    checked = RosterImport.objects.filter(pk=roster.pk, state=RosterState.CHECKED, digest=roster.digest)
    try:
        with transaction.atomic():
            return bool(
                checked.update(
                    state=RosterState.APPLYING,
                    confirmed_at=timezone.now(),
                    confirmed_by=by.audit_name,
                    ends_missing=ends_missing,
                    lifted_by=lifted_by,
                    total=sum(roster.counts[kind] for kind in kinds),
                    position=0,
                    cursor=0,
                    tries=0,
                )
            )
    except IntegrityError as error:
        raise AnotherApplies from error


def _kinds(*, ends_missing: bool) -> tuple[Kind, ...]:
    return (*ACTED_ON, Kind.MISSING) if ends_missing else ACTED_ON


def apply(roster: RosterImport) -> None:
    """Apply the rows that are left, and leave the roster applied; stopped, if whoever confirmed it no longer may."""
    rows = RosterRow.objects.filter(roster=roster, kind__in=_kinds(ends_missing=roster.ends_missing)).order_by("number")
    while part := list(rows.filter(number__gt=roster.cursor)[:PART]):
        by = _confirmer(roster)
        if by is None:
            stop(roster, "not_allowed")
            return
        if not _apply_part(roster, part, by):
            return
    _finish(roster)


def _confirmer(roster: RosterImport) -> Person | None:
    """Whoever confirmed it, if she may still change people; a job outlives no right."""
    if roster.confirmed_by == SYSTEM.audit_name:
        return SYSTEM
    user = User.objects.filter(public_id=roster.confirmed_by, is_active=True).first()
    if user is None or held_roles(user, roster.organization, today_in(roster.organization)).isdisjoint(ADMINISTERING):
        return None
    return user


@transaction.atomic
def _apply_part(roster: RosterImport, part: list[RosterRow], by: Person) -> bool:
    mine = RosterImport.objects.filter(pk=roster.pk, state=RosterState.APPLYING, cursor=roster.cursor)
    last = part[-1].number
    if not mine.update(cursor=last, position=roster.position + len(part), tries=0):
        return False
    roster.cursor, roster.position = last, roster.position + len(part)
    work = _Part(roster, by)
    told = work.apply(part)
    record("roster.part_applied", by=by, target=roster, organization=roster.organization, **told)
    refuse_retired(*work.teams.values())  # the part is undone, and done again without the team
    return True


class _Part:
    """Some rows, applied inside one transaction."""

    def __init__(self, roster: RosterImport, by: Person) -> None:
        self.roster, self.by, self.organization = roster, by, roster.organization
        self.now, self.today = timezone.now(), today_in(roster.organization)
        self.forest = forest_of(self.organization)
        self.teams: dict[str, Team | None] = {}
        self.told: dict[str, list[str]] = {}

    def apply(self, part: list[RosterRow]) -> dict[str, Any]:
        fit = [row for row in part if self._has_team(row)]
        self._begin([row for row in fit if row.kind in (Kind.NEW, Kind.REJOINING)])
        self._change([row for row in fit if row.kind == Kind.CHANGED])
        self._end([row for row in fit if row.kind == Kind.MISSING])
        _run(SETTLE_ROWS, [(row.seat, row.outcome, row.pk) for row in part])
        self._withdraw_invitations(part)
        return {**self.told, "left_alone": sum(row.outcome != DONE for row in part)}

    def _has_team(self, row: RosterRow) -> bool:
        path = row.facts.get(Field.TEAM, "")
        if not path or self._team(path) is not None:
            return True
        row.outcome = NO_TEAM
        return False

    def _team(self, path: str) -> Team | None:
        if path not in self.teams:
            self.teams[path] = self._found_or_made(path)
        return self.teams[path]

    def _found_or_made(self, path: str) -> Team | None:
        meant = self.forest.meant(path)
        if meant.pk:
            return Team.objects.get(pk=meant.pk)
        if meant.fault != "unknown_team" or not self.roster.reading["makes_teams"]:
            return None
        try:
            with transaction.atomic():
                team = team_of_path(organization=self.organization, path=path, by=self.by)
        except (TeamTaken, TeamTooDeep, TeamRetired, OtherOrganization):
            return None
        self.forest = forest_of(self.organization)
        return team

    def _facts(self, row: RosterRow) -> dict[str, Any]:
        facts: dict[str, Any] = dict(row.facts)
        for each in DATES:
            if each in facts:
                facts[each.value] = dt.date.fromisoformat(facts[each])
        if facts.get(Field.TEAM):
            facts["team"] = self._team(facts[Field.TEAM])
        return facts

    def _begin(self, rows: list[RosterRow]) -> None:
        seats = [Membership(organization=self.organization, changed_at=self.now, **self._facts(row)) for row in rows]
        try:
            with transaction.atomic():
                made: list[Membership | None] = [*Membership.objects.bulk_create(seats)]
        except IntegrityError:
            # Somebody was added by hand a moment ago: find out who, one by one.
            made = [self._begin_one(seat) for seat in seats]
        for row, seat in zip(rows, made, strict=True):
            row.outcome = DONE if seat else TAKEN
            if seat:
                row.seat = seat.pk
                self._tell(row, str(seat.public_id))

    def _begin_one(self, seat: Membership) -> Membership | None:
        seat.pk = None
        try:
            with transaction.atomic():
                seat.save(force_insert=True)
        except IntegrityError:
            return None
        return seat

    def _change(self, rows: list[RosterRow]) -> None:
        """Each seat as it stood, or left alone; one statement for each set of columns, run for many seats at once."""
        try:
            with transaction.atomic():
                self._update(rows)
        except IntegrityError:
            # An address or a number was taken a moment ago: find out by whom, one by one.
            for row in rows:
                self._change_one(row)
        self._settle(rows)

    def _change_one(self, row: RosterRow) -> None:
        try:
            with transaction.atomic():
                self._update([row])
        except IntegrityError:
            row.outcome = TAKEN

    def _update(self, rows: list[RosterRow]) -> None:
        groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for row in rows:
            facts = {name: fact for name, fact in self._facts(row).items() if name in CHANGEABLE}
            prepared = [_prepared(name, fact) for name, fact in facts.items()]
            values = (*prepared, _prepared("changed_at", self.now), row.seat, _prepared("changed_at", row.seen_at))
            groups.setdefault(tuple(facts), []).append(values)
        for names, lines in groups.items():
            _run(change_seats(names), lines)

    def _end(self, rows: list[RosterRow]) -> None:
        grants = RoleGrant.objects.filter(membership=OuterRef("pk")).now_or_later(self.today)
        free = Membership.objects.filter(~Exists(grants), pk__in=[row.seat for row in rows if row.seat], ended_on=None)
        may_end = set(free.values_list("pk", flat=True))
        end = (_prepared("ended_on", self.today), _prepared("changed_at", self.now))
        values = [(*end, row.seat, _prepared("changed_at", row.seen_at)) for row in rows if row.seat in may_end]
        _run(END_SEATS, values)
        self._settle(rows)

    def _settle(self, rows: list[RosterRow]) -> None:
        """Done are the seats that this part touched; whatever else changed a seat in between has left its own mark."""
        touched = Membership.objects.filter(pk__in=[row.seat for row in rows if row.seat], changed_at=self.now)
        done = dict(touched.values_list("pk", "public_id"))
        for row in rows:
            if row.seat in done:
                row.outcome = DONE
                self._tell(row, str(done[row.seat]))
            elif not row.outcome:
                row.outcome = MOVED

    def _tell(self, row: RosterRow, seat: str) -> None:
        self.told.setdefault(row.kind, []).append(seat)

    def _withdraw_invitations(self, part: Iterable[RosterRow]) -> None:
        """Of people who were ended, and of those whose address is another one now."""
        closed = [
            row.seat
            for row in part
            if row.outcome == DONE
            and (row.kind == Kind.MISSING or (row.kind == Kind.CHANGED and Field.WORK_EMAIL in row.facts))
        ]
        opened = Invitation.objects.filter(membership__in=closed, accepted_at__isnull=True, withdrawn_at__isnull=True)
        opened.update(withdrawn_at=self.now)


def _run(statement: str, values: Sequence[tuple[Any, ...]]) -> None:
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)


def _prepared(name: str, value: Any) -> Any:
    """The value as the database takes it."""
    field = Membership._meta.get_field(name)  # noqa: SLF001 - Django's documented name for a model's options
    return field.get_db_prep_save(value.pk if isinstance(value, Team) else value, connection)  # type: ignore[union-attr]


def _finish(roster: RosterImport) -> None:
    with transaction.atomic():
        outcome = outcomes_of(roster)
        mine = RosterImport.objects.filter(pk=roster.pk, state=RosterState.APPLYING, cursor=roster.cursor)
        if mine.update(state=RosterState.APPLIED, applied_at=timezone.now(), outcome=outcome):
            record("roster.applied", by=SYSTEM, target=roster, organization=roster.organization, applied=outcome)


def stop(roster: RosterImport, reason: str, line: int | None = None) -> None:
    """A roster that cannot go on; what was applied stays."""
    with transaction.atomic():
        running = RosterImport.objects.filter(pk=roster.pk, state__in=(RosterState.CHECKING, RosterState.APPLYING))
        if running.update(state=RosterState.STOPPED, stop_reason=reason, stop_line=line, outcome=outcomes_of(roster)):
            record("roster.stopped", by=SYSTEM, target=roster, organization=roster.organization, because=reason)

"""What a line of a roster would change, and when a roster must not end so many people."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from accounts.rules.roster.columns import Field
from accounts.rules.roster.people import Fact, Fault, FaultCode, Read

#: A roster that would end more than so many hundredths of the people waits for an owner.
MOST_ENDED: Final = 10


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJOINING = "rejoining"
    MISSING = "missing"
    KEPT = "kept"  # missing, and never ended by a file: she has a role
    ERROR = "error"


#: What a line may change of somebody who is here. The first day stays: what counts hangs on it.
CHANGEABLE: Final = (
    Field.NAME,
    Field.WORK_EMAIL,
    Field.STAFF_NUMBER,
    Field.JOB_TITLE,
    Field.PROFESSION,
    Field.TEAM,
    Field.HIRED_ON,
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat as it stands. `team` is the path of its team as the file would write it, or empty."""

    pk: int
    seen_at: dt.datetime
    ended_on: dt.date | None
    facts: Mapping[Field, Fact]
    has_role: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The seats that a line may mean: of people who are here, and of people who left."""

    by_number: Seat | None = None
    by_email: Seat | None = None
    left_by_number: Seat | None = None
    left_by_email: Seat | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    kind: Kind
    seat: Seat | None = None
    facts: Mapping[Field, Fact] = field(default_factory=dict)
    was: Mapping[Field, Fact] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def compared(read: Read, found: Found, today: dt.date) -> Difference:
    """What the line would do. Somebody is found by her staff number first, then by her work e-mail.

    It is an error when number and address mean two people, or when the address is here under another number: an
    address that was given to somebody else must not take over the record of who had it before. So is a new address for
    somebody with a role: the invitation would go there.
    """
    here = found.by_number or found.by_email
    faults = (*read.faults, *_mistaken(read, found))
    if faults:
        return Difference(Kind.ERROR, here, read.facts, faults=faults)
    if here:
        return _changes(read, here)
    left = found.left_by_number or found.left_by_email
    if left and _is_other(read, left):
        left = None
    return _beginning(read, left, today)


def _mistaken(read: Read, found: Found) -> Iterable[Fault]:
    if found.by_number and found.by_email and found.by_number.pk != found.by_email.pk:
        yield Fault(FaultCode.EMAIL_OF_ANOTHER, Field.WORK_EMAIL, read.text(Field.WORK_EMAIL))
    if not found.by_number and found.by_email and _is_other(read, found.by_email):
        number = str(found.by_email.facts[Field.STAFF_NUMBER])
        yield Fault(FaultCode.NUMBER_OF_ANOTHER, Field.STAFF_NUMBER, read.text(Field.STAFF_NUMBER), number)
    elif found.by_number and found.by_number.has_role and Field.WORK_EMAIL in read.facts:
        old = found.by_number.facts[Field.WORK_EMAIL]
        if old != read.facts[Field.WORK_EMAIL]:
            yield Fault(FaultCode.EMAIL_WITH_ROLE, Field.WORK_EMAIL, read.text(Field.WORK_EMAIL), str(old))


def _is_other(read: Read, seat: Seat) -> bool:
    """Whether both have a staff number, and not the same."""
    numbers = read.text(Field.STAFF_NUMBER), str(seat.facts.get(Field.STAFF_NUMBER, ""))
    return all(numbers) and numbers[0] != numbers[1]


def _changes(read: Read, seat: Seat) -> Difference:
    new = {each: read.facts[each] for each in CHANGEABLE if each in read.facts}
    changed = {each: fact for each, fact in new.items() if fact != seat.facts.get(each, "")}
    was = {each: seat.facts.get(each, "") for each in changed}
    return Difference(Kind.CHANGED if changed else Kind.UNCHANGED, seat, changed, was)


def _beginning(read: Read, left: Seat | None, today: dt.date) -> Difference:
    """A new seat. Its first day is the one that the file names, else the day of hire, else today; never before an end.

    Who comes back is hired anew, on her first day where the file names no day of hire.
    """
    started = read.facts.get(Field.STARTED_ON) or read.facts.get(Field.HIRED_ON) or today
    assert isinstance(started, dt.date)
    if left and left.ended_on and started < left.ended_on:
        started = max(today, left.ended_on)
    facts = {**read.facts, Field.STARTED_ON: started}
    if left:
        facts.setdefault(Field.HIRED_ON, started)
    return Difference(Kind.REJOINING if left else Kind.NEW, left, facts)


def ended_percent(missing: int, here: int) -> int:
    """How many in a hundred would be ended, rounded up, so that no rounding hides the limit."""
    return -(-100 * missing // here) if here else 0


def needs_owner(missing: int, here: int) -> bool:
    """Whether so many would be ended that an owner must lift the limit."""
    return 100 * missing > MOST_ENDED * here


def next_digest(digest: str, rows: Iterable[Sequence[object]]) -> str:
    """The digest over what was before, and these rows: two rosters have one digest only when all of it is equal."""
    running = hashlib.sha256(digest.encode())
    for row in rows:
        running.update(repr(tuple(row)).encode())
    return running.hexdigest()

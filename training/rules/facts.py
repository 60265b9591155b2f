"""What an obligation's status depends on. Each fact says since when it is known: what came later does not exist."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Match(StrEnum):
    """Whether one part of a requirement meets it, or only all of them do."""

    ANY = "any"
    ALL = "all"


class PartKind(StrEnum):
    COURSE = "course"
    POLICY = "policy"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that is asked: a course or one that counts as it, a policy to acknowledge, evidence from elsewhere."""

    id: int
    kind: PartKind
    courses: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A version of the requirement. It holds for obligations assigned after it, and for open ones if it says so."""

    known_at: dt.datetime
    parts: tuple[Part, ...]
    match: Match = Match.ALL
    holds_for_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A rule, or a person, that asks for it by a day. Of several the earliest day holds.

    A completion before `opens_on` does not count. The obligation is overdue when the days of grace are over.
    """

    due_on: dt.date
    known_at: dt.datetime
    opens_on: dt.date | None = None
    grace_days: int = 0
    ended_at: dt.datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The person completed a course, at some time, for somebody or for herself; revoked, it counts no longer."""

    started_at: dt.datetime
    completed_at: dt.datetime
    completed_on: dt.date | None = None  # where she was, as the certificate says; it decides nothing
    shared_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    course: int = 0
    id: int = 0


class ProofKind(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"
    EVIDENCE = "evidence"
    #: An administrator states that the obligation as a whole was met elsewhere: a day in a classroom.
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Something other than a course of ours that meets a part, or the whole: what happened on `done_on`, known later."""

    kind: ProofKind
    done_on: dt.date
    known_at: dt.datetime
    part: int = 0
    ended_at: dt.datetime | None = None
    expires_on: dt.date | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """So many days more; the sum of all of them holds, whatever their order."""

    days: int
    known_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """The obligation is not asked for until the end of a day, or for good."""

    known_at: dt.datetime
    until_on: dt.date | None = None
    ended_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A leave: from its first day until the day before `ends_on`, or until nobody knows when."""

    starts_on: dt.date
    known_at: dt.datetime
    ends_on: dt.date | None = None
    cancelled_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that an obligation's status depends on."""

    assigned_at: dt.datetime
    zone: str
    started_on: dt.date
    ended_on: dt.date | None = None
    asked: tuple[Asked, ...]
    sources: tuple[Source, ...]
    completions: tuple[Completion, ...] = ()
    proofs: tuple[Proof, ...] = ()
    extensions: tuple[Extension, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    absences: tuple[Absence, ...] = ()

"""One person's obligations as her page shows them: each with its reasons, what was done to it, and what can be done."""

import datetime as dt
from dataclasses import dataclass

from accounts.models import Membership, User
from administrator.messages.reasons import Reason, Told, traced
from administrator.messages.status import OVER
from administrator.scope import Scope
from training.models import Statement, Waiver
from training.queries import Acts, Explained, acts_upon, asks_for_evidence, explained_obligations, leaves_of, names_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One obligation. `may_act` says whether the reader may do something to it now."""

    explained: Explained
    reasons: list[Reason]
    acts: Acts
    may_act: bool
    takes_evidence: bool

    @property
    def is_open(self) -> bool:
        return self.explained.standing.status not in OVER

    @property
    def waiver(self) -> Waiver | None:
        """The waiver that can be ended; the longest of several, ended first."""
        return next((one for one in reversed(self.acts.waivers) if one.ended_at is None), None)

    @property
    def statement(self) -> Statement | None:
        """The statement that waits or stands."""
        standing = (one for one in self.acts.statements if one.withdrawn_at is None and one.is_confirmed is not False)
        return next(standing, None)

    @property
    def waits(self) -> bool:
        return self.statement is not None and self.statement.needs_second and self.statement.decided_at is None


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is asked now, and what was asked earlier: past periods, and what nobody asks for any more."""

    current: list[Entry]
    earlier: list[Entry]

    @property
    def explained(self) -> list[Explained]:
        return [entry.explained for entry in self.current]


def dossier_of(scope: Scope, membership: Membership, reader: User, *, day: dt.date, on: dt.datetime) -> Dossier:
    explained = explained_obligations(membership, on)
    acts, leaves, evidence = acts_upon(membership, on), leaves_of(membership, on), asks_for_evidence(membership)
    actors = [name for each in acts.values() for name in each.actors()] + [one.assigned_by for one in explained]
    names = names_of(scope.organization, actors)
    may_act = scope.sees_everybody and membership.user_id != reader.pk and day == scope.today
    newest = {one.row.requirement: one.row.period for one in sorted(explained, key=lambda one: one.row.period)}
    current, earlier = list[Entry](), list[Entry]()
    for one in explained:
        own = acts.get(one.row.obligation, Acts())
        told = Told(own, leaves, names, names[one.assigned_by])
        entry = Entry(one, traced(one, told, day), own, may_act, one.row.requirement in evidence)
        is_newest = one.row.period == newest[one.row.requirement]
        is_current = entry.is_open or (is_newest and one.standing.met is not None)
        (current if is_current else earlier).append(entry)
    return Dossier(current, earlier)

"""One made-up obligation: its rows, and the same facts as the rule of training wants them."""

import datetime as dt

from django.db import models

from accounts.models import Membership
from config.seeding import cast
from config.seeding.asked import SEEDER, Ask
from config.seeding.cast import noon
from enrollments.models import Enrollment
from training.models import (
    Acknowledgement,
    Decision,
    Evidence,
    Extension,
    Obligation,
    ObligationSource,
    PartKinds,
    Statement,
    Waiver,
    WaiverReason,
)
from training.rules import ONE_DAY, Absence, Completion, Facts, Proof, ProofKind, Source, due_at, projection
from training.rules import Extension as MoreDays
from training.rules import Waiver as Waived
from training.services import columns_of


class MadeUpObligation:
    """One obligation with the rows beside it, and the same facts as the rule wants them."""

    def __init__(self, seat: Membership, ask: Ask, what: cast.Owed, zone: str, now: dt.datetime) -> None:
        self.seat, self.ask, self.what, self.now = seat, ask, what, now
        self.assigned_at = noon(what.assigned_on)
        self.row = Obligation(
            membership=seat,
            requirement=ask.requirement,
            assigned_at=self.assigned_at,
            assigned_by=SEEDER,
            zone=zone,
            day_of_month=what.due_on.day,
            due_on=what.due_on,
            due_at=due_at(what.due_on, zone),
            overdue_at=due_at(what.due_on, zone),
            counted_at=now,
        )
        self.beside: list[models.Model] = [
            ObligationSource(
                obligation=self.row,
                due_on=what.due_on,
                opens_on=what.opens_on,
                grace_days=what.grace_days,
                asked_at=self.assigned_at,
                asked_by=SEEDER,
            )
        ]
        self.completions: list[Completion] = []
        self.proofs: list[Proof] = []

    def take(self, enrollment: Enrollment) -> None:
        assert enrollment.completed_at is not None
        completion = Completion(
            id=enrollment.pk,
            course=enrollment.course_id,
            started_at=enrollment.started_at,
            completed_at=enrollment.completed_at,
        )
        self.completions.append(completion)

    def prove(self, day: dt.date) -> None:
        kind, known_at = ProofKind.ACKNOWLEDGEMENT, noon(day)
        if self.ask.part.kind == PartKinds.EVIDENCE:
            kind, known_at = ProofKind.EVIDENCE, min(noon(day + 2 * ONE_DAY), self.now)
        expires_on = day + 730 * ONE_DAY if kind is ProofKind.EVIDENCE else None
        self.proofs.append(
            Proof(kind=kind, done_on=day, known_at=known_at, part=self.ask.part.pk, expires_on=expires_on)
        )
        if kind is ProofKind.EVIDENCE:
            self.beside.append(self._evidence(day, expires_on, decided_at=known_at))
        else:
            self.beside.append(
                Acknowledgement(obligation=self.row, part=self.ask.part, acknowledged_at=known_at, acknowledged_on=day)
            )

    def wait(self, number: int) -> None:
        """What a second person has to look at: evidence that was handed in, a statement to confirm."""
        if self.ask.part.kind == PartKinds.EVIDENCE and number % 9 == 0:
            self.beside.append(self._evidence(self.what.assigned_on, None, decided_at=None))
        elif number % 50 == 0:
            stated = Statement(
                obligation=self.row,
                done_on=self.what.assigned_on,
                reason="A day in the classroom",
                stated_at=max(self.assigned_at, self.now - 3 * ONE_DAY),
                stated_by=SEEDER,
                needs_second=True,
            )
            self.beside.append(stated)

    def _evidence(self, day: dt.date, expires_on: dt.date | None, *, decided_at: dt.datetime | None) -> Evidence:
        return Evidence(
            membership=self.seat,
            requirement=self.ask.requirement,
            title="Basic life support",
            issuer="A hospital's training center",
            done_on=day,
            expires_on=expires_on,
            submitted_at=min(noon(day), self.now),
            submitted_by=str(self.seat.public_id),
            decided_at=decided_at,
            decided_by=SEEDER if decided_at else "",
            decision=Decision.APPROVED if decided_at else "",
        )

    def sum_up(self, absences: tuple[Absence, ...]) -> None:
        """Write beside it what moves or waives its day, and into it what the rule makes of everything."""
        if self.what.extended:
            self.beside.append(self._extension())
        if self.what.is_waived:
            self.beside.append(self._waiver())
        for name, value in columns_of(projection(self._facts(absences), self.now)).items():
            setattr(self.row, name, value)

    def _extension(self) -> Extension:
        return Extension(
            obligation=self.row,
            days=self.what.extended,
            reason="Short of staff",
            granted_at=self.assigned_at,
            granted_by=SEEDER,
        )

    def _waiver(self) -> Waiver:
        return Waiver(
            obligation=self.row,
            reason=WaiverReason.OTHER,
            until_on=self.what.waived_until,
            granted_at=self.assigned_at,
            granted_by=SEEDER,
        )

    def _facts(self, absences: tuple[Absence, ...]) -> Facts:
        what, known_at = self.what, self.assigned_at
        return Facts(
            assigned_at=known_at,
            zone=self.row.zone,
            started_on=self.seat.started_on,
            ended_on=self.seat.ended_on,
            asked=(self.ask.asked,),
            sources=(
                Source(due_on=what.due_on, known_at=known_at, opens_on=what.opens_on, grace_days=what.grace_days),
            ),
            completions=tuple(self.completions),
            proofs=tuple(self.proofs),
            extensions=(MoreDays(days=what.extended, known_at=known_at),) if what.extended else (),
            waivers=(Waived(known_at=known_at, until_on=what.waived_until),) if what.is_waived else (),
            absences=absences,
        )


def enrollment_of(seat: Membership, ask: Ask, what: cast.Owed) -> Enrollment | None:
    """Her completion of the course that is asked for, if there is one. She needs an account for it."""
    if ask.course is None or what.done_on is None or seat.user is None:
        return None
    completed_at = noon(what.done_on)
    return Enrollment(
        user=seat.user,
        course=ask.course,
        version=ask.version,
        acknowledged_at=completed_at - dt.timedelta(hours=2),
        started_at=completed_at - dt.timedelta(hours=2),
        completed_at=completed_at,
        completed_on=what.done_on,
        completed_zone="America/Chicago",
    )

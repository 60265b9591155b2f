"""The rows of made-up people: accounts, seats, leaves, invitations, and all that each of them was asked."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import Invitation, Leave, Membership, Organization, Team, User
from config.seeding import cast
from config.seeding.asked import SEEDER, Ask
from config.seeding.obligations import MadeUpObligation, enrollment_of
from enrollments.models import Enrollment
from training.models import Obligation
from training.rules import ONE_DAY, Absence

#: People written at once: memory stays flat whatever their number.
CHUNK = 1000
#: Nobody signs in with it.
NO_PASSWORD = "!"  # noqa: S105 - a hash that nothing matches


@dataclass
class Chunk:
    """The rows of a thousand people, in the order in which they need each other's ids."""

    organization: Organization
    teams: Sequence[Team]
    asks: Sequence[Ask]
    today: dt.date
    now: dt.datetime = field(default_factory=timezone.now)
    rows: dict[Any, list[Any]] = field(default_factory=dict)

    def write(self, numbers: range) -> int:
        people = [cast.person(number, len(self.teams), self.today) for number in numbers]
        seats = self._seats(people)
        owed = [
            (seat, someone, ask, cast.owed(someone, number, self.today))
            for seat, someone in zip(seats, people, strict=True)
            for number, ask in enumerate(self.asks)
        ]
        taken = self._enrollments(owed)
        obligations = []
        for (seat, someone, ask, what), enrollment in zip(owed, taken, strict=True):
            obligations.append(self._obligation(seat, someone, ask, what, enrollment))
        Obligation.objects.bulk_create([each.row for each in obligations], batch_size=CHUNK)
        for each in obligations:
            for row in each.beside:
                self.rows.setdefault(type(row), []).append(row)
        for model, rows in self.rows.items():
            model.objects.bulk_create(rows, batch_size=CHUNK)
        return len(obligations)

    def _seats(self, people: Sequence[cast.MadeUp]) -> list[Membership]:
        domain = f"{self.organization.slug}.example.com"
        emails = [f"{each.name.replace(' ', '.').lower()}.{each.number}@{domain}" for each in people]
        users = {
            each.number: User(email=email, legal_name=each.name, password=NO_PASSWORD, time_zone="America/Chicago")
            for each, email in zip(people, emails, strict=True)
            if each.account == "joined"
        }
        User.objects.bulk_create(users.values(), batch_size=CHUNK)
        seats = [
            Membership(
                organization=self.organization,
                user=users.get(each.number),
                name=each.name,
                work_email=email,
                staff_number=cast.staff_number(each.number),
                job_title=each.job_title,
                profession=each.profession,
                team=self.teams[each.team],
                hired_on=each.started_on,
                started_on=each.started_on,
                ended_on=each.ended_on,
                changed_at=self.now - ONE_DAY,
            )
            for each, email in zip(people, emails, strict=True)
        ]
        Membership.objects.bulk_create(seats, batch_size=CHUNK)
        for each, seat in zip(people, seats, strict=True):
            self._beside_the_seat(each, seat)
        return seats

    def _beside_the_seat(self, each: cast.MadeUp, seat: Membership) -> None:
        if each.away:
            leave = Leave(
                membership=seat,
                starts_on=each.away.starts_on,
                ends_on=each.away.ends_on,
                recorded_at=self._recorded(each.away),
                recorded_by=SEEDER,
            )
            self.rows.setdefault(Leave, []).append(leave)
        if each.account == "invited":
            invitation = Invitation(
                membership=seat,
                email=seat.work_email,
                token_sha256=hashlib.sha256(seat.public_id.bytes).hexdigest(),
                created_at=self.now - ONE_DAY,
                expires_at=self.now + 13 * ONE_DAY,
            )
            self.rows.setdefault(Invitation, []).append(invitation)

    def _recorded(self, away: cast.Away) -> dt.datetime:
        return min(cast.noon(away.starts_on), self.now - ONE_DAY)

    def _enrollments(self, owed: Iterable[tuple[Membership, cast.MadeUp, Ask, cast.Owed]]) -> list[Enrollment | None]:
        taken = [enrollment_of(seat, ask, what) for seat, _, ask, what in owed]
        Enrollment.objects.bulk_create([each for each in taken if each is not None], batch_size=CHUNK)
        return taken

    def _obligation(
        self, seat: Membership, someone: cast.MadeUp, ask: Ask, what: cast.Owed, enrollment: Enrollment | None
    ) -> MadeUpObligation:
        made = MadeUpObligation(seat, ask, what, self.organization.time_zone, self.now)
        if enrollment is not None:
            made.take(enrollment)
        elif what.done_on is not None and ask.course is None:
            made.prove(what.done_on)
        elif what.done_on is None:
            made.wait(someone.number)
        away = someone.away
        absences = (
            (Absence(starts_on=away.starts_on, ends_on=away.ends_on, known_at=self._recorded(away)),) if away else ()
        )
        made.sum_up(absences)
        return made

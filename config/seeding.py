"""A clinic of any size for demonstrations and measurements: people, teams, and years of training made up.

Its owner's account and its courses are made by the services. Everything else is written as rows, because a hundred
thousand calls of a service would take a day; the sums beside the obligations come from the same rule as always
(`training.rules.projection`), over the facts that are written with them.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Invitation, Leave, Membership, Organization, Role, RoleGrant, Team, User
from accounts.queries import today_in
from accounts.services import accept_invitation, create_account, create_organization
from audit.services import SYSTEM
from author.packages import read_package
from author.services import publish_package
from certificates.services import settle
from config import cast
from courses.models import Course, CourseVersion
from courses.services import SlugTaken, Unchanged
from enrollments.models import Enrollment
from training.models import (
    Acknowledgement,
    Decision,
    Evidence,
    Extension,
    Obligation,
    ObligationSource,
    PartCourse,
    PartKinds,
    Requirement,
    RequirementPart,
    RequirementVersion,
    Statement,
    Waiver,
    WaiverReason,
)
from training.rules import (
    ONE_DAY,
    Absence,
    Asked,
    Completion,
    Facts,
    Part,
    PartKind,
    Proof,
    ProofKind,
    Source,
    due_at,
    projection,
)
from training.rules import Extension as MoreDays
from training.rules import Waiver as Waived
from training.services import columns_of

#: People written at once: memory stays flat whatever their number.
CHUNK = 1000
#: So many completions get their certificate, issued as always: each is signed and set in type.
CERTIFICATES = 12
BOSS = "seeding"
#: Nobody signs in with it.
NO_PASSWORD = "!"  # noqa: S105 - a hash that nothing matches

#: What is asked for: the folder of a course that ships, or the title of a policy or of evidence.
COURSES = (("anonymous-platforms", "content/anonymous-platforms"), ("leaving-a-clear-voicemail", "docs/example-course"))
TITLES = (
    (PartKinds.POLICY, "Duty to warn and protect"),
    (PartKinds.EVIDENCE, "Basic life support card"),
    (PartKinds.POLICY, "Safe handling of client records"),
)


class ClinicIsThere(Exception):
    """People of an earlier seeding are there already; a second one would only disagree with it."""


class NotADemo(Exception):
    """The organization is not one for demonstration, or production would get one."""


@dataclass(frozen=True, slots=True)
class Seeded:
    organization: Organization
    owner: str
    people: int
    obligations: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One requirement, as the rows and as the rule want it."""

    requirement: Requirement
    part: RequirementPart
    course: Course | None
    version: CourseVersion | None
    asked: Asked


def seed_clinic(*, slug: str, people: int, requirements: int, password: str, tell: Callable[[int], None]) -> Seeded:
    """A clinic with so many people, each asked for so many things. Raises ClinicIsThere and NotADemo."""
    organization, owner = _organization(slug, password)
    if Membership.objects.filter(organization=organization, staff_number=_staff_number(1)).exists():
        raise ClinicIsThere
    today, teams = today_in(organization), _teams(organization, max(people // 50, 1))
    asks = [_ask(organization, number, today) for number in range(requirements)]
    obligations = 0
    for start in range(0, people, CHUNK):
        numbers = range(start + 1, min(start + CHUNK, people) + 1)
        obligations += _Chunk(organization, teams, asks, today).write(numbers)
        tell(numbers[-1])
    _managers(organization, teams)
    _certificates(asks)
    return Seeded(organization, owner, people, obligations)


def _organization(slug: str, password: str) -> tuple[Organization, str]:
    email = f"owner@{slug}.example.com"
    found = Organization.objects.filter(slug=slug).first()
    if settings.IS_PRODUCTION and (found is None or not found.is_demo):
        raise NotADemo
    if found is not None:
        return found, _owner_of(found)
    invited = create_organization(
        name=f"{slug.replace('-', ' ').title()} Clinic",
        slug=slug,
        time_zone="America/Chicago",
        owner_name="Odette Marchetti",
        owner_email=email,
        by=SYSTEM,
        is_demo=True,
    )
    account = create_account(
        email=email, password=password, legal_name="Odette Marchetti", time_zone="America/Chicago", by=SYSTEM
    )
    return accept_invitation(token=invited.token, user=account).organization, email


def _owner_of(organization: Organization) -> str:
    owners = RoleGrant.objects.current(today_in(organization)).filter(
        role=Role.OWNER, membership__organization=organization
    )
    return owners.values_list("membership__user__email", flat=True).first() or ""


def _teams(organization: Organization, number: int) -> list[Team]:
    made: list[Team] = []
    for n in range(number):
        parent = cast.parent_of(n)
        name = cast.team_name(n)
        made.append(Team(organization=organization, name=name, parent=made[parent] if parent is not None else None))
        if n + 1 in _levels(number):
            Team.objects.bulk_create(made[_last_level(n + 1, number) :])  # parents before children
    return made


def _levels(number: int) -> list[int]:
    """How many teams stand on the levels so far, level by level, from the top."""
    ends, width = [min(len(cast.UNITS), number)], len(cast.UNITS)
    while ends[-1] < number:
        width *= 4
        ends.append(min(ends[-1] + width, number))
    return ends


def _last_level(end: int, number: int) -> int:
    return max((each for each in _levels(number) if each < end), default=0)


def _ask(organization: Organization, number: int, today: dt.date) -> Ask:
    kind, title, version = _what(organization, number)
    published_at = _noon(today - 2600 * ONE_DAY)
    course = version.course if version else None
    requirement = Requirement.objects.create(organization=organization, course=course, created_at=published_at)
    asked = RequirementVersion.objects.create(
        requirement=requirement, number=1, title=title[:120], published_at=published_at, published_by=BOSS
    )
    part = RequirementPart.objects.create(
        version=asked,
        position=1,
        kind=kind,
        title="" if course else title,
        text="" if course else f"{title}, in the words of the clinic.",
    )
    if course:
        PartCourse.objects.create(part=part, course=course)
    courses = frozenset([course.pk] if course else [])
    parts = (Part(id=part.pk, kind=PartKind(kind), courses=courses),)
    return Ask(requirement, part, course, version, Asked(known_at=published_at, parts=parts))


def _what(organization: Organization, number: int) -> tuple[PartKinds, str, CourseVersion | None]:
    if number < len(COURSES):
        slug, folder = COURSES[number]
        version = _published(organization, slug, Path(settings.BASE_DIR) / folder)
        return PartKinds.COURSE, version.title, version
    kind, title = TITLES[(number - len(COURSES)) % len(TITLES)]
    more = (number - len(COURSES)) // len(TITLES)
    return kind, f"{title} {more + 1}" if more else title, None


def _published(organization: Organization, slug: str, folder: Path) -> CourseVersion:
    """The course's newest version; published now where nobody has."""
    try:
        return publish_package(package=read_package(folder), slug=slug, provider=organization, by=SYSTEM)
    except Unchanged as same:
        return same.version
    except SlugTaken:
        return CourseVersion.objects.filter(course__slug=slug).order_by("-number")[0]


def _managers(organization: Organization, teams: Sequence[Team]) -> None:
    """The first of each team who is here manages it."""
    today = today_in(organization)
    seats = Membership.objects.filter(organization=organization, team__isnull=False, user__isnull=False, ended_on=None)
    first = dict(seats.order_by("team", "-pk").values_list("team", "pk"))
    RoleGrant.objects.bulk_create(
        [
            RoleGrant(membership_id=first[team.pk], role=Role.MANAGER, team=team, starts_on=today - ONE_DAY)
            for team in teams
            if team.pk in first
        ],
        batch_size=CHUNK,
    )
    # One of them can sign in, to see what a manager sees.
    for seat in Membership.objects.filter(pk__in=sorted(first.values())[:1]).select_related("user"):
        owner = RoleGrant.objects.filter(membership__organization=organization, role=Role.OWNER)[0].membership.user
        account = seat.user
        assert owner is not None
        assert account is not None
        User.objects.filter(pk=account.pk).update(password=owner.password)
        EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)


def _certificates(asks: Iterable[Ask]) -> None:
    courses = [ask.course for ask in asks if ask.course]
    newest = Enrollment.objects.filter(course__in=courses, completed_at__isnull=False).order_by("-completed_at", "pk")
    for enrollment in newest.select_related("user", "version", "course__provider")[:CERTIFICATES]:
        settle(enrollment=enrollment, by=SYSTEM)


@dataclass
class _Chunk:
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
                staff_number=_staff_number(each.number),
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
                recorded_by=BOSS,
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
        return min(_noon(away.starts_on), self.now - ONE_DAY)

    def _enrollments(self, owed: Iterable[tuple[Membership, cast.MadeUp, Ask, cast.Owed]]) -> list[Enrollment | None]:
        taken = [_enrollment(seat, ask, what) for seat, _, ask, what in owed]
        Enrollment.objects.bulk_create([each for each in taken if each is not None], batch_size=CHUNK)
        return taken

    def _obligation(
        self, seat: Membership, someone: cast.MadeUp, ask: Ask, what: cast.Owed, enrollment: Enrollment | None
    ) -> "_Made":
        made = _Made(seat, ask, what, self.organization.time_zone, self.now)
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
        made.sum(absences)
        return made


class _Made:
    """One obligation with the rows beside it, and the same facts as the rule wants them."""

    def __init__(self, seat: Membership, ask: Ask, what: cast.Owed, zone: str, now: dt.datetime) -> None:
        self.seat, self.ask, self.what, self.now = seat, ask, what, now
        self.assigned_at = _noon(what.assigned_on)
        self.row = Obligation(
            membership=seat,
            requirement=ask.requirement,
            assigned_at=self.assigned_at,
            assigned_by=BOSS,
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
                asked_by=BOSS,
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
        kind, known_at = ProofKind.ACKNOWLEDGEMENT, _noon(day)
        if self.ask.part.kind == PartKinds.EVIDENCE:
            kind, known_at = ProofKind.EVIDENCE, min(_noon(day + 2 * ONE_DAY), self.now)
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
                stated_by=BOSS,
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
            submitted_at=min(_noon(day), self.now),
            submitted_by=str(self.seat.public_id),
            decided_at=decided_at,
            decided_by=BOSS if decided_at else "",
            decision=Decision.APPROVED if decided_at else "",
        )

    def sum(self, absences: tuple[Absence, ...]) -> None:
        what, known_at = self.what, self.assigned_at
        if what.extended:
            self.beside.append(
                Extension(
                    obligation=self.row,
                    days=what.extended,
                    reason="Short of staff",
                    granted_at=known_at,
                    granted_by=BOSS,
                )
            )
        if what.is_waived:
            self.beside.append(
                Waiver(
                    obligation=self.row,
                    reason=WaiverReason.OTHER,
                    until_on=what.waived_until,
                    granted_at=known_at,
                    granted_by=BOSS,
                )
            )
        facts = Facts(
            assigned_at=self.assigned_at,
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
        for name, value in columns_of(projection(facts, self.now)).items():
            setattr(self.row, name, value)


def _enrollment(seat: Membership, ask: Ask, what: cast.Owed) -> Enrollment | None:
    """Her completion of the course that is asked for, if there is one. She needs an account for it."""
    if ask.course is None or what.done_on is None or seat.user is None:
        return None
    completed_at = _noon(what.done_on)
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


def _staff_number(number: int) -> str:
    return f"S{number:06}"


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(18), tzinfo=dt.UTC)

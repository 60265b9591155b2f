"""A clinic of any size for demonstrations and measurements: people, teams, and years of training made up.

Its owner's account and its courses are made by the services. Everything else is written as rows, because a hundred
thousand calls of a service would take a day; the sums beside the obligations come from the same rule as always
(`training.rules.projection`), over the facts that are written with them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings

from accounts.models import Membership, Organization, Role, RoleGrant, Team, User
from accounts.queries import today_in
from accounts.services import accept_invitation, create_account, create_organization
from audit.services import SYSTEM
from certificates.services import settle
from config.seeding import cast
from config.seeding.asked import Ask, asked_of_all
from config.seeding.people import CHUNK, Chunk
from enrollments.models import Enrollment
from training.rules import ONE_DAY

#: So many completions get their certificate, issued as always: each is signed and set in type.
CERTIFICATES = 12


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


def seed_clinic(*, slug: str, people: int, requirements: int, password: str, tell: Callable[[int], None]) -> Seeded:
    """A clinic with so many people, each asked for so many things. Raises ClinicIsThere and NotADemo."""
    organization, owner = _organization(slug, password)
    if Membership.objects.filter(organization=organization, staff_number=cast.staff_number(1)).exists():
        raise ClinicIsThere
    today, teams = today_in(organization), _teams(organization, max(people // 50, 1))
    asks = [asked_of_all(organization, number, today) for number in range(requirements)]
    obligations = 0
    for start in range(0, people, CHUNK):
        numbers = range(start + 1, min(start + CHUNK, people) + 1)
        obligations += Chunk(organization, teams, asks, today).write(numbers)
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

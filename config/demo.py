"""The demonstration: two clinics, their people and the bundled course, all made through the services.

Made again at each start without harm: what is there stays as people left it.
"""

import datetime as dt
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Membership, Organization, Role, Team, User
from accounts.queries import today_in
from accounts.services import (
    accept_invitation,
    add_member,
    add_team,
    create_account,
    create_organization,
    grant_role,
    invite,
)
from audit.services import SYSTEM
from author.packages import read_package
from author.services import publish_package
from certificates import keys
from certificates.models import SigningKey
from certificates.services import publish_key
from config.seeding.learners import learners_who_gave_feedback
from courses.models import Course
from courses.services import SlugTaken, Unchanged
from training.services import Terms, Want, course_requirement, oblige

COURSE = "anonymous-platforms"


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast: her seat, and the account that takes it."""

    name: str
    email: str
    job_title: str
    team: str = ""
    role: Role | None = None


OWNER = Member("Nina Okafor", "nina@example.com", "Clinical director")
STAFF = (
    Member("Omar Haddad", "omar@example.com", "Training lead", role=Role.TRAINING_ADMINISTRATOR),
    # With the owner she makes the two people whom it takes to put a question right.
    Member("Theodora Brandt", "theodora@example.com", "Clinician educator", role=Role.AUTHOR),
    Member("Mara Lindqvist", "mara@example.com", "Team lead", "Crisis team", Role.MANAGER),
    Member("Ana Reyes", "ana@example.com", "Counselor", "Crisis team"),
    Member("Joel Anand", "joel@example.com", "Social worker", "Crisis team"),
    Member("Petra Marchetti", "petra@example.com", "Front-desk coordinator", "Front desk"),
)
OTHER_OWNER = Member("Charlie Adeyemi", "charlie@example.com", "Owner")


class RealInstallation(Exception):
    """The database is that of a production installation: a key that signs real certificates is in it."""


def refuse_real_installation() -> None:
    """Raises RealInstallation. Nothing in an empty database, or in one without our tables."""
    # A demonstration that was made there could never be removed, and production would not start again.
    tables = connection.introspection.table_names()
    if "certificates_signingkey" in tables and SigningKey.objects.filter(is_demo=False).exists():
        raise RealInstallation


def prepare(password: str) -> bool:
    """Make whatever of the demonstration is missing; True when it was made now."""
    _signing_key()
    is_new = not Organization.objects.filter(slug="riverbend").exists()
    if is_new:
        riverbend = _clinic("Riverbend Clinic", "riverbend", "America/Chicago", OWNER, password)
        _clinic("Harbor Counseling", "harbor", "America/Los_Angeles", OTHER_OWNER, password)
        _staff(riverbend, password)
    _publish()
    if is_new:
        _assign()
        learners_who_gave_feedback(Course.objects.get(slug=COURSE), password)
    return is_new


def password_of_this_installation() -> str:
    """DEMO_PASSWORD, else a random one that is kept under var/ so that the next start can tell it again."""
    if chosen := settings.DEMO_PASSWORD:
        return str(chosen)
    path = settings.VAR_DIR / "demo_password"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(12))
        path.chmod(0o600)
    return path.read_text()


def _signing_key() -> None:
    if keys.self_check() is not None:
        publish_key(public_key=keys.make_private_key(keys.key_file()), is_demo=True, by=SYSTEM)


def _clinic(name: str, slug: str, time_zone: str, owner: Member, password: str) -> Organization:
    account = _account(owner, password)
    invited = create_organization(
        name=name,
        slug=slug,
        time_zone=time_zone,
        owner_name=owner.name,
        owner_email=owner.email,
        by=SYSTEM,
        is_demo=True,
    )
    return accept_invitation(token=invited.token, user=account).organization


def _account(member: Member, password: str) -> User:
    return create_account(
        email=member.email, password=password, legal_name=member.name, time_zone="America/Chicago", by=SYSTEM
    )


def _staff(organization: Organization, password: str) -> None:
    teams: dict[str, Team | None] = {"": None}
    for member in STAFF:
        if member.team not in teams:
            teams[member.team] = add_team(organization=organization, name=member.team, by=SYSTEM)
        team = teams[member.team]
        seat = add_member(
            organization=organization,
            name=member.name,
            work_email=member.email,
            job_title=member.job_title,
            team=team,
            started_on=timezone.localdate() - dt.timedelta(days=60),
            by=SYSTEM,
        )
        token = invite(membership=seat, by=SYSTEM).token
        accept_invitation(token=token, user=_account(member, password))
        if member.role:
            grant_role(membership=seat, role=member.role, team=team if member.role is Role.MANAGER else None, by=SYSTEM)


def _publish() -> None:
    folder = Path(settings.BASE_DIR) / "content" / COURSE
    provider = Organization.objects.get(slug="riverbend")
    try:
        publish_package(package=read_package(folder), slug=COURSE, provider=provider, by=SYSTEM)
    except (Unchanged, SlugTaken):
        return  # a clinic that was seeded before this one may have published it


def _assign() -> None:
    """What somebody asked for weeks ago: due soon of two people, and overdue of one, so that reminders go today."""
    organization = Organization.objects.get(slug="riverbend")
    today, now = today_in(organization), timezone.now()
    requirement = course_requirement(organization, Course.objects.get(slug=COURSE), SYSTEM)
    seats = {seat.name: seat for seat in Membership.objects.filter(organization=organization)}
    for name, due_in, asked in (("Joel Anand", 14, 30), ("Petra Marchetti", -8, 45), ("Theodora Brandt", 3, 30)):
        want = Want(seats[name], Terms(due_on=today + dt.timedelta(days=due_in)))
        oblige(requirement, [want], by=SYSTEM, at=now - dt.timedelta(days=asked))

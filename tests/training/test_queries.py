import datetime as dt
import uuid
from collections import Counter

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Leave, Membership, Organization, User
from certificates.models import Certificate, SigningKey, StatusChange
from enrollments.models import Enrollment
from tests.conftest import Clinic, expect_statements
from tests.properties import examples
from tests.training import build
from tests.training.build import NOW, UTC, seat_of
from tests.training.facts import any_facts, instants
from training.models import (
    Acknowledgement,
    AssignmentRule,
    Evidence,
    Extension,
    Obligation,
    ObligationSource,
    PartCourse,
    Requirement,
    RequirementPart,
    RequirementVersion,
    RuleVersion,
    SharedCompletion,
    Statement,
    Waiver,
)
from training.queries import (
    BOARD_ORDER,
    LISTED,
    PAGE_SIZE,
    BoardFilter,
    board_page,
    board_rows,
    due_for,
    employers_seeing,
    explained_obligations,
    facts_of,
    having_status,
    owed_by,
    status_counts,
    with_facts,
    with_status,
)
from training.rules import (
    FOREVER,
    NEVER_OVERDUE,
    Asked,
    Due,
    Facts,
    Part,
    PartKind,
    Proof,
    ProofKind,
    Source,
    Status,
    due_at,
    obligation_status,
)
from training.services import recount

#: One for each kind of fact, whatever the number of obligations; the policies' only where there are any.
FACTS_STATEMENTS = 11


class Stored:
    """Facts as rows: one requirement of the parts that the facts ask for, and everything that is known of them."""

    def __init__(self, told: Facts, organization: Organization) -> None:
        self.email = f"{uuid.uuid4().hex}@example.com"
        self.user = User.objects.create(email=self.email, password="!")
        self.seat = Membership.objects.create(
            organization=organization,
            user=self.user,
            name=self.email,
            work_email=self.email,
            started_on=told.started_on,
            ended_on=told.ended_on,
        )
        self.requirement = Requirement.objects.create(organization=organization)
        self.course = build.course(organization, slug=uuid.uuid4().hex)
        self.parts = self._asked(told)
        self.obligation = self._owed(told)
        self._sources(told)
        self._met(told)
        for absence in told.absences:
            # A second leave without an end cannot be stored, and counts no day: the first of them stands.
            open_ones = Leave.objects.filter(membership=self.seat, ends_on=None, cancelled_at=None)
            if absence.ends_on or absence.cancelled_at or not open_ones.exists():
                Leave.objects.create(
                    membership=self.seat,
                    starts_on=absence.starts_on,
                    ends_on=absence.ends_on,
                    recorded_at=absence.known_at,
                    recorded_by="system",
                    cancelled_at=absence.cancelled_at,
                )

    def _asked(self, told: Facts) -> dict[int, RequirementPart]:
        [asked] = told.asked
        version = RequirementVersion.objects.create(
            requirement=self.requirement,
            number=1,
            title="Everything",
            match=asked.match.value,
            published_at=asked.known_at,
            published_by="system",
        )
        parts = {
            part.id: RequirementPart.objects.create(
                version=version, position=part.id, kind=part.kind.value, title="Part", text="Words."
            )
            for part in asked.parts
        }
        if 1 in parts:
            PartCourse.objects.create(part=parts[1], course=self.course)
        return parts

    def _owed(self, told: Facts) -> Obligation:
        [first, *_] = told.sources
        due = due_at(first.due_on, told.zone)
        return Obligation.objects.create(
            membership=self.seat,
            requirement=self.requirement,
            assigned_at=told.assigned_at,
            assigned_by="system",
            zone=told.zone,
            due_on=first.due_on,
            due_at=due,
            overdue_at=due,
        )

    def _sources(self, told: Facts) -> None:
        for source in told.sources:
            ObligationSource.objects.create(
                obligation=self.obligation,
                rule_version=self._rule() if source.id != 1 else None,
                due_on=source.due_on,
                opens_on=source.opens_on,
                grace_days=source.grace_days,
                asked_at=source.known_at,
                asked_by="system",
                ended_at=source.ended_at,
            )
        for extension in told.extensions:
            Extension.objects.create(
                obligation=self.obligation,
                days=extension.days,
                reason="Because.",
                granted_at=extension.known_at,
                granted_by="system",
            )
        for waiver in told.waivers:
            Waiver.objects.create(
                obligation=self.obligation,
                reason="other",
                until_on=waiver.until_on,
                granted_at=waiver.known_at,
                granted_by="system",
                ended_at=waiver.ended_at,
                ended_by="system" if waiver.ended_at else "",
            )

    def _rule(self) -> RuleVersion:
        rule = AssignmentRule.objects.create(organization=self.seat.organization, requirement=self.requirement)
        return RuleVersion.objects.create(
            rule=rule, number=1, name="Rule", audience={}, anchor="assigned", published_by="system"
        )

    def _met(self, told: Facts) -> None:
        for completion in told.completions:
            taken = build.enrollment(self.user, self.course, completion.started_at, completion.completed_at)
            if completion.shared_at:
                SharedCompletion.objects.create(membership=self.seat, enrollment=taken, shared_at=completion.shared_at)
            if completion.revoked_at:
                _certificate(taken, completion.revoked_at)
        for proof in told.proofs:
            self._proof(proof)

    def _proof(self, proof: Proof) -> None:
        ended = {"withdrawn_at": proof.ended_at, "withdrawn_by": "system" if proof.ended_at else ""}
        match proof.kind:
            case ProofKind.STATEMENT:
                Statement.objects.filter(obligation=self.obligation, withdrawn_at=None).delete()
                Statement.objects.create(
                    obligation=self.obligation,
                    done_on=proof.done_on,
                    reason="Seen.",
                    stated_at=proof.known_at,
                    stated_by="system",
                    **ended,
                )
            case ProofKind.EVIDENCE:
                Evidence.objects.create(
                    membership=self.seat,
                    requirement=self.requirement,
                    title="Card",
                    issuer="Elsewhere",
                    done_on=proof.done_on,
                    expires_on=proof.expires_on,
                    submitted_at=proof.known_at,
                    submitted_by="somebody",
                    decided_at=proof.known_at,
                    decided_by="system",
                    decision="approved",
                    **ended,
                )
            case ProofKind.ACKNOWLEDGEMENT if proof.part in self.parts:
                Acknowledgement.objects.get_or_create(
                    obligation=self.obligation,
                    part=self.parts[proof.part],
                    defaults={"acknowledged_at": proof.known_at, "acknowledged_on": proof.done_on},
                )


def _certificate(taken: Enrollment, revoked_at: dt.datetime) -> None:
    key, _ = SigningKey.objects.get_or_create(kid="k", defaults={"public_key": "k"})
    certificate = Certificate.objects.create(
        code=uuid.uuid4().hex[:26], enrollment=taken, user=taken.user, payload="", signature="", key=key, template=1
    )
    StatusChange.objects.create(certificate=certificate, number=1, status="issued")
    StatusChange.objects.create(certificate=certificate, number=2, status="revoked", at=revoked_at, because="Wrong.")


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(any_facts(), min_size=1, max_size=3), known_at=instants, data=st.data())
def test_sql_says_what_the_rule_says(
    clinic: Clinic, told: list[Facts], known_at: dt.datetime, data: st.DataObject
) -> None:
    with transaction.atomic():
        mine = [Stored(one, clinic.organization).obligation.pk for one in told]
        recount(mine, known_at)
        owed = Obligation.objects.filter(pk__in=mine).select_related("membership")
        facts = facts_of(list(owed))
        for on in [known_at, *(known_at + dt.timedelta(days=number) for number in (1, 9, 40, 200))]:
            current = [one for one in owed if one.recheck_at is None or on < one.recheck_at]
            rule = {one.pk: obligation_status(facts[one.pk], on) for one in current}
            rows = Obligation.objects.filter(pk__in=rule)
            ranks = dict(with_status(rows, on).values_list("pk", "rank"))
            found = {status: set(having_status(rows, status, on).values_list("pk", flat=True)) for status in Status}
            counted = Counter(standing.status for standing in rule.values())

            assert {pk: BOARD_ORDER[rank] for pk, rank in ranks.items()} == {
                pk: standing.status for pk, standing in rule.items()
            }
            assert status_counts(rows, on) == {status: counted[status] for status in LISTED}
            assert found == {s: {pk for pk, standing in rule.items() if standing.status is s} for s in Status}
            assert {one.pk: one.due_on for one in current} == {pk: one.due.due_on for pk, one in rule.items()}
            assert {one.pk: one.overdue_at for one in current} == {
                pk: _overdue_from(facts[pk], standing.due) for pk, standing in rule.items()
            }
        transaction.set_rollback(True)


def _overdue_from(facts: Facts, due: Due) -> dt.datetime:
    """The day after the grace; never for one who left by then: within the grace, or before it on her due day."""
    if facts.ended_on is None or facts.ended_on > due.overdue_on:
        return due.overdue_at
    return FOREVER if facts.ended_on <= due.due_on else NEVER_OVERDUE


def test_facts_of_a_row_are_the_facts(clinic: Clinic, ana: User) -> None:
    course = build.course(clinic.organization)
    owed = build.obligation(seat_of(ana), course, dt.date(2026, 11, 12))
    version = RequirementVersion.objects.get()
    source = owed.sources.get()

    assert facts_of([owed])[owed.pk] == Facts(
        assigned_at=owed.assigned_at,
        zone="America/Chicago",
        started_on=dt.date(2026, 1, 5),
        asked=(
            Asked(
                known_at=version.published_at,
                parts=(Part(id=version.parts.get().pk, kind=PartKind.COURSE, courses=frozenset({course.pk})),),
            ),
        ),
        sources=(Source(id=source.pk, due_on=dt.date(2026, 11, 12), known_at=owed.assigned_at),),
    )


def test_facts_take_as_many_statements_for_one_as_for_thirty(clinic: Clinic) -> None:
    course = build.course(clinic.organization)
    owed = [build.obligation(seat, course, dt.date(2026, 11, 12)) for seat in people(clinic, 30)]

    for some in (owed[:1], owed):
        with expect_statements(FACTS_STATEMENTS):
            facts_of(some)


def test_with_facts_pairs_each_row_with_its_own(clinic: Clinic, board: list[Obligation]) -> None:
    pairs = list(with_facts(Obligation.objects.order_by("pk")))

    assert [one.pk for one, _ in pairs] == sorted(one.pk for one in board)
    assert all(facts.sources[0].due_on == one.due_on for one, facts in pairs)


def people(clinic: Clinic, number: int) -> list[Membership]:
    return Membership.objects.bulk_create(
        Membership(
            organization=clinic.organization,
            user=User.objects.create(email=f"p{n}@example.com", password="!"),
            name=f"Person {n:03}",
            work_email=f"p{n}@example.com",
            staff_number=f"S{n:03}",
            team=clinic.crisis_team if n % 2 else clinic.front_desk,
            started_on=dt.date(2026, 1, 5),
        )
        for n in range(number)
    )


def everybody(clinic: Clinic) -> QuerySet[Obligation]:
    return owed_by(Membership.objects.filter(organization=clinic.organization), NOW)


@pytest.fixture
def board(clinic: Clinic) -> list[Obligation]:
    """Sixty people: by turns overdue, due, done late and done."""
    course = build.course(clinic.organization)
    owed = []
    for n, seat in enumerate(people(clinic, 60)):
        due_on = dt.date(2026, 11, 1) + dt.timedelta(days=n // 4) if n % 4 != 1 else dt.date(2026, 12, 1)
        owed.append(build.obligation(seat, course, due_on))
        if n % 4 > 1:
            assert seat.user
            at = dt.datetime(2026, 11, 20, tzinfo=UTC) if n % 4 == 2 else dt.datetime(2026, 10, 20, tzinfo=UTC)
            build.enrollment(seat.user, course, at - dt.timedelta(days=1), at)
    build.count()
    return owed


def test_board_lists_overdue_first_and_each_status_by_due_date(clinic: Clinic, board: list[Obligation]) -> None:
    first = board_page(everybody(clinic), BoardFilter(), number=1, on=NOW)
    second = board_page(everybody(clinic), BoardFilter(), number=2, on=NOW)
    rows = first.rows + second.rows

    kinds = (Status.OVERDUE, Status.DUE, Status.DONE_LATE, Status.DONE)
    assert first.counts == {status: 15 if status in kinds else 0 for status in LISTED}
    assert (first.pages, len(first.rows), len(second.rows)) == (2, PAGE_SIZE, 10)
    assert {row.obligation for row in rows} == {one.public_id for one in board}
    assert [row.status for row in rows] == [status for status in kinds for _ in range(15)]
    assert [row.due_on for row in rows[:15]] == sorted(row.due_on for row in rows[:15])
    assert (rows[0].name, rows[0].days, rows[0].met) == ("Person 000", 21, None)


def test_board_beyond_its_last_page_shows_the_last(clinic: Clinic, board: list[Obligation]) -> None:
    assert board_page(everybody(clinic), BoardFilter(), number=99, on=NOW).number == 2
    assert board_page(everybody(clinic), BoardFilter(), number=-1, on=NOW).number == 1


@pytest.mark.parametrize(
    ("chosen", "number"),
    [
        (BoardFilter(status=Status.OVERDUE), 15),
        (BoardFilter(search="person 00"), 10),
        (BoardFilter(search="P7@"), 1),
        (BoardFilter(search="s05"), 10),
        (BoardFilter(search="50%"), 0),
        (BoardFilter(requirement=uuid.UUID(int=7)), 0),
        (BoardFilter(status=Status.DUE, search="Person 001"), 1),
    ],
)
def test_board_filters_page_and_export_alike(
    clinic: Clinic, board: list[Obligation], chosen: BoardFilter, number: int
) -> None:
    page = board_page(everybody(clinic), chosen, number=1, on=NOW)
    exported = list(board_rows(everybody(clinic), chosen, NOW))

    assert len(exported) == number
    assert len(page.rows) == min(number, PAGE_SIZE)
    assert {row.obligation for row in page.rows} <= {row.obligation for row in exported}


def test_board_of_one_team(clinic: Clinic, board: list[Obligation]) -> None:
    page = board_page(everybody(clinic), BoardFilter(team=clinic.crisis_team.pk), number=1, on=NOW)

    assert {row.team for row in page.rows} == {"Crisis team"}
    assert page.total == 30


def test_counts_take_one_statement(clinic: Clinic, board: list[Obligation]) -> None:
    with expect_statements(1):
        status_counts(everybody(clinic), NOW)


def test_export_takes_two_statements_whatever_its_size(clinic: Clinic, board: list[Obligation]) -> None:
    with expect_statements(2):
        assert len(list(board_rows(everybody(clinic), BoardFilter(), NOW))) == 60


def test_people_who_left_and_obligations_to_come_are_not_on_the_board(clinic: Clinic, ana: User, cody: User) -> None:
    course = build.course(clinic.organization)
    build.obligation(seat_of(ana), course, dt.date(2026, 11, 12))
    build.obligation(seat_of(cody), course, dt.date(2026, 12, 1), assigned_at=NOW + dt.timedelta(days=1))
    Membership.objects.filter(user=ana).update(ended_on=dt.date(2026, 11, 22))
    build.count()

    assert list(everybody(clinic)) == []


def test_completion_before_the_seat_is_seen_only_when_shared(clinic: Clinic, ana: User) -> None:
    course = build.course(clinic.organization)
    build.obligation(seat_of(ana), course, dt.date(2026, 12, 12))
    early = dt.datetime(2025, 11, 1, tzinfo=UTC)
    taken = build.enrollment(ana, course, early, early)

    [private] = explained_obligations(seat_of(ana), NOW)
    SharedCompletion.objects.create(membership=seat_of(ana), enrollment=taken, shared_at=NOW)
    [shared] = explained_obligations(seat_of(ana), NOW)

    assert (private.row.met, private.standing.status) == (None, Status.DUE)
    assert shared.row.met is not None
    assert (shared.row.met.completed_on, shared.standing.status) == (dt.date(2025, 11, 1), Status.DONE)


def test_due_for_lists_what_each_organization_asks(clinic: Clinic, ana: User, cody: User) -> None:
    strangers, privacy = build.course(clinic.organization), build.course(clinic.organization, "privacy", "Privacy")
    build.obligation(seat_of(ana), privacy, dt.date(2026, 12, 24))
    build.obligation(seat_of(ana), strangers, dt.date(2026, 11, 12))
    build.obligation(seat_of(cody), strangers, dt.date(2026, 11, 12))

    rows = due_for(ana, NOW)

    assert [(row.organization, row.course_slug, row.title, row.status, row.days) for row in rows] == [
        ("Riverbend Clinic", "strangers", "Strangers, screens", Status.OVERDUE, 10),
        ("Riverbend Clinic", "privacy", "Privacy", Status.DUE, 32),
    ]


def test_employers_seeing_tells_who_asks(clinic: Clinic, ana: User, vera: User) -> None:
    strangers, privacy = build.course(clinic.organization), build.course(clinic.organization, "privacy", "Privacy")
    build.obligation(seat_of(ana), strangers, dt.date(2026, 12, 24))

    assert [(one.name, one.asks) for one in employers_seeing(ana, strangers, NOW)] == [("Riverbend Clinic", True)]
    assert [(one.name, one.asks) for one in employers_seeing(ana, privacy, NOW)] == [("Riverbend Clinic", False)]
    assert employers_seeing(vera, strangers, NOW) == []


def test_counts_keep_the_seats_of_one_person_apart(clinic: Clinic, ana: User, charlie: User) -> None:
    course = build.course(clinic.organization)
    harbor = Organization.objects.get(slug="harbor")
    there = Membership.objects.create(
        organization=harbor, user=ana, name="Ana", work_email="ana@harbor.example", started_on=dt.date(2026, 11, 1)
    )
    here_owed = build.obligation(seat_at(clinic.organization, ana), course, dt.date(2026, 12, 1))
    there_owed = build.obligation(there, course, dt.date(2026, 11, 5))
    begun = dt.datetime(2026, 10, 1, tzinfo=UTC)
    build.enrollment(ana, course, begun, dt.datetime(2026, 10, 2, tzinfo=UTC))
    build.enrollment(ana, course, begun, dt.datetime(2026, 10, 3, tzinfo=UTC))

    build.count()

    counts = {one: status_counts(Obligation.objects.filter(pk=one.pk), NOW) for one in (here_owed, there_owed)}

    assert [status for status, number in counts[here_owed].items() if number] == [Status.DONE]
    assert [status for status, number in counts[there_owed].items() if number] == [Status.OVERDUE]
    assert status_counts(Obligation.objects.all(), NOW)[Status.DONE] == 1


def seat_at(organization: Organization, user: User) -> Membership:
    return Membership.objects.get(organization=organization, user=user)

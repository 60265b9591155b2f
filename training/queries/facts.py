"""The facts of obligations, as the pure rules want them: a fixed number of statements, however many obligations."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Leave, Membership
from certificates.models import CertificateStatus, StatusChange
from enrollments.models import Enrollment
from training.models import (
    Acknowledgement,
    Decision,
    Evidence,
    Extension,
    Obligation,
    ObligationSource,
    PartKinds,
    RequirementPart,
    RequirementVersion,
    SharedCompletion,
    Statement,
    Waiver,
)
from training.rules import (
    Absence,
    Asked,
    Completion,
    Facts,
    Match,
    Part,
    PartKind,
    Proof,
    ProofKind,
    Source,
)
from training.rules import Extension as MoreDays
from training.rules import Waiver as Waived

#: Enough for one set of statements, and few enough to keep memory flat.
CHUNK = 1000

Row = TypeVar("Row")


def facts_of(obligations: Sequence[Obligation]) -> dict[int, Facts]:
    """The facts of each obligation, by its id. Give them with `membership` selected, at most `CHUNK` at once."""
    if not obligations:
        return {}
    found = _Found.of(obligations)
    return {obligation.pk: _facts(obligation, found) for obligation in obligations}


def with_facts(obligations: QuerySet[Obligation]) -> Iterator[tuple[Obligation, Facts]]:
    """Each obligation with its facts, in the queryset's order, in flat memory."""
    for chunk in chunks(obligations.select_related("membership").iterator(chunk_size=CHUNK)):
        facts = facts_of(chunk)
        for obligation in chunk:
            yield obligation, facts[obligation.pk]


def chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """The rows in lists of `CHUNK` at most."""
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


@dataclass(frozen=True, slots=True)
class _Found:
    """Rows of all the obligations, by what they belong to."""

    asked: dict[int, tuple[Asked, ...]]
    policies: dict[int, dict[str, list[int]]]
    sources: dict[int, list[Source]]
    extensions: dict[int, list[MoreDays]]
    waivers: dict[int, list[Waived]]
    absences: dict[int, list[Absence]]
    completions: dict[tuple[int, int], list[Completion]]
    proofs: dict[int, list[Proof]]
    evidence: dict[tuple[int, int], list[Proof]]
    acknowledged: dict[int, list[tuple[str, Proof]]]

    @classmethod
    def of(cls, obligations: Sequence[Obligation]) -> "_Found":
        pks = [obligation.pk for obligation in obligations]
        requirements = {obligation.requirement_id for obligation in obligations}
        seats = {obligation.membership_id for obligation in obligations}
        asked, policies = asked_versions(requirements)
        courses = {
            course for each in asked.values() for version in each for part in version.parts for course in part.courses
        }
        return cls(
            asked=asked,
            policies=policies,
            sources=_sources(pks),
            extensions=_extensions(pks),
            waivers=_waivers(pks),
            absences=_absences(seats),
            completions=completions_of({one.membership_id: one.membership for one in obligations}.values(), courses),
            proofs=_statements(pks),
            evidence=_evidence(requirements, seats),
            acknowledged=_acknowledged(pks) if policies else {},
        )


def _facts(obligation: Obligation, found: _Found) -> Facts:
    seat, pk = obligation.membership, obligation.pk
    asked = found.asked[obligation.requirement_id]
    return Facts(
        assigned_at=obligation.assigned_at,
        zone=obligation.zone,
        started_on=seat.started_on,
        ended_on=seat.ended_on,
        asked=asked,
        sources=tuple(found.sources[pk]),
        completions=tuple(
            completion
            for course in sorted({course for each in asked for part in each.parts for course in part.courses})
            for completion in found.completions.get((seat.pk, course), ())
        ),
        proofs=tuple(_proofs(obligation, asked, found)),
        extensions=tuple(found.extensions.get(pk, ())),
        waivers=tuple(found.waivers.get(pk, ())),
        absences=tuple(found.absences.get(seat.pk, ())),
    )


def _proofs(obligation: Obligation, asked: Iterable[Asked], found: _Found) -> Iterator[Proof]:
    yield from found.proofs.get(obligation.pk, ())
    handed_in = found.evidence.get((obligation.membership_id, obligation.requirement_id), ())
    for version in asked:
        for part in version.parts:
            if part.kind is PartKind.EVIDENCE:
                yield from (_for_part(proof, part.id) for proof in handed_in)
    # The same words in a later version need no second signature; other words do.
    by_text = found.policies.get(obligation.requirement_id, {})
    for text, proof in found.acknowledged.get(obligation.pk, ()):
        yield from (_for_part(proof, part) for part in by_text.get(text, ()))


def _for_part(proof: Proof, part: int) -> Proof:
    return Proof(
        kind=proof.kind,
        done_on=proof.done_on,
        known_at=proof.known_at,
        part=part,
        ended_at=proof.ended_at,
        expires_on=proof.expires_on,
        id=proof.id,
    )


def asked_versions(requirements: Iterable[int]) -> tuple[dict[int, tuple[Asked, ...]], dict[int, dict[str, list[int]]]]:
    """The versions of each requirement, and the parts with each policy's words."""
    parts: dict[int, list[RequirementPart]] = defaultdict(list)
    policies: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = RequirementPart.objects.filter(version__requirement__in=requirements).select_related("version")
    for part in rows.prefetch_related("courses"):
        parts[part.version_id].append(part)
        if part.kind == PartKinds.POLICY:
            policies[part.version.requirement_id][part.text].append(part.pk)
    asked: dict[int, list[Asked]] = defaultdict(list)
    for version in RequirementVersion.objects.filter(requirement__in=requirements):
        asked[version.requirement_id].append(_version(version, parts[version.pk]))
    return {pk: tuple(versions) for pk, versions in asked.items()}, policies


def _version(version: RequirementVersion, parts: Iterable[RequirementPart]) -> Asked:
    return Asked(
        known_at=version.published_at,
        match=Match(version.match),
        holds_for_open=version.holds_for_open,
        parts=tuple(
            Part(id=part.pk, kind=PartKind(part.kind), courses=frozenset(each.course_id for each in part.courses.all()))
            for part in parts
        ),
    )


def _sources(obligations: Sequence[int]) -> dict[int, list[Source]]:
    found: dict[int, list[Source]] = defaultdict(list)
    for row in ObligationSource.objects.filter(obligation__in=obligations):
        source = Source(
            id=row.pk,
            due_on=row.due_on,
            opens_on=row.opens_on,
            grace_days=row.grace_days,
            known_at=row.asked_at,
            ended_at=row.ended_at,
        )
        found[row.obligation_id].append(source)
    return found


def _extensions(obligations: Sequence[int]) -> dict[int, list[MoreDays]]:
    found: dict[int, list[MoreDays]] = defaultdict(list)
    for row in Extension.objects.filter(obligation__in=obligations):
        found[row.obligation_id].append(MoreDays(days=row.days, known_at=row.granted_at))
    return found


def _waivers(obligations: Sequence[int]) -> dict[int, list[Waived]]:
    found: dict[int, list[Waived]] = defaultdict(list)
    for row in Waiver.objects.filter(obligation__in=obligations):
        waived = Waived(known_at=row.granted_at, until_on=row.until_on, ended_at=row.ended_at)
        found[row.obligation_id].append(waived)
    return found


def _absences(seats: Iterable[int]) -> dict[int, list[Absence]]:
    found: dict[int, list[Absence]] = defaultdict(list)
    for row in Leave.objects.filter(membership__in=seats):
        absence = Absence(
            starts_on=row.starts_on, ends_on=row.ends_on, known_at=row.recorded_at, cancelled_at=row.cancelled_at
        )
        found[row.membership_id].append(absence)
    return found


def completions_of(people: Iterable[Membership], courses: Iterable[int]) -> dict[tuple[int, int], list[Completion]]:
    """Every completion of these courses by these people, by seat and course; the rule decides which of them count."""
    seats_of: dict[int, set[int]] = defaultdict(set)
    for membership in people:
        if membership.user_id is not None:
            seats_of[membership.user_id].add(membership.pk)
    seats = [seat for mine in seats_of.values() for seat in mine]
    rows = SharedCompletion.objects.filter(membership__in=seats)
    shared = {(row.membership_id, row.enrollment_id): row.shared_at for row in rows}
    found: dict[tuple[int, int], list[Completion]] = defaultdict(list)
    for row in _completed(seats_of, courses):
        for seat in seats_of[row["user"]]:
            completion = Completion(
                id=row["pk"],
                course=row["course"],
                started_at=row["started_at"],
                completed_at=row["completed_at"],
                completed_on=row["completed_on"],
                shared_at=shared.get((seat, row["pk"])),
                revoked_at=row["revoked_at"],
            )
            found[seat, row["course"]].append(completion)
    return found


def _completed(users: Iterable[int], courses: Iterable[int]) -> QuerySet[Any, Any]:
    revoked = StatusChange.objects.filter(
        certificate__enrollment=OuterRef("pk"),
        certificate__replacement__isnull=True,
        status=CertificateStatus.REVOKED,
    )
    taken = Enrollment.objects.filter(user__in=list(users), course__in=list(courses), completed_at__isnull=False)
    return taken.annotate(revoked_at=Subquery(revoked.values("at")[:1])).values(
        "pk", "user", "course", "started_at", "completed_at", "completed_on", "revoked_at"
    )


def _statements(obligations: Sequence[int]) -> dict[int, list[Proof]]:
    """Statements that stand: those that need no second person, and those that one confirmed."""
    found: dict[int, list[Proof]] = defaultdict(list)
    stand = Q(needs_second=False) | Q(is_confirmed=True)
    for row in Statement.objects.filter(stand, obligation__in=obligations):
        proof = Proof(
            kind=ProofKind.STATEMENT,
            id=row.pk,
            done_on=row.done_on,
            known_at=row.decided_at or row.stated_at,
            ended_at=row.withdrawn_at,
        )
        found[row.obligation_id].append(proof)
    return found


def _evidence(requirements: Iterable[int], seats: Iterable[int]) -> dict[tuple[int, int], list[Proof]]:
    found: dict[tuple[int, int], list[Proof]] = defaultdict(list)
    rows = Evidence.objects.filter(requirement__in=requirements, membership__in=seats, decision=Decision.APPROVED)
    for row in rows:
        assert row.decided_at is not None
        proof = Proof(
            kind=ProofKind.EVIDENCE,
            id=row.pk,
            done_on=row.done_on,
            known_at=row.decided_at,
            ended_at=row.withdrawn_at,
            expires_on=row.expires_on,
        )
        found[row.membership_id, row.requirement_id].append(proof)
    return found


def _acknowledged(obligations: Sequence[int]) -> dict[int, list[tuple[str, Proof]]]:
    found: dict[int, list[tuple[str, Proof]]] = defaultdict(list)
    for row in Acknowledgement.objects.filter(obligation__in=obligations).select_related("part"):
        proof = Proof(
            kind=ProofKind.ACKNOWLEDGEMENT, id=row.pk, done_on=row.acknowledged_on, known_at=row.acknowledged_at
        )
        found[row.obligation_id].append((row.part.text, proof))
    return found

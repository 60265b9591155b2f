"""Every constraint of training, violated."""

import datetime as dt
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from courses.models import Course
from tests.conftest import Clinic
from tests.training import build
from tests.training.build import NOW, seat_of
from training.models import (
    Acknowledgement,
    AssignmentRule,
    CountedTo,
    Evidence,
    EvidenceFile,
    Extension,
    Obligation,
    ObligationSource,
    PartCourse,
    Preview,
    Report,
    ReportPiece,
    Requirement,
    RequirementPart,
    RequirementVersion,
    RuleVersion,
    SavedView,
    Statement,
    TrainingPolicy,
    Waiver,
)

DAY = dt.date(2026, 11, 12)
EARLIER, LATER = NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=1)


@contextmanager
def violates(name: str) -> Any:
    """SQLite names a check by its constraint and a unique key by its columns; PostgreSQL names both."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    if connection.vendor == "postgresql" or "CHECK" in str(caught.value):
        assert name in str(caught.value)


@pytest.fixture
def owed(course: Course, ana: User) -> Obligation:
    return build.obligation(seat_of(ana), course, DAY)


@pytest.fixture
def version(owed: Obligation) -> RequirementVersion:
    return RequirementVersion.objects.get()


@pytest.fixture
def rule(owed: Obligation) -> AssignmentRule:
    requirement = owed.requirement
    return AssignmentRule.objects.create(organization=requirement.organization, requirement=requirement)


def rule_version(rule: AssignmentRule, **values: Any) -> RuleVersion:
    facts = {"rule": rule, "number": 1, "name": "All", "audience": {}, "anchor": "assigned", "published_by": "system"}
    return RuleVersion.objects.create(**(facts | values))


def test_requirement(clinic: Clinic, course: Course, owed: Obligation) -> None:
    with violates("one_open_requirement_for_each_course"):
        Requirement.objects.create(organization=clinic.organization, course=course)
    with violates("requirement_retired_after_it_was_made"):
        Requirement.objects.create(organization=clinic.organization, created_at=NOW, retired_at=EARLIER)
    Requirement.objects.create(organization=clinic.organization)
    Requirement.objects.create(organization=clinic.organization)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("requirement_version_number_unique", {"number": 1}),
        ("requirement_match_known", {"match": "some"}),
        ("requirement_has_a_title", {"title": ""}),
    ],
)
def test_requirement_version(version: RequirementVersion, name: str, values: dict[str, Any]) -> None:
    facts = {"requirement": version.requirement, "number": 2, "title": "More", "published_by": "system"}
    with violates(name):
        RequirementVersion.objects.create(**(facts | values))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("part_position_unique_in_version", {"position": 1}),
        ("part_kind_known", {"kind": "song"}),
        ("policy_and_evidence_have_a_title", {"title": ""}),
        ("policy_has_a_text", {"text": ""}),
    ],
)
def test_requirement_part(version: RequirementVersion, name: str, values: dict[str, Any]) -> None:
    facts = {"version": version, "position": 2, "kind": "policy", "title": "Phones", "text": "Not in the room."}
    with violates(name):
        RequirementPart.objects.create(**(facts | values))


def test_evidence_part_comes_once(version: RequirementVersion) -> None:
    RequirementPart.objects.create(version=version, position=2, kind="evidence", title="Card")
    with violates("one_kind_of_evidence_for_each_version"):
        RequirementPart.objects.create(version=version, position=3, kind="evidence", title="Other card")


def test_part_course(clinic: Clinic, course: Course, version: RequirementVersion) -> None:
    part, other = version.parts.get(), build.course(clinic.organization, "other")
    with violates("course_once_in_a_part"):
        PartCourse.objects.create(part=part, course=course, is_equivalent=True)
    with violates("one_course_asked_for_in_a_part"):
        PartCourse.objects.create(part=part, course=other)
    PartCourse.objects.create(part=part, course=other, is_equivalent=True)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rule_version_number_unique", {"number": 1}),
        ("rule_anchor_known", {"anchor": "birth"}),
        ("rule_recurrence_known", {"recurrence": "often"}),
        ("rule_has_a_day_when_fixed", {"anchor": "fixed"}),
        ("rule_has_a_day_when_fixed", {"fixed_on": DAY}),
        ("rule_comes_back_later", {"every_months": 0}),
        ("rule_day_is_in_a_calendar", {"calendar_month": 13}),
    ],
)
def test_rule_version(rule: AssignmentRule, name: str, values: dict[str, Any]) -> None:
    rule_version(rule)
    with violates(name):
        rule_version(rule, **({"number": 2} | values))


def test_rule(rule: AssignmentRule) -> None:
    with violates("rule_retired_after_it_was_made"):
        AssignmentRule.objects.filter(pk=rule.pk).update(retired_at=rule.created_at - dt.timedelta(days=1))


def test_preview(clinic: Clinic) -> None:
    with violates("preview_confirmed_after_it_was_made"):
        Preview.objects.create(
            organization=clinic.organization,
            act="rule",
            request={},
            counts={},
            digest="",
            made_by="system",
            made_at=NOW,
            confirmed_at=EARLIER,
        )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("periods_start_at_one", {"period": 0}),
        ("grace_comes_after_the_due_day", {"overdue_at": EARLIER, "due_at": NOW}),
        ("met_has_instant_day_and_kind", {"met_at": NOW}),
        ("met_has_instant_day_and_kind", {"met_on": DAY, "met_at": NOW}),
        ("obligation_away_from_and_until", {"away_from": NOW, "away_until": EARLIER}),
        ("obligation_away_from_and_until", {"away_from": NOW}),
        ("series_begins_on_a_day_of_the_month", {"day_of_month": 32}),
    ],
)
def test_obligation(owed: Obligation, name: str, values: dict[str, Any]) -> None:
    with violates(name):
        Obligation.objects.filter(pk=owed.pk).update(**values)


def test_obligation_once_a_period(owed: Obligation, course: Course) -> None:
    with violates("one_obligation_for_each_period"):
        build.obligation(owed.membership, course, DAY)


def test_source(owed: Obligation, rule: AssignmentRule) -> None:
    facts: dict[str, Any] = {"obligation": owed, "due_on": DAY, "asked_by": "system", "asked_at": NOW}
    make = ObligationSource.objects.create
    version = rule_version(rule)
    with violates("people_ask_once"):
        make(**facts)
    with violates("source_ends_after_it_asks"):
        make(**facts, rule_version=version, ended_at=EARLIER)
    with violates("source_opens_before_it_is_due"):
        make(**facts, rule_version=version, opens_on=DAY + dt.timedelta(days=1))
    make(**facts, rule_version=version)
    with violates("a_rule_asks_once"):
        make(**facts, rule_version=version)
    make(**facts, rule_version=version, ended_at=LATER)


def test_extension(owed: Obligation) -> None:
    facts: dict[str, Any] = {"obligation": owed, "granted_by": "system"}
    with violates("extension_adds_days"):
        Extension.objects.create(**facts, days=0, reason="None")
    with violates("extension_gives_a_reason"):
        Extension.objects.create(**facts, days=1, reason="")


def test_waiver(owed: Obligation) -> None:
    facts: dict[str, Any] = {"obligation": owed, "granted_by": "system", "granted_at": NOW}
    with violates("waiver_reason_known"):
        Waiver.objects.create(**facts, reason="ill")
    with violates("waiver_ended_by_somebody"):
        Waiver.objects.create(**facts, reason="other", ended_at=LATER)
    Waiver.objects.create(**facts, reason="other")
    with violates("one_lasting_waiver_for_each_obligation"):
        Waiver.objects.create(**facts, reason="other")
    Waiver.objects.create(**facts, reason="other", until_on=DAY)


def test_acknowledgement(owed: Obligation, version: RequirementVersion) -> None:
    part = version.parts.get()
    Acknowledgement.objects.create(obligation=owed, part=part, acknowledged_on=DAY)
    with violates("policy_acknowledged_once"):
        Acknowledgement.objects.create(obligation=owed, part=part, acknowledged_on=DAY)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("statement_gives_a_reason", {"reason": ""}),
        ("statement_decided_by_somebody", {"decided_at": NOW}),
        ("statement_decided_by_somebody", {"is_confirmed": True}),
        ("statement_decided_by_a_second_person", {"decided_at": NOW, "is_confirmed": True, "decided_by": "omar"}),
        ("statement_withdrawn_by_somebody", {"withdrawn_at": NOW}),
    ],
)
def test_statement(owed: Obligation, name: str, values: dict[str, Any]) -> None:
    facts = {"obligation": owed, "done_on": DAY, "reason": "Seen.", "stated_by": "omar"}
    with violates(name):
        Statement.objects.create(**(facts | values))


def test_statement_stands_once(owed: Obligation) -> None:
    facts: dict[str, Any] = {"obligation": owed, "done_on": DAY, "reason": "Seen.", "stated_by": "omar"}
    Statement.objects.create(**facts, withdrawn_at=NOW, withdrawn_by="omar")
    Statement.objects.create(**facts, is_confirmed=False, decided_at=NOW, decided_by="nina")
    Statement.objects.create(**facts)
    with violates("one_standing_statement_for_each_obligation"):
        Statement.objects.create(**facts)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("evidence_has_title_and_issuer", {"issuer": ""}),
        ("evidence_expires_later", {"expires_on": DAY}),
        ("evidence_hours_are_some", {"hours": 0}),
        ("evidence_decided_by_somebody", {"decided_at": NOW}),
        ("evidence_decided_by_somebody", {"decided_at": NOW, "decided_by": "omar", "decision": "perhaps"}),
        (
            "evidence_decided_by_a_second_person",
            {"decided_at": NOW, "decided_by": "ana", "decision": "approved"},
        ),
        ("rejection_gives_a_reason", {"decided_at": NOW, "decided_by": "omar", "decision": "rejected"}),
        ("evidence_withdrawn_by_somebody", {"withdrawn_at": NOW}),
    ],
)
def test_evidence(owed: Obligation, name: str, values: dict[str, Any]) -> None:
    with violates(name):
        evidence(owed, **values)


def evidence(owed: Obligation, **values: Any) -> Evidence:
    facts = {
        "membership": owed.membership,
        "requirement": owed.requirement,
        "title": "Card",
        "issuer": "Red Cross",
        "done_on": DAY,
        "submitted_by": "ana",
    }
    return Evidence.objects.create(**(facts | values))


def test_evidence_file(owed: Obligation) -> None:
    with violates("evidence_file_is_not_empty"):
        EvidenceFile.objects.create(
            evidence=evidence(owed), name="a.pdf", media_type="application/pdf", sha256="0", size=0, content=b""
        )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("quiet_hours_are_hours_of_a_day", {"quiet_from": 24}),
        ("quiet_hours_leave_some", {"quiet_from": 8, "quiet_until": 8}),
        ("digest_comes_on_a_weekday", {"digest_weekday": 7}),
    ],
)
def test_policy(clinic: Clinic, name: str, values: dict[str, Any]) -> None:
    with violates(name):
        TrainingPolicy.objects.create(organization=clinic.organization, **values)


def test_saved_view(clinic: Clinic, omar: User) -> None:
    facts: dict[str, Any] = {"organization": clinic.organization, "user": omar, "page": "obligations"}
    with violates("view_has_a_name"):
        SavedView.objects.create(**facts, name="")
    SavedView.objects.create(**facts, name="Late")
    with violates("view_name_unique_for_person"):
        SavedView.objects.create(**facts, name="Late")


def test_report(clinic: Clinic, omar: User) -> None:
    facts: dict[str, Any] = {"organization": clinic.organization, "asked_by": omar, "kind": "roster", "as_of": NOW}
    with violates("report_finished_with_a_file_or_a_reason"):
        Report.objects.create(**facts, finished_at=NOW)
    report = Report.objects.create(**facts)
    ReportPiece.objects.create(report=report, number=1, content=b"a")
    with violates("report_piece_number_unique"):
        ReportPiece.objects.create(report=report, number=1, content=b"b")


def test_counted_to_is_kept_once_by_name(db: None) -> None:
    CountedTo.objects.create(name="facts", at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CountedTo.objects.create(name="facts", at=NOW)


Change = Callable[[], object]


def test_what_was_asked_and_granted_never_changes(owed: Obligation, version: RequirementVersion, rule: Any) -> None:
    rule_version(rule)
    Extension.objects.create(obligation=owed, days=1, reason="More.", granted_by="system")
    Acknowledgement.objects.create(obligation=owed, part=version.parts.get(), acknowledged_on=DAY)
    changes: list[Change] = [
        lambda: RequirementVersion.objects.update(title="Other"),
        lambda: RequirementPart.objects.update(text="Other"),
        lambda: PartCourse.objects.update(is_equivalent=True),
        lambda: RuleVersion.objects.update(name="Other"),
        lambda: Extension.objects.update(days=9),
        lambda: Acknowledgement.objects.update(acknowledged_on=DAY),
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()

"""Acts upon obligations: more time, waivers, statements, releases, one by one and many at once."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.services.access import NotAllowed
from audit.models import AuditEvent, Outcome
from audit.queries import faults_of
from courses.models import Course
from tests.conftest import Clinic, expect_statements, person, seat
from tests.training import build
from tests.training.build import NOW, seat_of
from tests.training.facts import any_facts
from training.models import Extension, Obligation, ObligationSource, Preview, Statement, TrainingPolicy, Waiver
from training.models import WaiverReason as Reason
from training.queries import BOARD_ORDER, facts_of, with_status
from training.rules import (
    Act,
    Fault,
    Obstacle,
    Plan,
    Situation,
    Status,
    StepCode,
    foreseen,
    obligation_status,
)
from training.rules import Extension as MoreDays
from training.services import (
    MOST_AT_ONCE,
    AlreadyDecided,
    FactsMoved,
    NothingChosen,
    NotPossible,
    OwnObligation,
    Policy,
    SamePerson,
    TooManyChosen,
    UnfitPolicy,
    UnfitTerms,
    confirm_act,
    confirm_statement,
    end_waiver,
    extend_obligation,
    preview_act,
    reject_statement,
    release_obligation,
    state_completion,
    update_policy,
    waive_obligation,
    withdraw_statement,
)

pytestmark = pytest.mark.usefixtures("on_a_day")

DUE = dt.date(2026, 11, 12)


@pytest.fixture
def overdue(course: Course, ana: User) -> Obligation:
    """ana is ten days overdue."""
    made = build.obligation(seat_of(ana), course, DUE)
    build.count()
    return made


def status_of(obligation: Obligation) -> Status:
    """By the columns, which must say what the facts say."""
    [row] = with_status(Obligation.objects.filter(pk=obligation.pk), NOW)
    [read] = Obligation.objects.filter(pk=obligation.pk).select_related("membership")
    standing = obligation_status(facts_of([read])[read.pk], NOW)
    assert BOARD_ORDER[row.rank] is standing.status
    assert row.due_on == standing.due.due_on
    return standing.status


def events(action: str) -> list[tuple[str, str]]:
    found = AuditEvent.objects.filter(action=action).order_by("sequence")
    return [(event.outcome, event.details.get("because", "")) for event in found]


# --- more time


def test_extension_moves_the_day_and_is_on_record(overdue: Obligation, omar: User) -> None:
    extend_obligation(obligation=overdue, days=30, reason="Course was down", by=omar)

    overdue.refresh_from_db()
    assert (overdue.due_on, status_of(overdue)) == (dt.date(2026, 12, 12), Status.DUE)
    event = AuditEvent.objects.get(action="obligation.extended")
    assert (event.actor, event.object_id) == (str(omar.public_id), str(overdue.public_id))
    assert event.details == {"terms": {"days": 30}}


def test_extensions_add_up_whatever_their_order(overdue: Obligation, omar: User) -> None:
    for days in (3, 40, 1):
        extend_obligation(obligation=overdue, days=days, reason="More time", by=omar)

    overdue.refresh_from_db()
    assert overdue.due_on == DUE + dt.timedelta(days=44)


@pytest.mark.parametrize("days", [0, -1, 731])
def test_extension_of_no_days_or_too_many_is_refused(overdue: Obligation, omar: User, days: int) -> None:
    with pytest.raises(UnfitTerms) as refusal:
        extend_obligation(obligation=overdue, days=days, reason="x", by=omar)

    assert refusal.value.fault is Fault.DAYS
    assert Extension.objects.count() == 0
    assert events("obligation.extended") == [(Outcome.REFUSED, "UnfitTerms")]


# Facts take long to draw on a machine that is busy; that says nothing of the rule.
unhurried = settings(suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(facts=any_facts(), days=st.lists(st.integers(1, 90), min_size=1, max_size=4), data=st.data())
def test_extensions_never_move_a_day_earlier_and_know_no_order(facts: Any, days: list[int], data: Any) -> None:
    on = data.draw(st.sampled_from([source.known_at for source in facts.sources]))
    more = [MoreDays(days=each, known_at=on) for each in days]
    shuffled = data.draw(st.permutations(more))

    before = obligation_status(facts, on).due
    after = obligation_status(replace(facts, extensions=(*facts.extensions, *more)), on).due
    other = obligation_status(replace(facts, extensions=(*shuffled, *facts.extensions)), on).due

    assert after.due_on > before.due_on
    assert after.due_at > before.due_at
    assert after == other


# --- waivers


def test_waiver_for_good_is_waived_and_never_done(overdue: Obligation, omar: User) -> None:
    waive_obligation(obligation=overdue, reason=Reason.NOT_IN_ROLE, by=omar)

    assert status_of(overdue) is Status.WAIVED
    overdue.refresh_from_db()
    assert overdue.met_at is None
    assert AuditEvent.objects.get(action="obligation.waived").details == {
        "terms": {"reason": "not_in_role", "until_on": None}
    }


def test_waiver_until_a_day_ends_with_it(overdue: Obligation, omar: User) -> None:
    waive_obligation(obligation=overdue, reason=Reason.UNAVAILABLE, until_on=dt.date(2026, 11, 30), by=omar)

    [read] = Obligation.objects.select_related("membership")
    facts = facts_of([read])[read.pk]
    midnight = dt.datetime(2026, 12, 1, 6, tzinfo=dt.UTC)
    before = obligation_status(facts, midnight - dt.timedelta(seconds=1))
    assert (before.status, obligation_status(facts, midnight).status) == (Status.WAIVED, Status.OVERDUE)


def test_waiver_until_a_day_that_is_over_is_refused(overdue: Obligation, omar: User) -> None:
    with pytest.raises(UnfitTerms) as refusal:
        waive_obligation(obligation=overdue, reason=Reason.OTHER, until_on=dt.date(2026, 11, 21), by=omar)

    assert refusal.value.fault is Fault.DAY_OVER


def test_waiver_that_adds_nothing_is_refused_and_a_longer_one_is_not(overdue: Obligation, omar: User) -> None:
    waive_obligation(obligation=overdue, reason=Reason.OTHER, until_on=dt.date(2026, 12, 1), by=omar)
    with pytest.raises(NotPossible) as refusal:
        waive_obligation(obligation=overdue, reason=Reason.OTHER, until_on=dt.date(2026, 12, 1), by=omar)
    assert refusal.value.obstacle is Obstacle.WAIVED

    waive_obligation(obligation=overdue, reason=Reason.OTHER, by=omar)

    assert Waiver.objects.count() == 2


def test_ended_waiver_asks_again_once(overdue: Obligation, omar: User, nina: User) -> None:
    waiver = waive_obligation(obligation=overdue, reason=Reason.OTHER, by=omar)

    ended = [end_waiver(waiver=waiver, by=by).ended_by for by in (nina, omar)]

    assert ended == [str(nina.public_id)] * 2
    assert status_of(overdue) is Status.OVERDUE
    assert len(events("waiver.ended")) == 1


def test_waiver_keeps_no_words(overdue: Obligation, omar: User) -> None:
    waive_obligation(obligation=overdue, reason=Reason.OTHER, by=omar)

    kept = {field.name for field in Waiver._meta.get_fields()}
    assert kept == {
        "id", "public_id", "obligation", "reason", "until_on", "granted_at", "granted_by", "ended_at", "ended_by",
    }  # fmt: skip


# --- statements


def test_statement_counts_as_done_on_its_day(overdue: Obligation, omar: User) -> None:
    state_completion(obligation=overdue, done_on=dt.date(2026, 11, 10), reason="In a classroom", by=omar)

    overdue.refresh_from_db()
    assert (status_of(overdue), overdue.met_by, overdue.met_on) == (Status.DONE, "statement", dt.date(2026, 11, 10))


def test_statement_of_tomorrow_is_refused(overdue: Obligation, omar: User) -> None:
    with pytest.raises(UnfitTerms) as refusal:
        state_completion(obligation=overdue, done_on=dt.date(2026, 11, 23), reason="Soon", by=omar)

    assert refusal.value.fault is Fault.DAY_TO_COME


def test_statement_before_the_first_day_that_counts_is_refused(clinic: Clinic, omar: User, ana: User) -> None:
    owed = build.owes(
        seat_of(ana), build.requirement(clinic.organization, evidence="A card"), DUE, opens_on=dt.date(2026, 11, 1)
    )
    with pytest.raises(NotPossible) as refusal:
        state_completion(obligation=owed, done_on=dt.date(2026, 10, 31), reason="Too early", by=omar)

    assert refusal.value.obstacle is Obstacle.TOO_EARLY


@pytest.fixture
def two_eyes(clinic: Clinic, omar: User) -> TrainingPolicy:
    return update_policy(organization=clinic.organization, policy=Policy(statements_need_second=True), by=omar)


def test_statement_that_needs_a_second_counts_from_the_confirmation(
    overdue: Obligation, two_eyes: TrainingPolicy, omar: User, nina: User
) -> None:
    statement = state_completion(obligation=overdue, done_on=DUE, reason="In a classroom", by=omar)
    assert status_of(overdue) is Status.OVERDUE

    for _ in range(2):
        confirm_statement(statement=statement, by=nina)

    assert status_of(overdue) is Status.DONE
    assert len(events("statement.confirmed")) == 1


def test_statement_is_not_confirmed_by_whoever_stated_it(
    overdue: Obligation, two_eyes: TrainingPolicy, omar: User
) -> None:
    statement = state_completion(obligation=overdue, done_on=DUE, reason="x", by=omar)
    with pytest.raises(SamePerson):
        confirm_statement(statement=statement, by=omar)

    assert status_of(overdue) is Status.OVERDUE
    assert events("statement.confirmed") == [(Outcome.REFUSED, "SamePerson")]


def test_statement_is_not_confirmed_by_its_subject(
    course: Course, two_eyes: TrainingPolicy, omar: User, nina: User
) -> None:
    ninas = build.obligation(seat_of(nina), course, DUE)
    build.count()
    statement = state_completion(obligation=ninas, done_on=DUE, reason="x", by=omar)

    with pytest.raises(OwnObligation):
        confirm_statement(statement=statement, by=nina)


def test_rejected_statement_never_counts_and_another_may_follow(
    overdue: Obligation, two_eyes: TrainingPolicy, omar: User, nina: User
) -> None:
    statement = state_completion(obligation=overdue, done_on=DUE, reason="x", by=omar)
    with pytest.raises(NotPossible) as refusal:
        state_completion(obligation=overdue, done_on=DUE, reason="y", by=omar)
    assert refusal.value.obstacle is Obstacle.STATED

    reject_statement(statement=statement, by=nina)
    with pytest.raises(AlreadyDecided):
        confirm_statement(statement=statement, by=nina)
    state_completion(obligation=overdue, done_on=DUE, reason="y", by=omar)

    assert status_of(overdue) is Status.OVERDUE
    assert Statement.objects.count() == 2


def test_withdrawn_statement_counts_no_longer(overdue: Obligation, omar: User, nina: User) -> None:
    statement = state_completion(obligation=overdue, done_on=DUE, reason="x", by=omar)

    for by in (nina, omar):
        withdraw_statement(statement=statement, by=by)

    assert status_of(overdue) is Status.OVERDUE
    assert len(events("statement.withdrawn")) == 1


# --- release


def test_release_ends_what_a_person_asked(overdue: Obligation, omar: User) -> None:
    release_obligation(obligation=overdue, by=omar)

    assert status_of(overdue) is Status.RELEASED
    assert ObligationSource.objects.get().ended_at == NOW
    with pytest.raises(NotPossible) as refusal:
        release_obligation(obligation=overdue, by=omar)
    assert refusal.value.obstacle is Obstacle.RELEASED


def test_release_leaves_what_a_rule_asks(clinic: Clinic, omar: User, ana: User) -> None:
    asked = build.requirement(clinic.organization, policy="Read this.")
    owed = build.owes(seat_of(ana), asked, DUE)
    ObligationSource.objects.create(
        obligation=owed, rule_version=build.rule(asked), due_on=dt.date(2027, 1, 5), asked_at=NOW, asked_by="system"
    )

    release_obligation(obligation=owed, by=omar)

    owed.refresh_from_db()
    assert (status_of(owed), owed.due_on) == (Status.DUE, dt.date(2027, 1, 5))
    with pytest.raises(NotPossible) as refusal:
        release_obligation(obligation=owed, by=omar)
    assert refusal.value.obstacle is Obstacle.BY_RULE


# --- who


def _extend(obligation: Obligation, by: User) -> object:
    return extend_obligation(obligation=obligation, days=7, reason="x", by=by)


def _waive(obligation: Obligation, by: User) -> object:
    return waive_obligation(obligation=obligation, reason=Reason.OTHER, by=by)


def _state(obligation: Obligation, by: User) -> object:
    return state_completion(obligation=obligation, done_on=DUE, reason="x", by=by)


def _release(obligation: Obligation, by: User) -> object:
    return release_obligation(obligation=obligation, by=by)


ACTS = [_extend, _waive, _state, _release]


@pytest.mark.parametrize("act", ACTS)
def test_managers_colleagues_and_other_clinics_act_upon_nothing(
    act: Callable[[Obligation, User], object], overdue: Obligation, mara: User, cody: User, charlie: User, ana: User
) -> None:
    for by in (mara, cody, charlie, ana):
        with pytest.raises(NotAllowed):
            act(overdue, by)

    assert status_of(overdue) is Status.OVERDUE
    assert {event.outcome for event in AuditEvent.objects.all()} == {Outcome.REFUSED}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_acts_upon_her_own(act: Callable[[Obligation, User], object], course: Course, omar: User) -> None:
    own = build.obligation(seat_of(omar), course, DUE)
    build.count()
    with pytest.raises(OwnObligation):
        act(own, omar)

    assert status_of(own) is Status.OVERDUE


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_done_to_what_is_met(
    act: Callable[[Obligation, User], object], overdue: Obligation, omar: User
) -> None:
    _state(overdue, omar)
    with pytest.raises(NotPossible) as refusal:
        act(overdue, omar)

    assert refusal.value.obstacle is Obstacle.MET


def test_nobody_ends_her_own_waiver_or_withdraws_her_own_statement(course: Course, omar: User, nina: User) -> None:
    own = build.obligation(seat_of(omar), course, DUE)
    build.count()
    waiver = waive_obligation(obligation=own, reason=Reason.OTHER, by=nina)
    statement = state_completion(obligation=own, done_on=DUE, reason="x", by=nina)
    for act in (lambda: end_waiver(waiver=waiver, by=omar), lambda: withdraw_statement(statement=statement, by=omar)):
        with pytest.raises(OwnObligation):
            act()


# --- foresight


plans = st.one_of(
    st.builds(Plan, act=st.just(Act.EXTEND), days=st.integers(1, 730), words=st.just("x")),
    st.builds(Plan, act=st.just(Act.WAIVE), code=st.just("other"), until_on=st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1))),
    st.builds(Plan, act=st.just(Act.STATE), done_on=st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 30)), words=st.just("x"), needs_second=st.booleans()),
    st.builds(Plan, act=st.just(Act.RELEASE)),
)  # fmt: skip


@unhurried
@given(facts=any_facts(), plan=plans, data=st.data())
def test_foreseen_acts_do_what_they_are_for(facts: Any, plan: Plan, data: Any) -> None:
    on = data.draw(
        st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 6, 30)).map(lambda at: at.replace(tzinfo=dt.UTC))
    )
    by_hand = frozenset(source.id for source in facts.sources if data.draw(st.booleans()) and source.ended_at is None)
    situation = Situation(facts=facts, is_own=False, is_stated=False, by_hand=by_hand)

    found = foreseen(plan, situation, on)

    if found.obstacle is not None:
        assert found.before == found.after
        return
    done = {Status.DONE, Status.DONE_LATE}
    assert found.before.status not in done
    match plan.act:
        case Act.EXTEND:
            assert found.after.due.due_on > found.before.due.due_on
            assert found.after.status not in done
        case Act.WAIVE:
            # A waiver never makes anything done.
            assert found.after.status is Status.WAIVED or (plan.until_on and found.after.status not in done)
            assert found.after.due == found.before.due
        case Act.STATE:
            assert (found.after.status in done) is not plan.needs_second
        case Act.RELEASE:
            assert found.after.status not in done


# --- many at once


@pytest.fixture
def many(clinic: Clinic, course: Course, ana: User, cody: User, omar: User) -> dict[str, Obligation]:
    """ana and Bo are overdue, cody is done, omar owes it himself."""
    bo = person("Bo Winter")
    seat(bo, clinic.organization, clinic.front_desk)
    at = dt.datetime(2026, 11, 2, 15, tzinfo=dt.UTC)
    build.enrollment(cody, course, at, at)
    made = {user.email[:3]: build.obligation(seat_of(user), course, DUE) for user in (ana, bo, cody, omar)}
    build.count()
    return made


def preview(clinic: Clinic, plan: Plan, by: User) -> Preview:
    return preview_act(organization=clinic.organization, obligations=Obligation.objects.all(), plan=plan, by=by)


WEEK = Plan(act=Act.EXTEND, days=7, words="Course was down")


@pytest.mark.parametrize(
    ("plan", "after"),
    [
        (WEEK, Status.OVERDUE),
        (replace(WEEK, days=30), Status.DUE),
        (Plan(act=Act.WAIVE, code="other"), Status.WAIVED),
        (Plan(act=Act.STATE, done_on=DUE, words="Classroom"), Status.DONE),
        (Plan(act=Act.RELEASE), Status.RELEASED),
    ],
)
def test_bulk_does_what_its_preview_showed(
    plan: Plan, after: Status, clinic: Clinic, many: dict[str, Obligation], omar: User
) -> None:
    shown = preview(clinic, plan, omar)
    assert shown.counts == {"does": 2, "met": 1, "own": 1}
    before = {name: status_of(one) for name, one in many.items()}

    confirm_act(preview=shown, by=omar)

    assert {name: status_of(one) for name, one in many.items()} == {**before, "ana": after, "bo@": after}
    [event] = AuditEvent.objects.filter(outcome=Outcome.DONE)
    assert set(event.details["obligations"]) == {str(many[name].public_id) for name in ("ana", "bo@")}
    assert faults_of(str(clinic.organization.public_id)) == []


def test_preview_changes_nothing(clinic: Clinic, many: dict[str, Obligation], omar: User) -> None:
    preview(clinic, WEEK, omar)

    assert (Extension.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_bulk_confirmed_twice_is_done_once(clinic: Clinic, many: dict[str, Obligation], omar: User) -> None:
    shown = preview(clinic, WEEK, omar)

    for _ in range(2):
        confirm_act(preview=shown, by=omar)

    assert Extension.objects.count() == 2


def test_bulk_is_refused_when_the_facts_moved_and_does_nothing(
    clinic: Clinic, many: dict[str, Obligation], omar: User, nina: User
) -> None:
    shown = preview(clinic, WEEK, omar)
    extend_obligation(obligation=many["bo@"], days=1, reason="Already given", by=nina)

    with pytest.raises(FactsMoved):
        confirm_act(preview=shown, by=omar)

    shown.refresh_from_db()
    assert (Extension.objects.count(), shown.confirmed_at) == (1, None)
    assert events("obligation.extended")[-1] == (Outcome.REFUSED, "FactsMoved")


def test_bulk_is_refused_when_the_policy_moved(clinic: Clinic, many: dict[str, Obligation], omar: User) -> None:
    shown = preview(clinic, Plan(act=Act.STATE, done_on=DUE, words="x"), omar)
    update_policy(organization=clinic.organization, policy=Policy(statements_need_second=True), by=omar)

    with pytest.raises(FactsMoved):
        confirm_act(preview=shown, by=omar)


def test_bulk_of_another_person_is_not_confirmed(
    clinic: Clinic, many: dict[str, Obligation], omar: User, nina: User, charlie: User
) -> None:
    shown = preview(clinic, WEEK, omar)
    for by in (nina, charlie):
        with pytest.raises(NotAllowed):
            confirm_act(preview=shown, by=by)

    assert Extension.objects.count() == 0


def test_bulk_of_nobody_or_of_what_cannot_be_done_is_refused(
    clinic: Clinic, many: dict[str, Obligation], omar: User
) -> None:
    nobody = Obligation.objects.none()
    with pytest.raises(NothingChosen):
        preview_act(organization=clinic.organization, obligations=nobody, plan=WEEK, by=omar)

    done = Obligation.objects.filter(pk=many["cod"].pk)
    shown = preview_act(organization=clinic.organization, obligations=done, plan=WEEK, by=omar)
    with pytest.raises(NothingChosen):
        confirm_act(preview=shown, by=omar)


def test_bulk_of_too_many_is_refused(
    clinic: Clinic, many: dict[str, Obligation], omar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_AT_ONCE == 2000
    monkeypatch.setattr("training.services.acting.MOST_AT_ONCE", 3)

    with pytest.raises(TooManyChosen) as refusal:
        preview(clinic, WEEK, omar)
    assert refusal.value.number == 4


def test_bulk_never_touches_another_clinic(
    clinic: Clinic, many: dict[str, Obligation], omar: User, charlie: User
) -> None:
    with pytest.raises(NotAllowed):
        preview_act(organization=clinic.organization, obligations=Obligation.objects.all(), plan=WEEK, by=charlie)
    elsewhere = seat_of(charlie)
    theirs = build.obligation(elsewhere, build.course(elsewhere.organization, slug="other"), DUE)
    build.count()

    confirm_act(preview=preview(clinic, WEEK, omar), by=omar)

    assert Extension.objects.filter(obligation=theirs).count() == 0


def test_bulk_takes_as_many_statements_for_thirty_as_for_two(
    clinic: Clinic, course: Course, many: dict[str, Obligation], omar: User
) -> None:
    def confirmed(expected: int) -> None:
        shown = preview(clinic, WEEK, omar)
        with expect_statements(expected):
            confirm_act(preview=shown, by=omar)

    update_policy(organization=clinic.organization, policy=Policy(quiet_from=20), by=omar)  # the chain has a head now
    confirmed(40)
    for number in range(28):
        user = person(f"P{number} Many")
        seat(user, clinic.organization)
        build.obligation(seat_of(user), course, DUE)
    build.count()
    confirmed(40)


# --- policy


def test_policy_is_changed_once_and_on_record(clinic: Clinic, omar: User, nina: User) -> None:
    policy = Policy(statements_need_second=True, quiet_from=20)
    for by in (omar, nina):
        kept = update_policy(organization=clinic.organization, policy=policy, by=by)

    assert (kept.statements_need_second, kept.quiet_from, kept.quiet_until) == (True, 20, 8)
    event = AuditEvent.objects.get(action="policy.changed")
    assert event.details["before"] == {"quiet_from": 19, "statements_need_second": False}


def test_policy_is_not_for_managers_or_others(clinic: Clinic, mara: User, ana: User, charlie: User) -> None:
    for by in (mara, ana, charlie):
        with pytest.raises(NotAllowed):
            update_policy(organization=clinic.organization, policy=Policy(reminders_are_on=False), by=by)

    assert TrainingPolicy.objects.count() == 0


@pytest.mark.parametrize(
    "policy", [Policy(quiet_from=8), Policy(quiet_from=24), Policy(quiet_until=-1), Policy(digest_weekday=7)]
)
def test_policy_that_cannot_be_kept_is_refused(clinic: Clinic, omar: User, policy: Policy) -> None:
    with pytest.raises(UnfitPolicy):
        update_policy(organization=clinic.organization, policy=policy, by=omar)


def test_trace_tells_of_extension_and_waiver(overdue: Obligation, omar: User) -> None:
    extend_obligation(obligation=overdue, days=30, reason="x", by=omar)
    waive_obligation(obligation=overdue, reason=Reason.OTHER, by=omar)

    [read] = Obligation.objects.select_related("membership")
    codes = [step.code for step in obligation_status(facts_of([read])[read.pk], NOW).trace]
    assert codes == [
        StepCode.ASSIGNED, StepCode.DUE_BY, StepCode.EXTENDED, StepCode.DUE_NOW_BY, StepCode.WAIVED, StepCode.NOT_COMPLETED,
    ]  # fmt: skip

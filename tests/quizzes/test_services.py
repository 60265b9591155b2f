from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from audit.models import AuditEvent
from courses.library import published
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import AssessmentKind, Attempt, ClosedBecause, Response, Step
from quizzes.queries import assessment_states, is_released_for, path, seen_and_missed, sitting
from quizzes.rules import IllegalStep, QuizPlan, Refusal
from quizzes.services import (
    AlreadyDecided,
    AttemptClosed,
    CannotStart,
    EnrollmentEnded,
    ResponseConflict,
    UnknownAssessment,
    UnknownItem,
    record_response,
    start_attempt,
    submit_attempt,
)
from tests.conftest import expect_statements
from tests.enrollments import documents
from tests.quizzes.builders import item, of_kind
from tests.taking import answer, answer_all, decide, item_of, option, start, take_quiz, take_scenario

QUIZ, CASE = "voicemail-test", "the-callback"


def first_key(attempt: Attempt) -> str:
    return sitting(attempt).plan.keys[0]


# --- start


def test_start_stores_the_plan_before_any_question_is_shown(enrollment: Enrollment) -> None:
    attempt = start(enrollment, QUIZ)

    assert (attempt.number, attempt.kind, attempt.is_open) == (1, "quiz", True)
    assert len(attempt.plan["items"]) == 3
    assert attempt.plan["pass_percent"] == 60
    assert AuditEvent.objects.filter(action="attempt.started", object_id=str(attempt.public_id)).count() == 1


def test_start_again_returns_the_open_attempt(enrollment: Enrollment) -> None:
    assert start(enrollment, QUIZ) == start(enrollment, QUIZ)
    assert Attempt.objects.count() == 1


def test_start_prefers_items_not_seen_before(enrollment: Enrollment) -> None:
    seen = set(sitting(take_quiz(enrollment, QUIZ, correct=False)).plan.keys)

    drawn = set(sitting(start(enrollment, QUIZ)).plan.keys)

    assert len(drawn - seen) == 1  # the pool of four has one more


def course_asking(asked: list[dict[str, Any]], **names: Any) -> CourseVersion:
    test = documents.quiz("test", items=asked, kind="summative", pass_percent=100, **names)
    return documents.publish(documents.document([documents.lesson("read")], [test], [], ["read", "test"]))


def test_next_attempt_prefers_what_is_to_be_read_again_among_what_was_not_seen(ana: User) -> None:
    asked = [item(f"{o}-{n}") | {"objectives": [o]} for o in ("o1", "o2") for n in "abcd"]
    version = course_asking(asked, draw=4, per_objective={"o1": 2, "o2": 2})
    mine = enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    first = start(mine, "test")
    drawn = QuizPlan.from_json(first.plan)
    for key in drawn.keys:
        answer(first, key, option(first, key, correct=key.startswith("o1")))
    answer(first, drawn.keys[0], option(first, drawn.keys[0], correct=drawn.keys[0].startswith("o1")))
    submit_attempt(attempt=first, by=ana)

    plan = QuizPlan.from_json(start(mine, "test").plan)

    assert (drawn.seen, drawn.missed) == ((), ())
    assert plan.seen == tuple(sorted(drawn.keys))
    assert plan.missed == ("o2",)
    assert not set(plan.keys) & set(drawn.keys)


def test_seen_and_missed_are_known_in_one_statement_however_much_was_answered(ana: User) -> None:
    version = course_asking([item(key) for key in "abcd"], draw=2)
    mine = enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    quiz = published(version).document.quizzes[0]
    with expect_statements(1):
        assert seen_and_missed(mine, quiz, {}) == (frozenset(), frozenset())
    for correct in (False, True, False):
        attempt = start(mine, "test")
        answer_all(attempt, correct=correct)
        answer_all(attempt, correct=False)
        submit_attempt(attempt=attempt, by=ana)
    with expect_statements(1):
        assert seen_and_missed(mine, quiz, {}) == (frozenset("abcd"), frozenset({"o1"}))


def test_objective_that_one_question_asked_about_is_preferred_whatever_came_of_it(ana: User) -> None:
    version = course_asking([item("a"), item("b") | {"objectives": ["o2"]}])
    mine = enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    told = []
    for right in (True, False):
        attempt = start(mine, "test")
        answer(attempt, "a", option(attempt, "a", correct=right))
        answer(attempt, "b", option(attempt, "b", correct=False))
        submit_attempt(attempt=attempt, by=ana)
        told.append(seen_and_missed(mine, published(version).document.quizzes[0], {})[1])

    assert told == [frozenset({"o1", "o2"})] * 2


def test_what_another_version_asked_is_seen_but_missed_only_where_it_is_still_asked(ana: User) -> None:
    version = course_asking([item("gone"), item("other"), item("kept") | {"objectives": ["o2"]}])
    mine = enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    attempt = start(mine, "test")
    answer_all(attempt, correct=False)
    submit_attempt(attempt=attempt, by=ana)
    newer = course_asking([item("other", options=2), item("kept") | {"objectives": ["o2"]}])

    seen, missed = seen_and_missed(mine, published(newer).document.quizzes[0], {})

    assert (seen, missed) == (frozenset({"gone", "other", "kept"}), frozenset({"o2"}))


def test_case_that_an_earlier_version_had_under_the_key_of_the_quiz_is_no_quiz(ana: User) -> None:
    version = course_asking([item("a"), item("b")])
    mine = enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    Attempt.objects.create(
        enrollment=mine, assessment_key="test", kind=AssessmentKind.SCENARIO, number=1, plan={"pass_percent": None}
    )

    assert seen_and_missed(mine, published(version).document.quizzes[0], {}) == (frozenset(), frozenset())


def test_attempt_submitted_without_an_answer_tells_what_was_seen(ana: User) -> None:
    version = course_asking([item("a"), item("b")])
    mine = enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    submit_attempt(attempt=start(mine, "test"), by=ana)

    assert seen_and_missed(mine, published(version).document.quizzes[0], {}) == (frozenset("ab"), frozenset())


def test_score_of_many_parts_is_stored_exactly(ana: User) -> None:
    tops = range(7, 20)
    items = [of_kind("script_concordance", f"p{top}", panel=[0, 1, 2, top, 0]) for top in tops]
    votes = {f"p{top}": 2 if top in (9, 10) else 1 for top in tops}
    version = course_asking(items)
    attempt = start(enroll(user=ana, course=version.course, acknowledged=True, by=ana), "test")
    for key, wanted in votes.items():
        answer(attempt, key, next(option for option, had in item_of(attempt, key).votes.items() if had == wanted))

    submit_attempt(attempt=attempt, by=ana)

    attempt.refresh_from_db()
    assert attempt.raw == sum(Fraction(votes[f"p{top}"], top) for top in tops)
    assert attempt.maximum
    assert attempt.maximum * attempt.raw.denominator > 2**31


def test_start_refuses_what_the_version_does_not_have(enrollment: Enrollment, ana: User) -> None:
    with pytest.raises(UnknownAssessment):
        start_attempt(enrollment=enrollment, assessment_key="nowhere", by=ana)


def test_start_refuses_after_a_pass(enrollment: Enrollment) -> None:
    take_quiz(enrollment, QUIZ)

    with pytest.raises(CannotStart) as refused:
        start(enrollment, QUIZ)
    assert refused.value.refusal is Refusal.ALREADY_PASSED


def test_last_failed_attempt_closes_the_enrollment(enrollment: Enrollment) -> None:
    for _ in range(3):
        take_quiz(enrollment, QUIZ, correct=False)

    enrollment.refresh_from_db()
    assert enrollment.closed_at is not None
    with pytest.raises(EnrollmentEnded):
        start(enrollment, CASE)


def test_failed_attempts_before_the_last_keep_the_enrollment_open(enrollment: Enrollment) -> None:
    take_quiz(enrollment, QUIZ, correct=False)

    enrollment.refresh_from_db()
    assert enrollment.is_open


def test_practice_may_be_repeated(enrollment: Enrollment) -> None:
    take_quiz(enrollment, "warm-up", correct=False)
    take_quiz(enrollment, "warm-up")

    assert start(enrollment, "warm-up").number == 3


# --- answer


def test_answers_are_appended_and_the_newest_counts(enrollment: Enrollment) -> None:
    attempt = start(enrollment, QUIZ)
    key = first_key(attempt)

    answer(attempt, key, option(attempt, key, correct=False))
    answer(attempt, key, option(attempt, key, correct=True))

    assert list(Response.objects.order_by("revision").values_list("revision", "options")) == [
        (1, [option(attempt, key, correct=False)]),
        (2, [option(attempt, key, correct=True)]),
    ]
    assert sitting(attempt).chosen() == {key: (option(attempt, key, correct=True),)}


def test_same_request_again_changes_nothing(enrollment: Enrollment) -> None:
    attempt = start(enrollment, QUIZ)
    key, request_id = first_key(attempt), uuid4()
    values: dict[str, Any] = {
        "item_key": key,
        "options": (option(attempt, key, correct=True),),
        "based_on": 0,
        "request_id": request_id,
    }

    first = record_response(sitting=sitting(attempt), **values)
    stale = sitting(attempt)
    again = record_response(sitting=stale, **values)

    assert first == again
    assert Response.objects.count() == 1


def test_same_request_from_a_page_that_did_not_know_of_the_first_changes_nothing(enrollment: Enrollment) -> None:
    attempt = start(enrollment, QUIZ)
    key, before = first_key(attempt), sitting(attempt)
    values: dict[str, Any] = {
        "item_key": key,
        "options": (option(attempt, key, correct=True),),
        "based_on": 0,
        "request_id": uuid4(),
    }

    first = record_response(sitting=before, **values)
    again = record_response(sitting=before, **values)  # the insert loses against the unique key

    assert first == again
    assert Response.objects.count() == 1


def test_change_of_mind_on_one_page_is_kept_however_fast(enrollment: Enrollment) -> None:
    attempt, first, second = start(enrollment, QUIZ), uuid4(), uuid4()
    key, before = first_key(attempt), sitting(attempt)
    right, wrong = (option(attempt, key, correct=correct) for correct in (True, False))

    record_response(sitting=before, item_key=key, options=(right,), based_on=0, request_id=first)
    # The page does not know yet that the first was saved, and says that it sent it.
    record_response(
        sitting=before, item_key=key, options=(wrong,), based_on=0, request_id=second, earlier=frozenset({first})
    )

    assert sitting(attempt).chosen() == {key: (wrong,)}


def test_answer_that_was_held_up_on_its_way_does_not_undo_a_later_one(enrollment: Enrollment) -> None:
    attempt, first, second = start(enrollment, QUIZ), uuid4(), uuid4()
    key = first_key(attempt)
    right, wrong = (option(attempt, key, correct=correct) for correct in (True, False))
    later: dict[str, Any] = {"options": (right,), "based_on": 0, "request_id": second, "earlier": frozenset({first})}
    record_response(sitting=sitting(attempt), item_key=key, **later)

    with pytest.raises(ResponseConflict):
        record_response(sitting=sitting(attempt), item_key=key, options=(wrong,), based_on=0, request_id=first)

    assert sitting(attempt).chosen() == {key: (right,)}


def test_id_of_another_questions_page_is_refused(enrollment: Enrollment) -> None:
    attempt, page = start(enrollment, QUIZ), uuid4()
    one, other = sitting(attempt).plan.keys[:2]
    for key in (one, one):
        values: dict[str, Any] = {"options": (option(attempt, key, correct=True),), "based_on": 0, "request_id": page}
        record_response(sitting=sitting(attempt), item_key=key, **values)

    with pytest.raises(UnknownItem):
        record_response(
            sitting=sitting(attempt),
            item_key=other,
            options=(option(attempt, other, correct=True),),
            based_on=0,
            request_id=page,
        )

    assert Response.objects.count() == 1


def test_same_answer_again_is_no_new_revision(enrollment: Enrollment) -> None:
    attempt = start(enrollment, QUIZ)
    key = first_key(attempt)

    answer(attempt, key, option(attempt, key, correct=True))
    answer(attempt, key, option(attempt, key, correct=True), based_on=0)

    assert Response.objects.count() == 1


def test_answer_based_on_an_older_one_conflicts_and_both_are_told(enrollment: Enrollment) -> None:
    attempt = start(enrollment, QUIZ)
    key = first_key(attempt)
    answer(attempt, key, option(attempt, key, correct=True))

    with pytest.raises(ResponseConflict) as refused:
        answer(attempt, key, option(attempt, key, correct=False), based_on=0)

    assert refused.value.newest.options == [option(attempt, key, correct=True)]
    assert Response.objects.count() == 1


def test_answer_that_loses_the_race_conflicts(enrollment: Enrollment) -> None:
    attempt = start(enrollment, QUIZ)
    key, before = first_key(attempt), sitting(attempt)
    answer(attempt, key, option(attempt, key, correct=True))

    with pytest.raises(ResponseConflict):
        record_response(
            sitting=before, item_key=key, options=(option(attempt, key, correct=False),), based_on=0, request_id=uuid4()
        )


@pytest.mark.parametrize("options", [(), ("no-such-option",), ("a1", "a2")])
def test_answer_refuses_options_that_the_item_does_not_offer(enrollment: Enrollment, options: tuple[str, ...]) -> None:
    attempt = start(enrollment, QUIZ)

    with pytest.raises(UnknownItem):
        record_response(
            sitting=sitting(attempt), item_key=first_key(attempt), options=options, based_on=0, request_id=uuid4()
        )


def test_answer_refuses_an_item_that_was_not_drawn(enrollment: Enrollment) -> None:
    attempt = start(enrollment, QUIZ)
    (left_out,) = {"hospital-name", "no-greeting", "number-first", "which-name"} - set(sitting(attempt).plan.keys)

    with pytest.raises(UnknownItem):
        record_response(sitting=sitting(attempt), item_key=left_out, options=("a1",), based_on=0, request_id=uuid4())


def test_answer_after_submission_is_refused_and_the_score_stands(enrollment: Enrollment) -> None:
    attempt = start(enrollment, QUIZ)
    key, before = first_key(attempt), sitting(attempt)
    submit_attempt(attempt=Attempt.objects.get(), by=enrollment.user)

    for page in (before, sitting(Attempt.objects.select_related("enrollment__version").get())):
        with pytest.raises(AttemptClosed):
            record_response(
                sitting=page,
                item_key=key,
                options=(option(attempt, key, correct=True),),
                based_on=0,
                request_id=uuid4(),
            )
    assert Response.objects.count() == 0


def test_answer_takes_one_statement(enrollment: Enrollment) -> None:
    attempt = start(enrollment, QUIZ)
    mine = sitting(attempt)
    key = mine.plan.keys[0]

    with expect_statements(1):
        record_response(
            sitting=mine, item_key=key, options=(option(attempt, key, correct=True),), based_on=0, request_id=uuid4()
        )


# --- submit


def test_submit_scores_once_and_a_repetition_returns_the_same(enrollment: Enrollment) -> None:
    attempt = start(enrollment, QUIZ)
    answer_all(attempt, correct=True)
    stale = Attempt.objects.select_related("enrollment__version").get()

    first = submit_attempt(attempt=attempt, by=enrollment.user)
    again = submit_attempt(attempt=stale, by=enrollment.user)

    assert (first.raw_numerator, first.raw_denominator, first.maximum, first.passed) == (3, 1, 3, True)
    assert first.closed_because == ClosedBecause.SUBMITTED
    assert again.submitted_at == first.submitted_at
    assert AuditEvent.objects.filter(action="attempt.submitted").count() == 1


def test_submit_with_nothing_answered_is_a_fail_with_nothing_lost(enrollment: Enrollment) -> None:
    attempt = submit_attempt(attempt=start(enrollment, QUIZ), by=enrollment.user)

    assert (attempt.raw_numerator, attempt.passed) == (0, False)


def test_submit_refuses_a_scenario_that_has_not_ended(enrollment: Enrollment) -> None:
    with pytest.raises(UnknownAssessment):
        submit_attempt(attempt=start(enrollment, CASE), by=enrollment.user)
    assert Attempt.objects.get().acts == 0


# --- decide


def test_walk_to_a_passing_ending_closes_the_attempt(enrollment: Enrollment) -> None:
    attempt = take_scenario(enrollment, CASE, ["open-chart", "first-name"])

    attempt.refresh_from_db()
    assert (attempt.raw_numerator, attempt.maximum, attempt.passed) == (6, 6, True)
    assert list(attempt.steps.values_list("node_key", "choice_key")) == [
        ("before-dialing", "open-chart"),
        ("mother-known", "first-name"),
    ]


@pytest.mark.parametrize("choices", [["open-chart", "clinic"], ["dial", "hang-up"], ["dial", "ask-back"]])
def test_critical_choice_fails_the_case(enrollment: Enrollment, choices: list[str]) -> None:
    attempt = take_scenario(enrollment, CASE, choices)

    attempt.refresh_from_db()
    assert attempt.passed is False


def test_choice_that_is_guarded_or_unknown_is_refused_and_the_path_unchanged(enrollment: Enrollment) -> None:
    attempt = take_scenario(enrollment, CASE, ["dial"])

    for choice in ("remembered", "first-name", "nowhere"):
        with pytest.raises(IllegalStep):
            decide(attempt, choice)
    assert Step.objects.count() == 1


def test_same_decision_again_changes_nothing(enrollment: Enrollment) -> None:
    attempt = take_scenario(enrollment, CASE, ["open-chart"])

    decide(attempt, "open-chart", number=1)

    assert Step.objects.count() == 1


def test_another_decision_in_its_place_is_refused(enrollment: Enrollment) -> None:
    attempt = take_scenario(enrollment, CASE, ["open-chart"])

    with pytest.raises(AlreadyDecided) as refused:
        decide(attempt, "dial", number=1)
    assert refused.value.step.choice_key == "open-chart"


def test_decision_from_a_page_that_did_not_know_of_the_first(enrollment: Enrollment) -> None:
    from quizzes.services import take_choice

    attempt = start(enrollment, CASE)
    before = path(attempt)
    decide(attempt, "open-chart")

    take_choice(path=before, number=1, choice_key="open-chart", by=enrollment.user)
    with pytest.raises(AlreadyDecided):
        take_choice(path=before, number=1, choice_key="dial", by=enrollment.user)
    assert Step.objects.count() == 1


def test_decision_after_the_end_is_refused(enrollment: Enrollment) -> None:
    attempt = take_scenario(enrollment, CASE, ["open-chart", "first-name"])

    with pytest.raises(AttemptClosed):
        decide(Attempt.objects.select_related("enrollment__version", "enrollment__user").get(pk=attempt.pk), "clinic")


# --- readings


def test_states_tell_practice_from_what_counts(enrollment: Enrollment, version: object) -> None:
    take_quiz(enrollment, "warm-up", correct=False)
    take_quiz(enrollment, QUIZ, correct=False)
    document = published(enrollment.version).document

    with expect_statements(1):
        states = assessment_states(enrollment, document)

    assert (states["warm-up"].is_done, states["warm-up"].left) == (True, None)
    assert (states[QUIZ].is_done, states[QUIZ].left, states[QUIZ].taken) == (False, 2, 1)
    assert (states[CASE].is_done, states[CASE].best) == (False, None)


def test_reasons_are_released_after_a_pass_and_not_before(enrollment: Enrollment) -> None:
    document = published(enrollment.version).document
    quiz = document.assessment_by_key[QUIZ]

    failed = take_quiz(enrollment, QUIZ, correct=False)
    assert not is_released_for(failed, quiz, assessment_states(enrollment, document)[QUIZ])

    passed = take_quiz(enrollment, QUIZ)
    state = assessment_states(enrollment, document)[QUIZ]
    assert is_released_for(passed, quiz, state)
    assert is_released_for(failed, quiz, state)
    assert state.best == passed


def course_with(**practice: Any) -> CourseVersion:
    post_test = documents.quiz("post-test", kind="summative", pass_percent=80, max_attempts=2)
    practiced = documents.quiz("practice", **practice)
    made = documents.document(
        [documents.lesson("read")], [practiced, post_test], ["post-test"], ["read", "practice", "post-test"]
    )
    return documents.publish(made)


def test_practice_failed_for_good_ends_nothing(ana: User) -> None:
    course = course_with(pass_percent=80, max_attempts=1).course
    enrollment = enroll(user=ana, course=course, acknowledged=True, by=ana)

    attempt = take_quiz(enrollment, "practice", correct=False)

    enrollment.refresh_from_db()
    assert attempt.passed is False
    assert enrollment.closed_at is None


def test_next_attempt_asks_what_was_not_asked_before(ana: User) -> None:
    made: Any = documents.quiz("practice")
    (item,) = made["items"]
    items = [{**item, "key": f"item-{number}"} for number in range(12)]
    course = course_with(items=items, draw=6).course
    enrollment = enroll(user=ana, course=course, acknowledged=True, by=ana)

    first, second = (set(sitting(take_quiz(enrollment, "practice")).plan.keys) for _ in range(2))

    assert first.isdisjoint(second)


def test_one_page_sent_twice_with_two_answers_conflicts(enrollment: Enrollment) -> None:
    attempt, same = start(enrollment, QUIZ), uuid4()
    key, before = first_key(attempt), sitting(attempt)
    right, wrong = (option(attempt, key, correct=correct) for correct in (True, False))
    record_response(sitting=before, item_key=key, options=(right,), based_on=0, request_id=same)

    for mine in (before, sitting(attempt)):
        with pytest.raises(ResponseConflict):
            record_response(sitting=mine, item_key=key, options=(wrong,), based_on=0, request_id=same)
    with pytest.raises(ResponseConflict):
        record_response(sitting=sitting(attempt), item_key=key, options=(wrong,), based_on=1, request_id=same)

    assert sitting(attempt).chosen() == {key: (right,)}


def test_repetition_of_an_answer_given_anew_since_changes_nothing_even_after_submission(enrollment: Enrollment) -> None:
    attempt, first = start(enrollment, QUIZ), uuid4()
    key = first_key(attempt)
    right, wrong = (option(attempt, key, correct=correct) for correct in (True, False))
    record_response(sitting=sitting(attempt), item_key=key, options=(right,), based_on=0, request_id=first)
    record_response(sitting=sitting(attempt), item_key=key, options=(wrong,), based_on=1, request_id=uuid4())

    def repeat() -> tuple[str, ...]:
        again = record_response(sitting=sitting(attempt), item_key=key, options=(right,), based_on=0, request_id=first)
        return tuple(again.options)

    assert repeat() == (wrong,)
    submit_attempt(attempt=attempt, by=enrollment.user)
    assert repeat() == (wrong,)
    assert Response.objects.count() == 2

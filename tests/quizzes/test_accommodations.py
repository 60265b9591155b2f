"""Asking for an accommodation, deciding on it, ending it; and what that does to attempts and enrollments."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts.models import Organization, Role, User
from accounts.services import NotAllowed, deactivate_account
from audit.models import AuditEvent, OutboxMail
from audit.queries import faults_of
from audit.races import TRIES
from audit.services import SYSTEM, record
from audit.worker import send_all
from courses.library import published
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Accommodation, AccommodationRequest, Attempt
from quizzes.queries import accommodation_in_force, accommodations_of, assessment_states, open_requests, requests_by
from quizzes.rules import NOTHING_ARRANGED, Arranged
from quizzes.services import (
    AlreadyAnswered,
    AlreadyAsked,
    EnrollmentEnded,
    Granted,
    OwnAccommodation,
    Reopening,
    UnfitTerms,
    ask_for_accommodation,
    decline_request,
    end_accommodation,
    grant_accommodation,
    submit_attempt,
)
from tests.conftest import person, seat
from tests.taking import answer_all, start
from tests.timing import NOW, at, timed_course

QUIZ = "post-test"
MORE_TIME = Arranged(50)


@pytest.fixture
def version(db: None) -> CourseVersion:
    return timed_course(cool_down_hours=None)


@pytest.fixture
def provider(version: CourseVersion) -> Organization:
    return version.course.provider


@pytest.fixture
def olga(provider: Organization) -> User:
    """The training administrator of the course's provider."""
    user = person("Olga Provider")
    seat(user, provider, None, Role.TRAINING_ADMINISTRATOR)
    return user


@pytest.fixture
def enrollment(version: CourseVersion, ana: User) -> Enrollment:
    return enroll(user=ana, course=version.course, acknowledged=True, by=ana)


def ask(user: User, version: CourseVersion, wanted: str = "Half as much time again") -> AccommodationRequest:
    return ask_for_accommodation(user=user, course=version.course, wanted=wanted, by=user)


def grant(user: User, version: CourseVersion, by: User, arranged: Arranged = MORE_TIME, **more: Any) -> Granted:
    return grant_accommodation(
        user=user, course=version.course, arranged=arranged, reason="A letter of November 2", by=by, **more
    )


def fail(enrollment: Enrollment) -> Attempt:
    return submit_attempt(attempt=start(enrollment, QUIZ), by=enrollment.user)


def fail_for_good(enrollment: Enrollment) -> None:
    fail(enrollment)
    fail(enrollment)
    enrollment.refresh_from_db()
    assert enrollment.closed_at


def actions() -> list[str]:
    told = AuditEvent.objects.filter(action__contains="accommodation").order_by("pk")
    return [f"{event.action} {event.outcome}" for event in told]


# Asking


def test_asking_keeps_her_words_for_the_provider_of_the_course(
    version: CourseVersion, provider: Organization, ana: User, clinic: Any
) -> None:
    asked = ask(ana, version)

    assert list(open_requests(provider)) == [asked]
    assert list(open_requests(clinic.organization)) == []  # her employer's list has nothing of it
    assert requests_by(ana, version.course) == [asked]
    assert actions() == ["accommodation.asked done"]
    assert "Half" not in str(AuditEvent.objects.get(action="accommodation.asked").details)


def test_asking_twice_for_the_same_is_one_request_and_for_another_thing_is_refused(
    version: CourseVersion, ana: User
) -> None:
    asked = ask(ana, version)

    assert ask(ana, version) == asked
    with pytest.raises(AlreadyAsked) as refusal:
        ask(ana, version, "Twice the time")
    assert refusal.value.request == asked
    assert AccommodationRequest.objects.get().wanted == "Half as much time again"


def test_after_an_answer_she_may_ask_again(version: CourseVersion, ana: User, olga: User) -> None:
    decline_request(request=ask(ana, version), answer="Write to us first", by=olga)

    assert ask(ana, version, "As the letter says").decided_at is None


# Deciding


def test_grant_holds_from_now_on_and_answers_the_request(version: CourseVersion, ana: User, olga: User) -> None:
    asked = ask(ana, version)

    granted = grant(ana, version, olga, request=asked)

    assert granted.reopening is Reopening.NOT_NEEDED
    assert accommodation_in_force(ana.pk, version.course.pk) == granted.accommodation
    assert (granted.accommodation.granted_by, granted.accommodation.request) == (olga, asked)
    asked.refresh_from_db()
    assert (asked.is_granted, asked.decided_by) == (True, olga)
    assert asked.decided_at is not None
    assert actions() == ["accommodation.asked done", "accommodation.granted done"]
    assert faults_of("site") == []


def test_grant_takes_the_place_of_the_one_before(version: CourseVersion, ana: User, olga: User) -> None:
    first = grant(ana, version, olga).accommodation
    second = grant(ana, version, olga, Arranged(no_time_limit=True)).accommodation

    first.refresh_from_db()
    assert (first.ended_by, first.ended_at) == (olga, second.granted_at)
    assert list(accommodations_of(version.course.provider)) == [second]


@pytest.mark.parametrize("times", [1, TRIES - 1])
def test_grant_that_meets_another_one_takes_its_place(
    version: CourseVersion, ana: User, olga: User, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    met: list[bool] = []

    def meets_another(*given: Any, **more: Any) -> AuditEvent:
        if len(met) < times:
            met.append(True)
            raise IntegrityError
        return record(*given, **more)

    monkeypatch.setattr("quizzes.services.accommodations.record", meets_another)

    granted = grant(ana, version, olga).accommodation

    assert len(met) == times
    assert Accommodation.objects.get() == granted


@pytest.mark.parametrize("arranged", [NOTHING_ARRANGED, Arranged(401), Arranged(extra_attempts=21)])
def test_grant_of_nothing_or_of_too_much_is_refused(
    version: CourseVersion, ana: User, olga: User, arranged: Arranged
) -> None:
    with pytest.raises(UnfitTerms):
        grant(ana, version, olga, arranged)


def test_grant_says_what_it_rests_on(version: CourseVersion, ana: User, olga: User) -> None:
    with pytest.raises(UnfitTerms):
        grant_accommodation(user=ana, course=version.course, arranged=MORE_TIME, reason="", by=olga)


def test_only_the_provider_of_the_course_decides(
    version: CourseVersion, provider: Organization, ana: User, omar: User, nina: User
) -> None:
    asked, manager = ask(ana, version), person("Mina Manager")
    team = provider.teams.create(name="Authors")
    seat(manager, provider, team, Role.MANAGER)

    for nobody in (omar, nina, manager):
        with pytest.raises(NotAllowed):
            grant(ana, version, nobody, request=asked)
        with pytest.raises(NotAllowed):
            decline_request(request=asked, answer="No", by=nobody)
    asked.refresh_from_db()
    assert asked.decided_at is None
    assert actions()[1:] == ["accommodation.granted refused", "accommodation.declined refused"] * 3


def test_nobody_decides_what_is_arranged_for_herself(version: CourseVersion, olga: User) -> None:
    asked = ask(olga, version)

    with pytest.raises(OwnAccommodation):
        grant(olga, version, olga, request=asked)
    with pytest.raises(OwnAccommodation):
        decline_request(request=asked, answer="No", by=olga)
    assert Accommodation.objects.count() == 0
    assert actions()[1:] == ["accommodation.granted refused", "accommodation.declined refused"]


def test_request_is_answered_once(version: CourseVersion, ana: User, olga: User) -> None:
    asked = ask(ana, version)
    decline_request(request=asked, answer="Write to us first", by=olga)

    with pytest.raises(AlreadyAnswered) as refusal:
        grant(ana, version, olga, request=asked)
    with pytest.raises(AlreadyAnswered):
        decline_request(request=asked, answer="Other words", by=olga)

    assert refusal.value.request == asked
    asked.refresh_from_db()
    assert (asked.is_granted, asked.answer) == (False, "Write to us first")
    assert Accommodation.objects.count() == 0


# What it does


def test_more_attempts_let_another_begin(enrollment: Enrollment, version: CourseVersion, ana: User, olga: User) -> None:
    fail(enrollment)
    grant(ana, version, olga, Arranged(extra_attempts=1))
    fail(enrollment)

    enrollment.refresh_from_db()
    assert enrollment.is_open
    assert fail(enrollment).number == 3
    enrollment.refresh_from_db()
    assert enrollment.closed_at
    state = assessment_states(enrollment, published(version).document)[QUIZ]
    assert (state.allowed, state.left, state.is_failed_for_good) == (3, 0, True)


def test_more_attempts_open_the_enrollment_again(
    enrollment: Enrollment, version: CourseVersion, ana: User, olga: User
) -> None:
    fail_for_good(enrollment)

    granted = grant(ana, version, olga, Arranged(extra_attempts=1))

    enrollment.refresh_from_db()
    assert granted.reopening is Reopening.REOPENED
    assert enrollment.is_open
    assert AuditEvent.objects.get(action="enrollment.reopened").object_id == str(enrollment.public_id)
    third = start(enrollment, QUIZ)
    answer_all(third, correct=True)
    assert submit_attempt(attempt=third, by=ana).passed


def test_more_time_alone_opens_nothing_again(
    enrollment: Enrollment, version: CourseVersion, ana: User, olga: User
) -> None:
    fail_for_good(enrollment)

    assert grant(ana, version, olga).reopening is Reopening.NOT_NEEDED
    enrollment.refresh_from_db()
    assert enrollment.closed_at


def test_enrollment_stays_ended_when_she_has_begun_anew(
    enrollment: Enrollment, version: CourseVersion, ana: User, olga: User
) -> None:
    with at(NOW):
        fail_for_good(enrollment)
    with at(NOW + dt.timedelta(days=8)):
        anew = enroll(user=ana, course=version.course, acknowledged=True, by=ana)
        granted = grant(ana, version, olga, Arranged(extra_attempts=1))

    assert granted.reopening is Reopening.ANOTHER_IS_OPEN
    enrollment.refresh_from_db()
    assert enrollment.closed_at
    assert assessment_states(anew, published(version).document)[QUIZ].allowed == 3
    assert accommodation_in_force(ana.pk, version.course.pk) == granted.accommodation  # the refusal undid nothing


def test_enrollment_stays_ended_when_she_has_completed_the_course_since(
    enrollment: Enrollment, version: CourseVersion, ana: User, olga: User
) -> None:
    from enrollments.services import mark_completed

    with at(NOW):
        fail_for_good(enrollment)
    with at(NOW + dt.timedelta(days=8)):
        anew = enroll(user=ana, course=version.course, acknowledged=True, by=ana)
        mark_completed(enrollment=anew, at=NOW + dt.timedelta(days=9), zone="America/Denver", by=ana)
    with at(NOW + dt.timedelta(days=10)):
        assert grant(ana, version, olga, Arranged(extra_attempts=1)).reopening is Reopening.NOT_NEEDED

    enrollment.refresh_from_db()
    assert enrollment.closed_at


def test_ending_it_leaves_an_open_attempt_what_it_began_with(
    enrollment: Enrollment, version: CourseVersion, ana: User, olga: User
) -> None:
    granted = grant(ana, version, olga, Arranged(no_time_limit=True)).accommodation
    attempt = start(enrollment, QUIZ)

    ended = end_accommodation(accommodation=granted, by=olga)

    assert ended.ended_by == olga
    assert Attempt.objects.get() == attempt
    assert Attempt.objects.get().deadline_at is None
    assert accommodation_in_force(ana.pk, version.course.pk) is None
    assert actions() == ["accommodation.granted done", "accommodation.ended done"]


def test_ending_it_twice_is_one_end(version: CourseVersion, ana: User, olga: User) -> None:
    granted = grant(ana, version, olga).accommodation
    with at(NOW + dt.timedelta(days=900)):
        first = end_accommodation(accommodation=granted, by=olga).ended_at
    with at(NOW + dt.timedelta(days=901)):
        assert end_accommodation(accommodation=granted, by=olga).ended_at == first
    assert actions().count("accommodation.ended done") == 1


def test_ending_further_attempts_ends_an_enrollment_that_has_no_other_left(
    enrollment: Enrollment, version: CourseVersion, ana: User, olga: User
) -> None:
    granted = grant(ana, version, olga, Arranged(extra_attempts=3)).accommodation
    fail(enrollment)
    fail(enrollment)

    end_accommodation(accommodation=granted, by=olga)

    enrollment.refresh_from_db()
    assert enrollment.closed_at  # so that she can begin anew after the course's days
    with at(NOW + dt.timedelta(days=900)):
        assert enroll(user=ana, course=version.course, acknowledged=True, by=ana).is_open


def test_ending_it_is_the_providers_act_and_nobodys_own(
    version: CourseVersion, ana: User, olga: User, omar: User
) -> None:
    granted = grant(ana, version, olga).accommodation
    with pytest.raises(NotAllowed):
        end_accommodation(accommodation=granted, by=omar)
    seat(ana, version.course.provider, None, Role.OWNER)
    with pytest.raises(OwnAccommodation):
        end_accommodation(accommodation=granted, by=ana)

    granted.refresh_from_db()
    assert granted.ended_at is None


def test_without_more_attempts_the_limit_stands(
    enrollment: Enrollment, version: CourseVersion, ana: User, olga: User
) -> None:
    grant(ana, version, olga)
    fail(enrollment)
    fail(enrollment)

    with pytest.raises(EnrollmentEnded):
        start(enrollment, QUIZ)


# Mail


def test_learner_is_told_that_there_is_an_answer_and_nothing_of_what(
    version: CourseVersion, ana: User, olga: User
) -> None:
    granted = grant(ana, version, olga, request=ask(ana, version)).accommodation
    decline_request(request=ask(ana, version, "More"), answer="Not more", by=olga)
    end_accommodation(accommodation=granted, by=olga)

    assert send_all() == 3
    for sent in mail.outbox:
        assert sent.to == ["ana@example.com"]
        assert "/learn/courses/timed/accommodation/" in sent.body
        assert "A course" in sent.body
        for word in ("50", "more time", "attempt", "letter", "Not more", "declined", "granted"):
            assert word not in sent.body, word


def test_mail_to_a_closed_account_or_of_a_course_that_is_gone_is_dropped(
    version: CourseVersion, ana: User, olga: User
) -> None:
    grant(ana, version, olga)
    deactivate_account(user=ana, by=SYSTEM)

    assert send_all() == 1
    assert mail.outbox == []
    assert OutboxMail.objects.get().reason == "nothing to tell any more"


# Commands


def command(name: str, *more: str) -> None:
    call_command(name, "--learner", "ana@example.com", "--course", "timed", "--by", "olga@example.com", *more)


def test_support_grants_and_ends_for_who_decided(
    enrollment: Enrollment, version: CourseVersion, ana: User, olga: User, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_for_good(enrollment)
    command("grant_accommodation", "--extra-time", "50", "--extra-attempts", "1", "--reason", "By telephone")

    granted = accommodation_in_force(ana.pk, version.course.pk)
    assert granted is not None
    assert (granted.extra_time_percent, granted.extra_attempts, granted.granted_by) == (50, 1, olga)
    event = AuditEvent.objects.get(action="accommodation.granted")
    assert (event.actor, event.details["granted_by"]) == ("system", str(olga.public_id))
    assert "is open again" in capsys.readouterr().out

    command("end_accommodation")
    assert accommodation_in_force(ana.pk, version.course.pk) is None
    with pytest.raises(CommandError, match="Nothing is arranged"):
        command("end_accommodation")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--reason", "x"], "Give a reason"),
        (["--extra-time", "500", "--reason", "x"], "to 400 percent"),
        (["--extra-time", "50", "--reason", "x", "--by", "omar@example.com"], "no owner or training administrator"),
        (["--extra-time", "50", "--reason", "x", "--learner", "olga@example.com"], "herself"),
        (
            ["--extra-time", "50", "--reason", "x", "--learner", "who@example.com"],
            "Nobody signs in as who@example.com.",
        ),
        (["--extra-time", "50", "--reason", "x", "--course", "none"], "There is no course `none`."),
    ],
)
def test_command_says_what_is_wrong(
    version: CourseVersion, ana: User, olga: User, omar: User, arguments: list[str], told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        command("grant_accommodation", *arguments)
    assert Accommodation.objects.count() == 0


def test_ending_by_command_is_held_to_the_same_rules(version: CourseVersion, ana: User, olga: User, omar: User) -> None:
    grant(ana, version, olga)

    with pytest.raises(CommandError, match="no owner"):
        command("end_accommodation", "--by", "omar@example.com")
    seat(ana, version.course.provider, None, Role.OWNER)
    with pytest.raises(CommandError, match="herself"):
        command("end_accommodation", "--by", "ana@example.com")

import datetime as dt

from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.services import SYSTEM
from courses.models import CourseVersion
from courses.services import withdraw_version
from enrollments.models import Enrollment
from enrollments.services import close_enrollment
from tests.conftest import client_of

ADDRESS, COURSE = "/learn/courses/a-course/enrollment/", "/learn/courses/a-course/"
YES = {"acknowledged": "on"}


def test_enrollment_begins_the_course(version: CourseVersion, ana: User) -> None:
    response = client_of(ana).post(ADDRESS, YES)

    assert (response.status_code, response.headers["Location"]) == (303, COURSE)
    assert list(Enrollment.objects.values_list("user", "version")) == [(ana.pk, version.pk)]


def test_enrollment_twice_is_one(version: CourseVersion, ana: User) -> None:
    client = client_of(ana)

    assert [client.post(ADDRESS, YES).headers["Location"] for _ in range(2)] == [COURSE, COURSE]
    assert Enrollment.objects.count() == 1


def test_enrollment_asks_for_the_acknowledgement(version: CourseVersion, ana: User) -> None:
    response = client_of(ana).post(ADDRESS)

    assert response.status_code == 422
    assert "Confirm that you have read the information page, then begin." in response.content.decode()
    assert not Enrollment.objects.exists()


def test_enrollment_is_refused_where_no_version_is_in_use(version: CourseVersion, ana: User) -> None:
    withdraw_version(version=version, because="A mistake.", by=SYSTEM)

    response = client_of(ana).post(ADDRESS, YES)

    assert response.status_code == 409
    assert "This course takes no new learners" in response.content.decode()
    assert not Enrollment.objects.exists()


def test_enrollment_says_why_before_it_asks_for_the_acknowledgement(enrollment: Enrollment, ana: User) -> None:
    close_enrollment(enrollment=enrollment, by=SYSTEM)

    assert client_of(ana).post(ADDRESS).status_code == 409


def test_enrollment_is_refused_before_the_waiting_time_is_over(enrollment: Enrollment, ana: User) -> None:
    close_enrollment(enrollment=enrollment, by=SYSTEM)

    response = client_of(ana).post(ADDRESS, YES)

    assert response.status_code == 409
    assert "What you did before is kept" in response.content.decode()
    assert Enrollment.objects.count() == 1


def test_enrollment_after_the_waiting_time_is_a_retake(enrollment: Enrollment, ana: User) -> None:
    close_enrollment(enrollment=enrollment, by=SYSTEM)
    Enrollment.objects.update(
        started_at=timezone.now() - dt.timedelta(days=9), closed_at=timezone.now() - dt.timedelta(days=8)
    )

    assert client_of(ana).post(ADDRESS, YES).status_code == 303
    assert Enrollment.objects.of(ana).open().count() == 1
    assert Enrollment.objects.count() == 2


def test_enrollment_in_a_course_that_is_not_there(ana: User) -> None:
    assert client_of(ana).post("/learn/courses/no-course/enrollment/", YES).status_code == 404


def test_enrollment_in_a_course_that_is_not_hers_to_know(version: CourseVersion, ana: User) -> None:
    version.course.is_public = False
    version.course.save()

    assert client_of(ana).post(ADDRESS, YES).status_code == 404
    assert not Enrollment.objects.exists()


def test_enrollment_without_a_session_keeps_the_form(version: CourseVersion) -> None:
    response = Client().post(ADDRESS, YES)

    assert response.status_code == 401
    assert 'name="acknowledged"' in response.content.decode()
    assert not Enrollment.objects.exists()


def test_enrollment_from_a_form_made_for_somebody_else_is_refused(
    version: CourseVersion, ana: User, cody: User
) -> None:
    assert client_of(ana).post(ADDRESS, YES | {"_person": str(cody.public_id)}).status_code == 409
    assert not Enrollment.objects.exists()


def test_enrollment_is_only_posted(version: CourseVersion, ana: User) -> None:
    assert client_of(ana).get(ADDRESS).status_code == 405

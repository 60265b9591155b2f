"""Vignette's side: the course of the bench published, and its learners enrolled."""

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Organization, User
from bench.journey import COURSE, PASSWORD, learner_name
from courses.models import Course, CourseVersion
from enrollments.models import Enrollment


def seed(learners: int) -> None:
    from allauth.account.models import EmailAddress
    from django.core.management import call_command

    Organization.objects.create(slug="bench", name="Bench")
    call_command("publish_course", str(COURSE), provider="bench", verbosity=0)
    course = Course.objects.get(slug="bench")
    version = CourseVersion.objects.get(course=course)
    password, now = make_password(PASSWORD), timezone.now()
    users = User.objects.bulk_create(
        User(email=learner_name(number), legal_name=f"Learner {number}", password=password)
        for number in range(1, learners + 1)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    Enrollment.objects.bulk_create(
        Enrollment(user=user, course=course, version=version, acknowledged_at=now) for user in users
    )

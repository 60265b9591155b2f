"""Vignette's side: the course of the bench published, and its learners enrolled."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Organization, User
from audit.services import SYSTEM
from author.packages import read_package
from author.services import PackageFaulty, publish_package
from bench.journey import COURSE, PASSWORD, learner_name
from enrollments.models import Enrollment


def seed(learners: int) -> None:
    provider = Organization.objects.create(slug="bench", name="Bench")
    try:
        version = publish_package(package=read_package(COURSE), slug="bench", provider=provider, by=SYSTEM)
    except PackageFaulty as refusal:
        raise SystemExit("\n".join(map(str, refusal.faults))) from refusal
    password, now = make_password(PASSWORD), timezone.now()
    users = User.objects.bulk_create(
        User(email=learner_name(number), legal_name=f"Learner {number}", password=password)
        for number in range(1, learners + 1)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    # Rows, because some hundred calls of the service would take longer than the measurement; nothing else reads them.
    Enrollment.objects.bulk_create(
        Enrollment(user=user, course=version.course, version=version, acknowledged_at=now) for user in users
    )

"""Mail about what is arranged for a learner. It says only that there is news: her address may be her employer's."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from audit.models import OutboxMail
from audit.outbox import Mail, owe
from courses.models import Course
from courses.queries import latest_version

ACCOMMODATION = "quizzes.accommodation"


def owe_accommodation(user: User, course: Course, *, occasion: str) -> None:
    """Tell the learner once that something was decided."""
    owe(ACCOMMODATION, key=f"{ACCOMMODATION}:{occasion}", subject=user.public_id, payload={"course": course.slug})


def prepare_accommodation(mail: OutboxMail) -> Mail | None:
    """The mail, or None when the account was closed in the meantime."""
    user = User.objects.filter(public_id=mail.subject, is_active=True).first()
    course = Course.objects.filter(slug=mail.payload["course"]).first()
    version = latest_version(course) if course else None
    if user is None or course is None:
        return None
    link = settings.SITE_URL.rstrip("/") + reverse("learner:accommodation", args=[course.slug])
    context = {"name": user.legal_name, "title": version.title if version else course.slug, "link": link}
    return Mail(
        to=user.email,
        subject=gettext("There is an answer for you about a course"),
        text=render_to_string("quizzes/accommodation.txt", context),
    )

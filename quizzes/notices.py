"""Mail about what is arranged for a learner, challenges that were answered, and questions corrected in her favor.

Of what is arranged it says only that there is news: her address may be her employer's.
"""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import User
from accounts.zones import zone
from audit import outbox
from audit.models import OutboxMail
from audit.outbox import Mail
from courses.document import Quiz, Release
from courses.library import published
from courses.models import Course
from courses.queries import latest_version
from enrollments.models import Enrollment
from quizzes.models import Adjustment, Attempt, ItemChallenge
from quizzes.queries import assessment_state, is_finding_told_for, is_released_for

ACCOMMODATION = "quizzes.accommodation"
CHALLENGE_ANSWERED = "quizzes.challenge-answered"
NOW_PASSED = "quizzes.now-passed"


def owe_accommodation(user: User, course: Course, *, occasion: str) -> None:
    """Tell the learner once that something was decided."""
    outbox.owe(
        ACCOMMODATION, key=f"{ACCOMMODATION}:{occasion}", subject=user.public_id, payload={"course": course.slug}
    )


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


def owe_challenge_answered(challenge: ItemChallenge) -> None:
    outbox.owe(CHALLENGE_ANSWERED, key=f"{CHALLENGE_ANSWERED}:{challenge.public_id}", subject=challenge.public_id)


def owe_now_passed(attempt: Attempt, adjustment: Adjustment) -> None:
    """Tell her once, however many of her attempts pass by it."""
    key = f"{NOW_PASSED}:{attempt.enrollment_id}:{adjustment.public_id}"
    outbox.owe(NOW_PASSED, key=key, subject=attempt.public_id)


def prepare_challenge_answered(row: OutboxMail) -> Mail | None:
    """What was answered, in full once reasons are released to her; until then only that there is an answer.

    Where reasons are never told, what was found without the author's words.
    """
    found = ItemChallenge.objects.select_related("attempt__enrollment__user", "attempt__enrollment__version")
    challenge = found.filter(public_id=row.subject, answered_at__isnull=False).first()
    if challenge is None:
        return None
    attempt = challenge.attempt
    enrollment = attempt.enrollment
    document = published(enrollment.version).document
    about = document.assessment_by_key[attempt.assessment_key]
    assert isinstance(about, Quiz)
    state = assessment_state(enrollment, about)
    context = {
        "challenge": challenge,
        "title": about.title,
        "course": document.course.title,
        "number": [item["key"] for item in attempt.plan["items"]].index(challenge.item_key) + 1,
        "never": about.release is Release.NEVER,
        "found": is_finding_told_for(attempt, about, state),
        "released": is_released_for(attempt, about, state),
        "link": _address("learner:attempt-result", attempt.public_id),
    }
    return _mail(enrollment.user, "challenge_answered", context)


def prepare_now_passed(row: OutboxMail) -> Mail | None:
    """That she passes now, and what comes next; nothing where she has completed the course in the meantime."""
    found = Attempt.objects.select_related("enrollment__user", "enrollment__version", "enrollment__course")
    attempt = found.filter(public_id=row.subject, passed=True, enrollment__completed_at__isnull=True).first()
    if attempt is None:
        return None
    enrollment = attempt.enrollment
    document = published(enrollment.version).document
    gates = [document.assessment_by_key[key] for key in document.course.gates.pass_]
    context = {
        "title": document.assessment_by_key[attempt.assessment_key].title,
        "course": document.course.title,
        "is_open": enrollment.is_open,
        "is_begun_anew": Enrollment.objects.begun_since(enrollment).exists(),
        "failed": [gate.title for gate in gates if assessment_state(enrollment, gate).is_failed_for_good],
        "result": _address("learner:attempt-result", attempt.public_id),
        "link": _address("learner:course", enrollment.course.slug),
    }
    return _mail(enrollment.user, "now_passed", context)


def _address(name: str, *arguments: object) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(name, args=arguments)


def _mail(user: User, template: str, context: dict[str, object]) -> Mail:
    context = {**context, "name": user.legal_name or user.email}
    with translation.override(settings.LANGUAGE_CODE), timezone.override(zone(user.time_zone)):
        subject = render_to_string(f"quizzes/{template}_subject.txt", context).strip()
        return Mail(user.email, subject, render_to_string(f"quizzes/{template}.txt", context))

"""What becomes of a challenge of a question."""

from django.urls import reverse
from django.utils.translation import gettext

from courses.document import Release
from quizzes.models import Attempt, ItemChallenge
from web.http import Refusal as RefusalPage
from web.templatetags.vignette import day


def challenged(number: int, release: Release) -> str:
    if release is Release.NEVER:
        return gettext(
            "Your challenge of question %(number)d is with the authors of the course. A mail tells you when one of them"
            " has looked at it."
        ) % {"number": number}
    return gettext(
        "Your challenge of question %(number)d is with the authors of the course. Their answer comes by mail and stands"
        " with this result."
    ) % {"number": number}


def not_submitted_yet(attempt: Attempt) -> RefusalPage:
    return RefusalPage(
        gettext("This attempt is not submitted yet"),
        gettext(
            "A question can be challenged as soon as the attempt is submitted; your words were not kept. What you answered"
            " is saved. Answer the question as you think best, and challenge it from the result."
        ),
        reverse("learner:attempt", args=[attempt.public_id]),
        gettext("Back to the questions"),
    )


def already_challenged(challenge: ItemChallenge) -> RefusalPage:
    return RefusalPage(
        gettext("You challenged this question before"),
        gettext(
            "You challenged this question on %(day)s; those words are with the authors, these were not kept. Your"
            " challenge and what became of it stand with the result."
        )
        % {"day": day(challenge.made_at)},
        reverse("learner:attempt-result", args=[challenge.attempt.public_id]),
        gettext("Back to the result"),
    )

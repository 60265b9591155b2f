"""What became of an accommodation that was granted, declined or ended."""

from django.utils.translation import gettext

from quizzes.services import Granted, Reopening
from web.http import Refusal


def accommodation_granted(name: str, granted: Granted) -> str:
    told = gettext("It is arranged for %(name)s, and a mail is on its way.") % {"name": name}
    more = {
        Reopening.NOT_NEEDED: "",
        Reopening.REOPENED: gettext("The enrollment that had ended after the last attempt is open again."),
        Reopening.ANOTHER_IS_OPEN: gettext(
            "The enrollment that had ended stays ended, because the course was begun anew; it holds in the new one."
        ),
    }[granted.reopening]
    if granted.closes:
        more = gettext(
            "It replaced further attempts, so no attempt is left at an assessment that must be passed: the enrollment has"
            " ended. Granting further attempts opens it again."
        )
    return f"{told} {more}".strip()


def accommodation_declined(name: str) -> str:
    return gettext("Your answer is kept, and a mail to %(name)s is on its way.") % {"name": name}


def accommodation_ended(name: str) -> str:
    return gettext("It has ended for %(name)s. An attempt that is open keeps what it began with.") % {"name": name}


def own_accommodation(address: str) -> Refusal:
    return Refusal(
        gettext("Somebody else decides this"),
        gettext(
            "Nobody decides what is arranged for herself. Nothing changed; the request still waits for a colleague."
        ),
        address,
        gettext("Back to the list"),
    )


def already_answered(address: str) -> Refusal:
    return Refusal(
        gettext("Somebody answered this before you"),
        gettext("The request has its answer, and it stands. What you entered was not kept."),
        address,
        gettext("Back to the list"),
    )

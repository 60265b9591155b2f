"""What an organization asks: policies acknowledged, evidence handed in."""

from django.utils.translation import gettext

from training.services import NotHers, NotOpenYet
from web.http import Refusal as RefusalPage
from web.templatetags.vignette import day


def acknowledged(title: str) -> str:
    return gettext("It is on record that you have read “%(title)s” today.") % {"title": title}


def not_recorded(refusal: Exception, here: str) -> RefusalPage:
    match refusal:
        case NotOpenYet():
            text = gettext("What you do before %(day)s does not count for this period. Come back then.")
            text = text % {"day": day(refusal.opens_on)}
        case NotHers():
            text = gettext("Your time there has ended, so nothing is asked of you any more.")
        case _:
            text = gettext("These words are not asked of you any more: the policy has changed, or nobody asks for it.")
    return RefusalPage(gettext("Nothing was recorded"), text, here, gettext("Look at it as it is now"))


def no_evidence(here: str) -> RefusalPage:
    return RefusalPage(
        gettext("Evidence is not what is asked here"),
        gettext("What is asked is not met by evidence from elsewhere. Nothing was kept of what you entered."),
        here,
        gettext("See what is asked"),
    )


def already_handed_in(back: str) -> RefusalPage:
    return RefusalPage(
        gettext("You have handed in this file before"),
        gettext("The very same file stands there for the same requirement. It was not kept a second time."),
        back,
        gettext("See what you handed in"),
    )


def evidence_kept(organization: str) -> str:
    words = gettext(
        "It is kept. Somebody at %(organization)s looks at it, and you get a mail; it counts once approved."
    )
    return words % {"organization": organization}


def evidence_withdrawn() -> str:
    return gettext("You have taken it back. Nobody decides upon it any more.")


def evidence_not_withdrawn(back: str) -> RefusalPage:
    return RefusalPage(
        gettext("It was decided before"),
        gettext("Only what waits can be taken back. Nothing changed."),
        back,
        gettext("See how it stands"),
    )

"""Words of the evidence that people hand in, as those who decide read them."""

from django.utils.translation import gettext

from administrator.messages.acts import not_acted
from training.queries import EvidenceState
from training.services import AlreadyHandedIn, ClaimFault, NoEvidenceAsked, NoReason, UnfitClaim
from web.http import Refusal


def state_words() -> dict[EvidenceState, str]:
    return {
        EvidenceState.WAITING: gettext("Waits for a decision"),
        EvidenceState.APPROVED: gettext("Approved"),
        EvidenceState.REJECTED: gettext("Not accepted"),
        EvidenceState.WITHDRAWN: gettext("Withdrawn"),
    }


def evidence_decided(decision: str, name: str) -> str:
    words = {
        "approve": gettext("It is approved and counts. A mail to %(name)s is on its way."),
        "reject": gettext("It is not accepted. A mail with your reason to %(name)s is on its way."),
        "withdraw": gettext("It counts no longer. A mail with your reason to %(name)s is on its way."),
    }[decision]
    return words % {"name": name}


def evidence_kept(name: str) -> str:
    return gettext("It is kept for %(name)s. It counts once a second person approves it.") % {"name": name}


def evidence_refused(refusal: Exception, address: str) -> Refusal:
    match refusal:
        case NoEvidenceAsked():
            text = gettext(
                "What is asked here is not met by evidence from elsewhere. A statement that it was done may be what you want."
            )
        case AlreadyHandedIn():
            text = gettext("This very file stands here for the same person and requirement.")
        case UnfitClaim():
            text = claim_words()[refusal.fault]
        case NoReason():
            text = gettext("Say why: the person reads it.")
        case _:
            return not_acted(refusal, address)
    return Refusal(gettext("That was not done"), f"{text} {gettext('Nothing changed.')}", address, gettext("Go back"))


def claim_words() -> dict[ClaimFault, str]:
    return {
        ClaimFault.NO_TITLE: gettext("Say what was done and who issued it."),
        ClaimFault.DAY_TO_COME: gettext("The day on which it was done is still to come."),
        ClaimFault.EXPIRES_BEFORE: gettext("It cannot expire before, or on, the day on which it was done."),
        ClaimFault.HOURS: gettext("The hours are none, or more than anybody can give."),
    }

"""Words for what the services refuse an author, and for what was done."""

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts.models import Organization
from certificates.queries import Pinned
from courses.models import CourseVersion
from quizzes.models import Adjustment, ItemChallenge
from quizzes.services import ChallengeAnswered, OwnChallenge
from web.http import Refusal


def path_to(name: str, provider: Organization, *more: object) -> str:
    return reverse(f"author:{name}", args=[provider.slug, *more])


def answered(challenge: ItemChallenge) -> str:
    if challenge.outcome == "upheld":
        return gettext(
            "The learner is told. Nothing is scored differently yet: propose how the question should be scored."
        )
    return gettext("The learner is told why the question stands.")


def not_answered(refusal: ChallengeAnswered | OwnChallenge, provider: Organization) -> Refusal:
    if isinstance(refusal, OwnChallenge):
        return Refusal(
            gettext("This challenge is your own"),
            gettext("Another author answers it. Your answer was not kept, and nothing was sent."),
            path_to("desk", provider),
            gettext("Back to the desk"),
        )
    return Refusal(
        gettext("This challenge was answered before"),
        gettext("The learner has the first answer. Yours was not kept, and nothing was sent twice."),
        path_to("challenge", provider, refusal.challenge.public_id),
        gettext("Read the answer"),
    )


def proposed() -> str:
    return gettext("Proposed. Nothing is scored differently until another author approves. This is what would change.")


def already_adjusted(provider: Organization, adjustment: Adjustment) -> Refusal:
    return Refusal(
        gettext("This was proposed before"),
        gettext(
            "The same change to this question is waiting for approval or is in force. Yours was not kept beside it."
        ),
        path_to("adjustment", provider, adjustment.public_id),
        gettext("See that one"),
    )


def cannot_adjust(address: str) -> Refusal:
    return Refusal(
        gettext("This change does not fit the question"),
        gettext(
            "The question carries no marks, or the option wins full marks already, or an answer is more than one option."
            " Nothing was kept."
        ),
        address,
        gettext("Back to the question"),
    )


def approved(changed: int) -> str:
    return ngettext(
        "In force. %(count)d score was changed, and its learner sees it with the result.",
        "In force. %(count)d scores were changed, and their learners see it with the result.",
        changed,
    ) % {"count": changed}


def withdrawn() -> str:
    return gettext("The proposal is withdrawn. No score was changed.")


def own_proposal(provider: Organization, adjustment: Adjustment) -> Refusal:
    return Refusal(
        gettext("Nobody approves her own proposal"),
        gettext("It waits for another author or for an owner of %(name)s. No score was changed.")
        % {"name": provider.name},
        path_to("adjustment", provider, adjustment.public_id),
        gettext("Back to the proposal"),
    )


def own_pass(provider: Organization, adjustment: Adjustment) -> Refusal:
    return Refusal(
        gettext("You would pass by this yourself"),
        gettext("So another author or an owner of %(name)s approves it. No score was changed.")
        % {"name": provider.name},
        path_to("adjustment", provider, adjustment.public_id),
        gettext("Back to the proposal"),
    )


def proposal_gone(provider: Organization, adjustment: Adjustment) -> Refusal:
    return Refusal(
        gettext("This proposal was withdrawn"),
        gettext("It cannot be approved any more, and no score was changed. If it is still needed, propose it anew."),
        path_to("adjustment", provider, adjustment.public_id),
        gettext("Back to the proposal"),
    )


def already_in_force(provider: Organization, adjustment: Adjustment) -> Refusal:
    return Refusal(
        gettext("This adjustment is in force"),
        gettext("Scores rest on it, and learners were told, so it is not taken back. Nothing was changed now."),
        path_to("adjustment", provider, adjustment.public_id),
        gettext("See what it changed"),
    )


# --- who is affected by a new version


def who_is_affected(older: CourseVersion, pinned: Pinned, newest: CourseVersion | None) -> tuple[str, ...]:
    """What becomes of those who have the older version, and of those who come: sentence by sentence."""
    number = {"number": older.number}
    return (*_taking(pinned, number), *_done(pinned, number), _coming(older, newest))


def _taking(pinned: Pinned, number: dict[str, int]) -> tuple[str, ...]:
    if not pinned.open:
        return (gettext("Nobody is taking version %(number)d now.") % number,)
    return (
        ngettext(
            "One person is taking version %(number)d and stays on it to the end: its lessons, questions and rules do"
            " not change for her.",
            "%(count)d people are taking version %(number)d and stay on it to the end: its lessons, questions and rules"
            " do not change for them.",
            pinned.open,
        )
        % {"count": pinned.open, **number},
    )


def _done(pinned: Pinned, number: dict[str, int]) -> tuple[str, ...]:
    if not pinned.completions:
        return (gettext("Nobody has completed version %(number)d, and no certificate names it.") % number,)
    completed = ngettext(
        "Version %(number)d was completed once", "Version %(number)d was completed %(count)d times", pinned.completions
    ) % {"count": pinned.completions, **number}
    named = ngettext("%(count)d certificate names it", "%(count)d certificates name it", pinned.certificates) % {
        "count": pinned.certificates
    }
    return (
        gettext("%(completed)s, and %(named)s. All of that stands as it is.")
        % {"completed": completed, "named": named},
    )


def _coming(older: CourseVersion, newest: CourseVersion | None) -> str:
    if newest is None:
        return gettext("Nobody can begin the course now: every version is withdrawn.")
    if newest == older:
        return gettext("Whoever begins the course now still takes version %(number)d: no later one can be begun.") % {
            "number": newest.number
        }
    return gettext("Whoever begins the course now takes version %(number)d. Nobody is moved to it.") % {
        "number": newest.number
    }

"""What became of asking people for a course."""

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts.models import Organization
from training.services import Assigned, CourseNotOffered, DueInPast, NotAMember
from web.http import Refusal
from web.templatetags.vignette import day


def assigned(done: Assigned, title: str) -> str:
    new, already = len(done.asked), len(done.already)
    if not new:
        return gettext("Nothing changed: everybody you chose had been asked for “%(title)s” before.") % {"title": title}
    words = ngettext("%(new)d person was asked for “%(title)s”.", "%(new)d people were asked for “%(title)s”.", new) % {
        "new": new,
        "title": title,
    }
    if already:
        words += " " + ngettext(
            "%(already)d had been asked before and keeps the date given then.",
            "%(already)d had been asked before and keep the date given then.",
            already,
        ) % {"already": already}
    return words


def not_assigned(refusal: Exception, organization: Organization) -> Refusal:
    """Why an assignment that was looked over before could not be made a moment later."""
    again = reverse("administrator:assignment-new", args=[organization.slug])
    nothing = gettext("Nobody was asked for anything, and no mail was sent.")
    match refusal:
        case NotAMember():
            text = ngettext(
                "%(number)d of the people you chose has left, or is no longer in a team of yours.",
                "%(number)d of the people you chose have left, or are no longer in a team of yours.",
                len(refusal.memberships),
            ) % {"number": len(refusal.memberships)}
        case DueInPast():
            text = gettext("The day you chose is over: today is %(today)s.") % {"today": day(refusal.today)}
        case CourseNotOffered():
            text = gettext("The course is no longer offered to new learners.")
        case _:
            raise refusal
    return Refusal(gettext("The course was not assigned"), f"{text} {nothing}", again, gettext("Choose again"))

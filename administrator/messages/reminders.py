"""Words about reminders, and about a day to come."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from training.rules import Stage, Status
from training.services import NotRemindable, Reminded
from web.http import Refusal
from web.templatetags.vignette import day as day_words


def reminded(name: str, done: Reminded, now: dt.datetime) -> str:
    if not done.is_new:
        return gettext("%(name)s is reminded of this today already. One mail a day is enough.") % {"name": name}
    if done.leaves_at > now:
        at = date_format(timezone.localtime(done.leaves_at), "F j, P")
        words = gettext("A reminder to %(name)s leaves on %(at)s, your time: mail waits while people rest.")
        return words % {"name": name, "at": at}
    return gettext("A reminder to %(name)s is on its way.") % {"name": name}


def not_reminded(name: str, refusal: NotRemindable, address: str) -> Refusal:
    why = {
        Status.DONE: gettext("It is done."),
        Status.DONE_LATE: gettext("It is done."),
        Status.WAIVED: gettext("It is waived, and not asked for now."),
        Status.SUSPENDED: gettext("%(name)s is away, and nothing falls due."),
        Status.UPCOMING: gettext("It is not open yet: what is done now would not count."),
        Status.RELEASED: gettext("Nobody asks for it any more."),
    }.get(refusal.status, gettext("%(name)s is not here now, or the account is closed."))
    nothing = gettext("No mail was sent.")
    return Refusal(
        gettext("There is nothing to remind of"),
        f"{why % {'name': name}} {nothing}",
        address,
        gettext("Back to the person"),
    )


def reminders_changed() -> str:
    return gettext("The settings hold from now on, also for mail that is waiting.")


def stage_words(stage: Stage) -> str:
    """Which step of the ladder a mail is."""
    if stage.offset < 0:
        days = -stage.offset
        return ngettext("%(days)d day before it is due", "%(days)d days before it is due", days) % {"days": days}
    if stage.offset == 0:
        return gettext("on the due day")
    words = ngettext("%(days)d day after it was due", "%(days)d days after it was due", stage.offset)
    return words % {"days": stage.offset}


def forecast_headline(day: dt.date, becoming: int, mails: int) -> str:
    """What the day would bring, in a sentence."""
    if not becoming and not mails:
        return gettext("Nothing becomes overdue by %(day)s, and no mail goes that day.") % {"day": day_words(day)}
    if not becoming:
        return gettext("Nothing becomes overdue by %(day)s.") % {"day": day_words(day)}
    words = ngettext(
        "%(number)d obligation becomes overdue by %(day)s.",
        "%(number)d obligations become overdue by %(day)s.",
        becoming,
    )
    return words % {"number": becoming, "day": day_words(day)}

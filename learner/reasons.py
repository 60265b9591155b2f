"""Why something is due, in the words of the person of whom it is asked."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from training.queries import Mine
from training.rules import Status, Step, StepCode
from web.templatetags.vignette import day, place


@dataclass(frozen=True, slots=True)
class Reason:
    title: str
    text: str


def reasons(mine: Mine) -> list[Reason]:
    """The trace of her obligation, step by step."""
    return [reason for step in mine.standing.trace if (reason := _reason(step, mine)) is not None]


def _reason(step: Step, mine: Mine) -> Reason | None:
    match step.code:
        case StepCode.ASSIGNED | StepCode.DUE_BY | StepCode.OPENS | StepCode.GRACE_UNTIL:
            return _asked(step, mine)
        case StepCode.EXTENDED | StepCode.SHIFTED | StepCode.DUE_NOW_BY | StepCode.GRACE_SHIFTED:
            return _moved(step)
        case StepCode.WAIVED | StepCode.ON_LEAVE | StepCode.RELEASED | StepCode.LEFT:
            return _standing_still(step)
        case StepCode.OVERDUE_AGAIN:
            title = gettext("On %(day)s you are asked for it again, and it would be overdue") % {"day": day(step.day)}
            words = gettext("It is due %(due)s; a waiver moves no day. Ask whoever waived it for more time.")
            return Reason(title, words % {"due": day(mine.standing.due.due_on)})
        case StepCode.NOT_COMPLETED:
            return None  # she knows; what is open stands above
        case _:
            return _met(step, mine)


def _asked(step: Step, mine: Mine) -> Reason:
    organization = mine.obligation.membership.organization.name
    match step.code:
        case StepCode.ASSIGNED:
            title = gettext("%(organization)s asked you on %(day)s")
            return Reason(title % {"organization": organization, "day": day(step.at)}, mine.reason)
        case StepCode.DUE_BY:
            asker = mine.askers.get(step.source)
            words = gettext("The day ends at midnight, %(zone)s time.") % {"zone": place(mine.obligation.zone)}
            if asker and asker.rule:
                words = f"{gettext('The rule “%(name)s” asks for it by then.') % {'name': asker.rule}} {words}"
            return Reason(gettext("By %(day)s") % {"day": day(step.day)}, words)
        case StepCode.OPENS:
            title = gettext("It opens on %(day)s") % {"day": day(step.day)}
            return Reason(title, gettext("What you do before that day does not count for this period."))
        case _:
            title = ngettext("%(days)d day of grace follows", "%(days)d days of grace follow", step.days)
            text = gettext("It is overdue only after %(day)s.") % {"day": day(step.day)}
            return Reason(title % {"days": step.days}, text)


def _moved(step: Step) -> Reason:
    match step.code:
        case StepCode.EXTENDED:
            title = ngettext("You were given %(days)d day more", "You were given %(days)d days more", step.days)
            return Reason(title % {"days": step.days}, "")
        case StepCode.SHIFTED:
            title = ngettext("%(days)d day away moved it", "%(days)d days away moved it", step.days)
            return Reason(title % {"days": step.days}, gettext("During a leave the clock stands still."))
        case StepCode.GRACE_SHIFTED:
            title = ngettext("%(days)d day away is not one of them", "%(days)d days away are not among them", step.days)
            return Reason(title % {"days": step.days}, gettext("During a leave the days of grace stand still, too."))
        case _:
            return Reason(gettext("So it is due on %(day)s") % {"day": day(step.day)}, "")


def _standing_still(step: Step) -> Reason:
    match step.code:
        case StepCode.WAIVED if step.day is not None:
            title = gettext("It is waived until %(day)s") % {"day": day(step.day)}
            return Reason(title, gettext("You do not have to do it until then. It does not count as done."))
        case StepCode.WAIVED:
            return Reason(gettext("It is waived"), gettext("You do not have to do it. It does not count as done."))
        case StepCode.ON_LEAVE:
            title = gettext("You have been away since %(day)s") % {"day": day(step.day)}
            return Reason(title, gettext("Nothing falls due during a leave; the day moves on by the days away."))
        case StepCode.LEFT:
            title = gettext("Your time there ended on %(day)s") % {"day": day(step.day)}
            return Reason(title, gettext("Nothing falls due after that."))
        case _:
            return Reason(gettext("Nobody asks you for it any more"), "")


def _met(step: Step, mine: Mine) -> Reason:
    late = mine.standing.days if mine.standing.status is Status.DONE_LATE else 0
    text = ngettext("That was %(days)d day late.", "That was %(days)d days late.", late) % {"days": late}
    if not late:
        text = gettext("That was in time.")
    title = {
        StepCode.COMPLETED: gettext("You completed it on %(day)s"),
        StepCode.COMPLETION_SHARED: gettext("You shared it on %(day)s"),
        StepCode.ACKNOWLEDGED: gettext("You acknowledged the policy on %(day)s"),
        StepCode.EVIDENCE_APPROVED: gettext("Your evidence of %(day)s was approved"),
        StepCode.STATED: gettext("It was stated for you that you did it on %(day)s"),
    }[step.code]
    if step.code is StepCode.COMPLETION_SHARED:
        return Reason(title % {"day": day(step.at)}, gettext("It counts because of that."))
    met = mine.standing.met
    return Reason(title % {"day": day(met.told_on if met else step.day)}, text)

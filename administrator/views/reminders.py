"""A day to come, reminding by hand, and how the organization reminds."""

import datetime as dt
import uuid
from urllib.parse import urlencode

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from administrator.address import path_to, see_other
from administrator.filters import address_part, board_filter, day_of
from administrator.messages import reminders as messages
from administrator.reminders_forms import RemindersForm
from administrator.scope import Scope, full_scope_of, scope_of
from training.models import Obligation
from training.queries import PAGE_SIZE, forecast, forecast_rows, mail_rows, policy_of
from training.rules import ONE_DAY
from training.services import NotRemindable, change_reminders, remind_now
from web.http import SignedInRequest, refused, signed_in

#: Nobody plans further ahead with what is known today.
FURTHEST = 366
#: So many readers of a digest are named.
LISTED = 50


@require_safe
@signed_in
def forecast_day(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = scope_of(request, organization)
    day = _day(scope, request.GET.get("on", ""))
    seen = forecast(scope.organization, scope.obligations, now=scope.now, day=day)
    becoming = Paginator(seen.becoming, PAGE_SIZE).get_page(request.GET.get("page"))
    mails = Paginator(seen.mails, PAGE_SIZE).get_page(request.GET.get("mails"))
    digests = [each for each in seen.digests if scope.sees_everybody or each.reader.user_id == request.user.pk]
    context = {
        "scope": scope,
        "day": day,
        "digests": digests[:LISTED],
        "digest_count": len(digests),
        "more_digests": max(len(digests) - LISTED, 0),
        "furthest": scope.today + FURTHEST * ONE_DAY,
        "headline": messages.forecast_headline(day, becoming.paginator.count, len(seen.mails) + len(digests)),
        "figures": {"now": seen.overdue_now, "becoming": becoming.paginator.count, "mails": len(seen.mails)},
        "becoming": becoming,
        "becoming_rows": forecast_rows(list(becoming)),
        "mails": mails,
        "mail_rows": [(each, messages.stage_words(each.going.stage)) for each in mail_rows(list(mails))],
        "policy": seen.policy,
        "becoming_query": urlencode({"on": day.isoformat(), "mails": mails.number}),
        "mails_query": urlencode({"on": day.isoformat(), "page": becoming.number}),
    }
    return render(request, "administrator/forecast.html", context)


def _day(scope: Scope, given: str) -> dt.date:
    """A day from today to a year ahead; next week when none is given, or one that makes no sense."""
    day = day_of(given) or scope.today + 7 * ONE_DAY
    return min(max(day, scope.today), scope.today + FURTHEST * ONE_DAY)


@require_POST
@signed_in
def obligation_reminder(request: SignedInRequest, organization: str, obligation_id: uuid.UUID) -> HttpResponse:
    scope = scope_of(request, organization)
    seen = Obligation.objects.of_organization(scope.organization).filter(membership__in=scope.people)
    obligation = get_object_or_404(
        seen.select_related("membership__organization", "membership__user"), public_id=obligation_id
    )
    seat = obligation.membership
    try:
        done = remind_now(obligation=obligation, by=request.user)
    except NotRemindable as refusal:
        return refused(request, messages.not_reminded(seat.name, refusal, path_to("person", scope, seat.public_id)))
    flash.success(request, messages.reminded(seat.name, done, scope.now))
    if request.POST.get("back") != "board":
        return see_other("person", scope, seat.public_id)
    response, query = see_other("obligations", scope), address_part(board_filter(request.POST))
    response["Location"] += f"?{query}" if query else ""
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def reminders(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = full_scope_of(request, organization)
    policy = policy_of(scope.organization)
    initial = {
        "are_on": policy.reminders_are_on,
        "quiet_from": policy.quiet_from,
        "quiet_until": policy.quiet_until,
        "digest_weekday": policy.digest_weekday,
    }
    form = RemindersForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_reminders(
            organization=scope.organization,
            are_on=form.cleaned_data["are_on"],
            quiet=form.quiet,
            digest_weekday=form.cleaned_data["digest_weekday"],
            by=request.user,
        )
        flash.success(request, messages.reminders_changed())
        return see_other("reminders", scope)
    status = 422 if request.method == "POST" else 200
    return render(request, "administrator/reminders.html", {"scope": scope, "form": form}, status=status)

import uuid
from typing import Any

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organization
from accounts.queries import today_in
from author import messages
from author.forms import AnswerForm, ProposalForm
from author.messages import path_to
from author.questions import (
    Question,
    adjustment_lines,
    adjustments_there,
    challenge_lines,
    previewed_rows,
    question_of,
    recorded_rows,
    waiting_challenges,
)
from author.scope import adjustment_of, challenge_of, for_authors, provider_of, version_of
from author.versions import due_lists, version_lines
from certificates.queries import certified_enrollments
from quizzes import services
from quizzes.models import Adjustment, ChallengeOutcome
from quizzes.queries import Preview, preview_adjustment, unscored_attempts
from web.http import SignedInRequest, refused, see_other

#: Attempts on one page of what an adjustment changes.
LISTED = 100


@require_safe
@for_authors
def home(request: SignedInRequest) -> HttpResponse:
    organizations = list(Organization.objects.authored_by(request.user, timezone.localdate()).order_by("name"))
    if not organizations:
        raise Http404
    if len(organizations) == 1:
        return redirect("author:desk", organizations[0].slug)
    return render(request, "author/home.html", {"organizations": organizations})


@require_safe
@for_authors
def desk(request: SignedInRequest, organization: str) -> HttpResponse:
    provider = provider_of(request, organization)
    adjustments = adjustments_there(provider)
    versions = version_lines(provider)
    due = due_lists(versions, request.user, today_in(provider))
    context = {
        "provider": provider,
        "challenges": challenge_lines(waiting_challenges(provider)),
        "proposals": adjustment_lines(adjustments.proposed().order_by("proposed_at")),
        "in_force": adjustment_lines(adjustments.in_force().order_by("-approved_at")),
        "unscored": unscored_attempts(provider)[:LISTED],
        "versions": versions,
        "due": due,
        "overdue": sum(each.overdue for each in due),
    }
    return render(request, "author/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_authors
def challenge(request: SignedInRequest, organization: str, challenge_id: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, organization)
    found = challenge_of(provider, challenge_id)
    attempt = found.attempt
    question = question_of(attempt.enrollment.version, attempt.assessment_key, found.item_key, request.user)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("outcome", "answer")}
        try:
            services.answer_challenge(challenge=found, by=request.user, **given)
        except (services.ChallengeAnswered, services.OwnChallenge) as refusal:
            return refused(request, messages.not_answered(refusal, provider))
        flash.success(request, messages.answered(found))
        is_upheld = found.outcome == ChallengeOutcome.UPHELD
        return see_other(f"{question.address(provider)}#propose" if is_upheld else path_to("desk", provider))
    is_own = attempt.enrollment.user_id == request.user.pk
    context = {"provider": provider, "challenge": found, "question": question, "form": form, "is_own": is_own}
    return render(request, "author/challenge.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_authors
def item(
    request: SignedInRequest, organization: str, version_id: uuid.UUID, assessment_key: str, item_key: str
) -> HttpResponse:
    provider = provider_of(request, organization)
    question = question_of(version_of(provider, version_id), assessment_key, item_key, request.user)
    form = ProposalForm(request.POST or None, acceptable=question.acceptable)
    if form.is_valid() and not question.is_withheld:  # what a proposal changes tells how her answer was scored
        return _propose(request, provider, question, form.cleaned_data)
    about = Adjustment.objects.about(question.version.pk, assessment_key).filter(item_key=item_key)
    context = {"provider": provider, "question": question, "form": form, "adjustments": about.order_by("proposed_at")}
    return render(request, "author/item.html", context, status=422 if request.method == "POST" else 200)


def _propose(
    request: SignedInRequest, provider: Organization, question: Question, given: dict[str, Any]
) -> HttpResponse:
    try:
        proposal = services.propose_adjustment(
            version=question.version,
            assessment_key=question.quiz.key,
            item_key=question.item.key,
            kind=given["kind"],
            option_key=given["option"],
            reason=given["reason"],
            by=request.user,
        )
    except services.AlreadyAdjusted as refusal:
        return refused(request, messages.already_adjusted(provider, refusal.adjustment))
    except services.CannotAdjust:
        return refused(request, messages.cannot_adjust(question.address(provider)))
    flash.success(request, messages.proposed())
    return see_other(path_to("adjustment", provider, proposal.public_id))


@require_safe
@for_authors
def adjustment(request: SignedInRequest, organization: str, adjustment_id: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, organization)
    return _show_adjustment(request, provider, adjustment_of(provider, adjustment_id))


def _show_adjustment(
    request: SignedInRequest, provider: Organization, found: Adjustment, moved: Preview | None = None
) -> HttpResponse:
    certified = certified_enrollments(found.version)
    preview = moved or (preview_adjustment(found) if found.is_proposed else None)
    rows = previewed_rows(preview.changed, certified) if preview else recorded_rows(found, certified)
    context = {
        "provider": provider,
        "adjustment": found,
        "question": question_of(found.version, found.assessment_key, found.item_key, request.user),
        "preview": preview,
        "changed": len(rows),
        "passes": sum(row.gives_pass for row in rows),
        "certificates": sum(row.has_certificate for row in rows),
        "page": Paginator(rows, LISTED).get_page(request.GET.get("page")),
        "is_own": found.proposed_by_id == request.user.pk,
        "gives_own_pass": preview is not None and preview.gives_pass_to(request.user),
        "is_moved": moved is not None,
    }
    return render(request, "author/adjustment.html", context, status=409 if moved else 200)


@require_POST
@for_authors
def adjustment_approval(request: SignedInRequest, organization: str, adjustment_id: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, organization)
    found = adjustment_of(provider, adjustment_id)
    try:
        services.approve_adjustment(adjustment=found, seen=request.POST.get("seen", ""), by=request.user)
    except services.OwnProposal:
        return refused(request, messages.own_proposal(provider, found))
    except services.OwnPass:
        return refused(request, messages.own_pass(provider, found))
    except services.ProposalWithdrawn:
        return refused(request, messages.proposal_gone(provider, found))
    except services.PreviewMoved as refusal:
        return _show_adjustment(request, provider, found, refusal.preview)
    flash.success(request, messages.approved(found.score_changes.count()))
    return see_other(path_to("adjustment", provider, found.public_id))


@require_POST
@for_authors
def adjustment_withdrawal(request: SignedInRequest, organization: str, adjustment_id: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, organization)
    found = adjustment_of(provider, adjustment_id)
    try:
        services.withdraw_adjustment(adjustment=found, by=request.user)
    except services.AlreadyApproved:
        return refused(request, messages.already_in_force(provider, found))
    flash.success(request, messages.withdrawn())
    return see_other(path_to("adjustment", provider, found.public_id))

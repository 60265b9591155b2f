from collections.abc import Mapping

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certificates import services
from certificates.models import Attestation, Certificate, EvaluationGiven
from certificates.pdf import Paper, printed
from certificates.queries import Checked, checked, current_certificate, numbers_on
from certificates.queries import transcript as transcript_of
from certificates.rules import GateKind, asked, grouped_code, normalized_code
from certificates.services import settle
from certificates.typesetting import CannotBePrinted
from courses.library import published
from enrollments.models import Enrollment
from enrollments.queries import enrollment_in
from enrollments.services import EnrollmentClosed
from learner.evaluation_form import EvaluationForm
from learner.forms import AttestationForm
from learner.last_gates import missing_before, missing_now
from learner.messages import certificates as messages
from training.queries import openings
from training.services import count_completions
from web.http import SignedInRequest, refused, see_other, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def evaluation(request: SignedInRequest, slug: str) -> HttpResponse:
    enrollment = _enrollment(request, slug)
    document = published(enrollment.version).document
    if document.evaluation is None:
        raise Http404
    questions = asked(document.evaluation, tuple(document.objective_by_key))
    if request.method == "POST":
        form = EvaluationForm(questions, document, request.POST)
        return _give_evaluation(request, enrollment, form)
    context = {
        "given": EvaluationGiven.objects.filter(enrollment=enrollment).first(),
        "missing": missing_before(GateKind.EVALUATION, enrollment),
    }
    return _evaluation_page(request, enrollment, EvaluationForm(questions, document), context)


def _give_evaluation(request: SignedInRequest, enrollment: Enrollment, form: EvaluationForm) -> HttpResponse:
    course = reverse("learner:course", args=[enrollment.course.slug])
    if not form.is_valid():
        return _evaluation_page(request, enrollment, form, {}, status=422)
    try:
        services.give_evaluation(enrollment=enrollment, answers=form.answers(), by=request.user)
    except services.GatesNotMet:
        return refused(request, messages.evaluation_not_open(course))
    except EnrollmentClosed:
        return refused(request, messages.last_gate_ended(course))
    return _after_gate(request, enrollment, reverse("learner:attestation", args=[enrollment.course.slug]))


def _evaluation_page(
    request: SignedInRequest,
    enrollment: Enrollment,
    form: EvaluationForm,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    version = published(enrollment.version)
    about = {"enrollment": enrollment, "published": version, "evaluation": version.document.evaluation, "form": form}
    return render(request, "learner/evaluation.html", {**about, **context}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def attestation(request: SignedInRequest, slug: str) -> HttpResponse:
    enrollment = _enrollment(request, slug)
    if request.method == "POST":
        return _attest(request, enrollment, AttestationForm(request.POST))
    given = Attestation.objects.filter(enrollment=enrollment).first()
    missing = [] if given else missing_before(GateKind.ATTESTATION, enrollment)
    return _attestation_page(request, enrollment, AttestationForm(), {"given": given, "missing": missing})


def _attest(request: SignedInRequest, enrollment: Enrollment, form: AttestationForm) -> HttpResponse:
    course = reverse("learner:course", args=[enrollment.course.slug])
    if not form.is_valid():
        return _attestation_page(request, enrollment, form, {}, status=422)
    try:
        services.attest(enrollment=enrollment, by=request.user)
    except services.GatesNotMet:
        return refused(request, messages.attestation_not_open(course))
    except EnrollmentClosed:
        return refused(request, messages.last_gate_ended(course))
    return _after_gate(request, enrollment, course)


def _attestation_page(
    request: SignedInRequest,
    enrollment: Enrollment,
    form: AttestationForm,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    words = published(enrollment.version).document.course.attestation
    about = {"enrollment": enrollment, "text": words.text, "version": words.version, "form": form}
    if not context.get("given") and not context.get("missing"):
        about["openings"] = openings(request.user, enrollment.course, timezone.now())
    return render(request, "learner/attestation.html", {**about, **context}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def issue(request: SignedInRequest, slug: str) -> HttpResponse:
    enrollment = _enrollment(request, slug)
    if request.method == "POST":
        return _after_gate(request, enrollment, reverse("learner:certificate-issue", args=[slug]))
    found = current_certificate(enrollment)
    if found is not None:
        return redirect("learner:certificate", found.code)
    missing = [] if enrollment.completed_at else missing_now(enrollment)
    waiting = services.waiting_because(enrollment) if enrollment.completed_at else None
    context = {"enrollment": enrollment, "waiting": waiting, "missing": missing}
    return render(request, "learner/certificate_waiting.html", context)


@never_cache
@require_safe
@signed_in
def certificate(request: SignedInRequest, code: str) -> HttpResponse:
    found = checked(_certificate(request, code))
    context = {"checked": found, "sheet": found.payload, "address": _address(found.code)}
    return render(request, "learner/certificate.html", context)


@never_cache
@require_safe
@signed_in
def certificate_pdf(request: SignedInRequest, code: str) -> HttpResponse:
    found = checked(_certificate(request, code))
    if found.payload is None or not found.is_standing:
        return redirect("learner:certificate", found.code)
    paper = Paper.A4 if request.GET.get("paper") == "a4" else Paper.LETTER
    try:
        pdf = _pdf(found, paper)
    except CannotBePrinted:
        return refused(request, messages.cannot_be_printed(reverse("learner:certificate", args=[found.code])))
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="certificate-{grouped_code(found.code)}.pdf"'
    return response


def _pdf(found: Checked, paper: Paper) -> bytes:
    assert found.payload is not None
    numbers = numbers_on(found.certificate)
    return printed(found.payload, address=_address(found.code), is_demo=found.is_demo, numbers=numbers, paper=paper)


@require_safe
@signed_in
def transcript(request: SignedInRequest) -> HttpResponse:
    context = {
        "lines": transcript_of(request.user),
        "today": timezone.now(),
        "verify_address": f"{settings.SITE_URL.rstrip('/')}{reverse('visitor:verify')}",
    }
    return render(request, "learner/transcript.html", context)


def _enrollment(request: SignedInRequest, slug: str) -> Enrollment:
    enrollment = enrollment_in(request.user, slug)
    if enrollment is None:
        raise Http404
    enrollment.user = request.user
    return enrollment


def _certificate(request: SignedInRequest, code: str) -> Certificate:
    mine = Certificate.objects.of(request.user).select_related("key", "replacement")
    found = mine.filter(code=normalized_code(code) or "").first()
    if found is None:
        raise Http404
    return found


def _address(code: str) -> str:
    # From the settings and not from the request: printed codes outlive host names.
    return f"{settings.SITE_URL.rstrip('/')}{reverse('visitor:certificate', args=[code])}"


def _after_gate(request: SignedInRequest, enrollment: Enrollment, otherwise: str) -> HttpResponse:
    settlement = settle(enrollment=enrollment, by=request.user)
    if settlement.completed:
        # The page is the conductor: employers' boards hear of it here, or within a minute from the worker.
        count_completions(user=request.user)
    address = otherwise
    if settlement.certificate:
        address = reverse("learner:certificate", args=[settlement.certificate.code])
    elif settlement.completed:
        address = reverse("learner:certificate-issue", args=[enrollment.course.slug])
    return see_other(address)

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.queries import without_second_factor
from accounts.services import NoSecondFactor, ask_second_factor
from administrator.address import see_other
from administrator.messages import sign_in as messages
from administrator.scope import owner_scope_of
from web.http import SignedInRequest, refused, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sign_in(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = owner_scope_of(request, organization)
    chosen = request.POST.get("ask", "")
    if chosen in ("yes", "no"):
        try:
            ask_second_factor(organization=scope.organization, is_asked=chosen == "yes", by=request.user)
        except NoSecondFactor:
            return refused(request, messages.own_factor_first(reverse("mfa_index")))
        flash.success(request, messages.factor_asked(is_asked=chosen == "yes"))
        return see_other("sign-in", scope)
    lacking = list(without_second_factor(scope.organization, scope.today))
    status = 422 if request.method == "POST" else 200
    return render(request, "administrator/sign_in.html", {"scope": scope, "lacking": lacking}, status=status)

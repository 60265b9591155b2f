from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from administrator.address import path_to, see_other
from administrator.matrix_forms import SheetForm
from administrator.messages import matrix as messages
from administrator.scope import full_scope_of, scope_of
from training.queries.ruled import Cell, Column, Line, Matrix
from training.queries.ruled import matrix as matrix_of
from training.services import matrix as acts
from web.http import SignedInRequest, signed_in


@require_safe
@signed_in
def matrix(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = scope_of(request, organization)
    by_team = request.GET.get("by") == "team"
    found = matrix_of(scope.organization, scope.people, scope.now, by_team=by_team)
    board = path_to("obligations", scope)
    lines = [
        (line, [(cell, column, _address(board, line, column, by_team=by_team)) for cell, column in _pairs(found, line)])
        for line in found.lines
    ]
    context = {"scope": scope, "matrix": found, "lines": lines, "by_team": by_team}
    return render(request, "administrator/matrix.html", context)


def _pairs(found: Matrix, line: Line) -> Iterator[tuple[Cell, Column]]:
    return zip(line.cells, found.columns, strict=True)


def _address(board: str, line: Line, column: Column, *, by_team: bool) -> str:
    """The board with what the cell counts."""
    return f"{board}?{urlencode({'requirement': column.requirement, 'team' if by_team else 'job': line.key})}"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def matrix_sheet(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = full_scope_of(request, organization)
    form = SheetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.preview_matrix(
                organization=scope.organization, sheet=form.cleaned_data["sheet"], order=form.order, by=request.user
            )
        except acts.LinesUnclear as refusal:
            for words in messages.unclear_lines(refusal):
                form.add_error("sheet", words)
        except acts.MatrixSaysNothing:
            form.add_error("sheet", messages.says_nothing())
        else:
            return see_other("preview", scope, made.public_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "administrator/matrix_sheet.html", {"scope": scope, "form": form}, status=status)

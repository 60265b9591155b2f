"""Whatever a page links to is there for whoever sees the link, and shows what the words of the link count."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from accounts.models import Leave, Membership, User
from accounts.services import invite
from administrator import urls
from tests.administrator.conftest import Owed
from tests.administrator.test_access import address
from tests.administrator.test_pages import exported, text
from tests.conftest import Clinic, client_of, expect_statements
from tests.training import build
from tests.training.build import NOW, seat_of
from tests.training.ruling import publish
from tests.training.ruling import text as rule_text
from training.models import Evidence, Requirement, SavedView, Statement

pytestmark = pytest.mark.django_db

LISTS = ["overview", "people", "teams", "requirements", "obligations", "matrix", "evidence-list", "forecast", "reports"]


@pytest.fixture
def busy(owed: Owed, clinic: Clinic, omar: User, ana: User) -> Membership:
    """Something of everything that waits, of the crisis team. Noa has no account, and no day of hers fits."""
    course = owed.ana.requirement.course
    assert course is not None
    noa = Membership.objects.create(
        organization=clinic.organization,
        name="Noa Weiss",
        work_email="noa@example.com",
        team=clinic.crisis_team,
        started_on=dt.date(2026, 11, 1),
        hired_on=dt.date(2026, 11, 9),
    )
    invite(membership=noa, by=omar)
    build.obligation(noa, course, dt.date(2026, 10, 20))
    day = {"done_on": dt.date(2026, 11, 3)}
    Evidence.objects.create(
        membership=owed.ana.membership,
        requirement=owed.ana.requirement,
        title="A day elsewhere",
        issuer="A hospital",
        submitted_by="system",
        **day,
    )
    Statement.objects.create(obligation=owed.ana, reason="Seen", stated_by="system", needs_second=True, **day)
    Leave.objects.create(membership=seat_of(ana), starts_on=dt.date(2026, 12, 1), recorded_by="system", recorded_at=NOW)
    build.count()
    publish(Requirement.objects.get(course=course), omar, rule_text(name="All staff"))
    return noa


# All but the way in, which leads to an overview, or to a choice of organizations before there is one.
@pytest.mark.parametrize("name", [f"administrator:{p.name}" for p in urls.urlpatterns if p.name != "home"])
def test_every_page_says_in_which_part_of_the_site_it_is(name: str, clinic: Clinic) -> None:
    """An act that is refused answers under its own address, and its page is as much a part as the one before it."""
    request = RequestFactory().get("/")
    request.resolver_match = SimpleNamespace(view_name=name)  # type: ignore[assignment]
    scope = {"organization": clinic.organization, "sees_everybody": True}

    page = render_to_string("administrator/page.html", {"request": request, "scope": scope})

    parts = page.partition('class="v-nav"')[2].partition("</ul>")[0]
    assert parts.count("aria-current") == 1


def broken(client: Client, path: str) -> dict[str, int]:
    """What the page links to and does not lead anywhere."""
    response = client.get(path)
    assert response.status_code == 200, path
    page = response.content.decode()
    hrefs = {href.replace("&amp;", "&") for href in re.findall(r'href="([/?][^"#]*)', page[page.index("<main") :])}
    links = {href if href.startswith("/") else path.partition("?")[0] + href for href in hrefs}
    found = {link: client.get(link).status_code for link in sorted(links)}
    return {link: status for link, status in found.items() if status not in (200, 302)}


@pytest.mark.parametrize("role", ["owner", "administrator", "manager"])
def test_every_link_of_a_page_leads_somewhere(
    busy: Membership, owed: Owed, clinic: Clinic, nina: User, omar: User, mara: User, role: str
) -> None:
    user = {"owner": nina, "administrator": omar, "manager": mara}[role]
    SavedView.objects.create(
        organization=clinic.organization, user=user, page="obligations", name="Odd", query="dates=odd"
    )
    client = client_of(user)
    pages = [address(name) for name in LISTS]
    pages += [address("person", seat.public_id) for seat in (busy, owed.ana.membership)]
    pages += [address("people") + "?account=none", address("obligations") + "?status=overdue&dates=odd"]
    pages += [address("requirement", owed.ana.requirement.public_id), address("matrix") + "?by=team"]

    assert {page: bad for page in pages if (bad := broken(client, page))} == {}


def test_manager_is_told_of_no_invitation_that_only_administrators_send(busy: Membership, mara: User) -> None:
    page = text(client_of(mara), "overview")

    assert "not accepted" not in page
    assert f'<a href="{address("people")}?account=none">1 person without an account, who cannot start</a>' in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("account=none", ["Noa Weiss"]),
        ("dates=odd", ["Noa Weiss"]),
        ("account=none&dates=odd&q=noa", ["Noa Weiss"]),
        ("account=none&q=ana", []),
        ("account=none&who=left", []),
        ("account=no such&dates=no such", ["Ana Reyes", "Cody Blake", "Noa Weiss"]),
    ],
)
def test_people_are_filtered_by_account_and_by_dates(
    busy: Membership, omar: User, query: str, names: list[str]
) -> None:
    page = text(client_of(omar), "people", query=f"?{query}")

    for name in ("Ana Reyes", "Cody Blake", "Noa Weiss"):
        assert (f">{name}</a>" in page) == (name in names)


def test_filter_of_people_stands_in_the_form_and_in_the_links(busy: Membership, clinic: Clinic, omar: User) -> None:
    for number in range(60):
        Membership.objects.create(
            organization=clinic.organization,
            name=f"P{number:02}",
            work_email=f"p{number}@example.com",
            started_on=dt.date(2026, 1, 1),
        )

    page = text(client_of(omar), "people", query="?account=none")

    assert '<option value="none" selected>Without an account</option>' in page
    assert 'href="?account=none&amp;page=2"' in page
    assert '<option value="odd" selected>Hired after the first day</option>' in text(
        client_of(omar), "people", query="?dates=odd"
    )
    assert "There is nobody for whom all of this holds." in text(client_of(omar), "people", query="?dates=odd&q=nobody")


def test_board_shows_what_was_due_before_the_first_day_and_exports_just_that(busy: Membership, omar: User) -> None:
    client = client_of(omar)

    page = text(client, "obligations", query="?status=overdue&dates=odd")

    assert '<option value="odd" selected>Due before the first day</option>' in page
    assert (">Noa Weiss</a>" in page, ">Ana Reyes</a>" in page) == (True, False)
    assert [row["name"] for row in exported(client, dates="odd")] == ["Noa Weiss"]
    client.post(address("saved-views"), {"name": "Odd", "query": "dates=odd&status=overdue"})
    assert SavedView.objects.get().query == "status=overdue&dates=odd"
    assert "Keep this filter" not in text(client, "obligations", query="?status=overdue&dates=odd")


def test_filters_take_no_further_statement(busy: Membership, omar: User) -> None:
    client = client_of(omar)
    with expect_statements(7):
        client.get(address("people"))
    with expect_statements(7):
        client.get(address("people"), {"account": "none", "dates": "odd"})
    with expect_statements(10):
        client.get(address("obligations"), {"status": "overdue", "dates": "odd"})

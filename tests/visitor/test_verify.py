import pytest
from django.test import Client

from tests.conftest import expect_statements

CODE = "0Z79DQS78E5X56Q30D3RQKMJTW"


@pytest.mark.django_db
def test_page_asks_for_a_code_and_reads_nothing() -> None:
    with expect_statements(0):
        page = Client().get("/verify/")

    assert page.status_code == 200
    assert 'name="code"' in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    "typed", [CODE, CODE.lower(), "0Z79D-QS78E-5X56Q-30D3R-QKMJTW", " oz79d qs78e 5x56q 3od3r qkmjtw "]
)
def test_code_leads_to_its_page_however_it_is_typed(typed: str) -> None:
    page = Client().get("/verify/", {"code": typed})

    assert (page.status_code, page.headers["Location"]) == (302, f"/verify/{CODE}/")


@pytest.mark.parametrize("typed", ["", "x", "8" * 26, "é" * 26, "0" * 5000, "<script>"])
def test_what_is_no_code_is_refused_in_words(typed: str) -> None:
    page = Client().get("/verify/", {"code": typed})

    assert page.status_code == 422
    assert "A code has 26 letters and numbers" in page.content.decode()
    assert "<script>" not in page.content.decode().partition("<main")[2]


def test_wrong_method_is_refused() -> None:
    assert Client().post("/verify/").status_code == 405
    assert Client().post("/verify/keys.json").status_code == 405
    assert Client().post(f"/verify/{CODE}.json").status_code == 405

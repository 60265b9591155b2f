import pytest
from django.test import Client

from courses.library import published
from courses.models import Course
from tests.publishing import SLUG, publish_example

pytestmark = pytest.mark.django_db


def address_of_the_picture() -> str:
    (media,) = published(publish_example()).document.course.media
    return f"/courses/{SLUG}/media/{media.sha256}"


def test_picture_is_kept_for_ever_and_may_do_nothing_as_a_page() -> None:
    response = Client().get(address_of_the_picture())

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Vary" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_picture_of_a_hidden_or_another_course_is_404() -> None:
    address = address_of_the_picture()
    shown = Course.objects.get()
    Course.objects.create(slug="other", provider=shown.provider)

    assert Client().get(address.replace(SLUG, "other")).status_code == 404
    assert Client().get(f"/courses/{SLUG}/media/{'0' * 64}").status_code == 404

    Course.objects.update(is_public=False)
    assert Client().get(address).status_code == 404

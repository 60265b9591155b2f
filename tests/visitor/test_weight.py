"""What the pages before a long course weigh: the bundled one, as it is sent to a browser that has nothing yet."""

import gzip

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from author.packages import read_package
from courses.services import publish_version
from enrollments.services import enroll
from tests.conftest import client_of
from tests.enrollments.documents import publish, small

pytestmark = pytest.mark.django_db

PACKAGE = settings.BASE_DIR / "content" / "anonymous-platforms"
MOST = 15_000


def weight(client: Client, address: str) -> int:
    response = client.get(address)
    assert response.status_code == 200, address
    return len(gzip.compress(response.content, 6))


def test_no_page_of_a_long_course_weighs_more_than_a_first_visit_may(ana: User) -> None:
    document = read_package(PACKAGE).document()
    assert document is not None
    course = publish(small()).course
    version = publish_version(course=course, document=document, files={}, media={}, by=ana)
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    about, taking = "/courses/a-course/", "/learn/courses/a-course/"
    open_pages = ["", "facts/", "references/", *(f"{page.key}/" for page in document.reference_pages)]
    lessons = [f"{taking}lessons/{lesson.key}/" for lesson in document.lessons]

    weights = {page: weight(Client(), about + page) for page in open_pages}
    weights |= {page: weight(client_of(ana), page) for page in [taking, *lessons]}

    assert {page: found for page, found in weights.items() if found >= MOST} == {}

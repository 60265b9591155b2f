import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import User
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Attempt
from quizzes.services import submit_attempt
from tests.conftest import client_of
from tests.enrollments.documents import publish, small
from tests.publishing import publish_example
from tests.taking import answer, start


@pytest.fixture
def version(db: None) -> CourseVersion:
    return publish(small())


@pytest.fixture
def enrollment(version: CourseVersion, ana: User) -> Enrollment:
    return enroll(user=ana, course=version.course, acknowledged=True, by=ana)


@pytest.fixture
def example(ana: User) -> Enrollment:
    """Ana takes the example course, which has quizzes and cases of both kinds."""
    return enroll(user=ana, course=publish_example().course, acknowledged=True, by=ana)


@pytest.fixture
def browser(ana: User) -> Client:
    return client_of(ana)


#: What htmx says of itself.
HTMX = {"HX-Request": "true"}


def address(attempt: Attempt, name: str = "attempt") -> str:
    """The address of an attempt, or of what is done with it."""
    return reverse(f"learner:{name}", args=[attempt.public_id])


def words(client: Client, address: str) -> str:
    """What a page says, without its tags, as one line."""
    html = client.get(address).content.decode().replace("<br>", " ")
    return re.sub(r"\s+", " ", strip_tags(html[html.index("<main") : html.index("</main>")])).strip()


def words_apart(client: Client, address: str) -> str:
    """The same, with a space where a tag was: terms and what they mean do not run into one word."""
    text = unescape(re.sub(r"<[^>]+>", " ", html(client, address)))
    return re.sub(r"\s+", " ", text).replace(" :", ":").replace(" .", ".").replace(" )", ")")


def html(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def take(enrollment: Enrollment, key: str, option: str) -> Attempt:
    """One attempt at a quiz of the small course, from start to submission."""
    attempt = start(enrollment, key)
    answer(attempt, "one", option)
    return submit_attempt(attempt=attempt, by=enrollment.user)

import pytest

from courses.library import published
from courses.queries import latest_version
from tests.conftest import expect_statements
from tests.publishing import publish_example


@pytest.mark.django_db
def test_example_course_is_published_and_read() -> None:
    version = publish_example()

    assert version.number == 1
    assert latest_version(version.course) == version
    with expect_statements(0):
        shown = published(version)
    assert shown.document.part_keys == (
        "who-may-hear", "warm-up", "first-message", "say-it-slowly", "the-callback", "voicemail-test",
    )  # fmt: skip
    assert set(shown.lessons) == {"who-may-hear", "say-it-slowly"}
    assert set(shown.inline) == set(shown.document.inline_texts())

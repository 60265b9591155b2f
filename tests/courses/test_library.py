import threading

import pytest
from django.db import connection

from audit.services import SYSTEM
from courses import library
from courses.library import published
from courses.models import CourseVersion, VersionDocument
from courses.services import create_course, publish_version
from tests.conftest import expect_statements
from tests.publishing import EXAMPLE, publish_example

from author.packages import read_package  # isort: skip


@pytest.mark.django_db
def test_version_is_loaded_once_in_a_process() -> None:
    version = publish_example()
    library.forget()

    with expect_statements(3):
        first = published(version)
    with expect_statements(0):
        assert published(CourseVersion(course_id=version.course_id, document_sha256=version.document_sha256)) is first


@pytest.mark.django_db
def test_published_texts_are_found_by_their_source() -> None:
    shown = published(publish_example())

    quiz = shown.document.assessment_by_key["voicemail-test"]
    assert quiz.intro is not None
    assert shown.inline[quiz.intro] == (
        "<p>Three questions of four. You pass with two of three.</p>\n"
        "<p>You may try <strong>three times</strong>; the reasons are shown after a pass or after the last try.</p>"
    )
    assert 'id="what-a-stranger-learns"' in shown.lessons["who-may-hear"]
    with pytest.raises(TypeError):
        shown.inline["x"] = shown.inline[quiz.intro]  # type: ignore[index]


@pytest.mark.django_db
def test_only_so_many_versions_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "KEPT", 2)
    version = publish_example()
    package = read_package(EXAMPLE)
    document = package.document()
    assert document is not None
    versions = [version]
    for slug in ("second", "third"):
        course = create_course(slug=slug, provider=version.course.provider, by=SYSTEM)
        versions.append(
            publish_version(course=course, document=document, files=package.files, media=package.media(), by=SYSTEM)
        )
    library.forget()

    for each in versions:
        published(each)

    with expect_statements(0):
        published(versions[2])
        published(versions[1])
    with expect_statements(3):
        published(versions[0])


@pytest.mark.django_db(transaction=True)
def test_many_threads_load_a_version_once(monkeypatch: pytest.MonkeyPatch) -> None:
    version = publish_example()
    library.forget()
    loads: list[int] = []
    original = library._load

    def counted(version: CourseVersion) -> library.Published:
        loads.append(version.pk)
        return original(version)

    monkeypatch.setattr(library, "_load", counted)
    barrier = threading.Barrier(8)
    found: list[library.Published] = []

    def read() -> None:
        barrier.wait()
        try:
            found.append(published(version))
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert loads == [version.pk]
    assert len(found) == 8
    assert all(each is found[0] for each in found)


@pytest.mark.django_db
def test_version_that_cannot_be_loaded_is_not_kept() -> None:
    version = publish_example()
    library.forget()
    absent = CourseVersion(pk=0, course_id=version.course_id, document_sha256=version.document_sha256)

    with pytest.raises(VersionDocument.DoesNotExist):
        published(absent)

    assert published(version).document.course.title == version.title

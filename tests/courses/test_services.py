import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Organization
from audit.models import AuditEvent
from audit.services import SYSTEM
from author.packages import Package, read_package
from courses import canonical
from courses.document import parse
from courses.models import (
    Course,
    CourseVersion,
    MediaFile,
    PackageFile,
    RenderedLesson,
    Rendering,
    VersionDocument,
    Withdrawal,
)
from courses.queries import latest_version, media_of, newest_version, package_files
from courses.rendering import RENDERER
from courses.services import (
    MediaMissing,
    PublishedBefore,
    ReasonMissing,
    SlugTaken,
    Unchanged,
    create_course,
    publish_version,
    rerender_version,
    retire_course,
    withdraw_retirement,
    withdraw_version,
)
from tests.author.folders import change, copy_of_example
from tests.publishing import EXAMPLE, SLUG, publish_example

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Organization:
    return Organization.objects.create(slug="riverbend", name="Riverbend Clinic")


@pytest.fixture
def course(provider: Organization) -> Course:
    return create_course(slug=SLUG, provider=provider, by=SYSTEM)


def publish(course: Course, package: Package) -> CourseVersion:
    document = package.document()
    assert document is not None
    return publish_version(course=course, document=document, files=package.files, media=package.media(), by=SYSTEM)


def corrected(parent: Path, note: str) -> Package:
    folder = copy_of_example(parent)
    change(folder, "course.yaml", "change_note: First publication.", f"change_note: {note}")
    return read_package(folder)


def test_create_course_twice_is_one_course(provider: Organization) -> None:
    first = create_course(slug="a", provider=provider, by=SYSTEM)

    assert create_course(slug="a", provider=provider, by=SYSTEM) == first
    assert AuditEvent.objects.filter(action="course.created").count() == 1


def test_create_course_refuses_the_address_of_another(provider: Organization) -> None:
    create_course(slug="a", provider=provider, by=SYSTEM)
    other = Organization.objects.create(slug="harbor", name="Harbor Counseling")

    with pytest.raises(SlugTaken):
        create_course(slug="a", provider=other, by=SYSTEM)


def test_published_version_holds_document_files_media_and_html(course: Course) -> None:
    package = read_package(EXAMPLE)

    version = publish(course, package)

    document = package.document()
    assert document is not None
    assert version.document.text == document.canonical_text()
    assert version.document_sha256 == canonical.sha256(version.document.text)
    assert (version.number, version.title, version.minutes) == (1, "Leaving a Clear Voicemail", 9)
    assert package_files(version) == package.files
    assert {row.sha256: (row.content_type, bytes(row.content)) for row in MediaFile.objects.all()} == package.media()
    rendering = version.renderings.get()
    assert rendering.renderer == RENDERER
    assert rendering.lessons.count() == 2
    event = AuditEvent.objects.get(action="version.published")
    assert (event.chain, event.object_id, event.details) == (
        str(course.provider.public_id),
        str(version.public_id),
        {"number": 1},
    )


def test_publishing_the_same_again_is_unchanged(course: Course) -> None:
    version = publish(course, read_package(EXAMPLE))

    with pytest.raises(Unchanged) as refused:
        publish(course, read_package(EXAMPLE))

    assert refused.value.version == version
    assert CourseVersion.objects.count() == VersionDocument.objects.count() == 1


def test_publishing_an_earlier_document_is_refused(course: Course, tmp_path: Path) -> None:
    first = publish(course, read_package(EXAMPLE))
    second = publish(course, corrected(tmp_path, "Second."))

    with pytest.raises(PublishedBefore) as refused:
        publish(course, read_package(EXAMPLE))

    assert refused.value.version == first
    assert latest_version(course) == second
    assert second.number == 2


def test_one_picture_serves_two_versions(course: Course, tmp_path: Path) -> None:
    publish(course, read_package(EXAMPLE))
    publish(course, corrected(tmp_path, "Second."))

    assert MediaFile.objects.count() == 1


def test_publishing_without_its_pictures_is_refused_and_leaves_nothing(course: Course) -> None:
    package = read_package(EXAMPLE)
    document = package.document()
    assert document is not None

    with pytest.raises(MediaMissing) as refused:
        publish_version(course=course, document=document, files=package.files, media={}, by=SYSTEM)

    assert refused.value.files == ("media/handset.svg",)
    assert CourseVersion.objects.count() == 0


def test_publishing_that_fails_late_leaves_nothing(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_details: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("courses.services.record", fail)

    with pytest.raises(RuntimeError):
        publish(course, read_package(EXAMPLE))

    assert CourseVersion.objects.count() == PackageFile.objects.count() == MediaFile.objects.count() == 0


def test_another_course_may_publish_the_same_document(course: Course, provider: Organization) -> None:
    publish(course, read_package(EXAMPLE))
    other = create_course(slug="another-address", provider=provider, by=SYSTEM)

    version = publish(other, read_package(EXAMPLE))

    assert version.number == 1
    lesson = RenderedLesson.objects.get(rendering__version=version, lesson_key="say-it-slowly")
    assert "/courses/another-address/media/" in lesson.html


def test_withdrawn_version_is_passed_over_and_keeps_its_first_reason(course: Course, tmp_path: Path) -> None:
    first = publish(course, read_package(EXAMPLE))
    second = publish(course, corrected(tmp_path, "Second."))

    withdrawal = withdraw_version(version=second, because=" A wrong number. ", by=SYSTEM)
    again = withdraw_version(version=second, because="Another reason", by=SYSTEM)

    assert again == withdrawal
    assert withdrawal.because == "A wrong number."
    assert latest_version(course) == first
    assert AuditEvent.objects.filter(action="version.withdrawn").count() == 1


def test_retired_course_is_begun_by_nobody_until_that_is_taken_back(course: Course) -> None:
    version = publish(course, read_package(EXAMPLE))

    since = retire_course(course=course, by=SYSTEM).retired_at
    assert since is not None
    assert retire_course(course=course, by=SYSTEM).retired_at == since
    assert list(Course.objects.offered()) == []
    assert latest_version(course) == version

    for _ in range(2):
        assert withdraw_retirement(course=course, by=SYSTEM).retired_at is None
    assert list(Course.objects.offered()) == [course]
    told = AuditEvent.objects.filter(object_type="courses.course").values_list("action", flat=True)
    assert [each for each in told if "retire" in each] == ["course.retired", "course.retirement_withdrawn"]


def test_withdrawal_without_a_reason_is_refused(course: Course) -> None:
    version = publish(course, read_package(EXAMPLE))

    with pytest.raises(ReasonMissing):
        withdraw_version(version=version, because="  ", by=SYSTEM)

    assert Withdrawal.objects.count() == 0


def test_rendering_again_with_the_same_renderer_changes_nothing(course: Course) -> None:
    version = publish(course, read_package(EXAMPLE))

    assert rerender_version(version=version, by=SYSTEM) == version.renderings.get()
    assert AuditEvent.objects.filter(action="version.rendered").count() == 0


def test_course_is_offered_while_a_version_can_be_begun(course: Course) -> None:
    assert list(Course.objects.offered()) == []
    version = publish(course, read_package(EXAMPLE))
    assert list(Course.objects.offered()) == [course]

    withdraw_version(version=version, because="A wrong number.", by=SYSTEM)

    assert list(Course.objects.offered()) == []


def test_course_that_is_not_public_is_visible_to_nobody(course: Course) -> None:
    assert list(Course.objects.visible_to(None)) == [course]

    Course.objects.update(is_public=False)

    assert list(Course.objects.visible_to(None)) == []


def test_media_is_found_by_the_course_that_shows_it(course: Course, provider: Organization) -> None:
    publish(course, read_package(EXAMPLE))
    other = create_course(slug="other", provider=provider, by=SYSTEM)
    stored = MediaFile.objects.get()

    assert media_of(course, stored.sha256) == stored
    assert media_of(other, stored.sha256) is None
    assert media_of(course, "0" * 64) is None


def violations(version: CourseVersion) -> dict[str, Callable[[], object]]:
    other = Course.objects.create(slug="other", provider=version.course.provider)
    rendering = version.renderings.get()
    return {
        "version_number_unique_in_course": lambda: CourseVersion.objects.create(
            course=version.course, number=1, document_sha256="0", title="x", minutes=1
        ),
        "document_published_once_in_course": lambda: CourseVersion.objects.create(
            course=version.course, number=2, document_sha256=version.document_sha256, title="x", minutes=1
        ),
        "version_numbers_start_at_one": lambda: CourseVersion.objects.create(
            course=other, number=0, document_sha256="0", title="x", minutes=1
        ),
        "package_path_unique_in_version": lambda: PackageFile.objects.create(
            version=version, path="course.yaml", content=b"x"
        ),
        "rendered_once_by_each_renderer": lambda: Rendering.objects.create(
            version=version, renderer=RENDERER, fragments={}
        ),
        "lesson_rendered_once": lambda: RenderedLesson.objects.create(
            rendering=rendering, lesson_key="who-may-hear", html=""
        ),
        "withdrawal_gives_a_reason": lambda: Withdrawal.objects.create(version=version, by="system", because=""),
        "slug": lambda: Course.objects.create(slug=SLUG, provider=version.course.provider),
    }


CONSTRAINTS = [
    "version_number_unique_in_course",
    "document_published_once_in_course",
    "version_numbers_start_at_one",
    "package_path_unique_in_version",
    "rendered_once_by_each_renderer",
    "lesson_rendered_once",
    "withdrawal_gives_a_reason",
    "slug",
]


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_database_refuses_rows_that_break_a_constraint(name: str) -> None:
    act = violations(publish_example())[name]

    with pytest.raises(IntegrityError), transaction.atomic():
        act()


KEPT = [CourseVersion, VersionDocument, PackageFile, MediaFile, Rendering, RenderedLesson, Withdrawal]


@pytest.mark.parametrize("model", KEPT)
@pytest.mark.parametrize("act", ["update", "delete"])
def test_database_refuses_to_change_what_is_published(model: type, act: str) -> None:
    version = publish_example()
    withdraw_version(version=version, because="x", by=SYSTEM)
    table = model._meta.db_table  # type: ignore[attr-defined]
    column = model._meta.pk.column  # type: ignore[attr-defined]
    statement = f"UPDATE {table} SET {column} = {column}" if act == "update" else f"DELETE FROM {table}"

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert parse(VersionDocument.objects.get().text).course.title == version.title


def test_number_taken_meanwhile_is_not_taken_again(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(course, read_package(EXAMPLE))
    stale: list[CourseVersion | None] = [None]
    monkeypatch.setattr(
        "courses.services.newest_version", lambda course: stale.pop() if stale else newest_version(course)
    )

    version = publish(course, corrected(tmp_path, "Second."))

    assert version.number == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first_version", [True, False])
def test_of_two_that_publish_the_same_at_once_one_gets_the_version(
    course: Course, tmp_path: Path, first_version: bool
) -> None:
    if not first_version:
        publish(course, read_package(EXAMPLE))
    package = corrected(tmp_path, "Raced.")
    barrier = threading.Barrier(2)
    outcomes: list[tuple[str, int]] = []

    def race() -> None:
        barrier.wait()
        try:
            outcomes.append(("published", publish(Course.objects.get(), package).number))
        except Unchanged as unchanged:
            outcomes.append(("unchanged", unchanged.version.number))
        finally:
            connection.close()

    threads = [threading.Thread(target=race) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    number = 1 if first_version else 2
    assert sorted(outcomes) == [("published", number), ("unchanged", number)]
    assert CourseVersion.objects.count() == number


@pytest.mark.django_db(transaction=True)
def test_of_two_that_publish_different_documents_both_get_a_number(course: Course, tmp_path: Path) -> None:
    packages = [read_package(EXAMPLE), corrected(tmp_path, "Raced.")]
    barrier = threading.Barrier(2)
    numbers: list[int] = []

    def race(package: Package) -> None:
        barrier.wait()
        try:
            numbers.append(publish(Course.objects.get(), package).number)
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(package,)) for package in packages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == [1, 2]

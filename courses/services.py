"""Writing courses: the only door to a published version, and nothing ever changes behind it."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Organization
from audit.services import Person, record
from courses import canonical
from courses.document import Document, parse
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
from courses.queries import newest_version
from courses.rendering import RENDERER, pictures, render_fragments, render_lesson

MediaFiles = Mapping[str, tuple[str, bytes]]  # content type and bytes by SHA-256


class SlugTaken(Exception):
    """Another provider has a course at that address."""

    def __init__(self, course: Course) -> None:
        super().__init__(course.slug)
        self.course = course


class Unchanged(Exception):
    """The newest version says exactly this already."""

    def __init__(self, version: CourseVersion) -> None:
        super().__init__(version.number)
        self.version = version


class PublishedBefore(Exception):
    """An earlier version said exactly this; a return to it is a new version and says so in its change note."""

    def __init__(self, version: CourseVersion) -> None:
        super().__init__(version.number)
        self.version = version


class MediaMissing(Exception):
    """The document names pictures that were not handed over."""

    def __init__(self, files: tuple[str, ...]) -> None:
        super().__init__(*files)
        self.files = files


class ReasonMissing(Exception):
    """A withdrawal says why."""


@transaction.atomic
def create_course(*, slug: str, provider: Organization, by: Person) -> Course:
    """The provider's course at that address, made if there is none yet. Raises SlugTaken when another provider has it."""
    course, created = Course.objects.get_or_create(slug=slug, defaults={"provider": provider})
    if course.provider_id != provider.pk:
        raise SlugTaken(course)
    if created:
        record("course.created", by=by, target=course, organization=provider)
    return course


@transaction.atomic
def publish_version(
    *, course: Course, document: Document, files: Mapping[str, bytes], media: MediaFiles, by: Person
) -> CourseVersion:
    """The document as the course's next version, with the files it was made from and its HTML.

    Raises Unchanged when the newest version has the same document, which is so when only comments changed;
    PublishedBefore when an older one has; MediaMissing when the document names a picture that is not in `media`.
    Of two that publish the same at once, one gets the version and the other Unchanged.
    """
    _require_media(document, media)
    text = document.canonical_text()
    # Read back, as readers will have it: the canonical spelling of a source is the one that its HTML is found by.
    parsed = parse(text)
    version = _next_version(course, parsed, canonical.sha256(text), by)
    VersionDocument.objects.create(version=version, text=text)
    PackageFile.objects.bulk_create(
        PackageFile(version=version, path=path, content=content) for path, content in sorted(files.items())
    )
    _store_media(media)
    _render(version, parsed)
    record("version.published", by=by, target=version, organization=course.provider, number=version.number)
    return version


@transaction.atomic
def withdraw_version(*, version: CourseVersion, because: str, by: Person) -> Withdrawal:
    """Take the version out of use for new enrollments; those who have begun it finish it.

    A version that is withdrawn already keeps its first withdrawal. Raises ReasonMissing on an empty reason.
    """
    reason = because.strip()
    if not reason:
        raise ReasonMissing
    withdrawal, created = Withdrawal.objects.get_or_create(
        version=version, defaults={"by": by.audit_name, "because": reason}
    )
    if created:
        record("version.withdrawn", by=by, target=version, organization=version.course.provider)
    return withdrawal


@transaction.atomic
def retire_course(*, course: Course, by: Person) -> Course:
    """Let nobody begin the course any more, of whatever version. Who has begun finishes; versions and certificates stay.

    Said again, the first day stands.
    """
    if Course.objects.filter(pk=course.pk, retired_at__isnull=True).update(retired_at=timezone.now()):
        record("course.retired", by=by, target=course, organization=course.provider)
    course.refresh_from_db(fields=["retired_at"])
    return course


@transaction.atomic
def withdraw_retirement(*, course: Course, by: Person) -> Course:
    """Take the retirement back: whoever may see the course may begin it. Nothing changes where it was not retired."""
    if Course.objects.filter(pk=course.pk, retired_at__isnull=False).update(retired_at=None):
        record("course.retirement_withdrawn", by=by, target=course, organization=course.provider)
    course.refresh_from_db(fields=["retired_at"])
    return course


@transaction.atomic
def rerender_version(*, version: CourseVersion, by: Person) -> Rendering:
    """The version's HTML as the current renderer makes it; the one there is when it has rendered it before."""
    found = Rendering.objects.filter(version=version, renderer=RENDERER).first()
    if found:
        return found
    rendering = _render(version, parse(VersionDocument.objects.get(version=version).text))
    record("version.rendered", by=by, target=version, organization=version.course.provider, renderer=rendering.renderer)
    return rendering


def _require_media(document: Document, media: MediaFiles) -> None:
    missing = tuple(item.file for item in document.course.media if item.sha256 not in media)
    if missing:
        raise MediaMissing(missing)


def _next_version(course: Course, document: Document, sha256: str, by: Person) -> CourseVersion:
    """The row with the next number. Losing the number to another publication, look again."""
    while True:
        newest = newest_version(course)
        _refuse_repetition(course, newest, sha256)
        try:
            with transaction.atomic():
                return CourseVersion.objects.create(
                    course=course,
                    number=newest.number + 1 if newest else 1,
                    document_sha256=sha256,
                    title=document.course.title,
                    minutes=document.required_minutes,
                    published_by=by.audit_name,
                )
        except IntegrityError:
            if newest_version(course) == newest:
                raise


def _refuse_repetition(course: Course, newest: CourseVersion | None, sha256: str) -> None:
    if newest and newest.document_sha256 == sha256:
        raise Unchanged(newest)
    earlier = course.versions.filter(document_sha256=sha256).first()
    if earlier:
        raise PublishedBefore(earlier)


def _store_media(media: MediaFiles) -> None:
    MediaFile.objects.bulk_create(
        (
            MediaFile(sha256=sha256, content_type=content_type, content=content)
            for sha256, (content_type, content) in sorted(media.items())
        ),
        ignore_conflicts=True,  # another version uses the same picture
    )


def _render(version: CourseVersion, document: Document) -> Rendering:
    rendering, created = Rendering.objects.get_or_create(
        version=version, renderer=RENDERER, defaults={"fragments": render_fragments(document)}
    )
    if created:
        media = pictures(version.course.slug, document)
        RenderedLesson.objects.bulk_create(
            RenderedLesson(
                rendering=rendering,
                lesson_key=lesson.key,
                html=render_lesson(lesson.body, media, has_entries=lesson.is_reference),
            )
            for lesson in document.lessons
        )
    return rendering

"""Give each requirement its first version, each obligation its source, and have their sums worked out anew."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def version_them(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    requirement, version, part, part_course = (
        apps.get_model("training", name)
        for name in ("Requirement", "RequirementVersion", "RequirementPart", "PartCourse")
    )
    titles = apps.get_model("courses", "CourseVersion").objects.order_by("course", "number")
    by_course = dict(titles.values_list("course", "title"))
    for asked in requirement.objects.select_related("course").filter(versions__isnull=True):
        first = version.objects.create(
            requirement=asked,
            number=1,
            title=by_course.get(asked.course_id, asked.course.slug)[:120],
            match="all",
            published_at=asked.created_at,
            published_by="system",
        )
        only = part.objects.create(version=first, position=1, kind="course")
        part_course.objects.create(part=only, course=asked.course)
    _give_sources(apps)


def _give_sources(apps: Apps) -> None:
    obligation, source = (apps.get_model("training", name) for name in ("Obligation", "ObligationSource"))
    now = timezone.now()
    for owed in obligation.objects.filter(sources__isnull=True).iterator(chunk_size=1000):
        source.objects.create(obligation=owed, due_on=owed.due_on, asked_at=owed.assigned_at, asked_by=owed.assigned_by)
        # What met it is not known yet: the next round of counting looks at every row whose time has come.
        obligation.objects.filter(pk=owed.pk).update(
            overdue_at=owed.due_at, day_of_month=owed.due_on.day, recheck_at=now, counted_at=owed.assigned_at
        )


def unversion_them(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("ObligationSource", "PartCourse", "RequirementPart", "RequirementVersion"):
        apps.get_model("training", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0002_versions_sources_and_proofs"),
        ("courses", "0001_initial"),
    ]

    operations = [migrations.RunPython(version_them, unversion_them)]

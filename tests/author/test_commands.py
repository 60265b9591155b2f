import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership, Organization, User
from audit.models import AuditEvent
from courses.models import Course, CourseVersion, PackageFile, Rendering
from courses.queries import latest_version
from enrollments.services import NotOffered, enroll
from tests.author.folders import change, copy_of_example, faults_of
from tests.conftest import Clinic
from tests.publishing import EXAMPLE, SLUG, publish_example
from training.models import Requirement
from training.services import assign_course

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def publish(folder: Path) -> str:
    return run("publish_course", str(folder), "--provider", "riverbend")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_check_of_a_good_package_finds_nothing_and_publishes_nothing() -> None:
    assert run("check_course", str(EXAMPLE)).endswith("\n0 errors, 0 warnings, 4 waived.\n")
    assert Course.objects.count() == 0


def test_check_tells_file_line_rule_and_remedy_of_every_fault(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, "course.yaml", "level: introductory", "level: beginner")
    change(folder, "scenarios/the-callback.yaml", "maximum: 6", "maximum: 7")

    out = StringIO()
    with pytest.raises(CommandError, match=r"^2 errors, 0 warnings, 4 waived\.$") as refused:
        call_command("check_course", str(folder), stdout=out)

    assert refused.value.returncode == 1
    assert out.getvalue().startswith(
        "Errors:\n"
        "course.yaml:6: word: `level` is not one of 'introductory', 'intermediate' or 'advanced'\n"
        "    Use one of these words, spelled so.\n"
        "scenarios/the-callback.yaml:19: maximum-differs: the most points that a path can reach are 6\n"
        "    Write `maximum: 6`.\n\nWaived:\n"
    )


def test_check_of_no_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a folder"):
        run("check_course", str(tmp_path / "absent"))


def test_publish_makes_the_course_and_then_finds_no_changes(clinic: Clinic, tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)

    assert publish(folder) == f"Published version 1 of {SLUG}: Leaving a Clear Voicemail.\n"
    assert publish(folder) == f"No changes: version 1 of {SLUG} says the same.\n"

    course = Course.objects.get()
    assert (course.slug, course.provider) == (SLUG, clinic.organization)
    assert CourseVersion.objects.count() == 1
    assert list(AuditEvent.objects.values_list("action", "chain", "actor")) == [
        ("course.created", str(clinic.organization.public_id), "system"),
        ("version.published", str(clinic.organization.public_id), "system"),
    ]


def test_publish_takes_changed_comments_for_no_changes(clinic: Clinic, tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    publish(folder)
    change(folder, "course.yaml", "# A tiny course", "# Quite another comment on a tiny course")
    change(folder, "course.yaml", "prerequisites: None.", "prerequisites: 'None.'")

    assert publish(folder).startswith("No changes")


def test_publish_of_a_correction_is_the_next_version(clinic: Clinic, tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    publish(folder)
    change(folder, "course.yaml", "change_note: First publication.", "change_note: A clearer number.")

    assert publish(folder) == f"Published version 2 of {SLUG}: Leaving a Clear Voicemail.\n"


def test_publish_of_an_earlier_text_asks_for_a_reason(clinic: Clinic, tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    publish(folder)
    change(folder, "course.yaml", "change_note: First publication.", "change_note: A clearer number.")
    publish(folder)
    change(folder, "course.yaml", "change_note: A clearer number.", "change_note: First publication.")

    with pytest.raises(CommandError, match=f"Version 1 of {SLUG} said exactly this"):
        publish(folder)


def test_publish_of_what_was_withdrawn_asks_for_a_correction(clinic: Clinic, tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    publish(folder)
    run("withdraw_version", SLUG, "--version", "1", "--because", "The number was wrong.")

    with pytest.raises(CommandError, match="says exactly this and is withdrawn"):
        publish(folder)


def test_publish_refuses_a_faulty_package_and_makes_no_course(clinic: Clinic, tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, "course.yaml", "level: introductory", "level: beginner")

    with pytest.raises(CommandError, match=r"^1 fault\. Nothing was published\.$"):
        publish(folder)

    assert Course.objects.count() == 0


def test_publish_for_no_organization_says_how_to_make_one() -> None:
    with pytest.raises(CommandError, match=r"no organization `riverbend`.*create_organization --slug riverbend"):
        publish(EXAMPLE)


def test_publish_at_an_address_of_another_provider_is_refused(clinic: Clinic) -> None:
    publish_example(Organization.objects.create(slug="harbor", name="Harbor Counseling"))

    with pytest.raises(CommandError, match="is a course of Harbor Counseling"):
        run("publish_course", str(EXAMPLE), "--provider", "riverbend", "--slug", SLUG)


def test_publish_at_no_address_is_refused(clinic: Clinic) -> None:
    with pytest.raises(CommandError, match="is not an address"):
        run("publish_course", str(EXAMPLE), "--provider", "riverbend", "--slug", "Not An Address")


def test_export_gives_back_what_was_published_byte_for_byte(tmp_path: Path) -> None:
    publish_example()
    folder = tmp_path / "export"

    assert run("export_course", SLUG, str(folder)) == f"Wrote 11 files of version 1 of {SLUG} to {folder}.\n"

    assert bytes_of(folder) == bytes_of(EXAMPLE)
    assert faults_of(folder) == []


def test_export_of_a_number_is_that_version(clinic: Clinic, tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    publish(folder)
    change(folder, "course.yaml", "change_note: First publication.", "change_note: A clearer number.")
    publish(folder)

    run("export_course", SLUG, str(tmp_path / "one"), "--version", "1")
    run("export_course", SLUG, str(tmp_path / "two"))

    assert bytes_of(tmp_path / "one") == bytes_of(EXAMPLE)
    assert bytes_of(tmp_path / "two") == bytes_of(folder)


def test_export_overwrites_nothing(tmp_path: Path) -> None:
    publish_example()
    (tmp_path / "note.txt").write_text("mine")

    with pytest.raises(CommandError, match="is not an empty folder"):
        run("export_course", SLUG, str(tmp_path))

    assert bytes_of(tmp_path) == {"note.txt": b"mine"}


def test_export_of_what_is_not_there_is_refused(tmp_path: Path) -> None:
    publish_example()

    with pytest.raises(CommandError, match="There is no course `other`"):
        run("export_course", "other", str(tmp_path / "export"))
    with pytest.raises(CommandError, match="has no version 2"):
        run("export_course", SLUG, str(tmp_path / "export"), "--version", "2")


def test_export_writes_nowhere_but_into_its_folder(tmp_path: Path) -> None:
    version = publish_example()
    PackageFile.objects.create(version=version, path="../outside.yaml", content=b"x")

    with pytest.raises(CommandError, match="leads out of a package"):
        run("export_course", SLUG, str(tmp_path / "export"))

    assert bytes_of(tmp_path) == {}


def test_render_versions_renders_what_the_renderer_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    version = publish_example()
    assert run("render_versions") == "Every version is rendered.\n"
    for module in ("courses.services", "courses.queries"):
        monkeypatch.setattr(f"{module}.RENDERER", 1_000)

    assert run("render_versions") == f"Rendered version 1 of {SLUG}.\n"
    assert run("render_versions") == "Every version is rendered.\n"

    newest = Rendering.objects.filter(version=version).order_by("-renderer")[0]
    assert (newest.renderer, newest.lessons.count()) == (1_000, 2)
    assert Rendering.objects.count() == 2


def test_withdraw_takes_a_version_from_new_enrollments() -> None:
    version = publish_example()

    told = run("withdraw_version", SLUG, "--version", "1", "--because", "The number was wrong.")

    assert told.endswith(": The number was wrong.\n")
    assert latest_version(version.course) is None


def test_retire_takes_a_course_out_of_the_catalog_and_tells_who_is_concerned(
    clinic: Clinic, ana: User, omar: User, vera: User
) -> None:
    course = publish_example().course
    enroll(user=ana, course=course, acknowledged=True, by=ana)
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    seat = Membership.objects.get(user=ana)
    assign_course(organization=clinic.organization, course=course, memberships=[seat], due_on=day, by=omar)

    told = run("retire_course", SLUG)

    assert "Who has begun finishes it: 1." in told
    assert "Requirements that still ask for it: 1." in told
    with pytest.raises(NotOffered):
        enroll(user=vera, course=Course.objects.get(), acknowledged=True, by=vera)
    Requirement.objects.update(retired_at=dt.datetime.now(dt.UTC))
    assert "Requirements" not in run("retire_course", SLUG)

    assert run("retire_course", SLUG, "--undo").startswith(f"{SLUG} is offered")
    assert enroll(user=vera, course=Course.objects.get(), acknowledged=True, by=vera).course == course


def test_retire_of_no_course_is_refused() -> None:
    with pytest.raises(CommandError, match="There is no course `nothing`"):
        run("retire_course", "nothing")


def test_withdraw_without_a_reason_is_refused() -> None:
    version = publish_example()

    with pytest.raises(CommandError, match="needs a reason"):
        run("withdraw_version", SLUG, "--version", "1", "--because", " ")

    assert latest_version(version.course) == version

"""Reports in the background: made once, whole or not at all, handed out to whoever may see them, removed in time."""

import csv
import datetime as dt
import hashlib
import io
import json
import subprocess
import tracemalloc
import uuid
import zipfile
from pathlib import Path
from typing import Any

import page
import pypdf
import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Membership, RoleGrant, User
from accounts.services import NotAllowed, end_grant
from audit.models import AuditEvent
from audit.services import SYSTEM
from courses.models import Course
from enrollments.models import Enrollment
from tests.conftest import Clinic
from tests.racing import race
from tests.training import build
from tests.training.build import UTC, seat_of
from tests.training.test_past import a_certificate
from training.models import Evidence, EvidenceFile, Report, ReportPiece, SeatVersion
from training.queries.past import ReportKind
from training.services import (
    MOST_WAITING,
    DayToCome,
    FileRemoved,
    TooManyReports,
    Wanted,
    ask_for_report,
    export_report,
    hand_out,
    keep_seats_of,
    make_reports,
    remove_old_files,
    reports,
)
from training.tables import Format

DAY = dt.date(2026, 11, 15)
LONG = dt.timedelta(minutes=6)


@pytest.fixture
def owed(course: Course, ana: User, cody: User, omar: User, nina: User) -> Clinic:
    Membership.objects.update(changed_at=dt.datetime(2026, 9, 1, tzinfo=UTC))
    with time_machine.travel(dt.datetime(2026, 9, 1, tzinfo=UTC), tick=False):
        build.obligation(seat_of(ana), course, dt.date(2026, 11, 12))
        build.obligation(seat_of(cody), course, dt.date(2026, 11, 12))
    at = dt.datetime(2026, 11, 2, 15, tzinfo=UTC)
    build.enrollment(cody, course, at, at)
    clinic = Clinic(seat_of(ana).organization, *list(seat_of(ana).organization.teams.order_by("name")))
    keep_seats_of(clinic.organization)
    return clinic


def wanted(kind: str = "detail", **more: Any) -> Wanted:
    return Wanted(kind=kind, day=more.pop("day", DAY), from_on=dt.date(2026, 1, 1), **more)


def asked(clinic: Clinic, by: User, *, request_id: uuid.UUID | None = None, **more: Any) -> Report:
    return ask_for_report(
        wanted=wanted(**more), organization=clinic.organization, by=by, request_id=request_id or uuid.uuid4()
    )


def content_of(report: Report) -> bytes:
    return b"".join(bytes(piece.content) for piece in report.pieces.order_by("number"))


def actions() -> list[str]:
    return list(AuditEvent.objects.filter(action__startswith="report.").order_by("id").values_list("action", flat=True))


# Asked for and made


@pytest.mark.parametrize("kind", [kind.value for kind in ReportKind])
@pytest.mark.parametrize("format_", list(Format))
def test_report_is_made_with_its_hash_and_progress(owed: Clinic, omar: User, kind: str, format_: Format) -> None:
    report = asked(owed, omar, kind=kind, format=format_)

    assert make_reports(by=SYSTEM) == 1

    report.refresh_from_db()
    content = content_of(report)
    assert (report.sha256, report.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert report.file_name == f"{kind}-riverbend-2026-11-15.{format_.value}"
    assert report.done == report.total > 0
    assert (report.tries, report.failed_because) == (1, "")
    assert actions() == ["report.asked", "report.made"]


def test_report_is_the_same_at_once_and_in_the_background(owed: Clinic, omar: User) -> None:
    report = asked(owed, omar)
    make_reports(by=SYSTEM)

    at_once = export_report(wanted=wanted(), organization=owed.organization, by=omar)

    assert at_once.content.read() == content_of(report)
    assert at_once.name == "detail-riverbend-2026-11-15.csv"
    event = AuditEvent.objects.get(action="report.exported")
    assert event.details["sha256"] == hashlib.sha256(content_of(report)).hexdigest()


def test_ask_for_report_twice_with_one_request_is_one_report(owed: Clinic, omar: User) -> None:
    request_id = uuid.uuid4()

    assert {asked(owed, omar, request_id=request_id).pk for _ in range(2)} == {Report.objects.get().pk}


def test_ask_for_report_refuses_a_day_to_come(owed: Clinic, omar: User) -> None:
    with pytest.raises(DayToCome):
        asked(owed, omar, day=dt.date(2199, 1, 1))


@pytest.mark.parametrize(("who", "kind"), [("ana", "detail"), ("mara", "binder")])
def test_ask_for_report_refuses_learners_and_binders_for_managers(
    owed: Clinic, who: str, kind: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(NotAllowed):
        asked(owed, request.getfixturevalue(who), kind=kind)

    assert Report.objects.count() == 0
    assert AuditEvent.objects.get(action="report.asked").outcome == "refused"


def test_trail_in_a_binder_is_for_owners(owed: Clinic, omar: User, nina: User) -> None:
    with pytest.raises(NotAllowed):
        asked(owed, omar, kind="binder", with_trail=True)

    assert asked(owed, nina, kind="binder", with_trail=True).request["with_trail"]


def test_no_more_than_a_few_reports_wait(owed: Clinic, omar: User) -> None:
    for _ in range(MOST_WAITING):
        asked(owed, omar)

    with pytest.raises(TooManyReports):
        asked(owed, omar)
    make_reports(by=SYSTEM)
    asked(owed, omar)


# Workers


def test_report_of_a_worker_that_died_is_made_again_once(
    owed: Clinic, omar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = asked(owed, omar)

    def killed(action: str, **more: object) -> None:
        assert ReportPiece.objects.count() == 1  # the file is all but ready
        raise SystemExit  # what ends a process is no fault that a worker could note

    with monkeypatch.context() as patched:
        patched.setattr(reports, "record", killed)
        with pytest.raises(SystemExit):
            make_reports(by=SYSTEM)
    report.refresh_from_db()
    assert (report.finished_at, report.sha256, ReportPiece.objects.count()) == (None, "", 0)
    with pytest.raises(FileRemoved):
        hand_out(report=report, by=omar)
    assert make_reports(by=SYSTEM) == 0  # the claim holds for a while

    with time_machine.travel(dt.datetime.now(UTC) + LONG):
        assert [make_reports(by=SYSTEM), make_reports(by=SYSTEM)] == [1, 0]

    report.refresh_from_db()
    assert report.tries == 2
    assert hashlib.sha256(content_of(report)).hexdigest() == report.sha256
    assert actions().count("report.made") == 1


def test_report_that_fails_is_tried_three_times_and_says_why(
    owed: Clinic, omar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = asked(owed, omar)

    def fails(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(reports, "write_table", fails)
    for number in range(3):
        with time_machine.travel(dt.datetime.now(UTC) + LONG * number):
            assert make_reports(by=SYSTEM) == 0
        report.refresh_from_db()
        assert (report.tries, report.failed_because, report.finished_at is None) == (
            number + 1,
            "DatabaseError",
            number < 2,
        )
    assert actions() == ["report.asked", "report.failed"]


def test_report_whose_workers_all_died_has_failed(owed: Clinic, omar: User) -> None:
    report = asked(owed, omar)
    Report.objects.update(tries=3, claimed_at=dt.datetime.now(UTC) - LONG)

    assert make_reports(by=SYSTEM) == 0

    report.refresh_from_db()
    assert (report.failed_because, report.finished_at is None) == ("WorkerLost", False)


def test_worker_that_was_held_up_writes_nothing_over_the_next_ones_work(owed: Clinic, omar: User) -> None:
    report = asked(owed, omar)
    slow = reports.claim_report()
    assert slow is not None
    with time_machine.travel(dt.datetime.now(UTC) + LONG):
        make_reports(by=SYSTEM)
    before = content_of(report)

    assert not reports.make_report(report=slow, by=SYSTEM)

    assert content_of(report) == before
    assert ReportPiece.objects.count() == 1


def test_progress_survives_a_reload_and_renews_the_claim(owed: Clinic, omar: User) -> None:
    report = asked(owed, omar)
    claimed = reports.claim_report()
    assert claimed is not None
    claim = reports._Claim(claimed)
    before = claimed.claimed_at

    claim.begin(2)
    claim.noted_at -= 2
    claim.noted(1)

    report.refresh_from_db()
    assert (report.done, report.total) == (1, 2)
    assert report.claimed_at == claimed.claimed_at != before


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_a_report_once(owed: Clinic, omar: User) -> None:
    asked(owed, omar)

    outcomes = race(lambda: make_reports(by=SYSTEM), lambda: make_reports(by=SYSTEM))

    assert sorted(outcomes) == [0, 1]
    assert actions().count("report.made") == 1


# Handed out


def test_hand_out_gives_the_pieces_in_order_and_is_on_record(
    owed: Clinic, omar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "PIECE", 100)
    report = asked(owed, omar)
    make_reports(by=SYSTEM)
    report.refresh_from_db()

    pieces = list(hand_out(report=report, by=omar))

    assert len(pieces) > 3
    assert {len(piece) for piece in pieces[:-1]} == {100}
    assert hashlib.sha256(b"".join(pieces)).hexdigest() == report.sha256
    assert actions()[-1] == "report.downloaded"


def test_hand_out_asks_for_the_right_again(owed: Clinic, omar: User, nina: User) -> None:
    report = asked(owed, omar)
    make_reports(by=SYSTEM)
    report.refresh_from_db()
    end_grant(grant=RoleGrant.objects.get(membership__user=omar), by=nina)

    with pytest.raises(NotAllowed):
        hand_out(report=report, by=omar)
    assert AuditEvent.objects.filter(action="report.downloaded", outcome="refused").count() == 1


def test_file_goes_after_seven_days_and_its_hash_stays(owed: Clinic, omar: User) -> None:
    report = asked(owed, omar)
    make_reports(by=SYSTEM)
    day = dt.timedelta(days=1)
    with time_machine.travel(dt.datetime.now(UTC) + 6.9 * day):
        assert remove_old_files(by=SYSTEM) == 0
    with time_machine.travel(dt.datetime.now(UTC) + 7.1 * day):
        assert [remove_old_files(by=SYSTEM), remove_old_files(by=SYSTEM)] == [1, 0]

    report.refresh_from_db()
    assert (ReportPiece.objects.count(), len(report.sha256), report.removed_at is None) == (0, 64, False)
    with pytest.raises(FileRemoved):
        hand_out(report=report, by=omar)


# The binder


@pytest.fixture
def binder(owed: Clinic, ana: User, nina: User) -> dict[str, bytes]:
    evidence = Evidence.objects.create(
        membership=seat_of(ana),
        requirement=build.requirement_for(owed.organization, Course.objects.get()),
        title="CPR",
        issuer="Red Cross",
        done_on=dt.date(2026, 11, 3),
        submitted_at=dt.datetime(2026, 11, 4, tzinfo=UTC),
        submitted_by=str(ana.public_id),
        decided_at=dt.datetime(2026, 11, 5, tzinfo=UTC),
        decided_by=str(nina.public_id),
        decision="approved",
    )
    EvidenceFile.objects.create(
        evidence=evidence,
        name="../card of Ana.pdf",
        media_type="application/pdf",
        sha256="0" * 64,
        size=3,
        content=b"abc",
    )
    a_certificate(Enrollment.objects.get(), 1, dt.datetime(2026, 11, 2, tzinfo=UTC))
    return unpacked(owed, nina)


def unpacked(clinic: Clinic, by: User, *, with_trail: bool = True) -> dict[str, bytes]:
    report = asked(clinic, by, kind="binder", with_trail=with_trail)
    assert make_reports(by=SYSTEM) == 1
    with zipfile.ZipFile(io.BytesIO(content_of(report))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_binder_has_what_a_surveyor_asks_for(binder: dict[str, bytes], ana: User) -> None:
    evidence = Evidence.objects.get()
    assert sorted(binder) == sorted(
        [
            *("README.txt", "summary.pdf", "manifest.csv", "manifest.json", "audit/trail.csv"),
            *(f"reports/{kind.value}.csv" for kind in ReportKind),
            *("lists/certificates.csv", "lists/waivers.csv", "lists/extensions.csv", "lists/statements.csv"),
            *("lists/evidence.csv", "lists/requirements.csv", "lists/rules.csv", "lists/course-versions.csv"),
            f"evidence/{evidence.public_id}-card-of-Ana.pdf",
        ]
    )
    assert binder[f"evidence/{evidence.public_id}-card-of-Ana.pdf"] == b"abc"


def test_binder_lists_the_addresses_of_certificates(binder: dict[str, bytes]) -> None:
    rows = list(csv.DictReader(io.StringIO(binder["lists/certificates.csv"].decode("utf-8-sig"))))

    assert [(row["name"], row["done_on"], row["course"], row["course_version"]) for row in rows] == [
        ("Cody Blake", "2026-11-02", "strangers", "1")
    ]
    assert rows[0]["certificate"].endswith(f"/verify/{1:026}/")


def test_binder_manifests_name_every_other_file_with_its_hash(binder: dict[str, bytes]) -> None:
    found = {name: hashlib.sha256(content).hexdigest() for name, content in binder.items() if "manifest" not in name}

    listed = {row["path"]: row["sha256"] for row in csv.DictReader(io.StringIO(binder["manifest.csv"].decode()))}
    assert listed == found
    told = {each["path"]: each["sha256"] for each in json.loads(binder["manifest.json"])["files"]}
    assert told == found


def test_binder_is_checked_by_the_command_that_its_readme_gives(binder: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in binder.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    command = next(line for line in binder["README.txt"].decode().splitlines() if "sha256sum" in line).strip()

    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert done.stdout.count(": OK") == len(binder) - 2


def test_binder_readme_says_what_when_by_whom_and_whether_the_trail_holds(binder: dict[str, bytes]) -> None:
    text = " ".join(binder["README.txt"].decode().split())

    for words in ("Riverbend Clinic", "November 15, 2026", "by Nina Okafor", "is whole", "never holds", "sha256sum"):
        assert words in text
    assert "{" not in text.replace("{ print $2", "")


def test_binder_tables_are_the_same_bytes_a_month_later(binder: dict[str, bytes], owed: Clinic, nina: User) -> None:
    with time_machine.travel(dt.datetime.now(UTC) + dt.timedelta(days=30)):
        again = unpacked(owed, nina)

    tables = [name for name in binder if name.endswith(".csv") and name != "manifest.csv"]
    assert {name: again[name] for name in tables} == {name: binder[name] for name in tables}


def test_binder_of_an_administrator_has_no_trail(owed: Clinic, omar: User) -> None:
    files = unpacked(owed, omar, with_trail=False)

    assert "audit/trail.csv" not in files
    assert "for the owner of the organization" in files["README.txt"].decode()


def test_binder_tells_of_a_trail_that_does_not_hold(owed: Clinic, nina: User) -> None:
    from audit.triggers import lifted

    asked(owed, nina)
    with lifted(connection, ["audit_auditevent"]):
        AuditEvent.objects.filter(chain=str(owed.organization.public_id)).update(action="something.else")
    make_reports(by=SYSTEM)
    files = unpacked(owed, nina)

    assert "does not hold" in files["README.txt"].decode() or "do not hold" in files["README.txt"].decode()
    assert "not hold" in text_of(files["summary.pdf"])


def text_of(content: bytes) -> str:
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_summary_conforms_to_pdf_ua_and_has_page_numbers(binder: dict[str, bytes]) -> None:
    report = page.validate_pdf_bytes(binder["summary.pdf"], profile=page.ValidationProfile.PDF_UA_1)

    assert report.failures == []
    assert report.is_compliant
    text = text_of(binder["summary.pdf"])
    for words in ("Training records", "Riverbend Clinic, as of November 15, 2026", "Page 1 of ", "50.0%", "is whole"):
        assert words in text


def test_summary_with_a_name_that_no_font_holds_is_made_all_the_same(owed: Clinic, nina: User) -> None:
    type(owed.organization).objects.update(name="Riverbend 診所 Clinic")

    text = text_of(unpacked(owed, nina)["summary.pdf"])

    assert "Riverbend ?? Clinic" in text
    assert "could not be printed" in text


# What never stands in a report, and what a report takes


def test_no_report_has_answers_scores_or_license_numbers(owed: Clinic, binder: dict[str, bytes], ana: User) -> None:
    from training.queries.past import SHAPES

    columns = {column for shape in SHAPES.values() for column in shape.header}
    assert not [name for name in columns if any(word in name for word in ("score", "answer", "license", "email"))]


def test_detail_of_four_thousand_obligations_takes_no_more_memory_than_two_thousand(
    clinic: Clinic, course: Course, omar: User
) -> None:
    from training.models import Obligation, ObligationSource
    from training.rules import due_at

    requirement = build.requirement_for(clinic.organization, course)
    at = dt.datetime(2026, 10, 1, tzinfo=UTC)

    def seeded(first: int, last: int) -> None:
        seats = Membership.objects.bulk_create(
            [
                Membership(
                    organization=clinic.organization,
                    name=f"Person {n}",
                    work_email=f"p{n}@x.example",
                    started_on=DAY,
                    changed_at=at,
                )
                for n in range(first, last)
            ],
            batch_size=500,
        )
        owed = Obligation.objects.bulk_create(
            [
                Obligation(
                    membership=seat,
                    requirement=requirement,
                    assigned_at=at,
                    assigned_by="system",
                    zone="America/Chicago",
                    due_on=DAY,
                    due_at=due_at(DAY, "America/Chicago"),
                    overdue_at=due_at(DAY, "America/Chicago"),
                )
                for seat in seats
            ],
            batch_size=500,
        )
        ObligationSource.objects.bulk_create(
            [ObligationSource(obligation=one, due_on=DAY, asked_at=at, asked_by="system") for one in owed],
            batch_size=500,
        )
        keep_seats_of(clinic.organization)

    def peak() -> tuple[int, int]:
        tracemalloc.start()
        made = export_report(wanted=wanted(), organization=clinic.organization, by=omar)
        lines = sum(1 for _ in made.content)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found, lines

    seeded(0, 2_000)
    small, _ = peak()
    seeded(2_000, 4_000)
    large, lines = peak()

    assert lines == 4_001
    assert large < small + 2_000_000, (small, large)


# Constraints


def test_seat_version_stands_once_for_an_instant_and_is_never_changed(clinic: Clinic, ana: User) -> None:
    keep_seats_of(clinic.organization)
    kept = SeatVersion.objects.get(membership=seat_of(ana))

    # one_seat_version_for_each_instant
    kept.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save(force_insert=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        SeatVersion.objects.update(name="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        SeatVersion.objects.all().delete()

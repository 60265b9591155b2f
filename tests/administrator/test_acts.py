"""The person's page and the acts upon obligations, as an administrator meets them."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from accounts.models import Leave, Membership, User
from audit.models import AuditEvent, RequestId
from audit.queries import faults_of
from courses.models import Course
from tests.administrator.conftest import Owed
from tests.administrator.test_access import address
from tests.conftest import Clinic, client_of, expect_statements, person, seat
from tests.training import build
from tests.training.build import NOW, seat_of
from tests.web.pages import form_to
from training.models import Extension, Obligation, ObligationSource, Preview, Statement, TrainingPolicy, Waiver
from training.models import WaiverReason as Reason
from training.services import (
    Policy,
    extend_obligation,
    release_obligation,
    state_completion,
    update_policy,
    waive_obligation,
)


def page_of(client: Client, user: User, query: str = "") -> str:
    response = client.get(address("person", seat_of(user).public_id) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def posted(client: Client, owed: Obligation, act: str, **fields: object) -> tuple[int, str]:
    response = client.post(address(f"obligation-{act}", owed.public_id), {"request_id": uuid.uuid4(), **fields})
    return response.status_code, " ".join(response.content.decode().split())


# --- why


def test_page_tells_each_step_with_who_and_why(owed: Owed, ana: User, omar: User, nina: User) -> None:
    extend_obligation(obligation=owed.ana, days=30, reason="Course was down", by=nina)
    Leave.objects.create(
        membership=seat_of(ana),
        starts_on=dt.date(2026, 11, 2),
        ends_on=dt.date(2026, 11, 7),
        recorded_at=NOW,
        recorded_by="system",
    )
    waive_obligation(obligation=owed.ana, reason=Reason.UNAVAILABLE, by=nina)

    page = page_of(client_of(omar), ana)

    for words in (
        "It is due on November 12, 2026",
        "30 days were added",
        "30 days, given by Nina Okafor on November 22, 2026: “Course was down”.",
        "5 days away moved it",
        "Away from November 2, 2026, back on November 7, 2026.",
        "So it is due on December 17, 2026",
        "It is waived",
        "Waived by Nina Okafor on November 22, 2026: It could not be offered in time.",
    ):
        assert words in page, words


def test_page_names_the_rule_and_who_else_asks(clinic: Clinic, ana: User, omar: User) -> None:
    asked = build.requirement(clinic.organization, policy="Read this.")
    owed = build.owes(seat_of(ana), asked, dt.date(2026, 12, 1), rule=build.rule(asked))
    ObligationSource.objects.create(obligation=owed, due_on=dt.date(2026, 12, 9), asked_at=NOW, asked_by="system")

    page = page_of(client_of(omar), ana)

    assert "The rule “New clinical staff” asks for it." in page
    assert "It is also asked for by: by hand. Of those who ask, the earliest day holds." in page
    assert "Nothing moves the day" in page


def test_page_as_of_an_earlier_day_knows_nothing_of_later_acts(owed: Owed, ana: User, omar: User) -> None:
    waive_obligation(obligation=owed.ana, reason=Reason.OTHER, by=omar)

    page = page_of(client_of(omar), ana, "?on=2026-11-21")

    assert "9 days overdue" in page
    assert "waived" not in page.lower().replace("record a waiver", "")
    # Acts are offered for today alone.
    assert "Give more time" not in page


def test_page_keeps_earlier_periods_and_what_is_not_asked_any_more(clinic: Clinic, ana: User, omar: User) -> None:
    yearly = build.requirement(clinic.organization, policy="Read this.")
    first = build.owes(seat_of(ana), yearly, dt.date(2026, 10, 20))
    state_completion(obligation=first, done_on=dt.date(2026, 10, 19), reason="Seen", by=omar)
    build.owes(seat_of(ana), yearly, dt.date(2027, 10, 20), period=2)
    gone = build.owes(seat_of(ana), build.requirement(clinic.organization, policy="Old."), dt.date(2026, 12, 1))
    release_obligation(obligation=gone, by=omar)

    page = page_of(client_of(omar), ana)

    current, earlier = page.split('<h2 id="earlier">')
    assert ("Due in" in current, "Done Oct 19" in current, "No longer asked" in current) == (True, False, False)
    assert ("Done Oct 19" in earlier, "No longer asked" in earlier) == (True, True)


def test_page_names_no_free_words_of_others_and_no_scores(owed: Owed, ana: User, mara: User) -> None:
    page = page_of(client_of(mara), ana)

    assert "What you cannot see" in page
    # A manager sees why, and is offered no act.
    assert ("Why is this due?" in page, "Give more time" in page, "Record a waiver" in page) == (True, False, False)


def test_page_takes_as_many_statements_for_thirty_obligations_as_for_one(
    clinic: Clinic, owed: Owed, ana: User, omar: User
) -> None:
    client = client_of(omar)
    page_of(client, ana)
    build.owes(seat_of(ana), build.requirement(clinic.organization, policy="0"), dt.date(2026, 12, 1))
    extend_obligation(obligation=owed.ana, days=1, reason="x", by=omar)
    with expect_statements(33):
        page_of(client, ana)
    for number in range(1, 29):
        made = build.owes(
            seat_of(ana), build.requirement(clinic.organization, policy=f"{number}"), dt.date(2026, 12, 1)
        )
        extend_obligation(obligation=made, days=1, reason="x", by=omar)
        waive_obligation(obligation=made, reason=Reason.OTHER, by=omar)
    with expect_statements(33):
        page_of(client, ana)


# --- a read is recorded


def reads(action: str = "person.read") -> list[tuple[str, str]]:
    return list(AuditEvent.objects.filter(action=action).order_by("sequence").values_list("actor", "object_id"))


def test_reading_is_recorded_once_for_each_reader_person_and_day(
    clinic: Clinic, owed: Owed, ana: User, cody: User, omar: User, mara: User
) -> None:
    import time_machine

    for _ in range(3):
        page_of(client_of(omar), ana)
        page_of(client_of(mara), ana)
    page_of(client_of(omar), cody)
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        page_of(client_of(omar), ana)

    hers, his = str(seat_of(ana).public_id), str(seat_of(cody).public_id)
    assert reads() == [
        (str(omar.public_id), hers),
        (str(mara.public_id), hers),
        (str(omar.public_id), his),
        (str(omar.public_id), hers),
    ]
    assert faults_of(str(clinic.organization.public_id)) == []


def test_reading_again_writes_nothing(owed: Owed, ana: User, omar: User) -> None:
    client = client_of(omar)
    page_of(client, ana)
    kept = AuditEvent.objects.count(), RequestId.objects.count()

    page_of(client, ana)

    assert (AuditEvent.objects.count(), RequestId.objects.count()) == kept


def test_reading_of_the_own_record_and_of_what_is_not_found_is_not_recorded(
    owed: Owed, ana: User, omar: User, charlie: User
) -> None:
    page_of(client_of(omar), omar)
    assert client_of(charlie).get(address("person", seat_of(ana).public_id)).status_code == 404

    assert reads() == []


def test_page_that_cannot_be_recorded_is_not_shown(
    owed: Owed, ana: User, omar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    client = client_of(omar)
    client.raise_request_exception = False
    monkeypatch.setattr("training.services.reading.record", broken)

    response = client.get(address("person", seat_of(ana).public_id))

    assert response.status_code == 500
    assert b"Ana Reyes" not in response.content


# --- one act


def test_extension_is_given_once_from_one_form(owed: Owed, ana: User, omar: User) -> None:
    client, sent = client_of(omar), {"request_id": uuid.uuid4(), "days": "14", "reason": "Course was down"}
    for _ in range(2):
        response = client.post(address("obligation-extend", owed.ana.public_id), sent)
        assert (response.status_code, response.headers["Location"]) == (303, address("person", seat_of(ana).public_id))

    assert Extension.objects.count() == 1
    assert "Ana Reyes has more time for “Strangers, screens”." in page_of(client, ana)


@pytest.mark.parametrize(
    ("act", "fields", "words"),
    [
        ("extend", {"days": "0", "reason": "x"}, "greater than or equal to 1"),
        ("extend", {"days": "731", "reason": "x"}, "less than or equal to 730"),
        ("extend", {"days": "3", "reason": ""}, "This field is required"),
        ("extend", {"days": "3", "reason": "a\u202eb"}, "a character in it that cannot be seen"),
        ("waive", {"reason": "ill"}, "Select a valid choice"),
        ("waive", {"reason": "other", "until_on": "2026-11-21"}, "This day is over"),
        ("state", {"done_on": "2026-11-23", "reason": "x"}, "still to come"),
        ("state", {"done_on": "", "reason": "x"}, "This field is required"),
    ],
)
def test_terms_that_do_not_fit_are_said_and_do_nothing(
    owed: Owed, omar: User, act: str, fields: dict[str, str], words: str
) -> None:
    status, page = posted(client_of(omar), owed.ana, act, **fields)

    assert (status, words in page) == (422, True)
    # The form comes back with her name and what she owes: that she was looked at is all that is on record.
    assert [each.action for each in AuditEvent.objects.all()] == ["person.read"]


def test_waiver_that_would_end_overdue_is_said_before_it_is_given(owed: Owed, ana: User, omar: User) -> None:
    """Due November 12, and waived until December 1: nothing moves the day."""
    client, address_ = client_of(omar), address("obligation-waive", owed.ana.public_id)
    sent = {"request_id": uuid.uuid4(), "reason": "unavailable", "until_on": "2026-12-01"}

    first = client.post(address_, sent)

    page = " ".join(first.content.decode().split())
    assert (first.status_code, Waiver.objects.count()) == (422, 0)
    assert "On December 2, 2026 it would be overdue at once" in page
    assert "It is due November 12, 2026, and a waiver moves no day." in page
    assert address("obligation-extend", owed.ana.public_id) in page
    assert '<input type="hidden" name="seen" value="2026-12-02">' in page
    # Another day is another consequence, and said anew.
    assert client.post(address_, {**sent, "seen": "2026-12-02", "until_on": "2026-12-05"}).status_code == 422
    assert client.post(address_, {**sent, "seen": "2026-12-02"}).status_code == 303
    assert Waiver.objects.get().until_on == dt.date(2026, 12, 1)
    assert "On December 2, 2026 it would be overdue at once" in page_of(client, ana)


@pytest.mark.parametrize("until_on", ["", "2026-12-01"])
def test_waiver_that_ends_in_time_or_never_is_given_at_once(owed: Owed, omar: User, until_on: str) -> None:
    if until_on:
        extend_obligation(obligation=owed.ana, days=60, reason="Down", by=omar)

    status, _ = posted(client_of(omar), owed.ana, "waive", reason="other", until_on=until_on)

    assert (status, Waiver.objects.count()) == (303, 1)


def test_several_waivers_that_would_end_overdue_are_said_in_the_preview(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    sent = {
        "act": "waive",
        "request_id": uuid.uuid4(),
        "reason": "other",
        "until_on": "2026-12-01",
        "obligations": str(owed.ana.public_id),
    }

    page = " ".join(client.get(client.post(address("bulk"), sent).headers["Location"]).content.decode().split())

    assert "1 of them would be overdue at once on December 2, 2026: it is due before" in page
    assert "due Nov 12, overdue at once on Dec 2" in page
    for_good = client.post(address("bulk"), {**sent, "until_on": "", "request_id": uuid.uuid4()})
    assert "overdue at once" not in client.get(for_good.headers["Location"]).content.decode()


def test_waiver_form_warns_and_takes_no_words(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    page = client.get(address("obligation-waive", owed.ana.public_id))
    assert "No health information" in page.content.decode()

    posted(client, owed.ana, "waive", reason="other", until_on="", words="she is ill", note="she is ill")

    waiver = Waiver.objects.get()
    assert "ill" not in " ".join(str(value) for value in vars(waiver).values())
    assert not AuditEvent.objects.filter(details__icontains="ill").exists()


def test_act_upon_the_own_obligation_is_refused_in_words(course: Course, omar: User) -> None:
    own = build.obligation(seat_of(omar), course, dt.date(2026, 11, 12))
    build.count()
    client = client_of(omar)
    assert (
        "Nobody decides upon what is asked of herself"
        in client.get(address("obligation-waive", own.public_id)).content.decode()
    )

    status, page = posted(client, own, "waive", reason="other")

    assert (status, "Nobody decides upon what is asked of herself" in page) == (409, True)
    assert "Record a waiver" not in page_of(client, omar)


def test_act_upon_what_is_done_is_refused_in_words(owed: Owed, omar: User) -> None:
    status, page = posted(client_of(omar), owed.cody, "extend", days="3", reason="x")

    assert (status, "Done already. Nothing changed." in page) == (409, True)


def test_release_and_end_of_waiver(owed: Owed, ana: User, omar: User, nina: User) -> None:
    waiver = waive_obligation(obligation=owed.ana, reason=Reason.OTHER, by=nina)
    client = client_of(omar)
    assert "End the waiver" in page_of(client, ana)

    assert client.post(address("waiver-end", waiver.public_id)).status_code == 303
    assert "overdue" in page_of(client, ana)
    assert posted(client, owed.ana, "release")[0] == 303
    assert "No longer asked" in page_of(client, ana)


def test_statement_is_confirmed_by_a_second_person(
    clinic: Clinic, owed: Owed, ana: User, omar: User, nina: User
) -> None:
    update_policy(organization=clinic.organization, policy=Policy(statements_need_second=True), by=nina)
    client = client_of(omar)
    assert posted(client, owed.ana, "state", done_on="2026-11-10", reason="On the list")[0] == 303
    statement = Statement.objects.get()
    page = page_of(client, ana)
    assert "It counts once a second person confirms it." in page
    assert "A statement waits for a second person" in page
    assert "Omar Haddad states that it was done on November 10, 2026: “On the list”." in page

    # Whoever stated it is not offered to confirm it.
    assert "Confirm the statement" not in page
    assert "Confirm the statement" in page_of(client_of(nina), ana)
    decision = address("statement-decision", statement.public_id)
    own = client_of(omar).post(decision, {"decision": "confirm"})
    assert (own.status_code, b"A colleague can" in own.content) == (409, True)
    assert client_of(nina).post(decision, {"decision": "confirm"}).status_code == 303
    assert "Done Nov 10" in page_of(client_of(omar), ana)
    assert client_of(omar).post(decision, {"decision": "withdraw"}).status_code == 303
    assert "overdue" in page_of(client_of(omar), ana)


def test_page_says_when_what_is_asked_counts(clinic: Clinic, ana: User, omar: User) -> None:
    build.owes(seat_of(ana), build.requirement(clinic.organization, evidence="A card."), dt.date(2026, 12, 1))

    page = page_of(client_of(omar), ana)

    assert "It is not done" in page
    assert "Nothing that meets it was on record on November 22, 2026. Evidence counts once it is approved." in page
    assert "A course begun before" not in page


def test_statements_wait_on_a_list_of_their_own(
    clinic: Clinic, owed: Owed, ana: User, mara: User, omar: User, nina: User
) -> None:
    update_policy(organization=clinic.organization, policy=Policy(statements_need_second=True), by=nina)
    state_completion(obligation=owed.ana, done_on=dt.date(2026, 11, 10), reason="On the list", by=omar)
    client, path = client_of(nina), address("statements")

    overview = client.get(address("overview")).content.decode()
    assert f'<a href="{path}">1 statement that a second person must confirm</a>' in overview
    assert "One statement waits for a second person, too" in client.get(address("evidence-list")).content.decode()
    page = " ".join(client.get(path).content.decode().split())
    assert "Strangers, screens" in page
    assert "On the list" in page
    assert "stated by Omar Haddad on Nov 22" in page

    # Whoever stated it only sees that it waits.
    his = client_of(omar).get(path).content.decode()
    assert ("You stated this, so a colleague decides." in his, 'value="confirm"' in his) == (True, False)
    assert client_of(mara).get(path).status_code == 404

    decision = address("statement-decision", Statement.objects.get().public_id)
    response = client.post(decision, {"decision": "confirm", "back": "statements"})
    assert (response.status_code, response.headers["Location"]) == (303, path)
    assert "No statement waits for a second person." in client.get(path).content.decode()


def test_statement_about_oneself_waits_for_a_colleague(clinic: Clinic, course: Course, nina: User, omar: User) -> None:
    update_policy(organization=clinic.organization, policy=Policy(statements_need_second=True), by=nina)
    hers = build.obligation(seat_of(nina), course, dt.date(2026, 11, 12))
    build.count()
    state_completion(obligation=hers, done_on=dt.date(2026, 11, 10), reason="On the list", by=omar)

    page = client_of(nina).get(address("statements")).content.decode()

    assert ("This is your own. A colleague decides." in page, 'value="confirm"' in page) == (True, False)


def test_list_of_statements_takes_as_many_for_twenty_as_for_one(
    clinic: Clinic, course: Course, omar: User, nina: User
) -> None:
    update_policy(organization=clinic.organization, policy=Policy(statements_need_second=True), by=nina)

    def state(number: int) -> None:
        owed = build.obligation(seat(person(f"Noa{number} Kim"), clinic.organization), course, dt.date(2026, 12, 1))
        build.count()
        state_completion(obligation=owed, done_on=NOW.date(), reason="On the list", by=omar)

    client = client_of(nina)
    state(0)
    with expect_statements(7):
        client.get(address("statements"))
    for number in range(1, 20):
        state(number)
    with expect_statements(7):
        client.get(address("statements"))


def test_acts_of_another_clinic_and_of_managers_are_not_found(
    owed: Owed, charlie: User, mara: User, ana: User, omar: User
) -> None:
    waiver = waive_obligation(obligation=owed.ana, reason=Reason.OTHER, by=omar)
    for user, organization in ((charlie, "harbor"), (charlie, "riverbend"), (mara, "riverbend"), (ana, "riverbend")):
        client = client_of(user)
        for act in ("extend", "waive", "state", "release"):
            path = address(f"obligation-{act}", owed.ana.public_id, organization=organization)
            assert client.get(path).status_code == client.post(path).status_code == 404
        assert client.post(address("waiver-end", waiver.public_id, organization=organization)).status_code == 404


# --- many at once


def test_several_are_chosen_on_the_board_looked_over_and_confirmed_without_script(
    clinic: Clinic, owed: Owed, course: Course, omar: User
) -> None:
    client = client_of(omar)
    board = client.get(address("obligations"))
    form = form_to(board.content, address("bulk"))
    assert form.method == "get"
    assert f'form="bulk" name="obligations" value="{owed.ana.public_id}"' in board.content.decode()

    chosen = client.get(address("bulk") + f"?act=extend&obligations={owed.ana.public_id}")
    page = chosen.content.decode()
    assert (f'value="{owed.ana.public_id}"' in page, f'value="{owed.cody.public_id}"' in page) == (True, False)
    sent = {
        "act": "extend",
        "request_id": uuid.uuid4(),
        "days": "30",
        "reason": "Down",
        "obligations": str(owed.ana.public_id),
    }
    looked = client.post(address("bulk"), sent)
    assert looked.status_code == 303
    preview = client.get(looked.headers["Location"]).content.decode()
    assert "1 obligation will be due 30 days later" in preview
    assert "due Nov 12, then Dec 12" in " ".join(preview.split())
    assert Extension.objects.count() == 0

    done = client.post(looked.headers["Location"])

    assert (done.status_code, done.headers["Location"]) == (303, looked.headers["Location"])
    result = client.get(done.headers["Location"]).content.decode()
    assert "1 obligation is due 30 days later" in result
    assert client.post(looked.headers["Location"]).status_code == 303
    assert Extension.objects.count() == 1


def test_everything_of_a_filter_leaves_out_what_cannot_be_done_by_name(
    clinic: Clinic, owed: Owed, course: Course, omar: User
) -> None:
    build.obligation(seat_of(omar), course, dt.date(2026, 11, 12))
    build.count()
    client = client_of(omar)
    sent = {"act": "waive", "request_id": uuid.uuid4(), "reason": "other", "everything": "on"}

    page = " ".join(client.get(client.post(address("bulk"), sent).headers["Location"]).content.decode().split())
    assert "1 obligation will be waived" in page
    assert "Done already" in page
    assert "Your own: a colleague decides" in page

    sent["status"] = "done"
    page = client.get(client.post(address("bulk"), sent).headers["Location"]).content.decode()
    assert "Nothing would change" in page


def test_preview_that_is_old_is_refused_and_shown_anew(owed: Owed, omar: User, nina: User) -> None:
    client = client_of(omar)
    sent = {"act": "extend", "request_id": uuid.uuid4(), "days": "30", "reason": "Down", "everything": "on"}
    first = client.post(address("bulk"), sent).headers["Location"]
    extend_obligation(obligation=owed.ana, days=1, reason="Mine", by=nina)

    refused = client.post(first)

    page = " ".join(refused.content.decode().split())
    assert (refused.status_code, "Nothing was done" in page) == (409, True)
    assert "due Nov 13, then Dec 13" in page
    again = form_to(refused.content, address("bulk-preview", Preview.objects.latest("pk").public_id))
    assert client.post(again.action).status_code == 303
    assert Extension.objects.count() == 2


def test_nothing_chosen_too_many_and_unknown_acts_are_said(
    owed: Owed, omar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(omar)
    sent = {"act": "release", "request_id": uuid.uuid4()}
    nothing = client.post(address("bulk"), {**sent, "obligations": ["x", str(uuid.uuid4())]})
    assert (nothing.status_code, b"Choose at least one obligation" in nothing.content) == (422, True)
    monkeypatch.setattr("training.services.acting.MOST_AT_ONCE", 1)
    many = client.post(address("bulk"), {**sent, "everything": "on"})
    assert (many.status_code, b"Choose a team or a requirement" in many.content) == (422, True)
    assert client.get(address("bulk") + "?act=delete").status_code == 404
    assert client.get(address("bulk")).status_code == 404


def test_preview_is_for_whoever_made_it(clinic: Clinic, owed: Owed, omar: User, nina: User, mara: User) -> None:
    sent = {"act": "release", "request_id": uuid.uuid4(), "everything": "on"}
    path = client_of(omar).post(address("bulk"), sent).headers["Location"]

    for user in (nina, mara):
        assert client_of(user).get(path).status_code == client_of(user).post(path).status_code == 404
    elsewhere = address("preview", Preview.objects.get().public_id)  # of rules and requirements
    for user in (omar, nina):
        assert client_of(user).get(elsewhere).status_code == client_of(user).post(elsewhere).status_code == 404


def test_board_of_a_manager_offers_no_acts(owed: Owed, mara: User) -> None:
    page = client_of(mara).get(address("obligations")).content.decode()

    assert 'id="bulk"' not in page
    assert 'form="bulk"' not in page


def test_choosing_takes_as_many_statements_for_thirty_as_for_two(
    clinic: Clinic, course: Course, owed: Owed, omar: User
) -> None:
    client = client_of(omar)
    with expect_statements(7):
        client.get(address("bulk") + "?act=extend")
    for number in range(28):
        user = person(f"P{number} Many")
        seat(user, clinic.organization)
        build.obligation(seat_of(user), course, dt.date(2026, 12, 1))
    build.count()
    with expect_statements(7):
        assert b"All 30 obligations" in client.get(address("bulk") + "?act=extend").content


# --- policy


def test_policy_is_kept_and_leaves_the_rest_alone(clinic: Clinic, omar: User) -> None:
    update_policy(organization=clinic.organization, policy=Policy(quiet_from=20), by=omar)
    client = client_of(omar)

    assert client.post(address("policy"), {"statements_need_second": "on"}).status_code == 303

    kept = TrainingPolicy.objects.get()
    assert (kept.statements_need_second, kept.quiet_from, kept.reminders_are_on) == (True, 20, True)
    assert "checked" in client.get(address("policy")).content.decode()
    assert client.post(address("policy"), {}).status_code == 303
    assert not TrainingPolicy.objects.get().statements_need_second


def test_person_who_left_keeps_her_page(owed: Owed, ana: User, omar: User) -> None:
    Membership.objects.filter(user=ana).update(ended_on=dt.date(2026, 11, 20), changed_at=NOW)
    build.count()

    assert "The time here ended on November 20, 2026" in page_of(client_of(omar), ana)


def test_everything_of_a_filter_is_what_the_board_shows(clinic: Clinic, course: Course, owed: Owed, omar: User) -> None:
    clinic.front_desk.parent = clinic.crisis_team
    clinic.front_desk.save()
    client, query = client_of(omar), f"status=open&team={clinic.crisis_team.pk}"
    bo = person("Bo Winter")
    seat(bo, clinic.organization, clinic.front_desk)
    build.obligation(seat_of(bo), course, dt.date(2026, 12, 1))
    build.count()

    board = client.get(address("obligations") + "?" + query).content.decode()
    chosen = client.get(address("bulk") + "?act=extend&" + query).content.decode()

    # Not ana, who is overdue, and not cody, who is done; Bo is in a team below.
    shown = [name for name in ("Ana Reyes", "Cody Blake", "Bo Winter") if name in board]
    assert (shown, [name for name in ("Ana Reyes", "Cody Blake", "Bo Winter") if name in chosen]) == (
        ["Bo Winter"],
        ["Bo Winter"],
    )
    assert "The one obligation of this filter" in chosen

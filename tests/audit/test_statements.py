import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet, Value
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, RoleGrant, User
from audit.models import ChainHead, OutboxMail
from audit.statements import NotOneStatement, Statement

NOON = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
HEADS = Statement(lambda chain: ChainHead.objects.filter(chain__gte=chain).order_by("chain"), str)
MAILS = Statement(lambda pk, since: OutboxMail.objects.filter(pk=pk, created_at__gte=since), UUID, dt.datetime)


@pytest.fixture
def heads(db: None) -> list[ChainHead]:
    ChainHead.objects.all().delete()
    return [ChainHead.objects.create(chain=name, sequence=number) for number, name in enumerate("abc")]


def mail(**values: Any) -> OutboxMail:
    return OutboxMail.objects.create(kind="a-kind", key=str(uuid4()), subject="1", created_at=NOON, **values)


def test_rows_are_read_again_with_each_value(heads: list[ChainHead]) -> None:
    assert HEADS.rows("b") == heads[1:]
    assert HEADS.rows("c") == heads[2:]
    heads[2].delete()
    assert HEADS.rows("c") == []


def test_query_is_built_once(heads: list[ChainHead]) -> None:
    built = []

    def query(pk: int) -> "QuerySet[ChainHead]":
        built.append(pk)
        return ChainHead.objects.filter(pk=pk)

    statement = Statement(query, int)
    assert [statement.rows(head.pk) for head in heads] == [[head] for head in heads]
    assert len(built) == 1


def test_reading_is_one_statement(heads: list[ChainHead]) -> None:
    with CaptureQueriesContext(connection) as asked:
        HEADS.rows("a")
    assert len(asked) == 1


def test_first_is_none_where_there_is_nothing(heads: list[ChainHead]) -> None:
    assert HEADS.first("b") == heads[1]
    assert HEADS.first("d") is None


def test_row_is_as_if_it_came_from_the_queryset(db: None) -> None:
    made = mail(payload={"words": ["é"]})
    (row,) = MAILS.rows(made.pk, NOON)
    assert (row.payload, row.created_at, row.pk) == ({"words": ["é"]}, NOON, made.pk)
    assert not row._state.adding
    row.kind = "another"
    row.save()
    assert OutboxMail.objects.get().kind == "another"


def test_every_value_has_its_own_place(db: None) -> None:
    made, other = mail(), mail()
    assert MAILS.rows(made.pk, NOON) == [made]
    assert MAILS.rows(other.pk, NOON) == [other]
    assert MAILS.rows(made.pk, NOON + dt.timedelta(seconds=1)) == []


def test_value_may_stand_in_several_places(ana: User, nina: User) -> None:
    current = Statement(lambda on, pk: RoleGrant.objects.current(on).filter(membership__user=pk), dt.date, int)
    grant = RoleGrant.objects.get(membership__user=nina)
    assert current.rows(grant.starts_on, nina.pk) == [grant]
    assert current.rows(grant.starts_on - dt.timedelta(days=1), nina.pk) == []
    grant.ends_on = grant.starts_on + dt.timedelta(days=9)
    grant.save()
    assert current.rows(grant.ends_on, nina.pk) == []
    assert current.rows(grant.starts_on, ana.pk) == []


def test_related_rows_and_annotations_come_with_it(ana: User) -> None:
    seats = Membership.objects.select_related("organization", "team__parent").annotate(said=Value("hello"))
    row = Statement(lambda pk: seats.filter(user=pk), int).first(ana.pk)
    with CaptureQueriesContext(connection) as asked:
        assert row
        assert (row.organization.slug, row.team and row.team.name) == ("riverbend", "Crisis team")
        assert row.team
        assert row.team.parent is None
        assert vars(row)["said"] == "hello"
    assert len(asked) == 0


def test_deferred_columns_are_read_when_they_are_asked_for(ana: User) -> None:
    row = Statement(lambda pk: User.objects.filter(pk=pk).defer("legal_name"), int).first(ana.pk)
    assert row
    assert row.get_deferred_fields() == {"legal_name"}
    assert row.legal_name == "Ana Reyes"


def test_values_list_makes_tuples(heads: list[ChainHead]) -> None:
    pairs = Statement(lambda chain: ChainHead.objects.filter(chain=chain).values_list("sequence", "chain"), str)
    assert pairs.rows("b") == [(1, "b")]


@pytest.mark.parametrize("values", [(), ("a", "b"), (None,), (1,)])
def test_other_values_are_refused(db: None, values: tuple[object, ...]) -> None:
    with pytest.raises(TypeError):
        HEADS.rows(*values)


def test_value_without_a_place_is_refused(db: None) -> None:
    with pytest.raises(NotOneStatement):
        Statement(lambda chain, _pk: ChainHead.objects.filter(chain=chain), str, int).rows("a", 1)


@pytest.mark.parametrize(
    "query",
    [
        lambda pk: ChainHead.objects.filter(pk=pk).values("chain"),
        lambda pk: ChainHead.objects.filter(pk=pk).values_list("chain", flat=True),
        lambda pk: User.objects.filter(pk=pk).prefetch_related("emailaddress_set"),
        lambda pk: ChainHead.objects.filter(pk=pk).select_for_update(),
    ],
)
def test_query_that_is_more_than_a_statement_is_refused(db: None, query: Any) -> None:
    with pytest.raises(NotOneStatement):
        Statement(query, int).rows(1)

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.rules import GENESIS, WAITS, ChainFault, Fault, Link, chain_faults, event_hash, wait_after

FIELDS = st.fixed_dictionaries(
    {"action": st.text(max_size=5), "details": st.dictionaries(st.text(max_size=3), st.integers())}
)


def chain(all_fields: Sequence[Mapping[str, object]]) -> list[Link]:
    links: list[Link] = []
    for number, fields in enumerate(all_fields, start=1):
        previous = links[-1].hash if links else GENESIS
        numbered = {**fields, "sequence": number}
        links.append(Link(number, previous, event_hash(previous, numbered), numbered))
    return links


def faults(links: list[Link], head: Link | None) -> list[ChainFault]:
    sequence, digest = (head.sequence, head.hash) if head else (0, GENESIS)
    return chain_faults(links, head_sequence=sequence, head_hash=digest)


CHAINS = st.lists(FIELDS, min_size=1, max_size=8).map(chain)


@given(CHAINS)
def test_a_whole_chain_has_no_fault(links: list[Link]) -> None:
    assert faults(links, links[-1]) == []
    assert faults([], None) == []


@given(CHAINS, st.data())
def test_removing_any_event_is_found(links: list[Link], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(links) - 1))
    rest = links[:gone] + links[gone + 1 :]

    assert ChainFault(gone + 1, Fault.MISSING) in faults(rest, links[-1])


@given(CHAINS, st.data())
def test_altering_any_event_is_found(links: list[Link], data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(links) - 1))
    fields = copy.deepcopy(dict(links[which].fields))
    fields["action"] = str(fields["action"]) + "!"
    altered = [*links]
    altered[which] = replace(links[which], fields=fields)

    assert ChainFault(which + 1, Fault.ALTERED) in faults(altered, links[-1])


@given(CHAINS, st.data())
def test_rewriting_an_event_with_its_hash_is_found(links: list[Link], data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(links) - 1))
    fields = {**links[which].fields, "action": "forged"}
    forged = [*links]
    forged[which] = replace(links[which], fields=fields, hash=event_hash(links[which].previous, fields))

    assert faults(forged, links[-1]) or links[which].fields == fields


@given(CHAINS.filter(lambda links: len(links) > 1), st.data())
def test_swapping_two_events_is_found(links: list[Link], data: st.DataObject) -> None:
    first, second = sorted(data.draw(st.lists(st.integers(0, len(links) - 1), min_size=2, max_size=2, unique=True)))
    swapped = [*links]
    swapped[first] = replace(links[second], sequence=first + 1)
    swapped[second] = replace(links[first], sequence=second + 1)

    assert faults(swapped, links[-1])


@given(CHAINS)
def test_an_event_behind_the_head_is_found(links: list[Link]) -> None:
    head = links[-2] if len(links) > 1 else None

    assert faults(links, head)


def test_hash_covers_the_event_before() -> None:
    assert event_hash(GENESIS, {"a": 1}) != event_hash("1" * 64, {"a": 1})
    assert event_hash(GENESIS, {"a": 1, "b": 2}) == event_hash(GENESIS, {"b": 2, "a": 1})


def test_wait_after() -> None:
    assert [wait_after(tries) for tries in range(1, len(WAITS) + 1)] == list(WAITS)
    assert wait_after(len(WAITS) + 1) is None
    assert list(WAITS) == sorted(WAITS)
    with pytest.raises(ValueError, match="nothing"):
        wait_after(0)

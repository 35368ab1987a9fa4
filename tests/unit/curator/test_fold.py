"""Folding decisions: twice equals once, the later wins, and a precondition that fails is told."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.decision import Decision
from schemas.topics import MAX_RECORD_BYTES
from services.curator.fold import MOST_FIELDS, REFUSED, REMEMBERED, Folded, fold

AT = datetime(2026, 11, 23, tzinfo=UTC)
NAMES = st.sampled_from(["title", "role", "tags.reject"])
VALUES = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["red", ""]) | st.lists(st.just("wig"))
FIELDS = st.dictionaries(NAMES, VALUES, max_size=2)


def decision(id: str, set: dict[str, Any] | None = None, **more: Any) -> Decision:
    return Decision.model_validate({"id": id, "entity": "product/A", "set": set or {}, "by": "ada", "at": AT, **more})


def all_of(decisions: list[Decision], start: Folded | None = None) -> Folded:
    folded = start or Folded()
    for one in decisions:
        folded = fold(folded, one)
    return folded


DECISIONS = st.lists(
    st.builds(
        lambda id, set, clear, expects: decision(str(id), set, clear=clear, expects=expects),
        st.integers(0, 9),
        FIELDS,
        st.lists(NAMES, max_size=2),
        st.one_of(st.just({}), FIELDS),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(DECISIONS, st.integers(0, 8))
def test_folding_a_tail_twice_equals_once(decisions: list[Decision], start: int) -> None:
    """What a crash before the commit brings again, in its order."""
    once = all_of(decisions)
    assert all_of(decisions[start:], once) == once


@given(DECISIONS)
def test_each_delivered_twice_at_once_equals_once(decisions: list[Decision]) -> None:
    assert all_of([one for one in decisions for _ in range(2)]) == all_of(decisions)


@given(DECISIONS)
def test_the_later_wins(decisions: list[Decision]) -> None:
    """A plain model: the last accepted word on each field."""
    folded = all_of(decisions)
    refused = {entry["decision"] for entry in folded.refused}
    fields: dict[str, Any] = {}
    for one in decisions:
        if one.id not in refused:
            fields = {name: value for name, value in fields.items() if name not in one.clear} | one.set
    assert folded.fields == fields


@given(DECISIONS)
def test_refused_exactly_where_the_client_saw_something_else(decisions: list[Decision]) -> None:
    folded = Folded()
    for one in decisions:
        holds = all(folded.fields.get(name) == value for name, value in one.expects.items())
        after = fold(folded, one)
        assert (len(after.refused) == len(folded.refused)) is holds
        assert holds or after.fields == folded.fields
        folded = after


def test_a_refusal_says_why() -> None:
    folded = all_of([decision("1", {"role": "front"}), decision("2", {"role": "back"}, expects={"role": None})])
    assert folded.fields == {"role": "front"}
    assert folded.refused == [{"decision": "2", "by": "ada", "cause": "role is 'front' by now"}]
    assert folded.decisions == ["1", "2"]


def test_set_and_clear() -> None:
    folded = all_of([decision("1", {"a": 1, "b": 2}), decision("2", {"b": 3}, clear=["a", "b", "c"])])
    assert folded.fields == {"b": 3}


def test_memory_is_bounded() -> None:
    """Of accepted and refused ones."""
    ids = [str(number) for number in range(2 * REMEMBERED + 10)]
    folded = all_of([decision(id, {"a": id}, expects={"b": 1} if int(id) % 2 else {}) for id in ids])
    assert folded.decisions == ids[-REMEMBERED:]
    assert [entry["decision"] for entry in folded.refused] == [id for id in ids if int(id) % 2][-REFUSED:]


def test_refusals_of_long_texts_fit_a_record() -> None:
    """Else every later decision on the entity would be a dead letter."""
    long = [decision("0", {"description": "x" * 20_000})]
    folded = all_of(long + [decision(str(n), expects={"description": "y"}) for n in range(1, 2 * REMEMBERED)])
    assert len(json.dumps([folded.refused, folded.decisions])) < MAX_RECORD_BYTES / 2


def test_what_would_not_fit_a_record_is_refused_with_its_cause() -> None:
    """And what makes it smaller is taken."""
    labels = [decision(str(n), {f"tag:{n}-{i}-{'é' * 80}": "confirmed" for i in range(100)}) for n in range(40)]
    folded = all_of(labels)
    assert len(json.dumps(folded.fields, ensure_ascii=False).encode()) < MOST_FIELDS * 1.1
    assert "no room" in folded.refused[0]["cause"]
    assert not set(folded.fields) & set(labels[-1].set)
    after = fold(folded, decision("less", clear=list(labels[0].set)))
    assert len(after.fields) == len(folded.fields) - 100

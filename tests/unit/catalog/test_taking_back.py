"""What takes a batch back: as it stood before, and nothing that was decided since."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.decision import Decision
from services.catalog.api.taking_back import (
    ANEW,
    FIRST,
    LIVE,
    MOST_BYTES,
    Back,
    Kept,
    back,
    entities,
    fields,
    in_parts,
    joined,
    remember,
)

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
ONE, TWO = "asset/1", "asset/2"


def decided(entity: str, set_: dict[str, Any], clear: tuple[str, ...] = ()) -> Decision:
    return Decision(id=entity, entity=entity, set=set_, clear=list(clear), by="ada", at=NOON, batch="b")


def test_what_is_decided_alike_stands_once() -> None:
    known = remember(
        [decided(ONE, {"role": "back"}), decided(TWO, {"role": "back"})], {TWO: {"role": "main", "hold": "x"}}
    )
    assert known == {
        "decided": [{"set": {"role": "back"}, "clear": [], "of": [ONE, TWO]}],
        "before": {TWO: {"role": "main"}},
    }
    assert (entities(known), fields(known)) == ([ONE, TWO], {"role"})


def test_back_is_what_stood_before() -> None:
    before = {TWO: {"role": "main", "tag:boot": "confirmed"}}
    known = remember([decided(one, {"role": "back"}, ("tag:boot",)) for one in (ONE, TWO)], before)
    now = {ONE: {"role": "back"}, TWO: {"role": "back"}}
    made, kept = back(known, now)
    assert made == [
        Back(ONE, {}, ["role"], {"role": "back"}),
        Back(TWO, {"tag:boot": "confirmed", "role": "main"}, [], {"tag:boot": None, "role": "back"}),
    ]
    assert kept == []


def test_what_was_decided_since_stays() -> None:
    known = remember([decided(ONE, {"role": "back"}), decided(TWO, {"role": "back"})], {})
    made, kept = back(known, {ONE: {"role": "detail"}, TWO: {"role": "back"}})
    assert made == [Back(TWO, {}, ["role"], {"role": "back"})]
    assert kept == [Kept(ONE, "role", "detail", ANEW)]


def test_what_is_live_by_now_stays() -> None:
    known = remember([decided(one, {"approval:2": "approved"}) for one in (ONE, TWO)], {})
    now = {one: {"approval:2": "approved"} for one in (ONE, TWO)}
    made, kept = back(known, now, {(ONE, "approval:2"), (TWO, "approval:1")})
    assert made == [Back(TWO, {}, ["approval:2"], {"approval:2": "approved"})]
    assert kept == [Kept(ONE, "approval:2", "approved", LIVE)]


def test_of_a_first_version_that_is_live_none_is_restored() -> None:
    known = remember([decided(ONE, {"approval:1": "approved"})], {})
    made, kept = back(known, {ONE: {"approval:1": "approved"}}, {(ONE, "approval:1")})
    assert (made, kept) == ([], [Kept(ONE, "approval:1", "approved", FIRST)])


def test_what_is_much_is_remembered_in_parts() -> None:
    """As many facts as it takes, each far below what is kept of one; together they are the batch."""
    said = [decided(f"asset/{n}", {"licence": {"note": "x" * 400}}) for n in range(100)]
    before = {one.entity: {"licence": {"note": f"{one.entity} " + "ö" * 150}} for one in said}
    parts = in_parts(said, before, 8_000)
    assert len(parts) > 4 and max(len(str(one).encode()) for one in parts) < 10_000
    assert parts[0].pop("parts") == len(parts)
    whole = joined(parts)
    assert entities(whole) == [one.entity for one in said] and whole["before"] == before
    assert in_parts(said, before) == [remember(said, before)], "what is little is one"
    with pytest.raises(ValueError, match="of one alone"):
        in_parts([decided(ONE, {"tag:a": "x" * MOST_BYTES})], {})


VALUES = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2), max_size=4)


@given(VALUES, VALUES, st.sets(st.sampled_from("abcd")))
def test_taken_back_at_once_all_is_as_before(before: dict[str, int], set_: dict[str, int], clear: set[str]) -> None:
    """As the curator folds: `clear`, then `set`."""
    after = {name: value for name, value in before.items() if name not in clear} | set_
    known = remember([decided(ONE, set_, tuple(clear))], {ONE: before})
    made, kept = back(known, {ONE: after})
    again = dict(after)
    for one in made:
        assert all(again.get(name) == want for name, want in one.expects.items())
        again = {name: value for name, value in again.items() if name not in one.clear} | one.set
    assert (again, kept) == (before, [])

"""What can be taken now, and when to look again. A pure table, and a property over it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.objects import ObjectInfo
from services.ingest.source import Source, mark
from services.ingest.waiting import Look, Patience, dated, look

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PATIENCE = Patience(still_s=5, empty_s=600)


def info(version: str, size: int = 10, age: float = 3600, *, deleted: bool = False) -> ObjectInfo:
    return ObjectInfo("a.jpg", size, f"e{size}", NOW - timedelta(seconds=age), version, deleted)


def seen(*infos: ObjectInfo) -> Source:
    return Source(bucket="inbox", key="a.jpg", seen=[mark(one) for one in infos])


def at(versions: list[ObjectInfo], source: Source | None = None) -> Look:
    return look(source or seen(), versions, NOW, PATIENCE)


V1, V2, EMPTY = info("v1"), info("v2"), info("v0", 0, 10)


@dataclass(frozen=True)
class Case:
    versions: list[ObjectInfo]
    take: list[ObjectInfo]
    wait_s: float | None = None
    source: Source | None = None


CASES = {
    "nothing": Case([], []),
    "oldest first": Case([V1, V2], [V1, V2]),
    "taken ones not again": Case([V1, V2], [V2], source=seen(V1)),
    "a version is not waited for": Case([info("v1", age=0)], [info("v1", age=0)]),
    "deleted: what was there is still taken": Case([V1, info("v2", 0, deleted=True)], [V1]),
    "empty waits": Case([EMPTY], [], 60),
    "empty waits no longer than it may": Case([info("v1", 0, 590)], [], 10),
    "empty and old is taken, to be refused": Case([info("v1", 0, 601)], [info("v1", 0, 601)]),
    "what came before an empty one is taken": Case([V1, EMPTY], [V1], 60),
    "empty, then filled": Case([EMPTY, V1], [V1]),
    "empty, then filled and taken": Case([EMPTY, V1], [], source=seen(V1)),
    "empty and old, then filled and taken": Case([info("v0", 0, 9000), V1], [], source=seen(V1)),
    "empty, then deleted": Case([EMPTY, info("v2", 0, 5, deleted=True)], []),
    "plain and fresh must stand still": Case([info("null", age=2)], [], 3.2),
    "plain and still": Case([info("null", age=6)], [info("null", age=6)]),
    "plain and empty looks again soon": Case([info("null", 0, 6)], [], 5),
    "a store without versions is plain": Case([info("", age=2)], [], 3.2),
    "plain bytes replaced in place are new": Case([info("null", 20)], [info("null", 20)], source=seen(info("null"))),
    "plain bytes that were taken are not": Case([info("null")], [], source=seen(info("null"))),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_table(case: Case) -> None:
    found = at(case.versions, case.source)
    assert found.take == case.take
    assert found.wait_s == (pytest.approx(case.wait_s) if case.wait_s is not None else None)


INFOS = st.builds(
    info,
    st.sampled_from(["v1", "v2", "v3", "v4", "null"]),
    st.sampled_from([0, 10, 20]),
    st.sampled_from([0.0, 3.0, 100.0, 700.0]),
    deleted=st.booleans(),
)


@given(st.lists(INFOS, max_size=6, unique_by=mark), st.data())
def test_nothing_is_lost_for_ever(versions: list[ObjectInfo], data: st.DataObject) -> None:
    """After every wait has passed, all that holds bytes was taken once, in order; then there is rest."""
    before = [one for one in versions if data.draw(st.booleans())]
    source = seen(*before)
    much_later = NOW + timedelta(hours=1)
    found = look(source, versions, much_later, PATIENCE)
    assert found.wait_s is None
    owed = [one for one in versions if not one.deleted and one.size and mark(one) not in source.seen]
    assert [one for one in found.take if one.size] == owed
    again = look(seen(*before, *found.take), versions, much_later, PATIENCE)
    assert again == Look([])


@given(st.lists(INFOS, max_size=6, unique_by=mark))
def test_waiting_takes_a_prefix_of_what_is_owed(versions: list[ObjectInfo]) -> None:
    """Nothing younger overtakes what waits; whoever waits says for how long."""
    now = at(versions)
    later = look(seen(), versions, NOW + timedelta(hours=1), PATIENCE)
    assert now.take == later.take[: len(now.take)]
    assert now.wait_s is None or 0 < now.wait_s <= 600
    assert now.wait_s is not None or [t for t in later.take if t.size] == [t for t in now.take if t.size]


# ── what WebDAV makes empty has no time ───────────────────────────────────────────────────────────────────────────
TIMELESS = ObjectInfo("a.jpg", 0, "", datetime.fromtimestamp(0, UTC), "null")


def test_an_empty_file_without_a_time_waits_from_when_it_was_first_seen() -> None:
    source, versions = dated(seen(), [TIMELESS], NOW)
    assert source.empty_since == NOW
    assert look(source, versions, NOW, PATIENCE) == Look([], 5)
    later = NOW + timedelta(seconds=601)
    source, versions = dated(source, [TIMELESS], later)
    assert source.empty_since == NOW
    assert [one.modified for one in look(source, versions, later, PATIENCE).take] == [NOW], "taken, to be refused"


def test_when_it_is_filled_its_waiting_is_forgotten() -> None:
    filled = info("null", age=6)
    assert dated(seen().with_(empty_since=NOW), [filled], NOW) == (seen(), [filled])


def test_what_has_a_time_keeps_it() -> None:
    assert dated(seen(), [V1, EMPTY], NOW) == (seen(), [V1, EMPTY])
    assert dated(seen(), [], NOW) == (seen(), [])

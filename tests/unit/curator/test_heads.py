"""Which version is live, and in which state a version is: tables."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.facet import Facet
from services.curator.heads import NOTHING, Live, Version, head, state
from services.curator.likeness import Look

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
Known = dict[str, tuple[str, bool]]
DONE, OWES, REFUSED, FAILED = ("done", False), ("done", True), ("refused", False), ("failed", False)
FIRST: Known = {"file": DONE, "renditions": DONE}
COMPLETE: Known = {**FIRST, "tags": DONE, "links": DONE}
READY: Known = {**COMPLETE, "renditions": OWES}
UNTAGGED: Known = {**COMPLETE, "tags": OWES}
WORKING: Known = {"file": DONE}


@pytest.mark.parametrize(
    ("facets", "found"),
    [
        ({}, "working"),
        (WORKING, "working"),
        (FIRST, "working"),
        ({**FIRST, "tags": DONE}, "working"),
        ({**FIRST, "renditions.first": DONE, "links": DONE}, "working"),
        (COMPLETE, "complete"),
        ({**COMPLETE, "tags": REFUSED, "links": REFUSED}, "complete"),
        (READY, "ready"),
        (UNTAGGED, "ready"),
        ({"file": REFUSED}, "refused"),
        ({"file": DONE, "renditions.first": REFUSED}, "refused"),
        ({**COMPLETE, "renditions": REFUSED}, "refused"),
        ({**COMPLETE, "tags": FAILED}, "failed"),
        ({"file": DONE, "renditions": FAILED}, "failed"),
        ({"file": REFUSED, "tags": FAILED}, "refused"),
        ({**COMPLETE, "of.the.future": DONE}, "complete"),
    ],
)
def test_state(facets: Known, found: str) -> None:
    assert state(facets) == found


@pytest.mark.parametrize(
    ("versions", "live", "found"),
    [
        ([WORKING], None, (None, "working")),
        ([READY], None, (1, "ready")),
        ([COMPLETE], None, (1, "complete")),
        ([{"file": REFUSED}], None, (None, "refused")),
        ([COMPLETE, WORKING], 1, (1, "working")),
        ([COMPLETE, READY], 1, (1, "ready")),
        ([COMPLETE, UNTAGGED], 1, (2, "ready")),
        ([COMPLETE, COMPLETE], 1, (2, "complete")),
        ([COMPLETE, {"file": REFUSED}], 1, (1, "refused")),
        ([COMPLETE, {**COMPLETE, "renditions": REFUSED}], 1, (1, "refused")),
        ([COMPLETE, {**COMPLETE, "tags": FAILED}], 1, (1, "failed")),
        ([COMPLETE, COMPLETE, WORKING], 1, (2, "working")),
        ([COMPLETE, {"file": REFUSED}, COMPLETE], 1, (3, "complete")),
        ([{"file": REFUSED}, READY], None, (2, "ready")),
        ([WORKING, READY], None, (2, "ready")),
        ([READY, WORKING], None, (1, "working")),
        ([COMPLETE, WORKING], 2, (2, "working")),
    ],
)
def test_head(versions: list[Known], live: int | None, found: tuple[int | None, str]) -> None:
    by_number = {number: Version(facets) for number, facets in enumerate(versions, 1)}
    said = head(by_number, Live(live), {}, NOW)
    assert (said.live, said.newest, said.state) == (found[0], len(versions), found[1])
    assert said.live_since == (NOW if said.live != live else None)
    assert (said.asks, said.waiting, said.out) == (None, None, [])


KNOWN = st.dictionaries(
    st.sampled_from(["file", "renditions", "tags", "links"]), st.sampled_from([DONE, OWES, REFUSED, FAILED])
)


@given(st.lists(KNOWN, min_size=1, max_size=4), st.data())
def test_what_is_live_never_goes_back(versions: list[Known], data: st.DataObject) -> None:
    live = data.draw(st.none() | st.integers(1, len(versions)))
    hashes = st.sampled_from([None, "0" * 16, "f" * 16])
    looks = [Look(key="IMG_0001.JPG", hash=data.draw(hashes), named=data.draw(st.booleans())) for _ in versions]
    by_number = {n: Version(f, {}, look) for n, (f, look) in enumerate(zip(versions, looks, strict=True), 1)}
    answers = data.draw(st.dictionaries(st.integers(1, 4), st.sampled_from(["replace", "separate", "discard"])))
    found = head(by_number, Live(live), answers, NOW)
    assert found.live is None or found.live >= (live or 0)
    assert (live is None) or found.live is not None
    assert found.live in (live, *(n for n, v in by_number.items() if state(v.facets) in ("ready", "complete")))
    again = head(by_number, Live(found.live, found.live_since), answers, NOW)
    assert again.live == found.live
    assert head(by_number, Live(again.live, again.live_since), answers, NOW) == again
    assert found.live not in found.out
    assert found.asks is None or (found.asks not in answers and found.asks > (found.live or 0))


def facet(revision: int, status: str, owes: list[str] | None = None) -> Facet:
    fields: dict[str, Any] = {"asset_id": "0" * 36, "version": 1, "facet": "tags", "owes": owes or []}
    return Facet(**fields, revision=revision, status=status, written=datetime.now(UTC))  # type: ignore[arg-type]


def test_a_version_keeps_the_newest_of_each_facet() -> None:
    version = Version({}).with_(facet(2, "done", ["text"]))
    assert version.facets == {"tags": OWES}
    assert version.with_(facet(1, "failed")) == version
    assert version.with_(facet(3, "failed")).facets == {"tags": FAILED}


def test_a_list_is_complete_when_it_is_well() -> None:
    """Nothing is made of it: neither renditions nor tags are waited for."""
    known, now = Version({}), datetime(2026, 11, 23, tzinfo=UTC)
    states = []
    for revision, status in enumerate(("refused", "done", "refused"), 1):
        data = {"media_type": "text/csv", "bucket": "inbox", "key": "a/list.csv"}
        known = known.with_(
            Facet.model_validate(
                {"asset_id": "0" * 36, "version": 1, "facet": "file", "revision": revision, "status": status}
                | {"written": now, "data": data}
            )
        )
        states.append(state(known.facets))
    assert states == ["refused", "complete", "refused"]


BEFORE, ALIKE, OTHER = Look(key="IMG_1.JPG", hash="0" * 16), Look(key="IMG_1.JPG", hash="3" + "0" * 15), "f" * 16
UNLIKE = Look(key="IMG_1.JPG", hash=OTHER)
NAMED = Look(key="IMG_1.JPG", hash=OTHER, named=True)
CALLED = Look(key="TRAINER-RED.jpg", hash=OTHER)


@pytest.mark.parametrize(
    ("after", "facets", "answers", "live", "state", "asks", "out"),
    [
        (ALIKE, COMPLETE, {}, 2, "complete", None, []),
        (UNLIKE, COMPLETE, {}, 1, "waiting", 2, []),
        (NAMED, COMPLETE, {}, 2, "complete", None, []),
        (CALLED, COMPLETE, {}, 2, "complete", None, []),
        (UNLIKE, READY, {}, 1, "waiting", 2, []),
        (UNLIKE, {**COMPLETE, "renditions": REFUSED}, {}, 1, "refused", None, []),
        (UNLIKE, {**COMPLETE, "tags": FAILED}, {}, 1, "failed", None, []),
        (UNLIKE, {"file": DONE, "tags": DONE, "links": DONE}, {}, 1, "waiting", 2, []),
        (UNLIKE, {**FIRST, "tags": DONE}, {}, 1, "working", None, []),
        (UNLIKE, COMPLETE, {2: "replace"}, 2, "complete", None, []),
        (UNLIKE, READY, {2: "replace"}, 1, "ready", None, []),
        (UNLIKE, COMPLETE, {2: "discard"}, 1, "complete", None, [2]),
        (UNLIKE, COMPLETE, {2: "separate"}, 1, "complete", None, [2]),
        (UNLIKE, COMPLETE, {1: "discard", 3: "discard"}, 1, "waiting", 2, []),
    ],
)
def test_a_replacement_that_looks_like_nothing_before(
    after: Look, facets: Known, answers: dict[int, str], live: int, state: str, asks: int | None, out: list[int]
) -> None:
    versions = {1: Version(COMPLETE, {}, BEFORE), 2: Version(facets, {}, after)}
    found = head(versions, Live(1, NOW), answers, NOW)
    assert (found.live, found.state, found.asks, found.out) == (live, state, asks, out)
    assert bool(found.waiting) is bool(found.cure) is (asks is not None)
    assert found.newest == (1 if out else 2)


def test_a_later_version_that_looks_alike_goes_live_over_an_open_question() -> None:
    versions = {n: Version(COMPLETE, {}, look) for n, look in ((1, BEFORE), (2, UNLIKE), (3, ALIKE))}
    found = head(versions, Live(1, NOW), {}, NOW)
    assert (found.live, found.asks, found.state) == (3, None, "complete")


def test_two_versions_heard_of_at_once_are_judged_as_if_one_after_the_other() -> None:
    found = head({1: Version(COMPLETE, {}, BEFORE), 2: Version(COMPLETE, {}, UNLIKE)}, NOTHING, {}, NOW)
    assert (found.live, found.asks, found.state) == (1, 2, "waiting")


def test_a_first_version_never_waits() -> None:
    assert head({1: Version(COMPLETE, {}, UNLIKE)}, NOTHING, {}, NOW).live == 1


def test_what_renditions_owe_is_paid_by_the_facet_of_that_name() -> None:
    def said(name: str, status: str, *owes: str) -> Facet:
        return facet(1, status, list(owes)).model_copy(update={"facet": name})

    version = Version({}).with_(said("renditions", "done", "renditions.later", "renditions.video.web"))
    assert version.facets["renditions"] == OWES
    version = version.with_(said("renditions.later", "refused"))
    assert version.facets["renditions"] == OWES
    version = version.with_(said("renditions.video.web", "done"))
    assert version.facets["renditions"] == ("done", False)
    early = Version({}).with_(said("renditions.later", "done")).with_(said("renditions", "done", "renditions.later"))
    assert early.facets["renditions"] == ("done", False)


def test_text_that_could_not_be_read_keeps_no_successor_from_going_live() -> None:
    versions = {1: Version(COMPLETE), 2: Version({**COMPLETE, "tags.later": FAILED})}
    found = head(versions, Live(1, NOW), {}, NOW)
    assert (found.live, found.state) == (2, "failed")
    late = {1: Version(COMPLETE), 2: Version({**COMPLETE, "renditions.later": FAILED})}
    assert head(late, Live(1, NOW), {}, NOW).live == 1

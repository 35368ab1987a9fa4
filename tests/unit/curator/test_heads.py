"""Which version is live, and in which state a version is: tables."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.facet import Facet, HeadFacet
from services.curator.heads import Version, head, state

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
    assert head(by_number, live) == HeadFacet(live=found[0], newest=len(versions), state=found[1])


KNOWN = st.dictionaries(
    st.sampled_from(["file", "renditions", "tags", "links"]), st.sampled_from([DONE, OWES, REFUSED, FAILED])
)


@given(st.lists(KNOWN, min_size=1, max_size=4), st.data())
def test_what_is_live_never_goes_back(versions: list[Known], data: st.DataObject) -> None:
    live = data.draw(st.none() | st.integers(1, len(versions)))
    by_number = {number: Version(facets) for number, facets in enumerate(versions, 1)}
    found = head(by_number, live)
    assert found.live is None or found.live >= (live or 0)
    assert (live is None) or found.live is not None
    assert found.live in (live, *(n for n, v in by_number.items() if state(v.facets) in ("ready", "complete")))
    assert head(by_number, found.live).live == found.live


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

"""The state table of the design, row by row."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.facet import Facet, Status
from schemas.file import LIST_TYPE
from services.catalog.state import STAGES, Seen, ready_at, standing
from services.curator.heads import Version, state

ASSET = "6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def facets(**given: str) -> dict[str, Seen]:
    """file="done" … with `_` for the dot: renditions_first="refused"."""
    names = {name.replace("_", "."): status for name, status in given.items()}
    return {name: Seen(name, status, cause=f"why {name}", cure="cure") for name, status in names.items()}


DONE = {"file": "done", "renditions": "done", "tags": "done", "links": "done"}


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "working"),
        ({"file": "done"}, "working"),
        ({"file": "done", "renditions_first": "done"}, "working"),
        ({"file": "done", "renditions": "done", "tags": "done"}, "working"),
        ({"renditions": "done", "tags": "done", "links": "done"}, "working"),
        (DONE, "complete"),
        ({**DONE, "tags": "refused"}, "complete"),
        ({**DONE, "links": "refused"}, "complete"),
        ({**DONE, "tags": "refused", "links": "refused"}, "complete"),
        ({**DONE, "renditions": "refused"}, "refused"),
        ({"file": "refused"}, "refused"),
        ({"file": "done", "renditions_first": "refused"}, "refused"),
        ({**DONE, "renditions": "refused", "tags": "failed"}, "refused"),
        ({**DONE, "tags": "failed"}, "failed"),
        ({"file": "done", "links": "failed"}, "failed"),
        ({**DONE, "renditions_video_720": "failed"}, "failed"),
        ({**DONE, "renditions_later": "refused"}, "complete"),
    ],
)
def test_states(given: dict[str, str], state: str) -> None:
    assert standing(facets(**given)).state == state


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"file": "refused"}, "refused"),
        ({**DONE, "tags": "failed"}, "failed"),
        (DONE, "waiting"),
        ({"file": "done"}, "waiting"),
        ({}, "waiting"),
    ],
)
def test_waiting_stands_behind_refused_and_failed_and_before_working(given: dict[str, str], state: str) -> None:
    assert standing(facets(**given), "a person must look").state == state


def test_what_is_owed_makes_ready_and_not_complete() -> None:
    known = facets(**DONE)
    known["renditions"] = Seen("renditions", "done", owes=("renditions.later", "renditions.video.720p"))
    assert standing(known).state == "ready"
    assert standing(known).stage == "still to come: costly renditions, video 720p"


def test_what_is_owed_is_paid_by_the_facet_of_that_name() -> None:
    known = facets(**DONE, renditions_later="refused")
    known["renditions"] = Seen("renditions", "done", owes=("renditions.later",))
    assert standing(known).state == "complete"


def test_a_refusal_says_its_cause_and_cure() -> None:
    found = standing(facets(file="done", renditions_first="refused"))
    assert (found.cause, found.cure, found.stage) == ("why renditions.first", "cure", "renditions.first")


def test_working_names_what_is_missing() -> None:
    assert standing(facets(file="done", renditions="done")).stage == "tagging, linking"


def test_ready_at_is_the_last_of_the_first_wave() -> None:
    known = {name: Seen(name, "done", written=NOON + timedelta(seconds=at)) for at, name in enumerate(STAGES)}
    assert ready_at(known) == NOON + timedelta(seconds=3)
    assert ready_at({name: seen for name, seen in known.items() if name != "links"}) is None


@pytest.mark.parametrize("status", ["done", "refused"])
def test_nothing_is_made_of_a_list(status: str) -> None:
    """One that was mended is done with: it waits for no renditions."""
    known = {"file": Seen("file", status, data={"media_type": LIST_TYPE})}
    assert standing(known).state == {"done": "complete", "refused": "refused"}[status]


NAMES = st.sampled_from(
    ["file", "renditions.first", "renditions", "renditions.later", "tags", "links", "of.the.future"]
)
STATUSES: st.SearchStrategy[Status] = st.sampled_from(["done", "refused", "failed"])


@example({"file": ("done", []), "renditions.first": ("done", ["renditions"])}, True)
@example({"renditions.first": ("done", ["renditions"]), "file": ("done", [])}, True)
@given(st.dictionaries(NAMES, st.tuples(STATUSES, st.lists(NAMES, max_size=2))), st.booleans())
def test_the_curator_tells_the_same(known: dict[str, tuple[Status, list[str]]], is_list: bool) -> None:
    """Whatever facets there are, and in whichever order they came."""
    version = Version({})
    seen: dict[str, Seen] = {}
    for name, (status, owes) in known.items():
        data = {"media_type": LIST_TYPE} if is_list and name == "file" else {}
        facet = Facet(
            asset_id=ASSET, version=1, facet=name, revision=1, status=status, owes=owes, written=NOON, data=data
        )
        version, seen[name] = version.with_(facet), Seen(name, status, owes=tuple(owes), data=data)
    assert standing(seen).state == state(version.facets)

"""Versions of folders under review go live when somebody has approved them, and not before."""

from datetime import timedelta
from typing import Any

import pytest

from runtime.assets import facet
from schemas.asset import AssetIngested
from schemas.head import HeadFacet
from services.curator.heads import Live, Version, head
from tests.fakes.curation import AT, Curation, decision
from tests.fakes.versions import ingested
from tests.unit.curator.test_heads import COMPLETE, NOW, READY, WORKING, Known
from tests.unit.curator.test_questions import hear_all

APPROVED, REJECTED = {2: ""}, {2: "The label is crooked."}


@pytest.mark.parametrize(
    ("versions", "live", "verdicts", "found"),
    [
        ([COMPLETE], None, {}, (None, "waiting", 1)),
        ([READY], None, {}, (None, "waiting", 1)),
        ([WORKING], None, {}, (None, "working", None)),
        ([WORKING], None, {1: ""}, (None, "working", None)),
        ([COMPLETE], None, {1: ""}, (1, "complete", None)),
        ([COMPLETE], None, {1: "Crooked."}, (None, "waiting", None)),
        ([COMPLETE, COMPLETE], 1, {}, (1, "waiting", 2)),
        ([COMPLETE, COMPLETE], 1, APPROVED, (2, "complete", None)),
        ([COMPLETE, READY], 1, APPROVED, (1, "ready", None)),
        ([COMPLETE, COMPLETE], 1, REJECTED, (1, "complete", None)),
        ([COMPLETE, COMPLETE, WORKING], 1, APPROVED, (2, "working", None)),
        ([COMPLETE, COMPLETE, COMPLETE], 1, APPROVED, (2, "waiting", 3)),
        ([COMPLETE, COMPLETE, COMPLETE], 1, {**REJECTED, 3: ""}, (3, "complete", None)),
        ([COMPLETE, {"file": ("refused", False)}], 1, {}, (1, "refused", None)),
    ],
)
def test_head(
    versions: list[Known], live: int | None, verdicts: dict[int, str], found: tuple[int | None, str, int | None]
) -> None:
    by_number = {number: Version(facets, review=True) for number, facets in enumerate(versions, 1)}
    said = head(by_number, Live(live), {}, NOW, verdicts=verdicts)
    assert (said.live, said.state, said.approves) == found
    assert (said.waiting is None) == (said.state != "waiting" and said.approves is None)
    assert head(by_number, Live(said.live, said.live_since), {}, NOW, verdicts=verdicts) == said


def test_a_rejected_one_says_why_and_what_to_do() -> None:
    said = head({1: Version(COMPLETE, review=True)}, Live(None), {}, NOW, verdicts={1: "Crooked."})
    assert said.waiting == "It was rejected: Crooked." and "same name" in (said.cure or "")


async def dropped(curation: Curation, version: int, approval: str = "review") -> AssetIngested:
    """A version that is ready."""
    event = await ingested(curation.world, "shoe", version=version, body=str(version).encode())
    where = {"bucket": "inbox", "key": "autumn/shoe.jpg", "profile": {"approval": approval}}
    file = {"sha256": event.sha256, "arrived": (AT + timedelta(hours=version)).isoformat(), **where}
    await curation.world.records.write(facet(event, "file", file))
    for name in ("renditions", "links", "tags"):
        await curation.world.records.write(facet(event, name, {}))
    await hear_all(curation)
    return event


async def say(curation: Curation, event: AssetIngested, value: Any, version: int, id: str) -> None:
    await curation.decide(decision(id, f"asset/{event.asset_id}", set={f"approval:{version}": value}))
    await hear_all(curation)


async def test_the_last_approved_version_stays_until_its_successor_is_approved(curation: Curation) -> None:
    event = await dropped(curation, 1)
    assert curation.heads(event)[-1] == (None, 1, "waiting")
    await say(curation, event, "approved", 1, "a")
    assert curation.heads(event)[-1] == (1, 1, "complete")
    await dropped(curation, 2)
    assert curation.heads(event)[-1] == (1, 2, "waiting")
    await say(curation, event, {"reason": "Crooked."}, 2, "b")
    assert curation.heads(event)[-1] == (1, 1, "complete")
    await dropped(curation, 3)
    assert curation.heads(event)[-1] == (1, 3, "waiting"), "the re-shoot waits for its own approval"
    await say(curation, event, "approved", 3, "c")
    assert curation.heads(event)[-1] == (3, 3, "complete")


async def test_a_folder_without_review_waits_for_nobody(curation: Curation) -> None:
    event = await dropped(curation, 1, approval="auto")
    assert curation.heads(event)[-1] == (1, 1, "complete")


async def test_what_is_live_is_not_rejected(curation: Curation) -> None:
    """Withdrawing is another thing: the shop shows it by now."""
    event = await dropped(curation, 1)
    await say(curation, event, "approved", 1, "a")
    await say(curation, event, {"reason": "Too late."}, 1, "b")
    assert curation.heads(event)[-1] == (1, 1, "complete")
    standing = await curation.world.facet(event.asset_id, 0, "curation")
    assert standing and "version 1 is live by now" in standing.data["refused"][-1]["cause"]
    known = await curation.world.facet(event.asset_id, 0, "head")
    assert known and HeadFacet.model_validate(known.data).approves is None

"""On which version a focal point was set is kept, and a version that looks different is rendered again without it."""

import json

import pytest

from runtime.assets import facet
from runtime.likeness import FAR
from schemas.asset import AssetIngested
from schemas.topics import ASSET_INGESTED
from services.curator.fold import Folded, fold
from tests.fakes.curation import Curation, decision
from tests.fakes.versions import ingested
from tests.fakes.world import World

FOCAL = {"focal": {"x": 0.2, "y": 0.8}}
HASH = 0xF0F0_0F0F_AAAA_5555


def hash_of(bits: int) -> str:
    """In so many bits unlike HASH."""
    return f"{HASH ^ ((1 << bits) - 1):016x}"


def again(curation: Curation) -> list[AssetIngested]:
    records = curation.world.broker.records(ASSET_INGESTED.name)
    return [AssetIngested.model_validate(json.loads(record.value or b"{}")["data"]) for record in records]


async def told(curation: Curation, event: AssetIngested, name: str, **data: object) -> None:
    await curation.hear(await curation.world.records.write(facet(event, name, data)))


@pytest.fixture
async def framed() -> Curation:
    """An asset that is live, and on whose first version a focal point was set."""
    made = Curation(World())
    event = await ingested(made.world, body=b"first")
    for name in ("renditions", "links"):
        await told(made, event, name)
    await told(made, event, "tags", hash=hash_of(0))
    await made.decide(decision("d", f"asset/{event.asset_id}", set=FOCAL, on_version=1))
    return made


async def second(framed: Curation, bits: int, *, by: list[str]) -> AssetIngested:
    """A second version was rendered by these decisions, and then the tagger has looked at it."""
    event = await ingested(framed.world, version=2, body=b"second")
    await told(framed, event, "renditions", framed=by)
    framed.born()  # what it knows, it has from the archive
    curation = await framed.world.facet(event.asset_id, 0, "curation")
    assert curation is not None
    await framed.hear(curation)
    await told(framed, event, "tags", hash=hash_of(bits))
    return event


async def test_the_version_that_was_looked_at_is_kept(framed: Curation) -> None:
    (first,) = again(framed)
    curation = await framed.world.facet(first.asset_id, 0, "curation")
    assert curation is not None and curation.data["framed_on"] == {"focal": 1}


async def test_one_that_looks_different_is_rendered_again(framed: Curation) -> None:
    await second(framed, FAR + 1, by=["focal"])
    assert [event.version for event in again(framed)] == [1, 2]


@pytest.mark.parametrize(("bits", "by"), [(FAR, ["focal"]), (FAR + 1, [])], ids=["alike", "made without it already"])
async def test_others_are_left(framed: Curation, bits: int, by: list[str]) -> None:
    await second(framed, bits, by=by)
    assert [event.version for event in again(framed)] == [1]


async def test_it_comes_to_an_end(framed: Curation) -> None:
    """The tagger says its facet again when the work comes round: that asks for nothing more."""
    event = await second(framed, FAR + 1, by=["focal"])
    await told(framed, event, "renditions", framed=[])
    await told(framed, event, "tags", hash=hash_of(FAR + 1))
    assert [event.version for event in again(framed)] == [1, 2]


def test_a_decision_that_is_refused_or_cleared_leaves_no_trace() -> None:
    before = Folded({"tag:red": "confirmed"})
    refused = fold(before, decision("1", set=FOCAL, expects={"focal": {"x": 0, "y": 0}}), version=2)
    assert refused.framed_on == {} and len(refused.refused) == 1
    set_ = fold(before, decision("2", set=FOCAL), version=2)
    assert set_.framed_on == {"focal": 2}
    assert fold(set_, decision("3", clear=["focal"]), version=3).framed_on == {}

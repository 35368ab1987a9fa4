"""What is said of a picture whose links nobody can tell."""

from typing import Any

import pytest

from runtime.assets import facet
from schemas.facet import Facet
from schemas.topics import ASSET_METADATA
from schemas.work import LinkRequest
from services.linker.handler import Deps, link_failed
from tests.fakes.versions import ingested
from tests.fakes.world import World


@pytest.mark.parametrize("linked", [False, True])
async def test_before_a_request_is_buried_its_links_are_said_to_have_failed(linked: bool) -> None:
    """Else the asset is "working: linking" for ever. Links that are there stay."""
    world = World()
    event = await ingested(world)
    if linked:
        await world.records.write(facet(event, "links", {}))
    deps: Any = Deps(None, None, world.library)  # type: ignore[arg-type]
    await world.say(link_failed(LinkRequest(asset_id=event.asset_id), ValueError("a bug"), deps))
    said = [one for one in world.said(ASSET_METADATA, Facet) if one.facet == "links"][-1]
    assert (said.version, said.status) == (1, "done" if linked else "failed")
    assert linked or "a bug" in str(said.cause)

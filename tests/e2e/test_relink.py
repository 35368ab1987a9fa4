"""A product that comes, changes or goes re-links its pictures, and so does their folder's profile; what a person said
outlives all of it.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from runtime.publisher import Outgoing
from schemas.decision import Decision
from schemas.folders import FOLDERS
from schemas.topics import DECISIONS, PRODUCT_MEDIA
from tests.e2e.checker import check
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]


def named(prefix: str) -> tuple[str, dict[str, list[bytes]]]:
    """A SKU, and two pictures that are called so."""
    sku = f"{prefix.upper()}-LINK"
    seed = int(prefix[1:], 16) % 10**6
    return sku, {f"{prefix}/{sku}_{role}.jpg": [picture(seed + at)] for at, role in enumerate(("front", "back"))}


def shows(seen: Watch, sku: str, keys: list[str]) -> Callable[[], list[str]]:
    """What is missing until exactly these pictures are linked to the SKU, and are its media."""

    def missing() -> list[str]:
        assets = seen.assets("")
        wanted = sorted(assets[key] for key in keys)
        media = sorted(seen.media(sku))
        linked = sorted(asset for asset in set(assets.values()) if sku in seen.links(asset))
        found = {"links": linked, "media": media}
        return [f"{what} of {sku}: {have}, wanted {wanted}" for what, have in found.items() if have != wanted]

    return missing


async def decide(pipeline: Pipeline, asset_id: str, field: str, value: object) -> None:
    decision = Decision(
        id=f"{asset_id}-{value}", entity=f"asset/{asset_id}", set={field: value}, by="test", at=datetime.now(UTC)
    )
    async with pipeline.voice("catalog") as (publisher, _):
        await publisher.publish(Outgoing(DECISIONS, decision.entity, decision, (decision.id,), asset_id))


async def test_a_late_product_picks_up_its_pictures_and_a_removed_one_lets_go(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    sku, files = named(prefix)
    async with pipeline.watch() as seen:
        await pipeline.drop((key, bodies[0]) for key, bodies in files.items())
        await seen.settle(files)
        assert all(seen.links(asset) == [] for asset in seen.assets(prefix).values()), "there is no product yet"
        await pipeline.products(sku)
        print(f"linked {await seen.until(shows(seen, sku, list(files))):.2f} s after the product came")
        await pipeline.products(sku, removed=True)
        await seen.until(shows(seen, sku, []))
        assert seen.last[PRODUCT_MEDIA.name][sku]["status"] == "removed"
        await pipeline.products(sku)
        await seen.until(shows(seen, sku, list(files)))
        naming = "'.*_(?P<sku>front|back)'"  # which no product is called
        await pipeline.library.put(FOLDERS, f"folders:\n  {prefix}: {{naming: {naming}}}\n".encode())
        await seen.until(shows(seen, sku, []))
        await pipeline.library.delete(FOLDERS)
        await seen.until(shows(seen, sku, list(files)))
        await seen.quiet()
        assert set((await check(pipeline, seen, files)).values()) == {"complete"}, "unlinked pictures are ready too"


async def test_a_link_that_a_person_rejected_stays_away(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    sku, files = named(prefix)
    front, back = files
    async with pipeline.watch() as seen:
        await pipeline.products(sku)
        await pipeline.drop((key, bodies[0]) for key, bodies in files.items())
        await seen.settle(files)
        await seen.until(shows(seen, sku, [front, back]))
        await decide(pipeline, seen.assets(prefix)[back], f"link:{sku}", "rejected")
        await seen.until(shows(seen, sku, [front]))
        await pipeline.products(sku, removed=True)
        await seen.until(shows(seen, sku, []))
        await pipeline.products(sku)  # everything that it touches is matched again
        await seen.until(shows(seen, sku, [front]))
        await pipeline.drop([(back, picture(777))])  # so is a new version
        await seen.until(lambda: [] if seen.head(seen.assets(prefix)[back]).get("live") == 2 else ["version 2 of it"])
        await seen.quiet()
        assert seen.links(seen.assets(prefix)[back], 2) == []
        assert seen.media(sku) == [seen.assets(prefix)[front]]

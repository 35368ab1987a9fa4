"""What must hold when everything is done, whatever happened on the way."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from runtime.records import content
from schemas.facet import Facet
from schemas.topics import ASSET_METADATA
from services.ingest.source import Source, load
from tests.e2e.harness import Pipeline
from tests.e2e.pictures import sha256
from tests.e2e.watch import FINAL, Watch

Files = Mapping[str, Sequence[bytes]]
"""Key in the inbox → the bytes that were put there, oldest first."""


async def check(pipeline: Pipeline, seen: Watch, files: Files) -> dict[str, str]:
    """Every byte is there, every asset in one final state, log and archive agree. Returns key → final state.

    `seen` must have watched all of it.
    """
    states = {}
    for key, bodies in files.items():
        source, _ = await load(pipeline.library, pipeline.inbox.name, key)
        assert source.asset_id, f"nobody knows {key}"
        kept = [(taken.file.bytes, taken.file.sha256) for taken in source.versions]
        sent = [(len(body), sha256(body)) for body in bodies]
        assert kept == sent, f"{key}: what was put is not what was taken\n{source.model_dump_json(indent=1)}"
        await _bytes_are_there(pipeline, source, bodies)
        state = seen.head(source.asset_id)["state"]
        assert state in FINAL, f"{key} is {state}"
        await _log_is_archive(pipeline, seen, source.asset_id)
        states[key] = state
    assets = [seen.assets(key)[key] for key in files]
    assert len(set(assets)) == len(assets), "two names share an asset"
    assert not seen.back, seen.back
    assert not seen.dead, seen.dead
    return states


async def _bytes_are_there(pipeline: Pipeline, source: Source, bodies: Sequence[bytes]) -> None:
    for taken, body in zip(source.versions, bodies, strict=True):
        if taken.refused:
            continue  # refused bytes stay in the inbox
        stored = await pipeline.library.get(f"originals/{taken.file.sha256}")
        assert stored is not None and stored.body == body, f"{source.key} version {taken.number} lost its bytes"
        assert await pipeline.library.head(f"refs/{taken.file.sha256}/{source.asset_id}/{taken.number}")


async def _log_is_archive(pipeline: Pipeline, seen: Watch, asset_id: str) -> None:
    """The last record of each facet is the archived one, and each names what is there."""
    archived = {}
    for info in await pipeline.library.listing(f"facets/{asset_id}/"):
        stored = await pipeline.library.get(info.key)
        assert stored is not None
        facet = Facet.model_validate_json(stored.body)
        archived[facet.key] = facet
    said = {k: Facet.model_validate(d) for k, d in seen.last[ASSET_METADATA.name].items() if k.startswith(asset_id)}
    assert {k: (f.revision, content(f)) for k, f in said.items()} == {
        k: (f.revision, content(f)) for k, f in archived.items()
    }, f"log and archive differ for {asset_id}"
    for facet in archived.values():
        for made in facet.data.get("renditions", []):
            stored = await pipeline.library.get(made["key"])
            assert stored is not None and sha256(stored.body) == made["sha256"], f"{made['key']} is not what was said"


async def shape(pipeline: Pipeline, seen: Watch, key: str, sku: str) -> dict[str, Any]:
    """What is known in the end of a picture and its product, without ids, clocks and what differs from bytes to bytes.

    Two runs of one story give equal shapes, however often somebody was killed in them.
    """
    asset_id = seen.assets(key)[key]
    source, _ = await load(pipeline.library, pipeline.inbox.name, key)
    facets = {k: d for k, d in seen.last[ASSET_METADATA.name].items() if k.startswith(asset_id)}
    sha = source.versions[-1].file.sha256
    history = await pipeline.library.listing(f"history/asset/{asset_id}/")
    return {
        "versions": [(taken.number, taken.announced is not None) for taken in source.versions],
        "facets": sorted((k.removeprefix(asset_id), d["status"]) for k, d in facets.items()),
        "presets": sorted(made["preset"] for made in facets[f"{asset_id}/1/renditions"]["data"]["renditions"]),
        "renditions": len(await pipeline.library.listing(f"renditions/{sha}/")),
        "originals": len(await pipeline.library.listing(f"originals/{sha}")),
        "refs": len(await pipeline.library.listing(f"refs/{sha}/")),
        "sidecar": facets[f"{asset_id}/1/file"]["data"]["sidecar"],
        "tagged": bool(facets[f"{asset_id}/1/tags"]["data"]["colours"]),
        "linked": [linked == sku for linked in seen.links(asset_id)],
        "shown": [shown == asset_id for shown in seen.media(sku)],
        "curation": facets[f"{asset_id}/curation"]["data"]["fields"],
        "remembered": len(history),
        "catalogued": await _catalogued(pipeline, asset_id, seen.head(asset_id).get("live")),
        "head": {name: value for name, value in seen.head(asset_id).items() if name != "live_since"},
    }


async def _catalogued(pipeline: Pipeline, asset_id: str, live: int | None) -> dict[str, Any]:
    """The catalogue's row of a picture, once it has heard of all. Its `state` is of facets: the head comes after."""
    connection = await asyncpg.connect(pipeline.stack.postgres.url)
    try:
        for _ in range(300):
            row = await connection.fetchrow(
                "SELECT state, live, renditions, cardinality(skus) AS skus, roles FROM catalog.asset WHERE id = $1",
                asset_id,
            )
            if row and row["state"] == "complete" and row["skus"] and row["live"] == live:
                return dict(row)
            await asyncio.sleep(0.1)
        raise AssertionError(f"the catalogue says {dict(row) if row else None} of {asset_id}\n{pipeline.complaint()}")
    finally:
        await connection.close()

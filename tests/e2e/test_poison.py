"""Files that are none, or that were made to break a decoder, between good ones: each is refused with cause and cure."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from schemas.topics import ASSET_METADATA
from services.ingest.source import load
from tests.e2e.checker import check
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker]


async def explained(pipeline: Pipeline, seen: Watch, states: Mapping[str, str]) -> None:
    """Nothing failed, and whoever refused said why and what to do."""
    failed = [d for d in seen.last[ASSET_METADATA.name].values() if d and d["status"] == "failed"]
    assert not failed, failed[:3]
    for key, state in states.items():
        if state != "refused":
            continue
        asset_id = seen.assets(key)[key]
        (newest,) = (await load(pipeline.library, pipeline.inbox.name, key))[0].versions
        facets = [seen.facet(asset_id, newest.number, name) for name in ("file", "renditions")]
        refusals = [facet for facet in facets if facet and facet["status"] == "refused"]
        assert refusals, key
        assert all(facet["cause"].endswith(".") and facet["cure"].endswith(".") for facet in refusals), refusals


@pytest.mark.timeout(600)
async def test_poison_between_good_files(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    good = {f"{prefix}/{number}.jpg": picture(300 + number) for number in range(6)}
    cut = picture(400)
    bad = {
        f"{prefix}/2-noise.jpg": bytes(range(256)) * 40,
        f"{prefix}/3-cut.jpg": cut[: len(cut) // 2],
        f"{prefix}/4-head-only.jpg": picture(401)[:20],
        f"{prefix}/-y.mp4": b"\x00\x00\x00\x18ftypisom" + b"\xff" * 500,
        f"{prefix}/5-text.jpg": b"Dear printer, please find attached",
    }
    files = dict(sorted((good | bad).items()))
    async with pipeline.watch() as seen:
        await pipeline.drop(files.items())
        await seen.settle(files)
        await seen.quiet()
        states = await check(pipeline, seen, {key: [body] for key, body in files.items()})
        assert {key for key, state in states.items() if state == "complete"} == set(good)
        assert {key for key, state in states.items() if state == "refused"} == set(bad)
        await explained(pipeline, seen, states)


@pytest.mark.media
@pytest.mark.timeout(600)
async def test_every_file_that_once_crashed_a_parser(pipeline: Pipeline, prefix: str, media: Path) -> None:
    """All in a row, camera files before and after them. (Broken models: tests/unit/render/model.)"""
    await pipeline.run(*ALL)
    broken = [file for file in sorted((media / "broken").iterdir()) if file.is_file()]
    camera = [file for file in sorted((media / "camera").iterdir()) if file.suffix.lower() in (".jpg", ".jpeg")]
    assert len(broken) >= 122
    order = [*camera[:2], *broken, *camera[2:4]]
    files = {f"{prefix}/{number:03}-{file.name}": file.read_bytes() for number, file in enumerate(order)}
    good = {*list(files)[:2], *list(files)[-2:]}
    async with pipeline.watch() as seen:
        await pipeline.drop(files.items())
        print(f"{len(files)} files settled in {await seen.settle(files, 360):.1f} s")
        await seen.quiet()
        states = await check(pipeline, seen, {key: [body] for key, body in files.items()})
        await explained(pipeline, seen, states)
        assert {states[key] for key in good} == {"complete"}
        print({state: list(states.values()).count(state) for state in set(states.values())})
    assert all(pipeline.member(name).alive for name in ALL)

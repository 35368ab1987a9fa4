"""Who changed a folder's profile, from what to what, is a decision: the archive keeps it for ever."""

from typing import Any

import httpx
import pytest

from schemas.folders import FOLDERS
from services.catalog.api.folders import MEANWHILE
from services.catalog.api.profile_history import LONGEST, entity
from tests.integration.catalog_client import KEY
from tests.integration.catalog_stage import Stage

pytestmark = pytest.mark.broker
LUMA, NOVA = {"brand": "Luma"}, {"brand": "Nova"}


def told(stage: Stage) -> list[tuple[Any, ...]]:
    """Folder, what its profile was and is, and why, of every decision; each by who asked."""
    said = stage.said("decisions")
    assert {one["by"] for one in said} <= {"admin"}
    assert {one["entity"] for one in said} == {f"folder/{one['set']['folder']}" for one in said}
    return [(*(one["set"][name] for name in ("folder", "was", "profile")), one["why"]) for one in said]


async def put(client: httpx.AsyncClient, folder: str, profile: dict[str, Any]) -> int:
    return (await client.put(f"/v1/folders{folder}", json=profile, headers=KEY)).status_code


async def test_of_one_folder(client: httpx.AsyncClient, stage: Stage) -> None:
    assert await put(client, "/autumn/studio", LUMA) == 200
    assert await put(client, "/autumn/studio", NOVA) == 200
    assert await put(client, "/autumn/studio", NOVA) == 200, "nothing changes"
    assert (await client.delete("/v1/folders/autumn/studio", headers=KEY)).status_code == 200
    changes = [(None, LUMA), (LUMA, NOVA), (NOVA, None)]
    assert told(stage) == [("autumn/studio", was, now, None) for was, now in changes]


async def test_of_the_whole_file_those_that_change(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.library.put(FOLDERS, b"folders: {a: {brand: Luma}, b: {brand: Luma}, c: {brand: Luma}}")
    assert await put(client, "", {"text": "folders: {a: {brand: Luma}, b: {brand: Nova}, d: {}}"}) == 200
    assert sorted(told(stage)) == [("b", LUMA, NOVA, None), ("c", LUMA, None, None), ("d", None, {}, None)]
    await stage.library.put(FOLDERS, b"folders: [")
    assert await put(client, "", {"text": "folders: {a: {brand: Nova}}"}) == 200
    assert ("a", None, NOVA, None) in told(stage), "a file that does not hold says nothing"


async def test_what_is_refused_is_no_change(client: httpx.AsyncClient, stage: Stage) -> None:
    assert await put(client, "/a", {"approval": "maybe"}) == 422
    assert await put(client, "", {"text": "folders: ["}) == 422
    assert told(stage) == []


@pytest.mark.parametrize(("place", "body"), [("/a", LUMA), ("", {"text": "folders: {a: {brand: Luma}}"})])
@pytest.mark.parametrize("first", [None, b"folders: {}"])
async def test_it_is_told_before_it_holds(
    client: httpx.AsyncClient,
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    body: dict[str, Any],
    first: bytes | None,
) -> None:
    """So that no change is without its record; where another comes first, that stays, and is told, too."""
    if first:
        await stage.library.put(FOLDERS, first)
    real = stage.publisher.publish

    async def meanwhile(*args: Any) -> tuple[int, int]:
        await stage.library.put(FOLDERS, b"folders: {a: {brand: Nova}}")
        return await real(*args)

    monkeypatch.setattr(stage.publisher, "publish", meanwhile)
    assert await put(client, place, body) == 409
    kept = await stage.library.get(FOLDERS)
    assert kept and b"Nova" in kept.body
    assert told(stage) == [("a", None, LUMA, None), ("a", LUMA, NOVA, MEANWHILE)]


def test_names_that_are_too_long_for_the_archive_are_hashed() -> None:
    assert entity("ü" * (LONGEST // 6)) == f"folder/{'ü' * (LONGEST // 6)}"
    assert len(entity("ü" * LONGEST)) == len("folder/") + 64

"""A shoot that has settled: its report lies in its folder and is said, whatever dies in between."""

from collections.abc import Callable
from typing import Any

import pytest

from runtime.memory_store import MemoryBucket
from runtime.outage import Unavailable
from runtime.records import Records
from schemas.folders import FOLDERS
from schemas.names import REPORT
from services.catalog.shoots.settling import Settling
from services.ingest.names import is_nothing
from tests.fakes.steps import Killed, Steps, install
from tests.integration.catalog_stage import ASSETS, SHA, Stage, change, facet, picture

pytestmark = pytest.mark.broker
KEY = f"autumn/{REPORT}"
FOURTH = ASSETS[3]
FILE = {"sha256": SHA, "bytes": 5, "media_type": "image/jpeg", "kind": "image", "bucket": "inbox"}


@pytest.fixture
def inbox() -> MemoryBucket:
    return MemoryBucket("inbox")


@pytest.fixture
def settling(stage: Stage, inbox: MemoryBucket) -> Callable[[], Settling]:
    """A process of the catalogue, as often as one is started."""

    def made(quiet_s: float = 0) -> Settling:
        return Settling(stage.database, inbox, stage.library, Records(stage.library, stage.publisher), quiet_s)

    return made


async def settled(settling: Settling) -> None:
    """Let it tell of all that is due."""
    for _ in range(9):
        if not await settling.step():
            return
    raise AssertionError("it never ends")


def said(stage: Stage) -> list[dict[str, Any]]:
    return [one for one in stage.said("shoots") if one["folder"] == "autumn"]


async def test_the_report_lies_in_the_folder_and_is_no_file_to_take(
    stage: Stage, inbox: MemoryBucket, settling: Callable[..., Settling]
) -> None:
    await stage.library.put(FOLDERS, b"folders:\n  autumn: {owner: anna@example.com}\n")
    await settled(settling())
    stored = await inbox.get(KEY)
    assert stored and stored.body.decode("utf-8-sig").splitlines()[2] == "RED_main.jpg,ready,RED-42,main,,"
    (record,) = said(stage)
    assert (record["files"], record["linked"], record["owner"]) == (2, 1, "anna@example.com")
    assert record["counts"] == {"ready": 2, "waiting": 0, "rejected": 0, "refused": 0, "failed": 0}
    assert [one["file"] for one in record["problems"]] == ["blue boot.jpg"]
    assert [info.key for info in await inbox.listing("")] == [KEY] and is_nothing(KEY)


async def test_it_waits_until_nothing_is_at_work_and_all_is_quiet(
    stage: Stage, inbox: MemoryBucket, settling: Callable[..., Settling]
) -> None:
    assert not await settling(quiet_s=60).step()
    await stage.put([change(one) for one in picture(FOURTH, "autumn/new.jpg")[:3]])
    await settled(settling())
    assert await inbox.get(KEY) is None
    owing = facet(FOURTH, "tags", {"labels": []}, owes=["tags.later"])
    await stage.put([change(one) for one in [*picture(FOURTH, "autumn/new.jpg")[4:], owing]])
    await settled(settling())
    assert await inbox.get(KEY) is None  # its codes may still name a product
    await stage.put([change(facet(FOURTH, "tags.later", {}, status="failed", cause="x", cure="y"))])
    await settled(settling())
    assert await inbox.get(KEY) is not None


async def test_the_same_is_told_once_and_what_changed_again(
    stage: Stage, inbox: MemoryBucket, settling: Callable[..., Settling]
) -> None:
    await settled(settling())
    await stage.put([change(facet(ASSETS[0], "tags", {"labels": []}, revision=2))])
    await settled(settling())  # other tags: the report says nothing of them
    assert [one["revision"] for one in said(stage)] == [1, 1]  # the same record, said again
    assert len(await inbox.versions(KEY)) == 1
    gone = {**FILE, "key": "autumn/blue boot.jpg", "removed": ["autumn/blue boot.jpg"]}
    await stage.put([change(facet(ASSETS[1], "file", gone, revision=2))])
    await settled(settling())
    assert [(one["revision"], one["files"]) for one in said(stage)][-1] == (2, 1)
    assert len(await inbox.versions(KEY)) == 2


@pytest.mark.parametrize("name", ["shoot.reported", "records.archived", "records.published", "shoot.told"])
async def test_killed_at_every_step(
    stage: Stage,
    inbox: MemoryBucket,
    settling: Callable[..., Settling],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    steps.kill_at(name, 1)
    with pytest.raises(Killed):
        await settled(settling())
    await settled(settling())
    assert len(await inbox.versions(KEY)) == 1
    assert {one["revision"] for one in said(stage)} == {1}


async def test_an_outage_of_the_store_is_waited_out(
    stage: Stage, inbox: MemoryBucket, settling: Callable[..., Settling]
) -> None:
    inbox.down = True
    with pytest.raises(Unavailable):
        await settling().step()
    inbox.down = False
    await settled(settling())
    assert said(stage)


async def test_a_folder_that_cannot_be_told_of_holds_up_no_other(
    stage: Stage, inbox: MemoryBucket, settling: Callable[..., Settling], monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.put([change(one) for one in picture(FOURTH, "winter/snow.jpg")])
    put = inbox.put

    async def refusing(key: str, *given: Any, **more: Any) -> str:
        if key.startswith("autumn/"):
            raise ValueError("the store does not take this name")
        return await put(key, *given, **more)

    monkeypatch.setattr(inbox, "put", refusing)
    await settling().step()
    assert [one["folder"] for one in stage.said("shoots")] == ["winter"]
    monkeypatch.undo()
    await settled(settling())
    assert said(stage)


async def test_who_was_overtaken_tells_again(
    stage: Stage, inbox: MemoryBucket, settling: Callable[..., Settling], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = settling()
    put = late._put

    async def suspended(key: str, body: bytes) -> None:
        """Another file comes, and another process tells of it, while this one sleeps."""
        monkeypatch.undo()
        await stage.put([change(one) for one in picture(FOURTH, "autumn/new.jpg")])
        await settled(settling())
        await put(key, body)

    monkeypatch.setattr(late, "_put", suspended)
    await settled(late)
    stored = await inbox.get(KEY)
    assert stored and b"new.jpg" in stored.body
    assert said(stage)[-1]["files"] == 3

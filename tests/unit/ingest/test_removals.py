"""Many names vanish at once: what was moved keeps its assets, what is nowhere else waits for a person's answer."""

import asyncio
import logging

import pytest

from cli.sweep import confirm, tell
from cli.trouble import Trouble
from runtime.metrics import REGISTRY
from schemas.inbox import IngestJob
from services.ingest.sweep import Drift
from services.ingest.timers import Sweeping
from tests.unit.ingest.conftest import Ingest, jpeg, tiff
from tests.unit.ingest.swept import Swept, held_back, sweeping
from tests.unit.ingest.test_moves import settle

MANY = 30


@pytest.fixture
def swept(ingest: Ingest) -> Swept:
    return sweeping(ingest)


def names(folder: str) -> list[str]:
    return [f"{folder}/{number}.jpg" for number in range(MANY)]


async def take(swept: Swept, folder: str, *, content: str = "") -> None:
    """Thirty pictures; the same ones in each folder."""
    for key in names(folder):
        swept.ingest.world.later(1)
        await swept.ingest.world.inbox.put(key, jpeg(content or key.rsplit("/")[-1]))
        await swept.ingest.job(key)


async def ids(swept: Swept, folder: str) -> list[str | None]:
    return [(await swept.ingest.source(key)).asset_id for key in names(folder)]


@pytest.mark.parametrize("copied_first", [True, False])
async def test_a_folder_that_was_moved_keeps_its_assets(swept: Swept, *, copied_first: bool) -> None:
    await take(swept, "shoot/a")
    before = await ids(swept, "shoot/a")
    if not copied_first:
        await swept.delete(*names("shoot/a"))
        assert held_back(await swept.repair()) == {"shoot/a": MANY}  # nobody can know yet that they were moved
    await take(swept, "shoot/b")
    if copied_first:
        await swept.delete(*names("shoot/a"))
    drift = await swept.repair()
    assert (len(drift.removed), drift.held_back) == (MANY, {})
    await settle(swept.ingest)
    assert await ids(swept, "shoot/b") == before
    assert await swept.calm()


async def test_what_was_moved_does_not_help_what_was_wiped(swept: Swept) -> None:
    await take(swept, "shoot/a")
    for key in names("shoot/a")[:5]:
        await swept.ingest.world.inbox.put(f"moved/{key}", jpeg(key.rsplit("/")[-1]))
        await swept.ingest.job(f"moved/{key}")
    await swept.delete(*names("shoot/a"))
    drift = await swept.sweep.look()
    assert held_back(drift) == {"shoot/a": MANY - 5}
    assert sorted(job.key for job in drift.removed) == names("shoot/a")[:5]


async def test_copies_that_are_cleaned_away_were_not_moved(swept: Swept) -> None:
    """The first ones, which stand still, are older: no heirs."""
    await take(swept, "shoot/a")
    await take(swept, "copies")
    await swept.delete(*names("copies"))
    assert held_back(await swept.sweep.look()) == {"copies": MANY}


async def test_one_newer_name_stands_for_one_that_vanished(swept: Swept) -> None:
    """A placeholder under thirty names."""
    await take(swept, "shoot", content="the same")
    swept.ingest.world.later(1)
    await swept.ingest.world.inbox.put("kept.jpg", jpeg("the same"))
    await swept.ingest.job("kept.jpg")
    await swept.delete(*names("shoot"))
    assert held_back(await swept.sweep.look()) == {"shoot": MANY - 1}


async def test_companions_are_moved_with_their_masters(swept: Swept) -> None:
    """Thirty times RAW and JPEG: nothing is held back."""
    for folder in ("a", "b"):
        for number in range(MANY):
            swept.ingest.world.later(1)
            for key, body in (
                (f"{folder}/{number}.nef", tiff(f"{number}")),
                (f"{folder}/{number}.jpg", jpeg(f"{number}")),
            ):
                await swept.ingest.world.inbox.put(key, body)
                await swept.ingest.job(key)
    for number in range(MANY):
        await swept.delete(f"a/{number}.nef", f"a/{number}.jpg")
    drift = await swept.sweep.look()
    assert (len(drift.removed), drift.held_back) == (2 * MANY, {})


async def test_a_wiped_folder_goes_when_a_person_says_so(swept: Swept) -> None:
    for folder in ("shoot/a", "shoot/b", "other"):
        await take(swept, folder, content=folder)
        await swept.delete(*names(folder))
    drift = await swept.repair()
    assert held_back(drift) == {"shoot/a": MANY, "shoot/b": MANY, "other": MANY}
    assert {(await swept.ingest.source(key)).gone for key in names("shoot/a")} == {None}
    assert len(drift.confirm("shoot")) == 2 * MANY
    assert held_back(drift) == {"other": MANY}
    for job in drift.removed:
        await swept.ingest.job(job.key, task=job.task)
    assert None not in {(await swept.ingest.source(key)).gone for key in (*names("shoot/a"), *names("shoot/b"))}
    assert held_back(await swept.sweep.look()) == {"other": MANY}  # once: the answer was for those


def test_the_answer_is_for_that_folder_and_all_below(capsys: pytest.CaptureFixture[str]) -> None:
    def held(*folders: str) -> Drift:
        return Drift(held_back={folder: [IngestJob(bucket="inbox", key=f"{folder}/a.jpg")] for folder in folders})

    drift = held("a", "a/b", "ab")
    tell(drift, sent=True)
    assert "1 file vanished from ab at once" in (said := capsys.readouterr().err)
    assert "packshot sweep --confirm-removals ab" in said
    confirm(drift, "a/")
    assert list(drift.held_back) == ["ab"]
    assert "2 files of a/" in capsys.readouterr().err
    confirm(drift, ".")
    assert drift.held_back == {}
    with pytest.raises(Trouble, match=r"Nothing is held back in b\..*Held back now: a, ab"):
        confirm(held("a", "ab"), "b")


class Held:
    """A sweep that holds back one more file each time, up to three."""

    def __init__(self) -> None:
        self.looks, self.enough = 0, asyncio.Event()

    async def look(self, *, deep: bool = True) -> Drift:
        """See `Sweep.look`."""
        self.looks += 1
        if self.looks == 6:
            self.enough.set()
        keys = [f"a/{number}.jpg" for number in range(min(self.looks, 3))]
        return Drift(held_back={"a": [IngestJob(bucket="inbox", key=key, task="removed") for key in keys]})


async def test_what_is_held_back_is_counted_and_said_once(ingest: Ingest, caplog: pytest.LogCaptureFixture) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("packshot_drift_total", {"kind": "held_back"}) or 0

    before, held = counted(), Held()
    sweeping = Sweeping(held, ingest.world.publisher.publish, 0.001, lambda: True)
    with caplog.at_level(logging.ERROR):
        running = asyncio.create_task(sweeping.run())
        await held.enough.wait()
        sweeping.stop()
        await running
    assert counted() - before == 3
    assert caplog.text.count("1 file(s) vanished from a at once") == 3


async def test_a_file_that_was_taken_out_brings_the_sweep_forward(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", jpeg("a"))
    await ingest.job("a.jpg")
    await ingest.job("nobody-knows.jpg")
    assert ingest.stirred == []
    await ingest.world.inbox.delete("a.jpg")
    await ingest.job("a.jpg")
    assert len(ingest.stirred) == 1
    await ingest.job("a.jpg", task="removed")
    await ingest.job("a.jpg")
    assert len(ingest.stirred) == 1, "it is known by now"

"""A file that is moved in the inbox keeps its asset, whichever of "gone" and "new" is seen first."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from runtime.publisher import Outgoing
from schemas.file import FileFacet
from schemas.inbox import IngestJob
from schemas.topics import INGEST_JOBS
from services.ingest.handler import handle
from tests.fakes.steps import Killed, Steps
from tests.unit.ingest.conftest import Ingest, jpeg

SECOND = datetime(2026, 11, 23, tzinfo=UTC)


async def settle(ingest: Ingest) -> None:
    """Do the jobs that jobs sent, until there are none."""
    done = 0
    while len(sent := ingest.world.said(INGEST_JOBS, IngestJob)) > done:
        for job in sent[done:]:
            done += 1
            await ingest.world.say(handle(job, ingest.deps()))


async def put(ingest: Ingest, key: str, content: str) -> None:
    ingest.world.later(1)
    await ingest.world.inbox.put(key, jpeg(content))
    await ingest.job(key)


async def gone(ingest: Ingest, key: str) -> None:
    await ingest.world.inbox.delete(key)
    await ingest.job(key, task="removed")


async def merged(ingest: Ingest, asset: str | None) -> str | None:
    found = await ingest.world.facet(asset or "", 1, "file")
    assert found is not None
    return FileFacet.model_validate(found.data).merged_into


async def test_copy_then_delete(ingest: Ingest) -> None:
    await put(ingest, "in/a.jpg", "one")
    await put(ingest, "in/a.jpg", "two")
    old = (await ingest.source("in/a.jpg")).asset_id
    await put(ingest, "shoes/b.jpg", "two")
    short = (await ingest.source("shoes/b.jpg")).asset_id
    assert short != old
    await gone(ingest, "in/a.jpg")
    await settle(ingest)
    heir = await ingest.source("shoes/b.jpg")
    assert (heir.asset_id, [taken.number for taken in heir.versions]) == (old, [1, 2])
    file = FileFacet.model_validate((await ingest.file("shoes/b.jpg", 2)).data)
    assert (file.key, file.merged_into) == ("shoes/b.jpg", None)
    assert await merged(ingest, short) == old
    assert [(e.asset_id, e.version, e.key) for e in ingest.announced][-1] == (old, 2, "shoes/b.jpg")


async def test_delete_then_create(ingest: Ingest) -> None:
    await put(ingest, "in/a.jpg", "one")
    old = (await ingest.source("in/a.jpg")).asset_id
    await gone(ingest, "in/a.jpg")
    await put(ingest, "shoes/b.jpg", "one")
    await settle(ingest)
    assert (await ingest.source("shoes/b.jpg")).asset_id == old


async def test_the_next_version_counts_on(ingest: Ingest) -> None:
    await test_delete_then_create(ingest)
    await put(ingest, "shoes/b.jpg", "two")
    assert [taken.number for taken in (await ingest.source("shoes/b.jpg")).versions] == [1, 2]


async def test_the_old_name_begins_a_new_asset(ingest: Ingest) -> None:
    await test_delete_then_create(ingest)
    await put(ingest, "in/a.jpg", "other")
    again, heir = await ingest.source("in/a.jpg"), await ingest.source("shoes/b.jpg")
    assert again.asset_id not in (None, heir.asset_id)
    assert [taken.number for taken in again.versions] == [1]


async def test_of_two_copies_none_is_the_heir(ingest: Ingest) -> None:
    await put(ingest, "in/a.jpg", "one")
    old = (await ingest.source("in/a.jpg")).asset_id
    for key in ("b.jpg", "c.jpg"):
        await put(ingest, key, "one")
    await gone(ingest, "in/a.jpg")
    await settle(ingest)
    assert old not in {(await ingest.source(key)).asset_id for key in ("b.jpg", "c.jpg")}


async def test_a_copy_that_people_decided_about_stays_itself(ingest: Ingest) -> None:
    await put(ingest, "in/a.jpg", "one")
    await put(ingest, "b.jpg", "one")
    own = (await ingest.source("b.jpg")).asset_id
    await ingest.world.library.put(f"facets/{own}/curation.json", b"{}")
    await gone(ingest, "in/a.jpg")
    await settle(ingest)
    assert (await ingest.source("b.jpg")).asset_id == own


async def test_a_copy_beside_its_original_is_an_asset_of_its_own(ingest: Ingest) -> None:
    await put(ingest, "in/a.jpg", "one")
    await put(ingest, "b.jpg", "one")
    await settle(ingest)
    assert (await ingest.source("b.jpg")).asset_id != (await ingest.source("in/a.jpg")).asset_id


async def test_an_old_copy_is_no_heir(ingest: Ingest) -> None:
    """What was there before the file that is gone was not made by moving it."""
    await put(ingest, "b.jpg", "one")
    await put(ingest, "in/a.jpg", "one")
    own = (await ingest.source("b.jpg")).asset_id
    await gone(ingest, "in/a.jpg")
    await settle(ingest)
    assert (await ingest.source("b.jpg")).asset_id == own


async def test_a_file_that_came_back_is_not_taken_over(ingest: Ingest) -> None:
    """The job to adopt may be late: what it finds decides."""
    await put(ingest, "in/a.jpg", "one")
    await put(ingest, "b.jpg", "one")
    own = (await ingest.source("b.jpg")).asset_id
    await gone(ingest, "in/a.jpg")
    await put(ingest, "in/a.jpg", "one")
    await settle(ingest)
    assert (await ingest.source("b.jpg")).asset_id == own


async def test_the_job_goes_to_the_new_name(ingest: Ingest) -> None:
    await put(ingest, "in/a.jpg", "one")
    await put(ingest, "b.jpg", "one")
    sent: list[Outgoing] = []
    await ingest.world.inbox.delete("in/a.jpg")
    async for said in handle(IngestJob(bucket="inbox", key="in/a.jpg", task="removed"), ingest.deps()):
        sent += [said] if isinstance(said, Outgoing) else []
    assert [one.key for one in sent] == ["inbox/b"]


async def test_names_of_the_same_second_move_too(ingest: Ingest) -> None:
    """Stores may tell whole seconds."""
    for key in ("in/a.jpg", "b.jpg"):
        await ingest.world.inbox.put(key, jpeg("one"))
        info, body = ingest.world.inbox._objects[key].pop()
        ingest.world.inbox._objects[key].append((replace(info, modified=SECOND), body))
        await ingest.job(key)
    old = (await ingest.source("in/a.jpg")).asset_id
    await gone(ingest, "in/a.jpg")
    await settle(ingest)
    assert (await ingest.source("b.jpg")).asset_id == old


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("step", ["ingest.adopting", "ingest.moved-away", "ingest.adopted"])
async def test_a_new_file_comes_under_the_old_name_after_a_death(
    ingest: Ingest, steps: Steps, step: str, *, taken: bool
) -> None:
    """Every asset stays in just one record, `taken` or not before the job is done again."""
    await put(ingest, "in/a.jpg", "one")
    old = (await ingest.source("in/a.jpg")).asset_id
    await gone(ingest, "in/a.jpg")
    await put(ingest, "b.jpg", "one")
    steps.kill_at(step, 1)
    with pytest.raises(Killed):
        await settle(ingest)
    ingest.world.later(1)
    await ingest.world.inbox.put("in/a.jpg", jpeg("other"))
    if taken:
        await ingest.job("in/a.jpg")
    await settle(ingest)
    await ingest.job("in/a.jpg")
    first, second = await ingest.source("in/a.jpg"), await ingest.source("b.jpg")
    began = step == "ingest.adopting"  # nothing had happened yet: the name came back, and its asset goes on
    assert (first.asset_id == old, second.asset_id == old) == (began, not began)
    assert second.adopting is None
    assert [one.file.key for one in first.versions] == ["in/a.jpg"] * (2 if began else 1)

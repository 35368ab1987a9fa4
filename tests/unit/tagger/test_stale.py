"""What today's models have not tagged is found, and nothing else."""

from functools import partial
from operator import ne
from pathlib import Path

from runtime.assets import facet
from schemas.asset import LaterWork
from schemas.tags import TAGS_LATER, TAGS_SHOTS
from schemas.topics import ASSET_LATER
from services.tagger.later_work import VERSIONS, versions
from services.tagger.models.build import CARDS
from services.tagger.stale import survey
from tests.fakes.versions import ingested
from tests.fakes.world import World
from tests.unit.tagger.test_handler import Tagger


async def test_what_other_models_have_tagged_is_stale(tmp_path: Path) -> None:
    tagger = Tagger(World(), tmp_path)
    one, other = await ingested(tagger.world, "one", body=b"one"), await ingested(tagger.world, "other", body=b"two")
    await tagger.job(one)
    tagger.models = {**tagger.models, "taught": "1"}
    await tagger.job(other)
    await ingested(tagger.world, "third", body=b"three")  # not tagged yet: its own work is under way
    found = await survey(tagger.world.library, partial(ne, tagger.models))
    assert (found.versions, [event.asset_id for event in found.stale]) == (2, [one.asset_id])
    for event in found.stale:
        await tagger.job(event)
    assert (await survey(tagger.world.library, partial(ne, tagger.models))).stale == []


async def test_what_other_steps_or_a_films_other_models_have_found_is_stale(tmp_path: Path) -> None:
    tagger = Tagger(World(), tmp_path)
    plain, film = await ingested(tagger.world, "one", body=b"one"), await ingested(tagger.world, "film", body=b"two")
    library, records, mine = tagger.world.library, tagger.world.records, partial(ne, tagger.models)
    for event in (plain, film):
        await tagger.job(event)
    await records.write(facet(plain, TAGS_LATER, {"models": {"mask": "1"}}))
    await records.write(facet(film, TAGS_SHOTS, {"models": {"labels": "0"}}))
    assert [event.asset_id for event in (await survey(library, mine)).stale] == [film.asset_id]
    found = await survey(library, mine, partial(ne, {"mask": "2"}))
    assert {event.asset_id for event in found.stale} == {plain.asset_id, film.asset_id} and found.versions == 2
    again = await survey(library, mine, partial(ne, {"mask": "1"}))
    assert [event.asset_id for event in again.stale] == [film.asset_id]
    await tagger.job(plain)  # its first wave is today's: it is sent on, and the second looks again
    assert [work.owes for work in tagger.world.said(ASSET_LATER, LaterWork)][-1] == [TAGS_LATER]
    assert len(tagger.cages.jobs) == 2


def test_the_masks_model_is_part_of_its_steps_version(tmp_path: Path) -> None:
    assert versions(tmp_path)["mask"] == VERSIONS["mask"]
    (tmp_path / "product-mask.json").write_text((CARDS / "product-mask.json").read_text())
    (tmp_path / "a-broken.json").write_text("{")
    assert versions(tmp_path) == VERSIONS | {"mask": f"{VERSIONS['mask']}, product-mask 1"}


async def test_a_run_that_was_cut_off_goes_on_with_the_rest(tmp_path: Path) -> None:
    """Sent, of which the worker had done some; the command ended, or the topic's retention took the rest."""
    tagger = Tagger(World(), tmp_path)
    events = [await ingested(tagger.world, name, body=name.encode()) for name in ("a", "b", "c", "d", "e")]
    for event in events:
        await tagger.job(event)
    tagger.models = {"labels": "2"}
    stale = partial(ne, tagger.models)
    first = (await survey(tagger.world.library, stale)).stale
    assert {event.asset_id for event in first} == {event.asset_id for event in events}
    for event in first[:2]:
        await tagger.job(event)
    looked = len(tagger.cages.jobs)
    again = await survey(tagger.world.library, stale)
    assert again.versions == 5 and [one.asset_id for one in again.stale] == [one.asset_id for one in first[2:]]
    for event in (*first[1:], *again.stale):  # what both runs sent comes twice, and what was done comes once more
        await tagger.job(event)
    assert len(tagger.cages.jobs) == looked + 3
    assert (await survey(tagger.world.library, stale)).stale == []

"""What today's models have not tagged is found, and nothing else."""

from functools import partial
from operator import ne
from pathlib import Path

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

"""What the tagger asks itself to do again is not render's to look at, but where it needs render's pictures."""

import pytest

from runtime.broker import Record
from runtime.memory_broker import MemoryBroker, MemoryProducer
from runtime.publisher import Outgoing, Publisher
from schemas.topics import ASSET_INGESTED, ASSET_RERUN, Topic
from services.render.concerns import concerns
from tests.fakes.versions import ingested
from tests.fakes.world import World


async def said(service: str, media_type: str, topic: Topic = ASSET_RERUN) -> Record:
    event = (await ingested(World())).model_copy(update={"media_type": media_type})
    broker = MemoryBroker()
    await Publisher(MemoryProducer(broker), service).publish(Outgoing(topic, event.asset_id, event))
    (record,) = broker.records(topic.name)
    return record


@pytest.mark.parametrize(
    ("service", "media_type", "topic", "ours"),
    [
        ("tagger", "image/jpeg", ASSET_RERUN, False),
        ("tagger", "image/heic", ASSET_RERUN, True),
        ("cli", "image/jpeg", ASSET_RERUN, True),
        ("curator", "image/jpeg", ASSET_RERUN, True),
        ("ingest", "image/jpeg", ASSET_INGESTED, True),
    ],
)
async def test_whose_work_it_is(service: str, media_type: str, topic: Topic, ours: bool) -> None:
    assert concerns(await said(service, media_type, topic)) is ours


@pytest.mark.parametrize("value", [b"{", b"{}", b"[]", None])
def test_what_cannot_be_read_is_looked_at(value: bytes | None) -> None:
    assert concerns(Record(ASSET_RERUN.name, 0, 0, b"key", value))

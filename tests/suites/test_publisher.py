"""Where records go: all of one entity lie in one partition, tombstones and replays too."""

from datetime import UTC, datetime
from uuid import uuid4

from runtime.publisher import Outgoing, Publisher
from runtime.records import facet_draft
from schemas.facet import Facet
from schemas.topics import ASSET_METADATA, FACTS
from tests.suites.labs import Lab

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_tombstones_and_replays_of_facets_lie_where_the_facets_lie(lab: Lab) -> None:
    await lab.recreate(ASSET_METADATA.name)
    publisher = Publisher(lab.producer, "test")
    for asset in (str(uuid4()) for _ in range(6)):
        draft = facet_draft(
            lambda revision, asset=asset: Facet(  # type: ignore[misc]
                asset_id=asset, version=1, facet="tags", revision=revision, status="done", written=NOON
            )
        )
        await publisher.publish(Outgoing(draft.topic, draft.key, draft.make(1), (1,), draft.partition_key))
        await publisher.forward(ASSET_METADATA.name, draft.key.encode(), b"replayed", [])
        await publisher.forward(ASSET_METADATA.name, draft.key.encode(), None, [])
        await publisher.erase(ASSET_METADATA.name, draft.key)
    places: dict[bytes | None, set[int]] = {}
    for record in await lab.records(ASSET_METADATA.name):
        places.setdefault(record.key, set()).add(record.partition)
    assert len(places) == 6
    assert all(len(found) == 1 for found in places.values())


def test_only_facets_go_by_a_part_of_their_key() -> None:
    assert ASSET_METADATA.partition_key(b"asset/1/tags") == b"asset"
    assert FACTS.partition_key(b"collection/summer") == b"collection/summer"

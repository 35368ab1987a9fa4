"""Embargo and expiry: people say times, the head carries them, and what is no time is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from runtime.assets import facet, read_facet
from schemas.asset import AssetIngested
from schemas.facet import Facet
from schemas.head import HeadFacet
from schemas.product import Limits
from schemas.rights import NEVER
from schemas.topics import ASSET_METADATA
from tests.fakes.curation import WAVE, Curation, decision
from tests.fakes.versions import ingested
from tests.unit.curator.test_questions import hear_all

SINCE, UNTIL = "2026-12-01T10:00:00+01:00", "2027-12-01T00:00:00Z"


def said(curation: Curation) -> tuple[datetime | None, datetime | None]:
    """What the last head says."""
    last = [facet for facet in curation.world.said(ASSET_METADATA, Facet) if facet.facet == "head"][-1]
    found = HeadFacet.model_validate(last.data)
    return found.available_from, found.available_until


async def decide(curation: Curation, event: AssetIngested, id: str, **more: Any) -> None:
    await curation.decide(decision(id, f"asset/{event.asset_id}", **more))
    await hear_all(curation)


async def test_the_head_carries_what_people_say_before_it_is_live_and_after(curation: Curation) -> None:
    event = await ingested(curation.world, "shoe")
    await decide(curation, event, "a", set={"available_from": SINCE, "available_until": UNTIL})
    for name in WAVE:
        await curation.learn(event, name)
    assert curation.heads(event)[-1][0] == 1, "it is live: whoever shows it asks the time"
    assert said(curation) == (datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC))
    curation.born()
    await decide(curation, event, "b", clear=["available_from"])
    assert said(curation) == (None, datetime(2027, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ({"available_until": "soon"}, "available_until: 'soon' is no time with its zone"),
        ({"available_from": "2026-12-01"}, "available_from: '2026-12-01' is no time with its zone"),
        ({"available_until": SINCE}, "it would be available from 2026-12-01T10:00:00+01:00 until "),
    ],
)
async def test_what_leaves_no_time_is_refused_with_its_cause(
    curation: Curation, words: dict[str, str], cause: str
) -> None:
    event = await ingested(curation.world, "shoe")
    await decide(curation, event, "a", set={"available_from": SINCE})
    await decide(curation, event, "b", set=words)
    found = await read_facet(curation.world.library, event.asset_id, 0, "curation")
    assert found and found.data["fields"] == {"available_from": SINCE}
    assert found.data["refused"][0]["cause"].startswith(cause)


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (None, None, None), (1, None, None), (3, None, "embargoed"), (None, 3, None), (None, 2, "expired"),
        (2, 3, None), (1, 2, "expired"), (3, 4, "embargoed"),
    ],
)  # fmt: skip
def test_its_time_begins_with_the_one_and_ends_before_the_other(
    since: int | None, until: int | None, found: str | None
) -> None:
    bounds = {"available_from": since, "available_until": until}
    times = {name: day and datetime(2026, 12, day, tzinfo=UTC) for name, day in bounds.items()}
    head = HeadFacet.model_validate({"newest": 1, "state": "ready", "live": 1, **times})
    assert head.closed(datetime(2026, 12, 2, tzinfo=UTC)) == found


def last(curation: Curation) -> HeadFacet:
    facets = [facet for facet in curation.world.said(ASSET_METADATA, Facet) if facet.facet == "head"]
    return HeadFacet.model_validate(facets[-1].data)


async def test_licence_and_consent_limit_time_and_place(curation: Curation) -> None:
    event = await ingested(curation.world, "shoe")
    for name in WAVE:
        await curation.learn(event, name)
    licence = {"holder": "Agency", "valid_until": "2027-06-30", "markets": ["de", "at"]}
    await decide(curation, event, "a", set={"licence": licence, "available_until": UNTIL})
    await decide(curation, event, "b", set={"consent": {"status": "yes", "markets": ["DE"]}})
    head = last(curation)
    assert head.available_until == datetime(2027, 7, 1, tzinfo=UTC) and head.limits == Limits(markets=["de"])
    curation.born()
    await decide(curation, event, "c", set={"consent": {"status": "no"}})
    assert (last(curation).barred, last(curation).available_until) == ("Who is seen on it has not agreed.", NEVER)
    await decide(curation, event, "d", clear=["consent", "licence"], set={"archived": "Old season"})
    assert last(curation).archived and last(curation).life(datetime.now(UTC)) == "archived"
    await decide(curation, event, "e", clear=["archived"])
    assert (last(curation).barred, last(curation).available_until) == (None, datetime(2027, 12, 1, tzinfo=UTC))


async def test_what_the_folder_says_counts_until_somebody_decides(curation: Curation) -> None:
    event = await ingested(curation.world, "shoe")
    for name in WAVE:
        said = {"profile": {"licence": {"markets": ["de"]}, "consent": None}} if name == "file" else {}
        await curation.hear(await curation.world.records.write(facet(event, name, said)))
    assert last(curation).limits == Limits(markets=["de"])
    await decide(curation, event, "a", set={"licence": {"markets": ["fr"]}})
    assert last(curation).limits == Limits(markets=["fr"])


async def test_what_is_no_licence_is_refused_with_its_cause(curation: Curation) -> None:
    event = await ingested(curation.world, "shoe")
    await decide(curation, event, "a", set={"licence": {"valid_until": "soon"}})
    found = await read_facet(curation.world.library, event.asset_id, 0, "curation")
    assert found and found.data["fields"] == {} and found.data["refused"][0]["cause"].startswith("licence: valid_until")

"""Verdicts that change are said once, whatever dies in between; a view that is filled anew says nothing."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from runtime import metrics
from runtime.outage import Unavailable
from schemas.product import Limits
from services.catalog import rebuild
from services.catalog.api.access import COOKIE, Access
from services.catalog.channels.load import load_channels
from services.catalog.channels.standing import PARTS, part_of
from services.catalog.channels.tally import FRESH_S, Tally, hinted
from services.catalog.channels.watch import FOLDER, Watch
from services.catalog.queries.verdicts import of_families
from tests.fakes.steps import Killed, Steps, install
from tests.integration.catalog_client import FIRST
from tests.integration.catalog_stage import Stage, change, facet, media, product

pytestmark = pytest.mark.broker
MANY = 300


@pytest.fixture
def tally(stage: Stage) -> Callable[..., Tally]:
    """A process of the catalogue, as often as one is started."""
    channels = {name: one for name, one in load_channels().items() if name in ("webshop", "amazon")}

    def made(*, may: bool | Callable[[], bool] = True) -> Tally:
        asked = may if callable(may) else lambda: bool(may)
        return Tally(stage.database, channels, Watch(stage.library, stage.publisher, asked))

    return made


async def rounds(tally: Tally) -> None:
    """A whole round."""
    for _ in range(99):
        if not await tally.step():
            return
    raise AssertionError("it never ends")


def said(stage: Stage) -> list[tuple[str, str, str, str | None, str | None]]:
    told = stage.said("readiness")
    return [(one["channel"], one["market"], one["sku"], one.get("before"), one.get("after")) for one in told]


def sharp(revision: int, score: int) -> Any:
    seen = {"kind": "packshot", "background": "near white", "box": [0.1, 0.1, 0.8, 0.8], "people": False}
    return change(facet(FIRST, "tags", {"composition": seen, "quality": {"score": score}}, revision=revision))


async def fit(stage: Stage) -> None:
    """RED-42's picture fits the webshop."""
    file = {"format": "jpeg", "width": 2000, "height": 2000, "bytes": 5, "key": "k", "recipe": "r"}
    zoom = {"preset": "zoom", "channel": "webshop", **file}
    await stage.put(
        [
            change(facet(FIRST, "renditions.later", {"sha256": "ab" * 32, "renditions": [zoom]}, revision=9)),
            sharp(9, 80),
        ]
    )


async def test_a_first_round_says_nothing_and_a_change_is_said_by_a_hint(
    stage: Stage, tally: Callable[..., Tally]
) -> None:
    running = tally()
    await rounds(running)
    assert said(stage) == [] and len(await stage.library.listing(FOLDER)) == len(PARTS)
    await fit(stage)
    running.hint(*hinted([sharp(9, 80)]))
    assert await running.step()
    assert said(stage) == [("webshop", "", "RED-42", "blocked", "ready")]
    (told,) = stage.said("readiness")
    assert told["rules_before"] == ["least", "preset"] and told["since"] == "2026-01-01"
    await stage.put([sharp(10, 5)])
    await rounds(tally())  # nobody hinted: the next round finds it
    assert said(stage)[1:] == [("webshop", "", "RED-42", "ready", "blocked")]
    assert stage.said("readiness")[1]["reasons"][0]["cause"] == "main: 0 of at least 1 that fit."
    await rounds(tally())
    assert len(said(stage)) == 2


async def test_lists_know_what_was_found(stage: Stage, tally: Callable[..., Tally], client: httpx.AsyncClient) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    assert "not looked at yet" in (await client.get("/products")).text
    await fit(stage)
    await stage.put([sharp(10, 80)])
    running = tally(may=False)  # whoever tells of it: each process looks
    await rounds(running)
    found = await of_families(stage.database, ["RED", "NONE"])
    assert sorted(one["webshop"] for one in found.pop("RED")) == ["blocked", "ready"] and not found
    page = (await client.get("/products")).text
    assert "Own webshop: blocked, 1 of 2 variants" in page and "not looked at yet" not in page
    (red,) = (await client.get("/v1/products")).json()["items"]
    webshop = {"channel": "webshop", "state": "blocked", "variants": {"blocked": 1, "ready": 1}}
    assert webshop in red["channels"] and [one["channel"] for one in red["channels"]] == ["amazon", "webshop"]
    for query, there in (
        ("channel=webshop&state=blocked", ["RED"]),
        ("channel=webshop&state=blocked&missing=main", ["RED"]),
        ("channel=webshop&state=blocked&q=blue", []),
        ("channel=webshop&state=ready", []),  # one of its variants is: the page says blocked
        ("channel=print&state=blocked", []),  # nobody has looked there
    ):
        answer = await client.get(f"/v1/products?{query}")
        assert [one["sku"] for one in answer.json()["items"]] == there, query
        assert ('href="/products/RED"' in (await client.get(f"/products?{query}")).text) is bool(there), query
    assert '<option value="webshop" selected>' in (await client.get("/products?channel=webshop&state=ready")).text
    assert 'href="/products/RED"' in (await client.get("/products?channel=&state=blocked")).text, "of any channel: all"
    running = tally()
    await stage.put([change(product("RED-43", "Red", revision=9).model_copy(update={"status": "gone"}))])
    running.hint(["RED-43"], [])
    assert await running.step()
    async with stage.database.reading() as connection:
        assert await connection.fetchval("SELECT array_agg(sku) FROM catalog.verdict") == ["RED-42"]


def counted(**labels: str) -> float | None:
    return metrics.REGISTRY.get_sample_value("packshot_products_on_channel", {"market": "", **labels})


async def test_the_count_tells_markets_apart_and_forgets_those_that_are_none(
    stage: Stage, tally: Callable[..., Tally]
) -> None:
    await fit(stage)
    running = tally()
    await rounds(running)
    assert counted(channel="webshop", state="ready") == 1
    assert counted(channel="webshop", state="ready", market="fr") is None
    of = media("RED-42", FIRST, revision=9)
    items = [one.model_copy(update={"limits": Limits(markets=["fr"])}) for one in of.items]
    await stage.put([change(of.model_copy(update={"items": items}))])
    running._counted_at = -FRESH_S
    await rounds(running)
    assert (counted(channel="webshop", state="ready"), counted(channel="webshop", state="blocked")) == (1, 1)
    assert counted(channel="webshop", state="ready", market="fr") == 1
    await stage.put([change(media("RED-42", FIRST, revision=10))])
    running._counted_at = -FRESH_S
    await rounds(running)
    assert counted(channel="webshop", state="ready", market="fr") is None


async def test_nothing_is_judged_while_the_view_is_filled(stage: Stage) -> None:
    filling = True
    running = Tally(stage.database, load_channels(), None, lambda: filling)
    running.hint(["RED-42"], [])
    assert not await running.step()
    assert await of_families(stage.database, ["RED"]) == {}
    filling = False
    await rounds(running)
    assert await of_families(stage.database, ["RED"])


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product at a time."""
    monkeypatch.setattr("services.catalog.channels.tally.CHUNK", 1)


def of_one_part(like: str, count: int) -> list[str]:
    """SKUs that are looked at after that one, in the same part."""
    after = (f"{like}-{number}" for number in range(1000))
    return [sku for sku in after if part_of(sku) == part_of(like)][:count]


async def reached(tally: Tally, sku: str) -> None:
    """The round has looked at that one, and not yet at the next."""
    while sku not in tally._seen:
        assert await tally.step()


@pytest.mark.usefixtures("slowly")
async def test_a_hint_in_a_round_that_has_passed_it_is_not_taken_back_at_its_end(
    stage: Stage, tally: Callable[..., Tally]
) -> None:
    (after,) = of_one_part("RED-42", 1)
    await fit(stage)
    await stage.put([sharp(10, 5), change(product(after, "Red"))])
    await rounds(tally())
    running = tally()
    await reached(running, "RED-42")
    await stage.put([sharp(11, 80)])
    running.hint(["RED-42"], [])
    await rounds(running)
    assert said(stage) == [("webshop", "", "RED-42", "blocked", "ready")]


@pytest.mark.usefixtures("slowly")
async def test_what_comes_or_goes_in_a_round_that_has_passed_it_is_told_once(
    stage: Stage, tally: Callable[..., Tally]
) -> None:
    await fit(stage)
    (after,) = of_one_part("RED-42", 1)
    whole = product("RED-42", "Red", revision=7)
    await stage.put([change(whole.model_copy(update={"status": "gone"})), change(product(after, "Red"))])
    await rounds(tally())
    running = tally()
    await reached(running, after)
    await stage.put([change(whole.model_copy(update={"revision": 8}))])
    running.hint(["RED-42"], [])
    await rounds(running)
    assert said(stage) == [("webshop", "", "RED-42", None, "ready")]
    running = tally()
    await reached(running, "RED-42")
    await stage.put([change(whole.model_copy(update={"status": "gone", "revision": 9}))])
    running.hint(["RED-42"], [])
    await rounds(running)
    assert said(stage)[1:] == [("webshop", "", "RED-42", "ready", None)]


@pytest.mark.usefixtures("slowly")
async def test_a_part_of_which_half_was_looked_at_in_a_refill_is_not_told(
    stage: Stage, tally: Callable[..., Tally]
) -> None:
    (after,) = of_one_part("RED-42", 1)
    await fit(stage)
    await stage.put([change(product(after, "Red"))])
    await rounds(tally())
    may = [False]
    running = tally(may=lambda: may[0])
    await stage.put([sharp(10, 5)])  # the view is not whole: its picture's facets are to come
    await reached(running, "RED-42")
    may[0] = True
    await stage.put([sharp(11, 80)])
    await rounds(running)
    assert said(stage) == []
    await stage.put([sharp(12, 5)])
    await rounds(tally())
    assert said(stage) == [("webshop", "", "RED-42", "ready", "blocked")], "the next round tells"


async def test_a_market_is_told_apart(stage: Stage, tally: Callable[..., Tally]) -> None:
    await fit(stage)
    await rounds(tally())
    whole = media("RED-42", FIRST, revision=5)
    items = [item.model_copy(update={"limits": Limits(markets=["de"], channels=["print"])}) for item in whole.items]
    await stage.put([change(whole.model_copy(update={"items": items}))])
    await rounds(tally())
    assert {one for one in said(stage) if one[0] == "webshop"} == {
        ("webshop", "", "RED-42", "ready", "blocked"),
        ("webshop", "de", "RED-42", "ready", "blocked"),
    }


async def test_a_view_that_is_filled_anew_has_no_news(stage: Stage, tally: Callable[..., Tally]) -> None:
    """No storm: neither at a first fill nor at a rebuild, however many products there are."""
    await stage.put([change(product(f"MUG-{number}", "Mug")) for number in range(MANY)])
    await rounds(tally())
    assert said(stage) == []
    await rebuild.empty(stage.database)
    half_filled = tally(may=False)  # its projection is still filling
    await rounds(half_filled)
    await stage.put([change(product(f"MUG-{number}", "Mug")) for number in range(MANY)])
    await rounds(tally())
    assert [one for one in said(stage) if one[2].startswith("MUG")] == []
    fresh = [change(product(f"CUP-{number}", "Cup")) for number in range(MANY)]
    await stage.put(fresh)
    await rounds(tally())
    assert [one for one in said(stage) if one[2].startswith("CUP")] == [], "a first word is news where it is ready"


@pytest.mark.parametrize("name", ["readiness.written", "readiness.said"])
@pytest.mark.parametrize("back", [False, True])
async def test_killed_in_between_nothing_is_lost(
    stage: Stage, tally: Callable[..., Tally], monkeypatch: pytest.MonkeyPatch, name: str, back: bool
) -> None:
    await fit(stage)
    await rounds(tally())
    steps = Steps()
    install(monkeypatch, steps)
    steps.kill_at(name, 1)
    await stage.put([sharp(10, 5)])
    with pytest.raises(Killed):
        await rounds(tally())
    if back:  # while nobody looked it became again what it was
        await stage.put([sharp(11, 80)])
    await rounds(tally())
    told = [(one[3], one[4]) for one in said(stage)]
    assert told[0] == ("ready", "blocked")
    assert told[-1] == (("blocked", "ready") if back else ("ready", "blocked"))
    ids = [record.value and record.value.split(b'"id":"')[1][:36] for record in stage.broker.records("readiness")]
    assert len(set(ids)) == (2 if back else 1), "what is said again is the same event"


async def test_an_outage_is_waited_out_and_another_process_is_left_to_it(
    stage: Stage, tally: Callable[..., Tally]
) -> None:
    await fit(stage)
    await rounds(tally())
    await stage.put([sharp(10, 5)])
    running = tally()
    stage.library.down = True
    with pytest.raises(Unavailable):
        await rounds(running)
    stage.library.down = False
    await rounds(running)
    assert len(said(stage)) == 1
    part = f"{FOLDER}{part_of('RED-42')}.json.gz"
    stored = await stage.library.get(part)
    assert stored is not None
    running.hint(["RED-42"], [])
    await running.step()
    same = await stage.library.get(part)
    assert same is not None and same.etag == stored.etag, "nothing is written where nothing differs"

"""The linker's view on a real database: which versions get links, whose media count, and which words are too wide."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from runtime.broker import Record
from runtime.deadletter import DeadLetters
from runtime.memory_broker import MemoryBroker, MemoryConsumer, MemoryProducer
from runtime.projection import Change
from runtime.publisher import Outgoing, Publisher
from schemas.facet import Facet
from schemas.product import ProductMedia
from schemas.topics import ASSET_METADATA, FACTS, PIM_PRODUCTS, PRODUCT_MEDIA
from schemas.work import LinkRequest, MediaRequest
from services.catalog.rebuild import ends_of
from services.linker import link_rows, rebuild
from services.linker.catalogue import MOST_FAMILIES
from services.linker.filling import Asking, Filling
from services.linker.handler import link
from tests.integration.linker_view import View, curation, emptied, product

pytestmark = pytest.mark.broker


@pytest.fixture
async def view(postgres: str) -> AsyncIterator[View]:
    database = await emptied(postgres)
    yield View(database)
    await database.close()


async def test_the_version_before_has_links_where_the_newest_is_refused(view: View) -> None:
    """Render refuses the newest only later, and nobody asks the linker anew."""
    await view.hear(product("RED"), view.file(1))
    await view.hear(view.file(2))
    assert await view.link() == {1: ["RED"], 2: ["RED"]}


async def test_an_own_file_for_a_preset_shows_no_product_by_itself(view: View) -> None:
    """It stands for a picture that shows one. What people say of it holds."""
    key = f"RED/own-files/{view.asset}/web-m4k2.jpg"
    await view.hear(product("RED"), view.file(1, key=key, embedded={"sku": "RED"}))
    assert await view.link() == {1: []}
    await view.hear(view.facet("curation", {"fields": {"link:RED": "linked"}}))
    assert await view.link() == {1: ["RED"]}


async def test_what_is_behind_the_live_version_or_out_gets_no_links(view: View) -> None:
    await view.hear(product("RED"), *(view.file(number) for number in (1, 2, 3)))
    await view.hear(view.head(live=2))
    assert list(await view.link()) == [2, 3]
    await view.hear(view.head(live=2, revision=2, out=(3,)))
    assert list(await view.link()) == [2]


async def test_each_version_speaks_for_itself(view: View) -> None:
    await view.hear(product("RED"), product("BLUE"), view.file(1), view.file(2, embedded={"sku": "BLUE"}, key="x.jpg"))
    assert await view.link() == {1: ["RED"], 2: ["BLUE"]}


async def test_media_are_of_the_live_version(view: View) -> None:
    await view.hear(product("RED"), view.file(1))
    await view.link()
    assert await view.media("RED") == [1]
    assert await view.hear(view.head(live=1)) == {("sku", "RED")}, "it is not pending any more"
    await view.hear(view.file(2))
    await view.link()
    assert await view.media("RED") == [1]
    assert await view.hear(view.head(live=2, revision=2)) == {("sku", "RED")}
    assert await view.media("RED") == [2]
    assert await view.hear(view.head(live=1, revision=1)) == set()
    assert await view.media("RED") == [2]


async def test_before_anything_is_live_the_newest_that_is_not_out_counts(view: View) -> None:
    await view.hear(product("RED"), view.file(1), view.file(2))
    await view.link()
    assert await view.media("RED") == [2]
    assert await view.hear(view.head(live=None, out=(2,))) == {("sku", "RED")}
    assert await view.media("RED") == [1]


async def test_a_purged_asset_is_forgotten(view: View) -> None:
    await view.hear(product("RED"), view.file(1), view.head(live=1))
    await view.link()
    assert await view.media("RED") == [1]
    gone = [f"{view.asset}/1/file", f"{view.asset}/1/links", f"{view.asset}/head", f"{view.asset}/1/tags"]
    changes = [Change(Record(ASSET_METADATA.name, 0, 0, key.encode(), None), None) for key in gone]
    async with view.database.transaction() as db:
        await Filling().apply(db, changes)
        assert await db.fetchval("SELECT 1 FROM linker.todo WHERE kind = 'sku' AND id = 'RED'") == 1
    assert await view.media("RED") == []
    assert await view.link() == {}
    assert not [line async for line in rebuild.lines(view.database) if view.asset in line]


async def test_a_word_that_most_of_the_shop_shares_brings_nobody_in(view: View) -> None:
    shirts = [product(f"S-{number:04}", name="Runner Deluxe") for number in range(MOST_FAMILIES)]
    await view.hear(view.file(key="runner-deluxe_blue.jpg"), *shirts)
    assert len(await view.candidates()) == MOST_FAMILIES
    await view.hear(product("S-9999", name="Runner Deluxe"))
    assert await view.candidates() == set()
    await view.hear(view.file(2, key="runner-deluxe_S-9999.jpg"))
    assert await view.candidates() == {"S-9999"}


async def test_a_slip_is_looked_up_only_where_nothing_is_named_exactly(view: View) -> None:
    await view.hear(product("SHOERUNNER"), product("JACKET-22"), view.file(1, key="SHOERUNER_front.jpg"))
    assert await view.candidates() == set()
    assert await view.link() == {1: ["SHOERUNNER"]}
    await view.hear(view.file(2, key="JACKET-22/SHOERUNER_front.jpg"))
    assert await view.link() == {1: ["SHOERUNNER"], 2: ["JACKET-22"]}


async def test_rebuilt_from_the_topics_equals_live(view: View) -> None:
    broker = MemoryBroker()
    publisher = Publisher(MemoryProducer(broker), "test")
    asset = view.asset
    told = [view.file(1), view.file(2, embedded={"title": "x"}), view.head(live=1), view.head(live=2, revision=2)]
    links = {"links": [{"sku": "RED", "role": "main", "confidence": 1.0}]}
    told += [view.facet("links", links, 1), view.facet("links", {}, 2), view.facet("links", links, 2, revision=2)]
    told += [view.facet("curation", {"fields": {"link:RED": "confirmed"}}, revision=3)]
    told += [view.facet("tags.later", {"barcodes": [{"format": "code-128", "text": "RED-0042"}]}, 2)]
    for facet in told:
        await publisher.publish(Outgoing(ASSET_METADATA, facet.key, facet, (facet.revision,), asset))
    shoe = product("RED", parent="R")
    await publisher.publish(Outgoing(PIM_PRODUCTS, shoe.key, shoe))
    order = curation("RED", [asset])
    await publisher.publish(Outgoing(FACTS, order.key, order))
    await view.hear(*told, shoe, order)
    live = [line async for line in rebuild.lines(view.database)]
    assert {json.loads(line)["table"] for line in live} == set(rebuild.TABLES)

    def member(group: str) -> MemoryConsumer:
        return MemoryConsumer(broker, group, [topic.name for topic in rebuild.TOPICS])

    ends = await ends_of(member("probe"))
    await rebuild.from_topic(view.database, member("rebuild"), ends, DeadLetters(publisher, "linker"))
    assert [line async for line in rebuild.lines(view.database)] == live
    async with view.database.transaction() as db:
        touched = {(row["kind"], row["id"]) for row in await db.fetch("SELECT kind, id FROM linker.todo")}
    assert ("asset", asset) in touched
    assert ("sku", "RED") in touched


async def test_a_slip_in_a_short_code_is_found_whichever_of_picture_and_product_comes_first(view: View) -> None:
    variant = product("MH01-S-Black", parent="MH01").model_copy(update={"axes": {"color": "Black", "size": "S"}})
    other = product("MH01-S-Red", parent="MH01").model_copy(update={"axes": {"color": "Red", "size": "S"}})
    await view.hear(other, view.file(key="hm01-black_main.jpg"))
    assert await view.link() == {1: []}
    assert await view.asked_by(variant)
    assert await view.link() == {1: ["MH01-S-Black"]}


async def test_an_asin_is_known_when_the_pim_tells_it(view: View) -> None:
    mug = product("MUG-RED")
    await view.hear(mug, view.file(key="B08N5WRWNW.MAIN.jpg"))
    assert await view.link() == {1: []}
    assert await view.asked_by(mug.model_copy(update={"attributes": {"asin": "B08N5WRWNW"}, "revision": 2}))
    assert await view.link() == {1: ["MUG-RED"]}


async def test_the_next_running_number_does_not_ask_for_its_neighbours_pictures(view: View) -> None:
    await view.hear(view.file(key="SHOE-2024-0001_front.jpg"))
    assert await view.asked_by(product("SHOE-2024-0002"))  # it may be a slip for it: nobody is called so exactly
    assert await view.asked_by(product("SHOE-2024-0001"))
    assert not await view.asked_by(product("SHOE-2024-0003"))
    gone = product("SHOE-2024-0001").model_copy(update={"status": "removed", "revision": 2})
    assert await view.asked_by(gone)
    assert await view.asked_by(product("SHOE-2024-0004"))


async def test_a_picture_that_is_refused_is_not_among_its_products_media(view: View) -> None:
    await view.hear(product("RED"), view.file(1))
    await view.link()
    assert await view.media("RED") == [1]
    assert await view.hear(view.head(live=None, state="refused")) == {("sku", "RED")}
    assert await view.media("RED") == []
    await view.hear(view.file(2))
    await view.link()
    assert await view.hear(view.head(live=2, revision=2)) == {("sku", "RED")}
    assert await view.media("RED") == [2]


async def test_a_person_gives_a_picture_its_role(view: View) -> None:
    await view.hear(product("RED"), view.file(1, key="RED_back.jpg"))
    await view.hear(view.facet("curation", {"fields": {"role": "main"}}))
    await view.link()
    facet = await view.world.facet(view.asset, 1, "links")
    assert facet and [(link["role"], link["position"]) for link in facet.data["links"]] == [("main", -1)]


async def test_a_person_orders_a_products_media(view: View) -> None:
    other = View(view.database)
    await view.hear(product("RED"), view.file(1), view.head(live=1))
    await view.hear(other.file(1, key="RED_back.jpg"), other.head(live=1))
    await view.link()
    await other.link()
    assert await view.items("RED") == [(view.asset, "main"), (other.asset, "back")]
    assert await view.hear(curation("RED", [other.asset, view.asset])) == {("sku", "RED")}
    assert await view.items("RED") == [(other.asset, "main"), (view.asset, "additional")]
    assert await view.hear(curation("RED", [view.asset])) == set(), "old news"
    await view.hear(view.file(2))
    await view.link()  # a re-run leaves it as it is
    assert await view.items("RED") == [(other.asset, "main"), (view.asset, "additional")]
    crimson = product("CRIMSON").model_copy(update={"id": "RED", "revision": 2, "formerly": ["RED"]})
    await view.hear(crimson)
    await view.link()
    await other.link()
    assert await view.items("CRIMSON") == [(other.asset, "main"), (view.asset, "additional")]
    await view.hear(curation("CRIMSON", []))
    assert await view.items("CRIMSON") == [(view.asset, "main"), (other.asset, "back")]


async def test_a_picture_that_no_longer_speaks_of_the_whole_model_leaves_its_other_variants(view: View) -> None:
    """While the model has one look a picture is of all of it; with a second look it is of its colour."""
    links = [{"sku": "M", "role": "main", "confidence": 0.9, "level": "model", "look": []}]
    await view.hear(product("M"), product("M-RED", parent="M"), view.facet("links", {"links": links}))
    of_one = [{**links[0], "look": [["color", "blue"]]}]
    assert ("sku", "M-RED") in await view.hear(view.facet("links", {"links": of_one}, revision=2))


async def test_a_picture_that_a_person_links_to_a_model_is_among_its_variants_media(view: View) -> None:
    """The machine found nothing in it: the decision alone says what it shows."""
    model = product("M").model_copy(update={"kind": "model"})
    await view.hear(model, product("M-RED", parent="M"), view.file(1, key="IMG_1.jpg"), view.head(1))
    assert await view.link() == {1: []}
    await view.hear(view.facet("curation", {"fields": {"link:M": "linked"}}))
    await view.world.say(link(LinkRequest(asset_id=view.asset), view.deps))
    facet = await view.world.facet(view.asset, 1, "links")
    assert facet and [(one["sku"], one["level"]) for one in facet.data["links"]] == [("M", "model")]
    assert {("sku", "M"), ("sku", "M-RED")} <= await view.hear(facet)
    assert await view.media("M-RED") == [1]


async def test_a_person_answers_a_conflict_and_each_colour_shows_its_own(view: View) -> None:
    model = product("M").model_copy(update={"kind": "model"})
    shop = [
        product(f"M-{colour}", parent="M").model_copy(update={"axes": {"color": colour}})
        for colour in ("Black", "White")
    ]
    await view.hear(model, *shop, product("BOOT-7"), view.file(1, key="M-BLACK/BOOT-7.jpg"), view.head(1))
    assert await view.link() == {1: []}
    await view.hear(view.facet("curation", {"fields": {"link:M-Black": "confirmed", "link:M": "confirmed"}}))
    assert await view.link() == {1: ["M", "M-Black"]}
    assert (await view.media("M-Black"), await view.media("M"), await view.media("M-White")) == ([1], [1], [])


async def test_a_change_that_says_nothing_to_the_linker_asks_for_nothing(view: View) -> None:
    await view.hear(product("RED"), view.file(1))
    await view.link()
    priced = product("RED").model_copy(update={"revision": 2, "attributes": {"price": "9.90"}})
    assert await view.hear(priced) == set()
    renamed = priced.model_copy(update={"revision": 3, "name": "Trainer, red"})
    assert ("product", "csv/product/RED") in await view.hear(renamed)
    assert await view.hear(renamed.model_copy(update={"revision": 4, "status": "removed"}))
    assert await view.link() == {1: []}
    assert await view.hear(renamed.model_copy(update={"revision": 5}))
    assert await view.link() == {1: ["RED"]}


async def test_products_inherit_what_is_linked_to_their_category_and_let_it_go(view: View) -> None:
    boots = product("M").model_copy(update={"kind": "model", "category": "Men/Shoes"})
    await view.hear(boots, product("M-RED", parent="M"), view.file(1, key="campaigns/hero.jpg"), view.head(1))
    await view.hear(view.facet("curation", {"fields": {"link:category:shoes": "linked"}}))
    assert await view.link() == {1: ["category:shoes"]}
    asked: list[str] = []

    async def note(out: Outgoing) -> None:
        asked.extend([out.data.sku] if isinstance(out.data, MediaRequest) else [])

    await Asking(view.database, note, asyncio.Event())._ask()
    assert asked == ["M", "M-RED"], "the variant's category is its model's"
    assert await view.items("M-RED") == [(view.asset, "campaign")]
    moved = boots.model_copy(update={"revision": 2, "category": "Women/Bags"})
    assert await view.hear(moved) == {("grouped", "csv/model/M")}, "no picture is matched anew for it"
    asked.clear()
    await Asking(view.database, note, asyncio.Event())._ask()
    assert asked == ["M", "M-RED"] and await view.items("M-RED") == []


async def test_a_model_shows_itself_in_a_colour_of_its_own_but_not_in_one_that_was_taken_off_the_list(
    view: View,
) -> None:
    model = product("MJ01").model_copy(update={"kind": "model"})
    sold = {
        colour: product(f"MJ01-{colour}", parent="MJ01").model_copy(update={"axes": {"color": colour}})
        for colour in ("Red", "Blue", "Yellow")
    }
    pictures = {colour: View(view.database) for colour in ("red", "yellow", "white")}
    await view.hear(model, *sold.values())
    await view.hear(sold["Yellow"].model_copy(update={"status": "removed", "revision": 2}))
    for colour in ("red", "yellow"):
        await view.hear(pictures[colour].file(key=f"mj01_{colour}_main.jpg"))
        await pictures[colour].link()
    assert await view.items("MJ01") == [(pictures["red"].asset, "main")]
    await view.hear(pictures["white"].file(key="mj01_white_main.jpg"))
    await pictures["white"].link()
    assert await view.items("MJ01") == [(pictures["white"].asset, "main")]


async def test_a_picture_is_among_the_media_from_its_time_on_and_until_it_ends(view: View) -> None:
    """No record comes when the moment comes: the view is looked through, also by one that was away meanwhile."""
    asked: set[str] = set()

    async def note(event: Outgoing) -> None:
        asked.add(event.key)

    async def turn() -> set[str]:
        asked.clear()
        asking = Asking(view.database, note, asyncio.Event())
        await asking._turn()
        await asking._ask()
        return set(asked)

    async def passes(hours: int) -> None:
        ago = "available = tstzrange(lower(available) - $1::interval, upper(available) - $1::interval)"
        async with view.database.transaction() as db:
            await db.execute(f"UPDATE linker.head SET {ago}", timedelta(hours=hours))  # noqa: S608

    def times(since: int, until: int) -> tuple[str, str]:
        return (now + timedelta(hours=since)).isoformat(), (now + timedelta(hours=until)).isoformat()

    now = datetime.now(UTC)
    await view.hear(product("RED-S", parent="RED"), view.file(1, key="RED-S_main.jpg"))
    await view.link()
    assert await view.hear(view.head(live=1, available=times(1, 3))) == {("sku", "RED-S")}
    assert await view.media("RED-S") == []
    await turn()
    assert await turn() == set(), "its time has not come"
    await passes(hours=2)
    said_again = view.head(live=1, revision=2, available=times(-1, 1))
    assert await view.hear(said_again) == set(), "who turns it says so, and nobody else"
    assert await turn() == {"RED-S"} and await view.media("RED-S") == [1]
    await passes(hours=2)
    assert await turn() == {"RED-S"} and await view.media("RED-S") == []
    assert await turn() == set()
    assert await view.hear(view.head(live=1, revision=3, available=times(-3, 1))) == {("sku", "RED-S")}
    assert await view.media("RED-S") == [1]


async def test_what_is_closed_is_told_with_the_place_that_it_would_have(view: View) -> None:
    async def told() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        items = await view.items("RED")
        closed = view.world.said(PRODUCT_MEDIA, ProductMedia)[-1].closed
        return items, [(one.asset_id, one.role) for one in closed]

    other = View(view.database)
    await view.hear(product("RED"), view.file(1), other.file(1, key="RED_back.jpg"))
    for one in (view, other):
        await one.link()
        await one.hear(one.head(live=1))
    main, back = (view.asset, "main"), (other.asset, "back")
    assert await told() == ([main, back], [])
    ended = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert await view.hear(view.head(live=1, revision=2, available=(None, ended))) == {("sku", "RED")}
    assert await told() == ([back], [main])
    assert await view.hear(view.head(live=None, revision=3, out=(1,), state="purged")) == {("sku", "RED")}
    assert await told() == ([back], [main])
    assert await view.hear(view.head(live=None, revision=4, out=(1,), state="merged")) == {("sku", "RED")}
    assert await told() == ([back], []), "it goes on in another"


async def test_rights_and_links_limit_a_picture_together(view: View) -> None:
    async def told() -> list[list[str]]:
        await view.media("RED")
        said = view.world.said(PRODUCT_MEDIA, ProductMedia)[-1]
        return [item.limits.markets if item.limits else [] for item in said.items]

    def head(revision: int, *markets: str) -> Facet:
        known = view.head(live=1, revision=revision)
        return known.model_copy(update={"data": {**known.data, "limits": {"markets": list(markets)}}})

    await view.hear(product("RED"), view.file(1))
    await view.link()
    assert await view.hear(view.head(live=1)) == {("sku", "RED")} and await told() == [[]]
    assert await view.hear(head(2, "de", "at")) == {("sku", "RED")} and await told() == [["de", "at"]]
    linked = {"sku": "RED", "role": "main", "confidence": 0.9, "limits": {"markets": ["AT", "fr"]}}
    await view.hear(view.facet("links", {"links": [linked]}, revision=99))
    assert await told() == [["AT"]]
    assert await view.hear(head(3, "it")) == {("sku", "RED")}
    assert await told() == [] and view.world.said(PRODUCT_MEDIA, ProductMedia)[-1].closed[0].asset_id == view.asset
    assert await view.hear(head(4, "it")) == set(), "nothing new"
    assert await view.hear(view.head(live=1, revision=5)) == {("sku", "RED")} and await told() == [["AT", "fr"]]


async def test_a_head_that_says_the_same_limits_again_asks_for_nothing(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    def head(revision: int) -> Facet:
        known = view.head(live=1, revision=revision)
        return known.model_copy(update={"data": {**known.data, "limits": {"markets": ["de", "at"]}}})

    await view.hear(head(1))
    monkeypatch.setattr(link_rows, "_shown", None)
    assert await view.hear(head(2)) == set()


async def test_media_say_what_is_live_and_where(view: View) -> None:
    async def told() -> tuple[str, str]:
        await view.media("RED")
        [item] = view.world.said(PRODUCT_MEDIA, ProductMedia)[-1].items
        return item.state, item.url

    await view.hear(product("RED"), view.file(1))
    await view.link()
    assert await told() == ("pending", "")
    await view.hear(view.head(live=1))
    assert await told() == ("live", f"/a/{view.asset}/{{preset}}?v=1")


async def test_a_file_that_the_pim_names_is_linked_and_let_go_when_it_names_another(view: View) -> None:
    await view.hear(product("RED"), view.file(key="lot_77_b.jpg"))
    assert await view.link() == {1: []}
    named = product("RED").model_copy(update={"revision": 2, "files": ["Lot_77_B.tif"]})
    assert await view.asked_by(named), "the product says something new of this file"
    assert await view.link() == {1: ["RED"]}
    other = named.model_copy(update={"revision": 3, "files": ["lot_78_b.jpg"]})
    assert await view.asked_by(other)
    assert await view.link() == {1: []}

"""What a PIM says becomes a product record; the same again is no news; a removal keeps the SKU."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from runtime.bundling import LEAST, Bundling
from runtime.memory_broker import MemoryBroker
from schemas.envelope import Event
from schemas.product import PRODUCTS, Heard, PimEvent, Product
from schemas.topics import PIM_PRODUCTS
from services.pim.archive import Archive
from services.pim.handler import Message, decode, handle, pim_event, product_object
from services.pim.product import Product as Listed
from tests.fakes.steps import Killed, Steps, install
from tests.fakes.world import World

FIELDS = {"sku": "TRAINER-RED", "name": "Trainer, red", "axes": {"color": "Red"}, "attributes": {"brand": "North"}}


def event(fields: dict[str, Any] | None = None, **more: Any) -> PimEvent:
    return PimEvent.model_validate(
        {"system": "csv", "id": "TRAINER-RED", "fields": FIELDS if fields is None else fields, **more}
    )


@pytest.fixture
def world() -> World:
    return World()


async def say(world: World, said: PimEvent, offset: int = 0, time: int = 1000) -> None:
    await world.say(handle(Message(event=said, heard=Heard(offset=offset, time=time)), world.library))


def products(world: World) -> list[Product]:
    return world.said(PIM_PRODUCTS, Product)


async def test_a_product(world: World) -> None:
    await say(world, event())
    (found,) = products(world)
    assert (found.key, found.sku, found.status, found.revision) == (
        "csv/product/TRAINER-RED",
        "TRAINER-RED",
        "active",
        1,
    )
    assert (found.axes, found.attributes) == ({"color": "Red"}, {"brand": "North"})
    stored = await world.library.get("products/csv/product/TRAINER-RED.json")
    assert stored is not None
    assert Product.model_validate_json(stored.body) == found


async def test_the_same_again_is_no_new_revision(world: World) -> None:
    for _ in range(3):
        await say(world, event())
    assert [one.revision for one in products(world)] == [1, 1, 1]
    assert len({one.id for one in world.events(PIM_PRODUCTS)}) == 1


async def test_a_change_is(world: World) -> None:
    await say(world, event())
    await say(world, event({"sku": "TRAINER-RED", "name": "Trainer, crimson"}))
    after = products(world)[-1]
    assert (after.revision, after.name, after.axes) == (2, "Trainer, crimson", {})


async def test_what_it_was_called_before_is_kept(world: World) -> None:
    for sku in ("ONE", "TWO", "TWO", "THREE", "ONE"):
        await say(world, event({"sku": sku}))
    assert [one.formerly for one in products(world)] == [[], ["ONE"], ["ONE"], ["TWO", "ONE"], ["THREE", "TWO"]]
    await say(world, event({"sku": "ONE", "formerly": ["MERGED"]}))
    await say(world, event({}, removed=True))
    await say(world, event({"sku": "ONE"}))
    assert [one.formerly for one in products(world)[-3:]] == [["MERGED", "THREE", "TWO"]] * 3


async def test_a_removal_keeps_what_was_known(world: World) -> None:
    """Else nobody could tell whose media are to go."""
    await say(world, event())
    await say(world, event({}, removed=True))
    before, after = products(world)
    assert (after.status, after.revision) == ("removed", 2)
    assert after.model_dump(exclude={"status", "revision", "written"}) == before.model_dump(
        exclude={"status", "revision", "written"}
    )
    await say(world, event())
    assert (products(world)[-1].status, products(world)[-1].revision) == ("active", 3)


async def test_a_removal_of_what_nobody_knew_is_nothing(world: World) -> None:
    await say(world, event({}, removed=True))
    assert products(world) == []


async def test_what_lies_in_a_bundle_changes_and_goes_like_others(world: World) -> None:
    """Also where another process takes over."""

    async def tell(said: PimEvent, bundling: Bundling, offset: int) -> None:
        message = Message(event=said, heard=Heard(offset=offset, time=1000 + offset), partition=5)
        await world.say(handle(message, world.library, bundling))

    def process() -> Bundling:
        world.records.bundling = Bundling(world.library, PIM_PRODUCTS.name, PRODUCTS)
        return world.records.bundling

    ids, first = [f"P{n}" for n in range(LEAST)], process()
    await asyncio.gather(*(tell(event({"sku": id}, id=id), first, n) for n, id in enumerate(ids)))
    assert await world.library.listing(PRODUCTS) == []
    second = process()
    await tell(event({}, id="P1", removed=True), second, 100)
    await tell(event({"sku": "NEW"}, id="P2"), second, 101)
    await tell(event({}, id="STRANGER", removed=True), second, 102)
    await tell(event({"sku": "LATE"}, id="P3"), second, 3)  # what it said before, said late
    last = {one.id: one for one in products(world)}
    assert (last["P1"].status, last["P1"].sku, last["P1"].revision) == ("removed", "P1", 2)
    assert (last["P2"].sku, last["P2"].formerly, last["P2"].revision) == ("NEW", ["P2"], 2)
    assert "STRANGER" not in last
    archive = Archive(world.library)
    await archive.refresh()
    assert await archive.paths("csv") == {product_object(event(id=id)) for id in ids}
    assert {id: await archive.get(product_object(event(id=id))) for id in ids} == last


async def test_fields_that_a_product_does_not_have_are_ignored(world: World) -> None:
    """Nor may a PIM set what is ours."""
    await say(world, event({**FIELDS, "later": 1, "revision": 99, "status": "removed", "system": "other"}))
    (found,) = products(world)
    assert (found.revision, found.status, found.system) == (1, "active", "csv")


async def test_an_older_event_changes_nothing_whoever_writes_last(world: World) -> None:
    """A process that was suspended writes what it held; others had gone on."""
    older, newer = event({"sku": "A", "name": "older"}), event({"sku": "A", "name": "newer"})
    await say(world, newer, offset=8, time=2000)
    for said in (older, event({}, removed=True)):
        await say(world, said, offset=7, time=1999)
    assert [(one.revision, one.name, one.status) for one in products(world)] == [(1, "newer", "active")] * 3


async def test_the_later_on_the_topic_wins_also_where_its_producers_clock_is_behind(world: World) -> None:
    await say(world, event({"sku": "A", "name": "first"}), offset=7, time=2000)
    await say(world, event({"sku": "A", "name": "second"}), offset=8, time=1000)
    assert products(world)[-1].name == "second"


async def test_a_topic_that_was_made_anew_is_heard(world: World) -> None:
    await say(world, event({"sku": "A", "name": "before"}), offset=900, time=2000)
    await say(world, event({"sku": "A", "name": "after"}), offset=0, time=3000)
    assert products(world)[-1].name == "after"


def test_an_event_is_read_with_its_place() -> None:
    broker = MemoryBroker(partitions=1)
    body = Event(
        id="1", source="/test", type="pim.events", subject="x", time=datetime.now(UTC), data=event().model_dump()
    )
    for _ in range(3):
        record = broker.append("pim.events", b"csv/x", body.model_dump_json().encode(), (), None)
    message = decode(record)
    assert (message.event, message.heard.offset, message.heard.time) == (event(), 2, record.timestamp_ms)


async def test_nonsense_is_our_own_error_and_no_record(world: World) -> None:
    with pytest.raises(ValidationError):
        await say(world, event({"sku": ["not", "a", "text"]}))
    assert products(world) == []


NAMES = st.text(min_size=1, max_size=12)


@given(NAMES, NAMES, NAMES, NAMES)
def test_no_two_products_share_a_place(system: str, id: str, other_system: str, other_id: str) -> None:
    one, other = event(system=system, id=id), event(system=other_system, id=other_id)
    same = (system, id) == (other_system, other_id)
    assert (product_object(one) == product_object(other)) is same
    assert product_object(one).count("/") == 3


def test_a_row_of_a_list_is_an_event() -> None:
    row = Listed(system="csv", kind="product", id="TRAINER-RED", sku="TRAINER-RED", axes={"color": "Red"})
    out, again = pim_event(row, "import 1"), pim_event(row, "import 2")
    assert isinstance(out.data, PimEvent)
    assert (out.key, out.data.fields["axes"], out.data.fields["sku"]) == (
        f"{row.system}/{row.id}",
        {"color": "Red"},
        "TRAINER-RED",
    )
    assert out.about != again.about


@pytest.mark.parametrize("at", ["pim.read", "records.archived", "records.published", "pim.said"])
async def test_killed_at_every_step(world: World, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, quiet = Steps(), World()
    install(monkeypatch, steps)
    for said in (event(), event({}, removed=True)):
        await say(quiet, said)
    for said in (event(), event({}, removed=True)):
        steps.kill_at(at, 1)
        with pytest.raises(Killed):
            await say(world, said)
        await say(world, said)
    assert await world.state() == await quiet.state()

"""`packshot submit` on a real store and broker."""

import argparse
import asyncio
from pathlib import Path

import pytest

from cli import product_lists, submit
from cli.lists import read_list
from cli.supervisor import status_file
from cli.supervisor.status_file import PartStatus
from cli.trouble import Trouble
from runtime.config import Settings
from runtime.kafka import KafkaProducer
from runtime.publisher import Publisher
from runtime.records import Records
from runtime.s3_store import Store
from schemas.product import Heard, PimEvent
from services.pim.handler import pim_event, product_draft
from services.pim.importing import Difference
from tests.suites.labs import fresh

pytestmark = pytest.mark.broker


async def command(*words: str) -> int:
    """As from the command line, which has its own event loop."""
    parser = argparse.ArgumentParser()
    submit.add(parser)
    return await asyncio.to_thread(submit.run, parser.parse_args(words))


@pytest.fixture
def up(s3: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    part = PartStatus("s3", "up", s3.s3_endpoint, 1, 0, "", "")
    monkeypatch.setattr(status_file, "read", lambda _: [part])
    monkeypatch.setattr(submit, "settings_of", lambda _: s3)
    monkeypatch.setattr(product_lists, "PATIENCE_S", 0.0)  # nobody reads what is sent
    return s3


async def stands(settings: Settings, *skus: str) -> None:
    """What pim would have made of an import."""
    store, producer = Store(settings), KafkaProducer(settings)
    await producer.start()
    records = Records(store.bucket("library"), Publisher(producer, "pim"))
    for sku in skus:
        event = PimEvent(system="csv", id=sku, fields={"sku": sku, "gtin": "4006381333931"})
        await records.write(product_draft(event, Heard(offset=0, time=0)))
    await producer.stop()
    store.close()


async def test_a_folder_single_files_and_a_product_list(
    up: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shoot, under = tmp_path / fresh("shoot"), fresh("under")
    (shoot / "day 1").mkdir(parents=True)
    for name in ("a.jpg", "day 1/b.jpg", ".DS_Store"):
        (shoot / name).write_bytes(name.encode())
    products = tmp_path / "products.csv"
    products.write_text("sku,name\nRED-42,Trainer\nRED-43,Trainer\n")
    assert await command(str(shoot), str(shoot / "a.jpg"), str(products), "--under", under, "--yes") == 0
    said = capsys.readouterr().err
    assert "products.csv: 2 products sent" in said
    store = Store(up)
    inbox = store.bucket("inbox")
    keys = [f"{shoot.name}/a.jpg", f"{shoot.name}/day 1/b.jpg"]
    assert [info.key for info in await inbox.listing(f"{shoot.name}/")] == keys
    assert [info.key for info in await inbox.listing(f"{under}/")] == [f"{under}/a.jpg"]
    stored = await inbox.get(keys[1])
    store.close()
    assert stored is not None
    assert stored.body == b"day 1/b.jpg"
    assert all(f"dropped {key}" in said for key in keys)


async def test_what_is_not_there_is_named(up: Settings, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="There is no"):
        await command(str(tmp_path / "nothing.jpg"))


async def test_an_import_that_takes_much_away_asks(
    up: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, products = fresh("A"), fresh("B"), tmp_path / "products.csv"
    await stands(up, one, other)
    assert (await product_lists.standing(up))[one].gtin == "4006381333931"
    products.write_text(f"sku,gtin\n{one},\n{other},\n")
    before = product_lists.standing

    async def only_ours(settings: Settings, *_: object) -> dict[str, object]:
        """Other tests' products stand on the same broker."""
        return {sku: found for sku, found in (await before(settings)).items() if sku in (one, other)}

    async def through(*_: object) -> bool:
        return True

    monkeypatch.setattr(product_lists, "standing", only_ours)
    monkeypatch.setattr(product_lists, "_worked_through", through)
    with pytest.raises(Trouble, match=f"(?s)of 2 products 0 go, 2 lose links.*{one} loses GTIN.*--yes"):
        await command(str(products))
    assert await command(str(products), "--yes") == 0


async def test_a_list_waits_for_what_was_sent_before(up: Settings, tmp_path: Path) -> None:
    products = tmp_path / "products.csv"
    products.write_text(f"sku\n{fresh('A')}\n")
    assert await command(str(products), "--yes") == 0
    with pytest.raises(Trouble, match="imports before"):
        await command(str(products), "--full", "--yes")
    with pytest.raises(Trouble, match="imports before"):
        await command(str(products))  # what it does not say may be on its way
    with pytest.raises(Trouble, match="2 product lists"):
        await command(str(products), str(products), "--full")


async def test_only_what_differs_is_sent(
    up: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where pim has taken all that was sent before; a product is looked at by all that a list can say of it."""
    one, other, heading = fresh("A"), fresh("B"), "sku,name,color,image,category,material\n"
    line, products = ",Shoe,Red,a.jpg|b.jpg,Men/Shoes,Felt\n", tmp_path / "products.csv"
    products.write_text(heading + one + line + other + line)
    listed, sent = read_list(products), list[str]()
    store, producer = Store(up), KafkaProducer(up)
    await producer.start()
    records = Records(store.bucket("library"), Publisher(producer, "pim"))
    for product in listed.products:
        event = pim_event(product, "before").data
        assert isinstance(event, PimEvent)
        await records.write(product_draft(event, Heard(offset=0, time=0)))
    await producer.stop()
    store.close()

    async def through(*_: object, **__: object) -> bool:
        return True

    async def note(_: Publisher, difference: Difference) -> None:
        sent.extend(product.sku for product in difference.products)

    monkeypatch.setattr(product_lists, "_worked_through", through)
    monkeypatch.setattr(product_lists, "_send", note)
    assert await command(str(products)) == 0
    assert sent == [] and "0 products sent, 2 as they were" in capsys.readouterr().err
    for before, after in (("Shoe", "Boot"), ("Red", "Blue"), ("b.jpg", "c.jpg"), ("Men/", "Kids/"), ("Felt", "Silk")):
        sent.clear()
        products.write_text(heading + one + line + other + line.replace(before, after))
        assert await command(str(products), "--yes") == 0
        assert sent == [other], after


async def test_a_product_list_in_a_bucket(up: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store, key = Store(up), f"lists/{fresh('p')}.csv"
    await store.bucket(up.library_bucket).put(key, b"sku,name\nBUCKET-1,Shoe\n")
    store.close()
    assert await command(f"s3://{up.library_bucket}/{key}", "--yes") == 0
    assert f"{key.rpartition('/')[2]}: 1 product sent" in capsys.readouterr().err
    for wrong, cause in (
        (f"s3://{up.library_bucket}/nowhere.csv", "There is no s3://"),
        ("s3://no-such-bucket/p.csv", "for bucket no-such-bucket: check its name and keys"),
        ("s3:///p.csv", "is no product list"),
    ):
        with pytest.raises(Trouble, match=cause):
            await command(wrong)

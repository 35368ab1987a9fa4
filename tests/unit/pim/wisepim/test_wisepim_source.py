"""What WISEPIM's products become, however its lists are written."""

from typing import Literal

import pytest

from runtime import outage
from runtime.outage import Unavailable
from services.pim.flat import FlatMapping
from tests.fakes.vendor import Trouble
from tests.fakes.wisepim import FakeWisepim
from tests.unit.pim.polling import wisepim


@pytest.mark.parametrize("form", ["data", "bare", "unpaged"])
async def test_all_of_them_whatever_its_pages_are(form: Literal["data", "bare", "unpaged"]) -> None:
    pim = FakeWisepim(form)
    pim.page = 10
    for number in range(25):
        pim.product(number, f"S{number:02d}")
    async with wisepim(pim) as stage:
        await stage.poller().turn()
        assert len(await stage.active()) == 25


async def test_its_fields() -> None:
    pim = FakeWisepim()
    pim.product(
        1, "PROD-001", name={"en": "Boot", "nl": "Laars"}, ean="4006381333931", color="Red", material="Leather",
        categories=["Shoes", "Shoes/Boots"], images=[{"url": "https://x/1.jpg"}], price=15.5,
    )  # fmt: skip
    async with wisepim(pim, FlatMapping(locale="nl", axes={"upper": "material"})) as stage:
        await stage.poller().turn()
        found = (await stage.products())["wisepim/product/1"]
    assert (found.sku, found.gtin, found.name, found.parent) == ("PROD-001", "4006381333931", "Laars", "")
    assert found.axes == {"color": "Red", "upper": "Leather"}
    assert found.category == "Shoes/Boots"
    assert found.attributes == {"price": "15.5"}


async def test_what_is_wrong_is_told_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "backoff", lambda _: 0.001)
    pim = FakeWisepim()
    pim.product(1, "S1", ean="4006381333931")
    pim.product(2, "S2", ean="4006381333931")
    pim.product(3, "")
    pim.product(4, "S4")["updated_at"] = "yesterday"
    async with wisepim(pim) as stage:
        await stage.poller().turn()
        polled = await stage.polled()
        assert polled and [line.partition(".")[0] for line in polled.problems] == [
            "The GTIN 4006381333931 belongs to S1 and to S2",
            "Product 3 has no sku: no picture can be meant for it",
            "product 4 cannot be read: ValueError(\"Invalid isoformat string: 'yesterday'\")",
        ]
        assert await stage.active() == ["S1", "S2"]
        pim.troubles = [Trouble("products", 200, body='{"message": "hello"}')]
        stage.world.later(3601)
        with pytest.raises(Unavailable, match="without a list"):
            await stage.poller().turn()
        pim.troubles = [Trouble("products/1", 200, body='{"id": 2, "sku": "S2"}')]
        with pytest.raises(Unavailable, match="not of that product"):
            await stage.source.one("product", "1")

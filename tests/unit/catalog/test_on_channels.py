"""How a product stands on channels, as its page shows it."""

from datetime import date

from schemas.product import Limits, MediaItem
from services.catalog.api.models_products import VariantItem
from services.catalog.channels.candidate import Candidate
from services.catalog.channels.load import load_channels
from services.catalog.page.looks import Look
from services.catalog.page.on_channels import Known, Line, on_channels
from services.catalog.queries.readiness import Of
from tests.unit.catalog.channels.pictures import candidate

DAY = date(2026, 11, 29)
CHANNELS = load_channels()


def look(sku: str) -> Look:
    variant = VariantItem(sku=sku, name="Trainer", gtin="", axes={}, main=None, media=[], missing=[])
    return Look(sku, "", [variant], {}, [])


def of(one: Candidate, **more: object) -> Of:
    item = {"asset_id": one.asset_id, "version": 1, "role": one.role, "confidence": 0.9, **more}
    return Of(MediaItem.model_validate(item), one)


def lines(found: dict[str, list[Of]], *markets: str, channel: str = "webshop") -> Line:
    (line,) = on_channels([CHANNELS[channel]], [look(sku) for sku in found], Known(found, {}), ["", *markets], DAY)
    return line


def test_the_worst_look_speaks_for_the_channel_and_says_why() -> None:
    line = lines({"RED": [of(candidate())], "BLUE": []})
    assert [cell.state for cell in line.cells] == ["ready", "blocked"] and line.state == "blocked"
    assert line.why == "main: no picture."
    assert line.cells[1].verdicts[0].shots[0].file == "BLUE_main.jpg"


def test_what_is_ready_says_nothing() -> None:
    line = lines({"RED": [of(candidate())]})
    assert (line.state, line.why) == ("ready", "")


def test_markets_are_told_where_they_differ() -> None:
    only = {"RED": [of(candidate(), limits=Limits(markets=["de"]).model_dump())]}
    line = lines(only, "de", "fr")
    assert len(line.cells) == 1 and line.state == "blocked" and line.why == "main: no picture."
    assert {one.market: one.told.state for one in line.cells[0].verdicts} == {"": "ready", "fr": "blocked"}


def test_of_a_market_that_is_asked_for_nothing_else_is_told() -> None:
    only = {"RED": [of(candidate(), limits=Limits(markets=["de"]).model_dump())]}
    (line,) = on_channels([CHANNELS["webshop"]], [look("RED")], Known(only, {}), ["fr"], DAY)
    assert [one.market for one in line.cells[0].verdicts] == ["fr"]
    assert not [picture for one in line.cells[0].verdicts for place in one.told.places for picture in place.pictures]


def test_a_channel_without_rules_that_day_is_left_out() -> None:
    assert on_channels([CHANNELS["webshop"]], [look("RED")], Known({"RED": []}, {}), [""], date(2000, 1, 1)) == []

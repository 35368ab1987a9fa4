"""What an endpoint is told, given what it has."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.facet import Facet
from schemas.head import HeadFacet
from schemas.product import MediaItem, ProductMedia
from services.webhooks.event import MOST_BYTES, Due, Event, Told, event_of
from services.webhooks.rows import ITEMS, EntityRow, asset_rows, product_row

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASSET = "10000000-0000-5000-8000-000000000000"


def due(shown: int | None, told: Told | None = None, before: int | None = None, **more: Any) -> Due:
    made = Due(f"asset/{ASSET}", shown, before, f"c{shown}", {"asset_id": ASSET, "version": shown}, NOON, 3, told)
    return replace(made, **more)


def said(one: Due, public_url: str = "") -> Event:
    event = event_of(one, public_url)
    assert event is not None
    return event


@pytest.mark.parametrize(
    ("shown", "told", "before", "type_"),
    [
        (1, None, None, "asset.ready"),
        (2, None, 1, "asset.replaced"),
        (2, Told("asset.ready", "c1", 1), None, "asset.replaced"),
        (1, Told("asset.withdrawn", "cNone", None), 1, "asset.ready"),
        (None, Told("asset.ready", "c1", 1), None, "asset.withdrawn"),
        (None, None, 1, "asset.withdrawn"),
        (2, Told("asset.replaced", "c2", 2), 1, "asset.replaced"),
    ],
)
def test_what_it_is_called(shown: int | None, told: Told | None, before: int | None, type_: str) -> None:
    assert said(due(shown, told, before)).type == type_


def test_what_was_never_shown_is_not_told() -> None:
    assert event_of(due(None), "") is None
    assert event_of(due(None, entity="product/RED"), "") is None


def test_a_try_again_has_the_same_id_and_body_and_a_return_to_the_first_has_not() -> None:
    first = said(due(1))
    assert said(due(1, tries=7)) == first and said(due(1, Told("asset.ready", "c1", 1))) == first
    back = said(due(1, Told("asset.withdrawn", "cNone", None), changed_by=5))
    assert back.type == first.type and back.id != first.id


def test_public_addresses_are_named_where_they_are_known() -> None:
    data = json.loads(said(due(1), "https://m.example.com/").body)["data"]
    assert data["url"] == f"https://m.example.com/a/{ASSET}"
    gone = json.loads(said(due(None, before=1), "https://m.example.com").body)["data"]
    assert "url" not in gone and "url" not in json.loads(said(due(1)).body)["data"]
    product = said(due(1, entity="product/A/B", data={"sku": "A/B"}), "https://m.example.com")
    assert json.loads(product.body)["data"]["url"] == "https://m.example.com/p/A%2FB.json"


def head(revision: int = 1, **data: Any) -> Facet:
    fields = {"newest": 1, "state": "ready", **data}
    return Facet(asset_id=ASSET, version=0, facet="head", revision=revision, status="done", data=fields, written=NOON)


def asset_row(facet: Facet) -> EntityRow:
    return rows(facet)[0]


def rows(facet: Facet, now: datetime = NOON) -> list[EntityRow]:
    return asset_rows(facet.asset_id, facet.revision, HeadFacet.model_validate(facet.data), facet.written, now)


def test_time_withdraws_an_asset_and_its_life_goes_on() -> None:
    until = (NOON + timedelta(hours=1)).isoformat()
    limited = head(live=1, available_until=until)
    (open_, life), (shut, after) = rows(limited), rows(limited, NOON + timedelta(hours=2))
    assert (open_.shown, open_.turns, shut.shown, shut.turns) == (1, NOON + timedelta(hours=1), None, None)
    assert [json.loads(one.data)["life"] for one in (life, after)] == ["published", "expired"]
    told = Due(after.entity, after.shown, life.shown, after.content, json.loads(after.data), NOON, 1, None)
    event = event_of(told, "", "https://p.example.com")
    assert event and event.type == "life.changed"
    data = json.loads(event.body)["data"]
    assert (data["was"], data["life"]) == ("published", "expired")
    assert data["url"] == f"https://p.example.com/assets/{ASSET}"


def test_what_says_nothing_of_the_live_version_changes_nothing() -> None:
    live = asset_row(head(live=1))
    assert asset_row(head(2, live=1, newest=2, state="working", asks=2)).content == live.content
    assert asset_row(head(2, live=2)).content != live.content
    gone = asset_row(head(3, live=None, state="purged"))
    assert (gone.shown, json.loads(gone.data)["state"]) == (None, "purged")
    merged = json.loads(asset_row(head(live=1, state="merged", merged_into=ASSET[::-1])).data)
    assert merged["version"] is None and merged["merged_into"] == ASSET[::-1]


def media(count: int, **more: Any) -> ProductMedia:
    items = [MediaItem(asset_id=f"{n:036}", version=1, role="main", confidence=0.9) for n in range(count)]
    fields = {"sku": "RED", "revision": 1, "main": items[0].asset_id if items else None, "items": items, **more}
    return ProductMedia.model_validate({**fields, "written": NOON})


def test_a_products_media_count_by_which_and_in_which_order() -> None:
    two = media(2)
    better = two.model_copy(update={"items": [item.model_copy(update={"confidence": 1.0}) for item in two.items]})
    assert product_row(better).content == product_row(two).content
    assert product_row(two.model_copy(update={"items": two.items[::-1]})).content != product_row(two).content
    assert product_row(media(0)).shown is None and product_row(media(2, status="removed")).shown is None


def test_a_body_stays_small() -> None:
    row = product_row(media(5000))
    data = json.loads(row.data)
    assert (len(data["items"]), data["count"], row.shown) == (ITEMS, 5000, 5000)
    long = {"sku": "RED", "items": [{"role": "x" * MOST_BYTES}], "count": 1}
    body = said(due(1, entity="product/RED", data=long)).body
    assert len(body) < 1000 and json.loads(body)["data"]["count"] == 1

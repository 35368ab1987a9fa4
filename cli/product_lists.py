"""Imports that are safe: a product list is compared with what stands before anything of it is sent."""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from cli.trouble import Trouble
from runtime import groups, latest
from runtime.config import Settings
from runtime.kafka import KafkaProducer
from runtime.outage import ride_out
from runtime.publisher import Publisher
from schemas.product import PimEvent
from schemas.topics import PIM_EVENTS, PIM_PRODUCTS
from services.pim.handler import fields_of, pim_event, said_by_pim
from services.pim.importing import Difference, Standing, compare, said_by
from services.pim.patch import attribute_key
from services.pim.product import Columns, Product, ProductList

SYSTEM = "csv"
PATIENCE_S = 20.0
"""So long pim may take nothing of the imports that were sent before."""
COLD_S = 15.0
"""A broker that was just made anew takes a moment to know its groups."""


@dataclass(frozen=True)
class Asked:
    """What the person at the terminal allows."""

    full: bool = False
    yes: bool = False
    apart: bool = False
    """A new SKU is a new product, whatever it has in common with one that is there."""


async def import_list(settings: Settings, listed: ProductList, asked: Asked) -> Difference:
    """Compare, then send, acknowledged. Raises Trouble where a person has to say yes, Unavailable."""
    through = await _worked_through(settings, asked)
    there = await standing(settings, partial(_counts, listed.columns))
    difference = compare(listed, there, full=asked.full, follow=not asked.apart)
    if difference.renamed and not (asked.full or asked.yes):
        raise Trouble(
            f"{listed.file} was not imported: {difference.new_names}",
            "Give `--yes` to have pictures and decisions go along and the old SKU removed, or `--new` where these are "
            "other products; nothing was sent yet.",
        )
    if difference.too_much and not asked.yes:
        cause = f"{listed.file} was not imported: {difference}"
        raise Trouble(cause, "Compare it with the list before. If that is meant, give `--yes`; nothing was sent yet.")
    if through:  # nothing is on its way that may change what stands: that is not said again
        news = tuple(one for one in difference.products if not _stands(one, there.get(one.sku)))
        difference = replace(difference, products=news, unchanged=len(difference.products) - len(news))
    producer = KafkaProducer(settings)
    try:
        await producer.start()
        await _send(Publisher(producer, "cli"), difference)
    finally:
        await producer.stop()
    return difference


async def _send(publisher: Publisher, difference: Difference) -> None:
    now = time.time()
    gone = (
        PimEvent(system=SYSTEM, kind=old.kind, id=old.sku, removed=True)
        for old in (*difference.turned, *difference.removed)
    )
    await publisher.publish_all(said_by_pim(event, now) for event in gone)  # before what has their ids by now
    await publisher.publish_all(pim_event(product, now) for product in difference.products)
    old = (PimEvent(system=SYSTEM, kind=one.kind, id=one.sku, removed=True) for _, one in difference.renamed)
    await publisher.publish_all(said_by_pim(event, now) for event in old)  # not before the new name is there


def _counts(columns: Columns | None, attribute: str) -> bool:
    """Whether this attribute is kept by a list of these columns, or links."""
    links = attribute.strip().casefold().startswith(("asin", "collection"))
    return links or (columns is not None and attribute_key(attribute) not in columns.attributes)


def _stands(product: Product, before: Standing | None) -> bool:
    if before is None or before.kind != product.kind or not set(product.formerly) <= set(before.formerly):
        return False
    return before.says == said_by(fields_of(product))


async def _worked_through(settings: Settings, asked: Asked) -> bool:
    """Until pim has taken what was sent before: what stands is compared, a list keeps what it does not say, and a full
    one removes. Whether it has. Raises Trouble where pim stands still."""
    least, end = float("inf"), 0.0
    while left := await ride_out(partial(groups.behind, settings, "pim", PIM_EVENTS.name), patience_s=COLD_S):
        if left < least:
            least, end = left, time.monotonic() + PATIENCE_S
        elif time.monotonic() > end:
            if asked.yes and not asked.full:
                return False
            raise Trouble(f"pim still has {left} products of imports before to take.", "Wait, then submit this again.")
        await asyncio.sleep(0.3)
    return True


def _everything(_: str) -> bool:
    return True


async def standing(settings: Settings, kept: Callable[[str], bool] = _everything) -> dict[str, Standing]:
    """SKU → active product that lists brought. `kept`: which attributes are held; a million products are."""
    found: dict[str, tuple[str, Standing]] = {}
    async for key, value in latest.records(settings, PIM_PRODUCTS.name):
        if not key.startswith(f"{SYSTEM}/"):
            continue
        data: dict[str, Any] = {"status": "removed", "sku": key.split("/", 2)[2]}
        data = json.loads(value)["data"] if value else data
        if data["status"] == "active" and data["kind"] in ("product", "model"):
            one = _standing(data, kept)
            found[one.sku] = key, one
        elif found.get(data["sku"], ("",))[0] == key:  # where its kind changed, another key has the SKU
            del found[data["sku"]]
    return {sku: one for sku, (_, one) in found.items()}


def _standing(data: Mapping[str, Any], kept: Callable[[str], bool]) -> Standing:
    named: dict[str, Any] = {name: data[name] for name in ("kind", "sku", "gtin", "name", "parent", "axes")}
    told = {sys.intern(name): value for name, value in data["attributes"].items() if kept(name)}
    named |= {"category": sys.intern(data["category"]), "attributes": told}
    return Standing(**named, files=data.get("files", ()), formerly=data.get("formerly", ()), says=said_by(data))

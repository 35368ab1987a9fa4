"""Writes rows as they came: guarded by revision, so that a record never goes back however often it is read."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from schemas.base import Contract
from schemas.decision import Fact
from schemas.delivery import Delivery
from schemas.facet import UNVERSIONED, Facet
from schemas.product import Product, ProductMedia


class Table(NamedTuple):
    """How one model lies in its table. `place` reads the primary key out of the record's key (for tombstones)."""

    upsert: str
    delete: str
    values: Callable[[Any], tuple[Any, ...]]
    place: Callable[[str], tuple[Any, ...]]


def _upsert(table: str, key: str, columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    marks = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    sets = ", ".join(f"{name} = excluded.{name}" for name in names)
    return (
        f"INSERT INTO catalog.{table} ({columns}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {sets} "  # noqa: S608
        f"WHERE excluded.revision > {table}.revision"
    )


def _delete(table: str, key: str) -> str:
    names = [name.strip() for name in key.split(",")]
    return f"DELETE FROM catalog.{table} WHERE " + " AND ".join(f"{name} = ${i}" for i, name in enumerate(names, 1))  # noqa: S608


def _json(value: object) -> str:
    """For jsonb, which knows no NUL: one in what a file says (a QR code, a title) is left out, the rest stays."""
    text = json.dumps(value)
    return json.dumps(_without_nul(value)) if r"\u0000" in text else text


def _without_nul(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(inner) for name, inner in value.items()}
    return [_without_nul(inner) for inner in value] if isinstance(value, list) else value


def facet_place(key: str) -> tuple[str, int, str]:
    """`<asset>/<version>/<facet>` or `<asset>/<facet>` → (asset, version, facet)."""
    asset, _, rest = key.partition("/")
    if rest in UNVERSIONED:
        return asset, 0, rest
    version, _, facet = rest.partition("/")
    return asset, int(version), facet


def _facet(f: Facet) -> tuple[Any, ...]:
    version = 0 if f.facet in UNVERSIONED else f.version
    return (f.asset_id, version, f.facet, f.revision, f.status, f.cause, f.cure, f.owes, f.written, _json(f.data))


def _product(p: Product) -> tuple[Any, ...]:
    head = (p.system, p.kind, p.id, p.revision, p.status, p.sku, p.gtin, p.name, p.parent)
    return (*head, json.dumps(p.axes), p.category, json.dumps(p.attributes), p.formerly, p.written)


def _media(m: ProductMedia) -> tuple[Any, ...]:
    roles = list(dict.fromkeys(item.role for item in m.items))
    assets = list(dict.fromkeys(item.asset_id for item in m.items))
    items = json.dumps([item.model_dump(mode="json") for item in m.items])
    closed = json.dumps([item.model_dump(mode="json") for item in m.closed])
    return (m.sku, m.revision, m.status, m.main, roles, assets, items, closed, m.written)


def _fact(f: Fact) -> tuple[Any, ...]:
    return (f.kind, f.id, f.revision, json.dumps(f.fields), json.dumps(f.refused), f.written)


def _delivery(d: Delivery) -> tuple[Any, ...]:
    conflicts = json.dumps([one.model_dump(mode="json") for one in d.conflicts])
    lag = d.lag.model_dump_json() if d.lag else None
    return (d.target, d.entity, d.revision, d.status, d.cause, d.cure, conflicts, lag, d.written)


FACET_COLUMNS = "asset_id, version, facet, revision, status, cause, cure, owes, written, data"
PRODUCT_COLUMNS = (
    "system, kind, id, revision, status, sku, gtin, name, parent, axes, category, attributes, formerly, written"
)
TABLES: Mapping[type[Contract], Table] = {
    Facet: Table(
        _upsert("facet", "asset_id, version, facet", FACET_COLUMNS),
        _delete("facet", "asset_id, version, facet"),
        _facet,
        facet_place,
    ),
    Product: Table(
        _upsert("product", "system, kind, id", PRODUCT_COLUMNS),
        _delete("product", "system, kind, id"),
        _product,
        lambda key: tuple(key.split("/", 2)),
    ),
    ProductMedia: Table(
        _upsert("product_media", "sku", "sku, revision, status, main, roles, assets, items, closed, written"),
        _delete("product_media", "sku"),
        _media,
        lambda key: (key,),
    ),
    Fact: Table(
        _upsert("fact", "kind, id", "kind, id, revision, fields, refused, written"),
        _delete("fact", "kind, id"),
        _fact,
        lambda key: tuple(key.split("/", 1)),
    ),
    Delivery: Table(
        _upsert("delivery", "target, entity", "target, entity, revision, status, cause, cure, changed, lag, written"),
        _delete("delivery", "target, entity"),
        _delivery,
        lambda key: tuple(key.split("/", 1)),
    ),
}

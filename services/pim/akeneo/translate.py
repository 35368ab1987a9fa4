"""Akeneo's products, models, families and categories → events. Pure: the same answer for the same JSON each time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schemas.product import Entity, PimEvent
from services.pim import gtin
from services.pim.akeneo import mapping as files
from services.pim.columns import SYNONYMS, plain
from services.pim.source import LONGEST, MOST_ATTRIBUTES

SYSTEM = "akeneo"
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Structure:
    """What products refer to by code."""

    categories: Mapping[str, Item] = field(default_factory=dict)
    axes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Family → attributes that its variants vary over."""

    def lacks(self, item: Item) -> set[str]:
        """Codes that it refers to and that are not here."""
        family = {item["family"]} if item.get("family") else set()
        return (set(item.get("categories", ())) - self.categories.keys()) | (family - self.axes.keys())


class Translator:
    """By one mapping."""

    def __init__(self, mapping: files.Mapping) -> None:
        self._map = mapping
        self._ours = {code: name for name, code in mapping.axes.items()}

    def product(self, item: Item, structure: Structure) -> tuple[PimEvent, str]:
        """(event, what is wrong with it or ""). One without an SKU can have no picture: it is none here."""
        values = item.get("values", {})
        sku = self._text(values, self._map.sku)
        if not sku:
            cause = f"Product {item['uuid']} has no {self._map.sku}: no picture can be meant for it. Give it one."
            return PimEvent(system=SYSTEM, kind="product", id=item["uuid"], removed=True), cause
        code, written = self._gtin(values)
        digits, cause, cure = gtin.checked(written)
        parent = item.get("parent") or ""
        axes = self._axes(values, structure.axes.get(item.get("family") or "", ()) if parent else ())
        named = {self._map.sku, self._map.name, code, *axes}
        fields = {
            "sku": sku,
            "gtin": digits,
            "name": self._text(values, self._map.name),
            "parent": parent,
            "axes": {self._axis(attribute): value for attribute, value in axes.items()},
            "category": self._category(item, structure),
            "attributes": self._others(item, named),
        }
        return _event("product", item["uuid"], fields, item), f"{sku}: {cause} {cure}" if cause else ""

    def model(self, item: Item, structure: Structure) -> PimEvent:
        """A product model, root or below one; its code is its SKU."""
        fields = {
            "sku": item["code"],
            "name": self._text(item.get("values", {}), self._map.name),
            "parent": item.get("parent") or "",
            "category": self._category(item, structure),
            "attributes": self._others(item, {self._map.name}),
        }
        return _event("model", item["code"], fields, item)

    def family(self, item: Item) -> PimEvent:
        """A family."""
        return _event("family", item["code"], {"name": self._label(item)}, item)

    def category(self, item: Item, structure: Structure) -> PimEvent:
        """A category, with its path."""
        path = "/".join(self._path(item["code"], structure))
        parent = item.get("parent") or ""
        return _event("category", item["code"], {"name": self._label(item), "parent": parent, "category": path}, item)

    # ── values ────────────────────────────────────────────────────────────────────────────────────────────────
    def _axes(self, values: Item, of_family: Iterable[str]) -> dict[str, str]:
        """Attribute → value: what variants vary over, what the file calls an axis, and colour and size."""
        usual = [code for axis in ("color", "size") for code in values if plain(code) in SYNONYMS[axis]]
        found: dict[str, str] = {}
        for code in (*of_family, *self._map.axes.values(), *usual):
            names = {self._axis(known) for known in found}
            if self._axis(code) not in names and (value := self._text(values, code)):
                found[code] = value
        return found

    def _axis(self, code: str) -> str:
        """Our name of it."""
        usual = next((axis for axis in ("color", "size") if plain(code) in SYNONYMS[axis]), code)
        return self._ours.get(code, usual)

    def _gtin(self, values: Item) -> tuple[str, str]:
        """(attribute, as it is written): the one of the file, else the first that is called so."""
        wanted = [self._map.gtin] if self._map.gtin else [c for w in SYNONYMS["gtin"] for c in values if plain(c) == w]
        return next(((code, text) for code in wanted if (text := self._text(values, code))), ("", ""))

    def _others(self, item: Item, named: set[str]) -> dict[str, str]:
        values, wanted = item.get("values", {}), self._map.attributes
        codes = sorted(values) if wanted == "all" else [] if wanted == "none" else wanted
        left = [code for code in codes if code not in named and code not in self._map.written]
        found = [(code, text[:LONGEST]) for code in left if (text := self._text(values, code))]
        family = [("family", item["family"])] if item.get("family") else []
        enabled = [] if item.get("enabled", True) else [("enabled", "false")]
        return dict([*found[:MOST_ATTRIBUTES], *family, *enabled])

    def _text(self, values: Item, code: str) -> str:
        """The value for our locale and channel, else of another; "" where there is none or it is no text."""
        entries = values.get(code) or []
        best = sorted(entries, key=self._foreign)
        return next((text for entry in best if (text := self._said(entry))), "")

    def _foreign(self, entry: Item) -> tuple[bool, bool, str]:
        locale, channel = entry.get("locale"), entry.get("scope")
        wrong = channel not in (None, self._map.channel) and self._map.channel is not None
        return wrong, locale not in (None, self._map.locale), f"{channel}/{locale}"

    def _said(self, entry: Item) -> str:
        data, linked = entry.get("data"), entry.get("linked_data") or {}
        if isinstance(data, dict):
            unit = data.get("unit", data.get("currency", ""))
            return f"{data['amount']} {unit}".strip() if data.get("amount") is not None else ""
        if isinstance(data, list):
            if data and isinstance(data[0], dict):
                return ", ".join(filter(None, (self._said({"data": one}) for one in data)))
            return ", ".join(self._option(one, linked.get(one) or {}) for one in data if isinstance(one, str))
        if isinstance(data, bool):
            return "yes" if data else "no"
        return "" if data is None else self._option(str(data).strip(), linked)

    def _option(self, code: str, linked: Item) -> str:
        labels = linked.get("labels") if isinstance(linked, dict) else None
        return str((labels or {}).get(self._map.locale) or code)

    # ── names ─────────────────────────────────────────────────────────────────────────────────────────────────
    def _label(self, item: Item) -> str:
        return str((item.get("labels") or {}).get(self._map.locale) or item["code"])

    def _category(self, item: Item, structure: Structure) -> str:
        """The longest path: it says most of the product."""
        paths = sorted((self._path(code, structure) for code in item.get("categories", ())), key=lambda p: (len(p), p))
        return "/".join(paths[-1]) if paths else ""

    def _path(self, code: str, structure: Structure) -> list[str]:
        """Labels from below the tree's root down; a tree that names itself as its parent ends."""
        path: list[str] = []
        seen: set[str] = set()
        while (item := structure.categories.get(code)) and code not in seen and item.get("parent"):
            seen.add(code)
            path.insert(0, self._label(item).replace("/", "∕"))
            code = item["parent"]
        return path


def _event(kind: Entity, id: str, fields: dict[str, Any], item: Item) -> PimEvent:
    return PimEvent(system=SYSTEM, kind=kind, id=id, fields=fields, as_of=updated(item))


def updated(item: Item) -> datetime | None:
    """When the PIM changed it last."""
    written = item.get("updated")
    return datetime.fromisoformat(written) if written else None


def axes_of(variants: Iterable[Item]) -> Iterator[str]:
    """What a family's variants vary over, by all its ways to vary, coarse first."""
    seen: set[str] = set()
    for variant in variants:
        for level in sorted(variant.get("variant_attribute_sets", ()), key=lambda one: one.get("level", 0)):
            for code in level.get("axes", ()):
                if code not in seen:
                    seen.add(code)
                    yield code

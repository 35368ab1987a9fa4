"""Products that are one level of names and values (Salsify, WISEPIM) → the fields of an event, by a mapping file or by
the words that people use. Pure: the same answer for the same JSON each time."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from services.pim import gtin, magento
from services.pim.columns import columns
from services.pim.places import Code, Part
from services.pim.source import LONGEST, MOST_ATTRIBUTES

Name = Annotated[str, Field(min_length=1, max_length=300)]
"""As the PIM writes it, blanks and signs included."""


class FlatMapping(Part):
    """The mapping file. What it does not say is found by usual words: `services/pim/columns.py`."""

    gtin: Name | None = None
    name: Name | None = None
    category: Name | None = None
    locale: str = ""
    axes: dict[Code, Name] = Field(default_factory=dict)
    attributes: list[Name] | Literal["all", "none"] = "all"


def fields_of(
    item: Mapping[str, Any], mapping: FlatMapping, own: Mapping[str, str], hidden: Collection[str] = ()
) -> tuple[dict[str, Any], str]:
    """(fields, what is wrong with them or ""). `own`: what the connector knows by itself, such as the SKU; `hidden`:
    names that are no word of the product."""
    texts = {name: text(value, mapping.locale) for name, value in item.items() if name not in hidden}
    names = list(texts)
    usual = {ours: names[at] for ours, at in columns(names).items()}
    axes = {axis: usual[axis] for axis in ("color", "size") if axis in usual} | mapping.axes
    code, title = mapping.gtin or usual.get("gtin", ""), mapping.name or usual.get("name", "")
    category = mapping.category or usual.get("category", "")
    digits, cause, cure = gtin.checked(texts.get(code, ""))
    named = {code, title, category, *axes.values()}
    fields = {
        "gtin": digits,
        "name": texts.get(title, ""),
        "axes": {axis: texts[name][:LONGEST] for axis, name in axes.items() if texts.get(name)},
        "category": _longest(item.get(category), mapping.locale),
        "attributes": _others(texts, mapping, named),
        **own,
    }
    return fields, f"{own['sku']}: {cause} {cure}" if cause else ""


def _longest(value: Any, locale: str) -> str:
    """Of several category paths the one that says most of the product."""
    paths = [text(one, locale) for one in value] if isinstance(value, list) else [magento.category(text(value, locale))]
    return max(paths, key=lambda path: (path.count("/"), len(path)), default="")


def _others(texts: Mapping[str, str], mapping: FlatMapping, named: Collection[str]) -> dict[str, str]:
    wanted = mapping.attributes
    names = sorted(texts) if wanted == "all" else [] if wanted == "none" else wanted
    found = [(name, texts[name][:LONGEST]) for name in names if name not in named and texts.get(name)]
    return dict(found[:MOST_ATTRIBUTES])


def text(value: Any, locale: str) -> str:
    """A value for people; of one in many languages that of the locale, else the first."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(filter(None, (text(one, locale) for one in value)))
    if isinstance(value, dict):
        best = value.get(locale)
        return text(best, locale) if best else next(filter(None, (text(one, locale) for one in value.values())), "")
    return "" if value is None else str(value).strip()

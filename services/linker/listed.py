"""A product as the linker's view holds it: what links and media depend on, and nothing else of its record."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """`key` and `revision` are those of the record on `pim.products`."""

    key: str
    revision: int
    kind: str
    sku: str
    gtin: str
    name: str
    parent: str
    axes: dict[str, str]
    formerly: list[str]
    files: list[str]
    groups: tuple[str, ...] = ()
    asins: tuple[str, ...] = ()

"""Products as the PIM tells them, and the media that each SKU gets back."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field

from schemas.asin import asins_of
from schemas.base import Contract, Time

Entity = Literal["product", "model", "category", "family"]


class PimEvent(Contract):
    """One row or webhook of a PIM, as received, before it is compared with what we hold."""

    system: str = Field(description="Which PIM", examples=["csv"])
    kind: Entity = Field(default="product", examples=["product"], description="What it is about")
    id: str = Field(description="The PIM's own id", examples=["TRAINER-RED"])
    removed: bool = Field(default=False, description="The PIM no longer has it")
    as_of: Time | None = Field(default=None, description="When the PIM changed it last, by its own clock")
    fields: dict[str, Any] = Field(
        default_factory=dict, description="sku, gtin, name, parent, axes, category, attributes, files"
    )


class PimHint(Contract):
    """“Look at this one”, said a webhook of a PIM. Nothing of it is believed but the id: the PIM is asked."""

    system: str = Field(description="Which PIM", examples=["akeneo"])
    kind: Entity = Field(default="product", examples=["product"], description="What it is about")
    id: str = Field(description="The PIM's own id", examples=["3444ec1b-058e-4208-9b6c-284f47a7aa17"])

    @property
    def key(self) -> str:
        """The record's key on `pim.hints`."""
        return f"{self.system}/{self.kind}/{self.id}"


class Heard(Contract):
    """Where an event lay on its topic."""

    offset: int = Field(ge=0, examples=[17], description="In its partition")
    time: int = Field(ge=0, examples=[1767225600000], description="Kafka's time of it, in milliseconds")

    def before(self, other: "Heard | None") -> bool:
        """Whether it is surely the older. The time too has to say so: offsets begin anew with a topic made anew."""
        return other is not None and self.offset < other.offset and self.time <= other.time


class Product(Contract):
    """A product, product model, category or family. Key `<system>/<kind>/<id>`; SKU is a field."""

    system: str = Field(examples=["csv"], description="Which PIM")
    kind: Entity = Field(examples=["product"], description="A model has variants over axes")
    id: str = Field(examples=["TRAINER-RED"], description="The PIM's own id")
    revision: int = Field(ge=1, examples=[1], description="Never goes back")
    status: Literal["active", "removed"] = Field(default="active", description="Removal is a value")
    sku: str = Field(default="", examples=["TRAINER-RED"], description="Stock keeping unit")
    gtin: str = Field(default="", examples=["4006381333931"], description="Valid GTIN or empty")
    name: str = Field(default="", examples=["Trainer, red"], description="For people")
    parent: str = Field(default="", examples=["TRAINER"], description="SKU of its product model")
    axes: dict[str, str] = Field(
        default_factory=dict, examples=[{"color": "Red", "size": "42"}], description="Axis → value"
    )
    category: str = Field(default="", examples=["Shoes"], description="Category path")
    attributes: dict[str, str] = Field(default_factory=dict, description="What else the PIM says")
    formerly: list[str] = Field(
        default_factory=list, examples=[["TRAINER-RD"]], description="SKUs that it had: files are still called by them"
    )
    files: list[str] = Field(
        default_factory=list,
        examples=[["trainer_r_01.jpg"]],
        description="Names of files, without folder, that the PIM names for it: its pictures and documents",
    )
    as_of: Time | None = Field(default=None, description="When the PIM changed it last, by its own clock")
    heard: Heard | None = Field(default=None, description="The event that it was made from")
    written: Time = Field(description="When")

    @property
    def key(self) -> str:
        """The record's key on `pim.products`."""
        return f"{self.system}/{self.kind}/{self.id}"

    @property
    def asins(self) -> list[str]:
        """Its ASINs, among its attributes."""
        return asins_of(self.attributes)


def product_object(system: str, kind: str, id: str) -> str:
    """Where a product's record is archived. Quoted: ids may hold anything."""
    return f"{PRODUCTS}{quote(system, safe='')}/{kind}/{quote(id, safe='')}.json"


PRODUCTS = "products/"
"""Folder of their records in the archive."""
PRODUCT = "product"
"""Kind of the facts that hold what people decided about a product."""
ORDER = "order"
"""Field of such a fact: asset ids, in the order in which a person wants the product's media; empty: as by role."""


def order_in(said: Mapping[str, Mapping[str, Any]], names: Iterable[str]) -> list[str]:
    """Asset ids in the order that holds. said: SKU → fields of its fact. names: today's SKU, then former ones.

    The first that has an order counts, an empty one too: it takes back what was said under a former SKU.
    """
    found = next((said[name][ORDER] for name in names if ORDER in said.get(name, {})), None)
    return [str(one) for one in found] if isinstance(found, list) else []


class Limits(Contract):
    """Where a picture may be shown: only there; everywhere, where nothing is named. Case makes no odds."""

    markets: list[str] = Field(default_factory=list, examples=[["de", "at"]], description="Countries or other markets")
    locales: list[str] = Field(default_factory=list, examples=[["de-DE"]], description="Languages, with country or not")
    channels: list[str] = Field(default_factory=list, examples=[["webshop"]], description="Webshop, print, …")

    def __bool__(self) -> bool:
        """Whether anything is limited."""
        return bool(self.markets or self.locales or self.channels)


class MediaItem(Contract):
    """One picture of a product, in its place."""

    asset_id: str = Field(description="The asset", examples=["6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"])
    version: int = Field(description="The version that the link was made on", examples=[1])
    role: str = Field(examples=["main"], description="main, front, back …")
    confidence: float = Field(examples=[0.98], description="Of the link")
    inherited: bool = Field(default=False, description="Comes from the model, a sibling, a category or a collection")
    via: str = Field(
        default="", description="The category or collection that it was inherited by", examples=["category:Men/Shoes"]
    )
    limits: Limits | None = Field(default=None, description="Where alone it may be shown; absent: everywhere")
    state: Literal["live", "pending"] = Field(
        default="pending",
        description="live: its address answers; pending: no version of it is live yet. What is under embargo or has "
        "expired is no medium of any product",
        examples=["live"],
    )
    url: str = Field(
        default="",
        description="Its public address; for `{preset}` put `web.jpg`, or `web` for whatever the browser takes. It "
        "changes with the version, and is empty while it is pending",
        examples=["https://media.example.com/a/6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f/{preset}?v=1"],
    )


class ProductMedia(Contract):
    """All media of one SKU, main first; what goes back to PIM, feeds and webhooks."""

    sku: str = Field(examples=["TRAINER-RED"], description="The product")
    revision: int = Field(ge=1, examples=[1], description="Never goes back")
    status: Literal["active", "removed"] = Field(default="active", description="Removal is a value")
    main: str | None = Field(
        default=None,
        description="Asset id of the main picture; a limited one only where no main or front view is for all",
    )
    items: list[MediaItem] = Field(default_factory=list, description="In the order a shop shows them")
    closed: list[MediaItem] = Field(
        default_factory=list,
        description="What nobody may be given, in the place that it would have: under embargo, expired or deleted. "
        "Public delivery says so at their addresses; they are no media of the product",
    )
    written: Time = Field(description="When")


def media_object(sku: str) -> str:
    """Where a SKU's media are archived. Quoted: a SKU may hold anything."""
    return f"media/{quote(sku, safe='')}.json"

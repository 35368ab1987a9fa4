"""What the API answers about products."""

from datetime import datetime

from pydantic import BaseModel, Field

from schemas.product import Limits
from schemas.readiness import State


class OnChannel(BaseModel):
    """How a product stands on a channel."""

    channel: str = Field(examples=["amazon"])
    state: State = Field(description="The worst of its variants, in any market that is told apart")
    variants: dict[str, int] = Field(description="State → variants", examples=[{"ready": 4, "blocked": 1}])


class ProductItem(BaseModel):
    """A product model with its variants, or a product that stands alone."""

    sku: str
    name: str
    category: str
    variants: int
    without_main: int = Field(description="Variants without a main picture")
    main: str | None = Field(description="Asset id of the main picture: of its first variant, by SKU, that has one")
    roles: dict[str, int] = Field(description="Role → variants that have a picture in it that is live")
    pictures: int = Field(
        default=0, description="Pictures of it and its variants that are live, each once, in any role"
    )
    waiting: int = Field(default=0, description="Pictures that are not live yet: to be approved, or being worked on")
    picture: str | None = Field(
        default=None, description="Asset id of the picture to show: `main`, else the first of the gallery"
    )
    others: int = Field(default=0, description="Pictures in roles that `other_roles` names")
    other_roles: list[str] = Field(default_factory=list, description="Roles other than those of the page's columns")
    channels: list[OnChannel] = Field(
        default_factory=list,
        description="As they were looked at last, within minutes; one that nobody has looked at yet is not named",
    )


class ProductList(BaseModel):
    """One page of products."""

    items: list[ProductItem]
    next: str | None


class SkuItem(BaseModel):
    """A product or model that a picture can be linked to."""

    sku: str
    name: str


class MediaOf(BaseModel):
    """A picture of a product."""

    asset_id: str
    version: int = Field(default=1, description="The live version; where none is live, the one that is shown")
    newer: int | None = Field(default=None, description="A version that has come after it and is not live (yet)")
    name: str
    role: str
    confidence: float
    inherited: bool
    via: str = Field(default="", description="The category or collection that it is inherited by")
    limits: Limits | None = Field(default=None, description="Where alone it may be shown; absent: everywhere")
    thumbnail: str | None
    waiting: str | None = Field(
        default=None,
        description="Why it is not live and fills no hole: `approval`, or the state that it is in; null: it is live",
        examples=["approval"],
    )


class VariantItem(BaseModel):
    """One product with its pictures by role, and its holes."""

    sku: str
    name: str
    gtin: str
    axes: dict[str, str]
    main: str | None
    media: list[MediaOf]
    missing: list[str] = Field(description="Roles it lacks: main, and those that a sibling has")
    order: list[str] = Field(
        default_factory=list, description="Asset ids in the order that a person gave them; empty where nobody did"
    )
    fallback: list[str] = Field(
        default_factory=list, description="Where this audience is given something else than it asked for, or nothing"
    )


class ConflictItem(BaseModel):
    """A place in a PIM that somebody else changed: it stays so until a person decides."""

    place: str = Field(description="Attribute, and where it has them locale and channel", examples=["picture_main"])
    found: str | None = Field(description="What stands there")
    cause: str
    cure: str


class DeliveryItem(BaseModel):
    """What a PIM has of a product's pictures."""

    target: str = Field(description="Which PIM", examples=["akeneo"])
    sku: str
    status: str = Field(description="done, waiting (for a picture to be live and rendered), conflict or failed")
    cause: str | None
    cure: str | None
    conflicts: list[ConflictItem]
    written: datetime


class ProductWhole(BaseModel):
    """A product or model with its variants."""

    sku: str
    name: str
    kind: str
    gtin: str
    category: str
    parent: str
    status: str
    attributes: dict[str, str]
    variants: list[VariantItem]
    deliveries: list[DeliveryItem] = Field(default_factory=list, description="Its and its variants' pictures in PIMs")

"""`links`: which products a picture shows, and why."""

from typing import Any

from pydantic import Field

from schemas.base import Contract
from schemas.product import Limits


class Evidence(Contract):
    """One reason for a link, in words that a content manager understands."""

    kind: str = Field(
        description="filename, folder, metadata, barcode, text, sequence, burst, person …", examples=["filename"]
    )
    detail: str = Field(description="What was seen", examples=["“TRAINER-RED” in the file name is SKU TRAINER-RED"])


class Link(Contract):
    """This asset shows that product."""

    sku: str = Field(
        examples=["TRAINER-RED"],
        description="SKU of the product or product model; or `category:<path>`, `collection:<name>`, whose products "
        "inherit the picture",
    )
    role: str = Field(examples=["front"], description="main, front, back, detail …")
    confidence: float = Field(ge=0, le=1, examples=[0.98], description="Calibrated probability")
    evidence: list[Evidence] = Field(default_factory=list, description="Why")
    level: str = Field(default="product", description="product; model where the evidence speaks of it; group")
    look: list[tuple[str, str]] = Field(default_factory=list, description="Axis and value that the picture shows")
    position: int = Field(default=0, description="Place among pictures of the same role", examples=[1])
    limits: Limits | None = Field(default=None, description="Where alone the picture may be shown; absent: everywhere")


class LinksFacet(Contract):
    """`links`, written by linker. May be empty: an unlinked picture is a finding, not an error."""

    links: list[Link] = Field(default_factory=list, description="What the picture shows, best evidence first")
    suggestions: list[Link] = Field(default_factory=list, description="Wait for a person")
    conflicts: list[dict[str, Any]] = Field(
        default_factory=list, description="Contradicting evidence; never silently decided"
    )
    slot: str = Field(
        default="",
        description="The place among its products' pictures that its name gives it: product and colour, role, number, "
        "and what else tells it from others; the same of two assets: one may be a newer edition of the other",
        examples=["MH01 Black main"],
    )
    edition: int = Field(default=0, description="Which edition its name says that it is: 2 of `main_v2`", examples=[2])

"""`links`: which products a picture shows, and why."""

from collections.abc import Mapping

from pydantic import ConfigDict, Field

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
    confidence: float = Field(
        ge=0,
        le=1,
        examples=[0.98],
        description="How sure the linker is, by weights set by hand; from 0.85 on it links. Kinds of evidence that "
        "agree make it surer; docs/linking.md says how often it was right",
    )
    evidence: list[Evidence] = Field(default_factory=list, description="Why")
    level: str = Field(default="product", description="product; model where the evidence speaks of it; group")
    look: list[tuple[str, str]] = Field(default_factory=list, description="Axis and value that the picture shows")
    position: int = Field(default=0, description="Place among pictures of the same role", examples=[1])
    limits: Limits | None = Field(default=None, description="Where alone the picture may be shown; absent: everywhere")


class LinkConflict(Contract):
    """Contradicting evidence: none of what may be meant is linked until a person decides."""

    model_config = ConfigDict(extra="allow")  # as it was released: an object of anything

    skus: list[str] = Field(
        default_factory=list, examples=[["TRAINER-BLUE", "TRAINER-RED"]], description="All that may be meant"
    )
    options: list[list[str]] = Field(
        default_factory=list,
        description="The same by answer: SKUs that are linked together, like all sizes of a colour",
    )
    cause: str = Field(
        default="", examples=["TRAINER and BOOT are named at once."], description="What is contradictory"
    )
    evidence: list[Evidence] = Field(default_factory=list, description="What speaks for each")

    def left(self, said: Mapping[str, str]) -> list[list[str]]:
        """Answers that people (SKU → confirmed, linked or rejected) have not ruled out; none where they chose one."""
        groups = self.options or [[sku] for sku in self.skus]
        if any(said.get(sku) in ("confirmed", "linked") for group in groups for sku in group):
            return []
        return [rest for group in groups if (rest := [sku for sku in group if said.get(sku) != "rejected"])]

    def asked(self, said: Mapping[str, str]) -> list[list[str]]:
        """Those that a person is still asked about: none where only one of several is left, nothing contradicts it."""
        left = self.left(said)
        return left if len(left) > 1 or len(left) == len(self.options or self.skus) else []


class LinksFacet(Contract):
    """`links`, written by linker. May be empty: an unlinked picture is a finding, not an error."""

    links: list[Link] = Field(default_factory=list, description="What the picture shows, by SKU")
    suggestions: list[Link] = Field(default_factory=list, description="Wait for a person")
    conflicts: list[LinkConflict] = Field(
        default_factory=list, description="Contradicting evidence; never silently decided"
    )
    slot: str = Field(
        default="",
        description="The place among its products' pictures that its name gives it: product and colour, role, number, "
        "and what else tells it from others; the same of two assets: one may be a newer edition of the other",
        examples=["MH01 Black main"],
    )
    edition: int = Field(default=0, description="Which edition its name says that it is: 2 of `main_v2`", examples=[2])

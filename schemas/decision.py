"""What people decide: appended by the API, folded by the curator into facts."""

from typing import Any

from pydantic import Field

from schemas.base import Contract, Time


class Decision(Contract):
    """Sets or clears named fields of one entity. Folding it twice equals once; the later in the topic wins."""

    id: str = Field(description="Decision id; history keeps it", examples=["5c1c…"])
    entity: str = Field(
        description="`asset/<id>`, `product/<sku>` or `<kind>/<id>`",
        examples=["asset/6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"],
    )
    set: dict[str, Any] = Field(default_factory=dict, examples=[{"tags.reject": ["wig"]}], description="Field → value")
    clear: list[str] = Field(default_factory=list, description="Fields to forget")
    on_version: int | None = Field(default=None, description="The version that the person looked at")
    expects: dict[str, Any] = Field(
        default_factory=dict, description="Precondition: field → value as the client saw it"
    )
    batch: str | None = Field(default=None, description="Common id of a bulk action; undo goes by it")
    by: str = Field(description="Who", examples=["admin"])
    why: str | None = Field(default=None, description="In their words")
    at: Time = Field(description="When")


class Fact(Contract):
    """A folded decision about something that is not an asset: product curation, collection, rule …"""

    kind: str = Field(examples=["product"], description="What it is about")
    id: str = Field(examples=["TRAINER-RED"], description="Which")
    revision: int = Field(ge=1, examples=[1], description="Never goes back")
    fields: dict[str, Any] = Field(default_factory=dict, description="Field → value as people set it")
    decisions: list[str] = Field(default_factory=list, description="Ids of the last decisions folded in")
    refused: list[dict[str, Any]] = Field(default_factory=list, description="Decisions whose precondition failed")
    written: Time = Field(description="When")

    @property
    def key(self) -> str:
        """The record's key on `facts`."""
        return f"{self.kind}/{self.id}"

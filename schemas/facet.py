"""A facet: what one worker knows of one version of an asset. The record of `asset.metadata`."""

from typing import Any, Literal

from pydantic import Field

from schemas.base import AssetId, Contract, Time

Status = Literal["done", "refused", "failed"]
UNVERSIONED = ("head", "curation", "rights")


class Facet(Contract):
    """One record; never read-modify-written, replaced whole by a higher (version, revision)."""

    asset_id: AssetId = Field(description="The asset")
    version: int = Field(ge=0, description="Which version; 0 for head, curation and rights", examples=[1])
    facet: str = Field(
        description="Which facet; readers ignore those they do not know", examples=["file", "renditions", "tags"]
    )
    revision: int = Field(ge=1, description="Counts the writings of this record; never goes back", examples=[1])
    status: Status = Field(description="done, refused (the file's fault) or failed (ours)", examples=["done"])
    cause: str | None = Field(default=None, description="Why it was refused or failed, for people")
    cure: str | None = Field(default=None, description="What to do about it, for people")
    owes: list[str] = Field(
        default_factory=list,
        description="What a later wave still makes: names of the facets that pay it, whatever their status",
        examples=[["renditions.later"]],
    )
    written: Time = Field(description="When", examples=["2026-11-23T09:00:01Z"])
    data: dict[str, Any] = Field(default_factory=dict, description="The facet's own model, as JSON")

    @property
    def key(self) -> str:
        """The record's key on the topic."""
        return facet_key(self.asset_id, self.version, self.facet)


def facet_key(asset_id: str, version: int, facet: str) -> str:
    """`<asset>/<version>/<facet>`, or `<asset>/<facet>` for the unversioned ones."""
    return f"{asset_id}/{facet}" if facet in UNVERSIONED else f"{asset_id}/{version}/{facet}"


def facet_object(asset_id: str, version: int, facet: str) -> str:
    """Where the record is archived in the library bucket."""
    return f"facets/{facet_key(asset_id, version, facet)}.json"

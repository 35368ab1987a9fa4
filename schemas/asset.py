"""The event that starts all work: a version of an asset is safe in the library."""

from typing import Literal

from pydantic import Field

from schemas.base import AssetId, Contract, Sha256, Time

Kind = Literal["image", "video", "model", "document"]


class AssetIngested(Contract):
    """A verified original is stored, versioned and owned. Only keys travel, no bytes."""

    asset_id: AssetId = Field(description="The logical picture")
    version: int = Field(ge=1, description="Counts the contents that this name has had", examples=[1])
    sha256: Sha256 = Field(description="Content hash: the original is `originals/<sha256>`")
    bytes: int = Field(ge=0, description="Size of the original in bytes", examples=[2481244])
    media_type: str = Field(description="Sniffed from the bytes, not from the name", examples=["image/jpeg"])
    kind: Kind = Field(description="Which family of work it needs", examples=["image"])
    bucket: str = Field(description="Where it was dropped", examples=["inbox"])
    key: str = Field(description="Under which name", examples=["autumn/TRAINER-RED_front.jpg"])
    arrived: Time = Field(description="Store time of the PUT", examples=["2026-11-23T09:00:00Z"])
    proxy: Sha256 | None = Field(
        default=None,
        description="Content hash of the JPEG that came with a master: `originals/<sha256>`, to work from where the "
        "master's own format is refused",
        examples=["60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"],
    )
    first: bool = Field(
        default=False,
        description="Nobody had these bytes before, so there is no twin to take anything over from",
        examples=[True],
    )


PLAIN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"})
"""Media types that every worker opens by itself. Of all others render makes pictures, and names them as `pictures`."""


class Picture(Contract):
    """A rendition to look at in place of the original."""

    key: str = Field(description="Object key in the library", examples=["renditions/9f86…/3f2a9c0d11e2a4b7.webp"])
    bytes: int = Field(ge=0, description="Size in bytes", examples=[81231])
    width: int = Field(ge=1, description="Pixels", examples=[1200])
    height: int = Field(ge=1, description="Pixels", examples=[900])
    see_through: bool = Field(default=False, description="Whether its format keeps what is transparent")
    part: int = Field(
        default=1,
        ge=1,
        description="Page of a document, view of a 3D model, shot of a film; 1 is the cover, the poster",
    )
    start: float | None = Field(default=None, ge=0, description="Second at which a film's shot begins", examples=[3.2])
    end: float | None = Field(default=None, ge=0, description="Second at which it ends", examples=[7.75])


class LaterWork(AssetIngested):
    """What is made of a version when others have been: a second wave, or what needs render's pictures of it."""

    owes: list[str] = Field(
        description="Names of the facets that are owed", examples=[["renditions.later"]], min_length=1
    )
    pictures: list[Picture] = Field(
        default_factory=list, description="What to look at where the original's own format is not plain; by part"
    )
    text: str | None = Field(default=None, description="Object key of a document's text", examples=["text/9f86….txt"])
    width: int = Field(default=0, ge=0, description="Of the upright original, pixels; 0 where `pictures` is empty")
    height: int = Field(default=0, ge=0, description="Of the upright original, pixels; 0 where `pictures` is empty")

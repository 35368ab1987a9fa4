"""`file`: what ingest knows of an original, and of the files that are one picture with it."""

from typing import Any

from pydantic import Field

from schemas.asset import Kind
from schemas.base import AssetId, Contract, Sha256, Time
from schemas.folders import FolderProfile

LIST_TYPE = "text/csv"
"""Media type of a folder's list: it is no picture; it has a `file` facet where something is or was wrong with it."""


class Companion(Contract):
    """A file of the same name that is one picture with the master: the camera's JPEG beside its RAW."""

    key: str = Field(description="The name it was dropped under", examples=["autumn/TRAINER-RED_front.jpg"])
    sha256: Sha256 | None = Field(
        default=None, description="Content hash, kept as an original; absent where it was refused"
    )
    bytes: int = Field(default=0, description="Size in bytes", examples=[2481244])
    media_type: str = Field(
        default="application/octet-stream", examples=["image/jpeg"], description="Sniffed from the bytes"
    )
    embedded: dict[str, Any] = Field(default_factory=dict, description="EXIF, IPTC, XMP, as those of the master")
    cause: str | None = Field(default=None, description="Why it was not taken, for people")


class FileFacet(Contract):
    """`file`, written by ingest: the verified original and what its metadata says."""

    sha256: Sha256 | None = Field(default=None, description="Content hash; absent where nothing could be read")
    bytes: int = Field(default=0, description="Size in bytes", examples=[2481244])
    media_type: str = Field(
        default="application/octet-stream", examples=["image/jpeg"], description="Sniffed from the bytes"
    )
    kind: Kind | None = Field(default=None, description="image, video, model or document")
    bucket: str = Field(description="Where it was dropped", examples=["inbox"])
    key: str = Field(description="The name it was dropped under", examples=["autumn/TRAINER-RED_front.jpg"])
    version_id: str = Field(default="", description="The store's version id of the object that was taken")
    arrived: Time = Field(description="Store time of the PUT")
    embedded: dict[str, Any] = Field(
        default_factory=dict,
        description="EXIF, IPTC, XMP, C2PA: orientation, dates, copyright, gps flag, product fields, how it was made; "
        "`behind`: what stands behind the picture's end, where another program would open it",
    )
    sidecar: dict[str, Any] = Field(default_factory=dict, description="The same from a side-car file")
    metadata: dict[str, str] = Field(
        default_factory=dict,
        description="What the uploader wrote about the object: its `x-amz-meta-…`, without that",
        examples=[{"sku": "TRAINER-RED"}],
    )
    tags: dict[str, str] = Field(
        default_factory=dict,
        description="The object's tags (S3 object tagging) when it was taken",
        examples=[{"sku": "TRAINER-RED"}],
    )
    profile: FolderProfile = Field(
        default_factory=FolderProfile, description="What held for its folder when it was taken"
    )
    merged_into: AssetId | None = Field(
        default=None, description="The asset that has taken this one over: its file was only moved"
    )
    edition_of: AssetId | None = Field(
        default=None,
        description="The asset that goes on with this one's picture as a version: it is a newer edition, a person says",
    )
    taken_from: AssetId | None = Field(
        default=None, description="Of such a version: the asset that it came from, and may go back to"
    )
    restored: int | None = Field(
        default=None, description="The older version that it is again: a person wanted it back", examples=[1]
    )
    removed: list[str] = Field(
        default_factory=list,
        description="Names that people took out of the inbox; the library keeps what was taken",
        examples=[["autumn/TRAINER-RED_front.jpg"]],
    )
    companions: list[Companion] = Field(
        default_factory=list, description="Files of the same name that are one picture with this master"
    )
    retired: list[str] = Field(
        default_factory=list,
        description="Names that retention has taken out of the inbox, or is about to: nobody removed them",
        examples=[["autumn/TRAINER-RED_front.jpg"]],
    )

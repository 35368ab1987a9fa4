"""A link by which somebody without an account drops files into a folder of its own, where they wait to be approved."""

from typing import Literal

from pydantic import Field

from schemas.base import Contract, Time

KIND = "upload-link"
"""Of the fact, whose id is the link's."""
FILE = "file:"
"""`file:<name>` of the fact: what came by it."""
Type = Literal["image", "video", "model", "document"]


class UploadLink(Contract):
    """The fields of the fact. Of its secret only a hash is kept."""

    name: str = Field(description="Whom it is for", examples=["Studio Nord"])
    folder: str = Field(description="Of the inbox, its own", examples=["autumn/upload-link-3f2a9c0d11e2"])
    skus: list[str] = Field(default_factory=list, description="Only of these products; none: of any")
    types: list[Type] = Field(description="What it takes", examples=[["image"]])
    files: int = Field(ge=1, description="At most so many", examples=[50])
    megabytes: int = Field(ge=1, description="Of one file, at most", examples=[200])
    expires: Time = Field(description="Then it is closed")
    by: str = Field(description="Who made it", examples=["anna"])
    hash: str = Field(
        description="Of its secret", examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
    )
    revoked: bool = Field(default=False, description="For good")


class Came(Contract):
    """A file that came by it."""

    bytes: int = Field(ge=0, examples=[2400000], description="Its size")
    named: str = Field(description="As its sender had called it", examples=["IMG_0001.JPG"])
    at: Time = Field(description="When")

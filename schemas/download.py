"""That somebody took files: an original, or a pack; a fact each, which nothing changes any more."""

from typing import Literal

from pydantic import Field

from schemas.base import AssetId, Contract, Time

KIND = "download"
"""Of the fact, whose id is the download's."""


class Download(Contract):
    """The fields of the fact."""

    what: Literal["original", "pack", "file"] = Field(
        description="file: renditions one by one, by a share link or a program's key"
    )
    assets: list[AssetId] = Field(description="Of these pictures")
    version: int | None = Field(default=None, description="Of an original, or of what a program fetched", examples=[1])
    presets: list[str] = Field(default_factory=list, description="In these sizes", examples=[["web"]])
    files: int = Field(default=1, ge=0, description="How many files", examples=[1])
    by: str = Field(description="Name of the key or account, or of the share link", examples=["admin"])
    share: str | None = Field(default=None, description="Id of the share link that it was taken by")
    market: str = Field(default="", description="For which market, where one was named", examples=["de"])
    channel: str = Field(default="", description="For which channel, as limits name it", examples=["webshop"])
    at: Time = Field(description="When it was begun")

"""What holds for all that is dropped into a folder of the inbox, and below it."""

from typing import Literal

from pydantic import Field

from schemas.base import Contract

FOLDERS = "settings/folders.yaml"
"""The profiles in use."""
Approval = Literal["auto", "review"]


class FolderProfile(Contract):
    """Of one folder. What it leaves open, the folder above it says."""

    owner: str = Field(default="", description="Who is asked and told", examples=["anna@example.com"])
    approval: Approval = Field(
        default="auto", description="auto: live when ready; review: live when somebody has approved it"
    )
    brand: str = Field(default="", description="Whose pictures they are", examples=["Luma"])
    market: str = Field(default="", description="Where they are for", examples=["DE"])
    rights: str = Field(
        default="", description="What may be done with them, in words", examples=["Own photographs, no limits"]
    )

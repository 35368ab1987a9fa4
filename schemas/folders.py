"""What holds for all that is dropped into a folder of the inbox, and below it."""

from typing import Literal

from pydantic import Field

from schemas.base import Contract
from schemas.rights import Consent, Licence

FOLDERS = "settings/folders.yaml"
"""The profiles in use."""
LINKED = "upload-link-"
"""A folder whose name begins so is an upload link's: what comes there waits for a person, whatever profiles say."""
Approval = Literal["auto", "review"]
Editions = Literal["ask", "join"]


class FolderProfile(Contract):
    """Of one folder. What it leaves open, the folder above it says."""

    owner: str = Field(default="", description="Who is asked and told", examples=["anna@example.com"])
    approval: Approval = Field(
        default="auto", description="auto: live when ready; review: live when somebody has approved it"
    )
    editions: Editions = Field(
        default="ask",
        description="A file for a place that another picture has. ask: a person says whether it is a newer edition of "
        "that; join: it is that picture's next version at once",
    )
    brand: str = Field(default="", description="Whose pictures they are", examples=["Luma"])
    market: str = Field(default="", description="Where they are for", examples=["DE"])
    naming: str = Field(
        default="",
        description="The naming rule that its files are read by before any other: the name of one, or a pattern. "
        "It holds for what is there, too",
        examples=["studio", "(?P<sku>[A-Z0-9-]+)_(?P<role>[a-z]+)"],
    )
    rights: str = Field(
        default="",
        description="A note on what may be done with them: nothing is enforced by it",
        examples=["Own photographs, no limits"],
    )
    licence: Licence | None = Field(default=None, description="Theirs, where nobody has decided another of an asset")
    consent: Consent | None = Field(default=None, description="Of who is seen on them, in the same way")

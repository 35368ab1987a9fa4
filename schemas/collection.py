"""Collections: pictures that people put together, a fact each.

Another thing than what a PIM calls a collection: that is a group of products (`schemas/groups.py`), which pictures are
linked to. This one holds assets, is made here, and links nothing.
"""

from pydantic import Field

from schemas.base import Contract, Time

KIND = "collection"
"""Of the fact, whose id is the collection's."""
MEMBER = "asset:"
"""Fields `asset:<id>`: a picture that is in it. The value is its place, smaller ones first."""
MOST = 2000
"""Pictures of one: a fact has room for no more."""


class Collection(Contract):
    """The fields of the fact, but for its pictures."""

    name: str = Field(description="What people call it", examples=["Autumn lookbook"])
    note: str = Field(default="", description="What it is for", examples=["For the press, until May"])
    made: Time = Field(description="When")
    removed: bool = Field(default=False, description="It shows no more; its pictures stay what they are")

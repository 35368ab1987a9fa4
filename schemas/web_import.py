"""A file that is fetched from an address of the web and dropped into the inbox: a fact each."""

from typing import Literal

from pydantic import Field

from schemas.base import Contract, Time

KIND = "import"
"""Of the fact, whose id is the import's."""


class Import(Contract):
    """The fields of the fact."""

    url: str = Field(description="Where it is fetched from", examples=["https://studio.example.com/TRAINER-RED.jpg"])
    key: str = Field(description="Its name in the inbox", examples=["autumn/TRAINER-RED.jpg"])
    by: str = Field(description="Who asked for it", examples=["admin"])
    made: Time = Field(description="When")
    status: Literal["waiting", "done", "refused"] = Field(default="waiting", description="done: it lies in the inbox")
    bytes: int | None = Field(default=None, description="Its size", examples=[2400000])
    cause: str | None = Field(default=None, description="Why it was refused, for people")
    cure: str | None = Field(default=None, description="What to do about it, for people")

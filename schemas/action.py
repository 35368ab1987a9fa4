"""What somebody had done that is no decision about a thing: a fact each, which nothing changes any more."""

from pydantic import Field

from schemas.base import AssetId, Contract, Time

KIND = "action"
"""Of the fact, whose id is the action's."""


class Action(Contract):
    """The fields of the fact. It is noted before it is done."""

    what: str = Field(
        description="upload: leave to put a file; retry: work on a picture again; replay: dead letters sent again; "
        "away: dead letters that need nobody any more; job: bulk work paused, resumed or cancelled",
        examples=["upload"],
    )
    by: str = Field(description="Name of the key or account", examples=["anna"])
    at: Time = Field(description="When")
    key: str | None = Field(default=None, description="Of an upload: its name in the inbox", examples=["a/RED.jpg"])
    until: Time | None = Field(default=None, description="Of an upload: what has not begun by then is not taken")
    asset: AssetId | None = Field(default=None, description="Of a retry")
    detail: str = Field(default="", description="Which letters, which job", examples=["1f0c2a9e: pause"])

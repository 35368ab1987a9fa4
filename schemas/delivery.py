"""What a target outside has of a product or an asset by our hand: PIM write-back, webhooks, and later feeds."""

from typing import Literal

from pydantic import Field

from schemas.base import Contract, Time


class Place(Contract):
    """One place of the target that we fill, as it was when we filled it last."""

    content: str = Field(description="Hash of what was delivered", examples=["9f86d081884c7d65"])
    value: str | None = Field(
        default=None,
        description="What the target holds since then, in its own words",
        examples=["9/f/8/6/9f86_packshot_9f86d081884c7d65.jpg"],
    )


class Conflict(Contract):
    """Somebody else changed a place of ours: it stays as they made it, until a person decides."""

    place: str = Field(description="attribute/locale/channel", examples=["picture_main//"])
    found: str | None = Field(default=None, description="What stands there", examples=["1/2/3/4/1234_mine.jpg"])
    cause: str = Field(description="For people", examples=["Somebody else changed it."])
    cure: str = Field(description="For people", examples=["Empty it there, or `packshot pim --overwrite TRAINER-RED`."])


class Lag(Contract):
    """How far an endpoint of webhooks is behind."""

    waiting: int = Field(ge=0, description="Entities whose newest state it does not have", examples=[3])
    oldest: Time | None = Field(default=None, description="Since when the first of them waits")
    failing_since: Time | None = Field(default=None, description="First failure since it took anything last")
    given_up: bool = Field(default=False, description="Nothing more is sent until somebody changes or replays it")


class Delivery(Contract):
    """What one target has of one entity. Only what differs from it is sent."""

    target: str = Field(description="Which system", examples=["akeneo"])
    entity: str = Field(
        description="SKU; of a webhook's `asset/<id>`, `product/<sku>`, or `endpoint/<id>` for how itself is",
        examples=["TRAINER-RED"],
    )
    revision: int = Field(ge=1, examples=[1], description="Never goes back")
    status: Literal["done", "waiting", "conflict", "failed"] = Field(
        description="waiting: for a picture to be live and rendered", examples=["done"]
    )
    cause: str | None = Field(default=None, description="Why it failed, for people")
    cure: str | None = Field(default=None, description="What to do about it, for people")
    places: dict[str, Place] = Field(default_factory=dict, description="attribute/locale/channel → what we put there")
    conflicts: list[Conflict] = Field(default_factory=list, description="Places that others changed")
    replay: Time | None = Field(default=None, description="The last replay of a webhook that it was sent under")
    lag: Lag | None = Field(default=None, description="Of a webhook's endpoint")
    written: Time = Field(description="When")

    @property
    def key(self) -> str:
        """The record's key on `deliveries`."""
        return f"{self.target}/{self.entity}"

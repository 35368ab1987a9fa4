"""Outbound webhooks: what people say of an endpoint, and how its deliveries are named."""

from typing import Literal, get_args

from pydantic import Field

from schemas.base import Contract, Time

KIND = "webhook"
"""Of the fact, whose id is the endpoint's."""
EventType = Literal[
    "asset.ready", "asset.replaced", "asset.withdrawn", "product.media.changed", "shoot.settled", "readiness.changed",
    "life.changed", "task.opened", "task.done", "finding.assigned", "report.made",
]  # fmt: skip
EVENTS: tuple[EventType, ...] = get_args(EventType)
TARGET = f"{KIND}-"
"""Targets on `deliveries` that begin so are endpoints."""
MAIL = "mail"
"""The endpoint that is no webhook: digests of shoots go through it to the owners of their folders, and reports of
the audit."""
STATUS = "endpoint/"
"""Entities on `deliveries` that begin so tell how the endpoint itself is."""


class Replay(Contract):
    """What an endpoint is to be sent again."""

    asked: Time = Field(description="When somebody asked: what was sent after that is not sent again")
    since: Time = Field(description="Whatever changed since then")
    entity: str | None = Field(default=None, description="Only this one; absent: all", examples=["product/TRAINER-RED"])


class Endpoint(Contract):
    """The fields of the fact. Its secret is in none of them: see `runtime/webhook_secret.py`."""

    url: str = Field(description="Where to", examples=["https://shop.example.com/packshot"])
    events: list[str] = Field(description="Which", examples=[["asset.ready"]])
    made: Time = Field(description="When: what changed before is sent only by a replay")
    enabled: bool = Field(default=True, description="Whether anything is sent")
    removed: bool = Field(default=False, description="For good")
    rotation: int = Field(default=0, ge=0, description="How often its secret was changed")
    rotated: Time | None = Field(default=None, description="When last: the secret before it is valid for a day more")
    replay: Replay | None = Field(default=None, description="What to send again")

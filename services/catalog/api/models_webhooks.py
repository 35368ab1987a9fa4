"""What the API says and takes of webhooks."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field

from schemas.webhook import EVENTS, EventType
from services.catalog.api.deps import Text

URL = Field(min_length=1, description="https://…; private addresses only where PACKSHOT_WEBHOOK_PRIVATE is set")


class WebhookWanted(BaseModel):
    """A new endpoint."""

    url: Text = URL
    events: list[EventType] = Field(
        default_factory=lambda: list(EVENTS), min_length=1, max_length=20, description="Which; default: all"
    )


class WebhookChange(BaseModel):
    """What to change; absent: as it is."""

    url: Text | None = Field(default=None, min_length=1)
    events: list[EventType] | None = Field(default=None, min_length=1, max_length=20)
    enabled: bool | None = Field(default=None, strict=True)


class ReplayWanted(BaseModel):
    """What to send again. Neither: all that there is."""

    since: AwareDatetime | None = Field(default=None, description="Whatever changed since then")
    entity: Text | None = Field(default=None, description="Only this one", examples=["product/MH01-M-Black"])


class WebhookItem(BaseModel):
    """An endpoint, and how it is."""

    id: str
    url: str
    events: list[str]
    enabled: bool
    made: datetime
    state: Literal["ok", "failing", "given up", "disabled"]
    waiting: int = Field(description="Assets and products whose newest state it does not have; 10,000: or more")
    lag_seconds: float = Field(description="How long the first of them waits")
    failing_since: datetime | None = Field(default=None, description="First failure since it took anything last")
    cause: str | None = None
    cure: str | None = None


class WebhookMade(WebhookItem):
    """With the secret that its messages are signed by."""

    secret: str = Field(description="Shown this once", examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])

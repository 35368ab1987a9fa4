"""Settings of pim."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from runtime.config import Settings

LOGIN = ("akeneo_client_id", "akeneo_secret", "akeneo_user", "akeneo_password")


class PimSettings(Settings):
    """What is pim's own. Without an address of Akeneo products come from lists alone."""

    akeneo_url: str = Field(default="", description="Akeneo PIM, https://host; empty: none")
    akeneo_client_id: str = Field(default="", description="Client id of its connection")
    akeneo_secret: str = Field(default="", description="Secret of its connection", repr=False)
    akeneo_user: str = Field(default="", description="Username of its connection")
    akeneo_password: str = Field(default="", description="Password of its connection", repr=False)
    akeneo_mapping: Path | None = Field(
        default=None, description="What stands for what in it, and which attributes we write: a YAML file"
    )
    akeneo_poll_s: float = Field(default=30.0, gt=0, description="Seconds between two questions what has changed")
    akeneo_full_s: float = Field(
        default=86400.0, gt=0, description="Seconds after which it is asked for everything: only that tells removals"
    )

    akeneo_events_secret: str = Field(
        default="", description="Secret of its Event Platform's subscription; empty: no events are received", repr=False
    )
    akeneo_events_secret_before: str = Field(
        default="", description="The secret before, which holds too while it is changed", repr=False
    )
    hooks_host: str = Field(default="127.0.0.1", description="Address that webhooks of PIMs are received at")
    hooks_port: int = Field(default=8482, ge=0, description="Port that webhooks of PIMs are received at")

    @model_validator(mode="after")
    def _whole_login(self) -> Self:
        if not self.akeneo_url:
            return self
        if missing := [f"PACKSHOT_{name.upper()}" for name in LOGIN if not getattr(self, name)]:
            raise ValueError(f"PACKSHOT_AKENEO_URL is set, and {', '.join(missing)} not: give the whole connection.")
        if not self.akeneo_url.startswith(("https://", "http://")):
            raise ValueError(f"PACKSHOT_AKENEO_URL is {self.akeneo_url}: begin it with https://")
        return self

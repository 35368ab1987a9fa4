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
    salsify_organisation: str = Field(default="", description="Salsify's organisation id, s-…; empty: no Salsify")
    salsify_token: str = Field(default="", description="API key of a user of it", repr=False)
    salsify_url: str = Field(default="https://app.salsify.com/api/v1/orgs", description="Where Salsify answers")
    salsify_mapping: Path | None = Field(default=None, description="Which property of it stands for what: a YAML file")
    salsify_poll_s: float = Field(default=60.0, gt=0, description="Seconds between two questions what has changed")
    salsify_full_s: float = Field(
        default=86400.0, gt=0, description="Seconds after which it is asked for everything: only that tells removals"
    )
    salsify_hook_url: str = Field(
        default="", description="Address that Salsify sends its webhooks to, as it was given there; empty: none"
    )

    wisepim_token: str = Field(default="", description="API key of WISEPIM; empty: no WISEPIM", repr=False)
    wisepim_url: str = Field(default="https://api.wisepim.com/v2", description="Where WISEPIM answers")
    wisepim_mapping: Path | None = Field(default=None, description="Which field of it stands for what: a YAML file")
    wisepim_full_s: float = Field(
        default=3600.0, gt=0, description="Seconds after which it is asked for everything: it cannot be asked for less"
    )
    wisepim_secret: str = Field(
        default="", description="Secret of its webhooks; empty: no webhooks are received", repr=False
    )
    wisepim_secret_before: str = Field(
        default="", description="The secret before, which holds too while it is changed", repr=False
    )
    wisepim_header: str = Field(default="X-Webhook-Signature", description="Header that holds its signature")

    hooks_host: str = Field(default="127.0.0.1", description="Address that webhooks of PIMs are received at")
    hooks_port: int = Field(default=8482, ge=0, description="Port that webhooks of PIMs are received at")

    @model_validator(mode="after")
    def _whole_salsify(self) -> Self:
        if bool(self.salsify_organisation) != bool(self.salsify_token):
            raise ValueError("give PACKSHOT_SALSIFY_ORGANISATION and PACKSHOT_SALSIFY_TOKEN, or neither.")
        if self.salsify_hook_url and not self.salsify_organisation:
            raise ValueError("PACKSHOT_SALSIFY_HOOK_URL is set, and PACKSHOT_SALSIFY_ORGANISATION not: set both.")
        return self

    @model_validator(mode="after")
    def _whole_wisepim(self) -> Self:
        if self.wisepim_secret and not self.wisepim_token:
            raise ValueError("PACKSHOT_WISEPIM_SECRET is set, and PACKSHOT_WISEPIM_TOKEN not: set both.")
        return self

    @model_validator(mode="after")
    def _whole_login(self) -> Self:
        if not self.akeneo_url:
            return self
        if missing := [f"PACKSHOT_{name.upper()}" for name in LOGIN if not getattr(self, name)]:
            raise ValueError(f"PACKSHOT_AKENEO_URL is set, and {', '.join(missing)} not: give the whole connection.")
        if not self.akeneo_url.startswith(("https://", "http://")):
            raise ValueError(f"PACKSHOT_AKENEO_URL is {self.akeneo_url}: begin it with https://")
        return self

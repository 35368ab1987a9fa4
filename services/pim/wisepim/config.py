"""Settings of WISEPIM."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from runtime.config import Settings


class WisepimSettings(Settings):
    """Without a token there is none."""

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

    @model_validator(mode="after")
    def _whole_wisepim(self) -> Self:
        if self.wisepim_secret and not self.wisepim_token:
            raise ValueError("PACKSHOT_WISEPIM_SECRET is set, and PACKSHOT_WISEPIM_TOKEN not: set both.")
        return self

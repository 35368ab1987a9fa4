"""Settings of Salsify."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from runtime.config import Settings


class SalsifySettings(Settings):
    """Without an organisation there is none."""

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

    @model_validator(mode="after")
    def _whole_salsify(self) -> Self:
        if bool(self.salsify_organisation) != bool(self.salsify_token):
            raise ValueError("give PACKSHOT_SALSIFY_ORGANISATION and PACKSHOT_SALSIFY_TOKEN, or neither.")
        if self.salsify_hook_url and not self.salsify_organisation:
            raise ValueError("PACKSHOT_SALSIFY_HOOK_URL is set, and PACKSHOT_SALSIFY_ORGANISATION not: set both.")
        return self

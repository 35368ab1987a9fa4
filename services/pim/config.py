"""Settings of pim: of each PIM, and where all are heard. Without any, products come from lists alone."""

from pydantic import Field

from services.pim.akeneo.config import AkeneoSettings
from services.pim.salsify.config import SalsifySettings
from services.pim.wisepim.config import WisepimSettings


class PimSettings(WisepimSettings, SalsifySettings, AkeneoSettings):
    """All of them; the last base's come first."""

    hooks_host: str = Field(default="127.0.0.1", description="Address that webhooks of PIMs are received at")
    hooks_port: int = Field(default=8482, ge=0, description="Port that webhooks of PIMs are received at")

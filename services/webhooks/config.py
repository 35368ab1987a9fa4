"""Webhooks' own settings."""

from pydantic import Field

from runtime.config import Settings


class WebhooksSettings(Settings):
    """Settings of `services.webhooks`."""

    admin_key: str = Field(default="", description="The API's: secrets of webhooks are made from it", repr=False)
    public_url: str = Field(
        default="", description="How the world reaches public delivery; without it, events name no gallery"
    )
    webhook_private: bool = Field(
        default=False, description="Webhooks may go to private addresses, and there by plain HTTP"
    )

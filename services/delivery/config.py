"""Delivery's own settings."""

from pydantic import Field

from runtime.config import Settings


class DeliverySettings(Settings):
    """Settings of `services.delivery`."""

    public_host: str = Field(default="127.0.0.1", description="Address of public delivery; 0.0.0.0 in a container")
    public_port: int = Field(default=8481, ge=0, description="Port of public delivery")
    public_url: str = Field(
        default="",
        description="How the world reaches it: https://media.example.com; without it, galleries name paths only",
    )
    public_memory: int = Field(
        default=128 * 1024 * 1024, ge=0, description="Bytes of files that are kept in memory, for the next who asks"
    )
    purge_url: str = Field(
        default="", description="Is told by POST which surrogate keys have changed: your CDN's purge, or a proxy to it"
    )
    purge_token: str = Field(default="", description="Sent there as `Authorization: Bearer`", repr=False)

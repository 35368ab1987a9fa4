"""Webhooks' own settings."""

from typing import Literal

from pydantic import Field

from runtime.config import Settings


class WebhooksSettings(Settings):
    """Settings of `services.webhooks`."""

    admin_key: str = Field(default="", description="The API's: secrets of webhooks are made from it", repr=False)
    public_url: str = Field(
        default="", description="How the world reaches public delivery; without it, events name no gallery"
    )
    page_url: str = Field(
        default="",
        description="How people reach the page: https://packshot.example.com; else shoots are told of without it",
    )
    smtp_host: str = Field(default="", description="Mail server for digests of shoots; empty: no mails")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection to it is kept secret; tls: from its first byte (port 465)"
    )
    smtp_user: str = Field(default="", description="Name to sign in with there; empty: without")
    smtp_password: str = Field(default="", description="Its password", repr=False)
    smtp_from: str = Field(default="Packshot <packshot@localhost>", description="Who digests come from")
    webhook_private: bool = Field(
        default=False, description="Webhooks may go to private addresses, and there by plain HTTP"
    )

"""The catalogue's own settings."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from runtime.config import Settings


class CatalogSettings(Settings):
    """Settings of `services.catalog`."""

    http_host: str = Field(default="127.0.0.1", description="Address of the API and the page; 0.0.0.0 in a container")
    http_port: int = Field(default=8480, ge=0, description="Port of the API and the page")
    admin_key: str = Field(
        default="", description="Key that opens the API; without one nothing but health answers", repr=False
    )
    s3_public_url: str = Field(
        default="",
        description="Where browsers reach the object store, for uploads: https://files.example.com; "
        "default is the S3 endpoint itself",
    )
    public_url: str = Field(
        default="", description="How the world reaches public delivery; without it, the page offers paths of it only"
    )
    page_url: str = Field(
        default="",
        description="How people reach the page: https://packshot.example.com; links that are handed out begin with it, "
        "and with https cookies are for TLS alone. Default is as a request came: wrong behind a proxy elsewhere",
    )
    session_hours: float = Field(default=12.0, gt=0, description="How long a sign-in to the page lasts, hours")
    api_rate: float = Field(
        default=50.0,
        ge=0,
        description="Requests a second that one key may make in the long run; 0: no limit",
    )
    members: str = Field(
        default="",
        description="Where the services say how they are, for the status page: `ingest=127.0.0.1:9501,render=…`; "
        "unset: none is asked",
    )
    webhook_private: bool = Field(
        default=False, description="Webhooks may go to private addresses, and there by plain HTTP"
    )
    import_private: bool = Field(
        default=False, description="Files may be imported from private addresses, and there by plain HTTP"
    )
    import_bytes: int = Field(
        default=1_000_000_000, ge=1, description="Most bytes of a file that is imported by address"
    )
    import_seconds: float = Field(default=600.0, gt=0, description="Longest time that such a file may take to come")
    shoot_quiet_s: float = Field(
        default=120.0, gt=0, description="A shoot has settled when nothing of it is at work or has changed so long"
    )
    channels: Path | None = Field(
        default=None,
        description="Folder of YAML files with rules of further channels, or in the place of ours of the same name",
    )
    drops: Path | None = Field(
        default=None, description="YAML file of drops: buckets and SFTP folders that channels' files are put into"
    )
    audits: Path | None = Field(
        default=None,
        description="Folder of YAML files with audit rules of one's own, or in the place of ours of the same name",
    )
    audit_report_day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = Field(
        default="monday", description="Day of the week on which the audit's report is made"
    )
    audit_report_to: str = Field(
        default="", description="Who gets it by mail: anna@example.com, ben@example.com; empty: nobody"
    )
    oidc_issuer: str = Field(
        default="", description="Identity provider (OpenID Connect) that people may sign in by; unset: none"
    )
    oidc_client_id: str = Field(default="", description="What the identity provider calls us")
    oidc_client_secret: str = Field(default="", description="Secret of that client, where it has one", repr=False)
    oidc_audience: str = Field(
        default="", description="Audience of the provider's access tokens that open the API; unset: none does"
    )
    oidc_scopes: str = Field(default="openid profile email", description="Scopes that a sign-in asks for")
    oidc_groups: str = Field(default="groups", description="Claim with somebody's groups: `realm_access.roles`")
    oidc_name: str = Field(
        default="preferred_username", description="Claim with the name that stands beside changes, `sub` without it"
    )
    oidc_roles: Path | None = Field(
        default=None, description="YAML file that says what which group may; docs/api.md has an example"
    )
    oidc_redirect: str = Field(
        default="",
        description="Where the provider sends browsers back to, …/sign-in/oidc/back; default is as they reach the page",
    )
    live_clients: int = Field(default=200, ge=1, description="Most pages that follow changes at once")

"""Settings of Akeneo."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from runtime.config import Settings

LOGIN = ("akeneo_client_id", "akeneo_secret", "akeneo_user", "akeneo_password")


class AkeneoSettings(Settings):
    """Without an address there is none."""

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
    akeneo_events_kafka: str = Field(
        default="", description="Kafka that its Event Platform writes to, host:port, comma separated; empty: none"
    )
    akeneo_events_topic: str = Field(default="", description="Topic there that its events are on")
    akeneo_events_group: str = Field(default="packshot", description="Consumer group that reads them")
    akeneo_events_tls: bool = Field(default=True, description="TLS to that Kafka")
    akeneo_events_ca: Path | None = Field(default=None, description="Its authority, PEM; else the system's")
    akeneo_events_certificate: Path | None = Field(default=None, description="Our certificate for it and its key, PEM")
    akeneo_events_sasl: Literal["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="", description="How we log in to it: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; empty: not"
    )
    akeneo_events_user: str = Field(default="", description="As whom")
    akeneo_events_password: str = Field(default="", description="With which password", repr=False)

    @model_validator(mode="after")
    def _whole_login(self) -> Self:
        if not self.akeneo_url:
            return self
        if missing := [f"PACKSHOT_{name.upper()}" for name in LOGIN if not getattr(self, name)]:
            raise ValueError(f"PACKSHOT_AKENEO_URL is set, and {', '.join(missing)} not: give the whole connection.")
        if not self.akeneo_url.startswith(("https://", "http://")):
            raise ValueError(f"PACKSHOT_AKENEO_URL is {self.akeneo_url}: begin it with https://")
        return self

    @model_validator(mode="after")
    def _whole_topic(self) -> Self:
        wanted = {
            "PACKSHOT_AKENEO_URL": (self.akeneo_events_kafka, self.akeneo_url),
            "PACKSHOT_AKENEO_EVENTS_TOPIC": (self.akeneo_events_kafka, self.akeneo_events_topic),
            "PACKSHOT_AKENEO_EVENTS_KAFKA": (self.akeneo_events_topic, self.akeneo_events_kafka),
            "PACKSHOT_AKENEO_EVENTS_USER": (self.akeneo_events_sasl, self.akeneo_events_user),
            "PACKSHOT_AKENEO_EVENTS_PASSWORD": (self.akeneo_events_sasl, self.akeneo_events_password),
        }
        if missing := [name for name, (asked, given) in wanted.items() if asked and not given]:
            raise ValueError(f"the settings of Akeneo's events over Kafka are not whole: set {', '.join(missing)}.")
        return self

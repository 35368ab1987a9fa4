"""All settings: read from the environment here and nowhere else, each with its default and help."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

PREFIX = "PACKSHOT_"
_NEAR = 0.9
"""Share of its letters that a misspelt name has in common with the right one: no two settings of ours are so near."""


class Settings(BaseModel):
    """One process's settings. Services add their own fields by subclassing; names are `PACKSHOT_<FIELD>`."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)  # passwords are among the input

    home: Path = Field(default=Path(".packshot"), description="Folder of all local state")
    models: Path | None = Field(default=None, description="Folder of the models; PACKSHOT_HOME/models if unset")
    kafka: str = Field(default="127.0.0.1:9092", description="Kafka bootstrap servers, host:port, comma separated")
    kafka_security: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = Field(
        default="plaintext",
        description="Kafka: plaintext, ssl (TLS), sasl_plaintext or sasl_ssl (with user and password)",
    )
    kafka_ca: Path | None = Field(
        default=None, description="Kafka: file of the authority that signs the brokers; unset: the system's"
    )
    kafka_certificate: Path | None = Field(
        default=None, description="Kafka: file of our own certificate, for mutual TLS"
    )
    kafka_key: Path | None = Field(default=None, description="Kafka: file of its key; unset: it is in the same file")
    kafka_sasl: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="Kafka: how user and password are told"
    )
    kafka_user: str = Field(default="", description="Kafka: user")
    kafka_password: str = Field(default="", description="Kafka: password", repr=False)
    s3_endpoint: str = Field(default="127.0.0.1:8333", description="S3 endpoint, host:port")
    s3_region: str = Field(
        default="us-east-1", description="Region that requests to S3 are signed for; AWS wants its bucket's own"
    )
    s3_secure: bool = Field(default=False, description="TLS to S3")
    s3_ca: Path | None = Field(
        default=None, description="S3: file of the authority that signs the store; unset: the system's"
    )
    s3_access_key: str = Field(default="", description="S3 access key")
    s3_secret_key: str = Field(default="", description="S3 secret key", repr=False)
    s3_connect_s: float = Field(default=3.0, gt=0, description="Longest wait for a connection to S3, seconds")
    s3_read_s: float = Field(default=30.0, gt=0, description="Longest silence of S3 within an answer, seconds")
    inbox_bucket: str = Field(default="inbox", description="Bucket that people drop files into")
    library_bucket: str = Field(default="library", description="Bucket of originals, renditions and records")
    database_url: str = Field(
        default="", description="PostgreSQL, postgresql://user:password@host:port/database", repr=False
    )
    spool: Path = Field(default=Path("/tmp/packshot"), description="Scratch folder, emptied at start")  # noqa: S108
    scratch_bytes: int = Field(
        default=20_000_000_000,
        gt=0,
        description="Most bytes that one process may have in its scratch folder; work that needs more waits",
    )
    ordinal: int = Field(default=0, ge=0, description="Number of this process among those of its service")
    metrics_host: str = Field(
        default="127.0.0.1",
        description="Address of /metrics, /healthz and /readyz, which ask for no password; a container's needs 0.0.0.0",
    )
    metrics_port: int = Field(default=0, ge=0, description="Port of /metrics, /healthz and /readyz; 0 takes any")
    slots: int = Field(default=0, ge=0, description="Messages worked on at once; 0 is the service's own default")
    later_nice: int = Field(
        default=19,
        ge=1,
        le=19,
        description="Niceness of second waves and bulk work: at 19 they get what nobody else on the machine wants",
    )
    max_attempts: int = Field(default=3, ge=1, description="Tries of a message that fails by our own error")
    dead_letter_pause_s: float = Field(
        default=900.0,
        ge=0,
        description="Seconds in which a worker that too many dead letters stopped buries nothing more, however often "
        "it is started again",
    )
    poll_interval_s: float = Field(default=300.0, gt=0, description="Kafka: longest pause between two polls, seconds")
    session_timeout_s: float = Field(
        default=20.0,
        gt=0,
        description="Kafka: silence after which a member is out, and others get its partitions, seconds: longer than "
        "a restart takes, and what it costs to take a worker away",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")

    @property
    def models_folder(self) -> Path:
        """Where the models lie."""
        return (self.models or self.home / "models").resolve()

    @model_validator(mode="after")
    def _nothing_is_passed_over(self) -> Self:
        """What guards the way to a server must not be given and left unused: somebody believes in it."""
        tls, login = self.kafka_security in ("ssl", "sasl_ssl"), self.kafka_security in ("sasl_plaintext", "sasl_ssl")
        if not tls and (self.kafka_ca or self.kafka_certificate or self.kafka_key):
            raise ValueError(
                f"A certificate for Kafka is given, but PACKSHOT_KAFKA_SECURITY is {self.kafka_security}, which uses "
                "none: set ssl or sasl_ssl, or take it away."
            )
        if not login and (self.kafka_user or self.kafka_password):
            raise ValueError(
                f"A user or password for Kafka is given, but PACKSHOT_KAFKA_SECURITY is {self.kafka_security}, which "
                "sends none: set sasl_ssl (or sasl_plaintext), or take them away."
            )
        if login and not (self.kafka_user and self.kafka_password):
            raise ValueError(f"{self.kafka_security} needs PACKSHOT_KAFKA_USER and PACKSHOT_KAFKA_PASSWORD: set both.")
        if self.kafka_key and not self.kafka_certificate:
            raise ValueError("PACKSHOT_KAFKA_KEY is of no use without PACKSHOT_KAFKA_CERTIFICATE: set that, too.")
        if self.s3_ca and not self.s3_secure:
            raise ValueError(
                "PACKSHOT_S3_CA is given, but PACKSHOT_S3_SECURE is not true: S3 would be asked without TLS."
            )
        return self


T = TypeVar("T", bound="Settings")


def load(kind: type[T]) -> T:
    """Read settings of that kind from the environment. Raises ValueError naming the variable at fault."""
    values = {
        name: os.environ[PREFIX + name.upper()] for name in kind.model_fields if os.environ.get(PREFIX + name.upper())
    }
    return kind.model_validate(values)


def misspelt(kind: type[Settings]) -> dict[str, str]:
    """Variables of the environment that nobody of ours reads → the setting of that kind that was probably meant.

    Others of our prefix are of other services: one list of settings may be given to all.
    """
    fields = set(kind.model_fields)
    given = {name.removeprefix(PREFIX).lower() for name in os.environ if name.startswith(PREFIX)} - fields
    near = {name: get_close_matches(name, _alike(fields, name), n=1, cutoff=_NEAR) for name in sorted(given)}
    return {PREFIX + name.upper(): PREFIX + found[0].upper() for name, found in near.items() if found}


def _alike(fields: set[str], name: str) -> list[str]:
    """Those of as many words."""
    return sorted(field for field in fields if field.count("_") == name.count("_"))

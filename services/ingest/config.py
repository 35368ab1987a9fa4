"""Settings of ingest."""

from typing import Self

from pydantic import Field, model_validator

from runtime.config import Settings


class IngestSettings(Settings):
    """What is ingest's own."""

    masters: bool = Field(
        default=True, description="RAW, PSD or TIFF and JPEG of one name in one folder are one picture with a master"
    )
    events_host: str = Field(default="127.0.0.1", description="Address that stores' notifications are received at")
    events_port: int = Field(default=8483, ge=0, description="Port that stores' notifications are received at")
    events_token: str = Field(
        default="",
        description="What EventBridge and webhooks of stores send as `Authorization: Bearer`; empty: they tell nothing",
        repr=False,
    )
    events_topics: str = Field(
        default="", description="ARNs of Amazon SNS topics that may tell us of files, commas between; empty: none"
    )
    events_queue: str = Field(
        default="", description="Address of an Amazon SQS queue that S3 tells of files through; empty: none"
    )
    sweep_s: float = Field(
        default=60.0, gt=0, description="Seconds between two sweeps of the inbox, more where they are dear"
    )
    sweep_deep_s: float = Field(
        default=3600.0,
        gt=0,
        description="Seconds between two looks whether every original is in the store, and for files put and deleted",
    )
    sweep_grace_s: float = Field(
        default=10.0,
        ge=0,
        description="Age at which an arrival that is not taken counts as missed, seconds",
    )
    retention_days: float = Field(
        default=0.0,
        ge=0,
        description="Days after which a file that is safe in the library leaves the inbox; 0: it stays for ever",
    )
    still_s: float = Field(
        default=5.0, ge=0, description="How long a file from SFTP or WebDAV must stand still, seconds"
    )
    empty_s: float = Field(default=600.0, gt=0, description="How long an empty file is waited for, seconds")
    max_bytes: int = Field(default=5_000_000_000, gt=0, description="Largest file that is taken, bytes")
    removal_share: float = Field(default=0.05, gt=0, description="Largest share of a folder that may vanish unasked")
    removal_least: int = Field(default=20, ge=0, description="So many files of a folder may always vanish at once")

    @model_validator(mode="after")
    def _largest_fits(self) -> Self:
        if self.max_bytes > self.scratch_bytes:
            raise ValueError(
                f"PACKSHOT_SCRATCH_BYTES ({self.scratch_bytes}) is less than PACKSHOT_MAX_BYTES ({self.max_bytes}): "
                "the largest file would wait for ever. Raise the first or lower the second."
            )
        return self

"""Settings of collector."""

from pydantic import Field

from runtime.config import Settings


class CollectorSettings(Settings):
    """What is collector's own."""

    collect_s: float = Field(default=86400.0, gt=0, description="Seconds between two rounds of the collector")
    keep_days: float = Field(
        default=7.0, ge=2, description="Days that unreferenced, superseded and purged objects are kept"
    )

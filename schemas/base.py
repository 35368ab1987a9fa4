"""What every contract model shares: immutable, tolerant of what newer writers add."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Contract(BaseModel):
    """Base of all contract models. Readers ignore fields that they do not know (FULL_TRANSITIVE evolution)."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="float")


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its zone: 2026-11-23T09:00:00Z")
    return value


Time = Annotated[datetime, AfterValidator(_aware)]
Sha256 = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
]
AssetId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$", examples=["6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"])]

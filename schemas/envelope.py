"""The CloudEvents 1.0 envelope (structured JSON mode) around every record that we write."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from schemas.base import Contract, Time

NAMESPACE = uuid.UUID("6b1ff4c2-5d0e-5e0e-9d0f-1f5a2f6f7a10")
"""Fixed for ever: ids derived from it must be the same in every release."""


class Event(Contract):
    """One CloudEvent. `data` is the JSON of the contract model that the topic table names."""

    specversion: str = Field(default="1.0", description="CloudEvents version", examples=["1.0"])
    id: str = Field(description="Same id = same event; announcing again uses it again", examples=["0b0e…"])
    source: str = Field(description="Which of our services wrote it", examples=["/packshot/ingest"])
    type: str = Field(
        description="What happened, past tense, with its version", examples=["packshot.asset.ingested.v1"]
    )
    subject: str = Field(description="The entity: the record's key", examples=["6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"])
    time: Time = Field(description="When it was first said", examples=["2026-11-23T09:00:00Z"])
    datacontenttype: str = Field(
        default="application/json", description="Media type of `data`", examples=["application/json"]
    )
    dataschema: str = Field(default="", description="Name of the JSON Schema of `data`", examples=["AssetIngested.v1"])
    traceparent: str | None = Field(default=None, description="W3C trace context, carried through every step")
    data: dict[str, Any] = Field(description="The contract model, as JSON")


def event_id(*parts: object) -> str:
    """A stable id from what the event is about, so that saying it twice is the same event."""
    return str(uuid.uuid5(NAMESPACE, json.dumps([str(part) for part in parts])))


def event_of(source: str, kind: str, subject: str, data: Contract, *, id: str, traceparent: str | None = None) -> Event:
    """Wrap `data`. kind: e.g. `asset.ingested`; source: the service's name."""
    return Event(
        id=id,
        source=f"/packshot/{source}",
        type=f"packshot.{kind}.v1",
        subject=subject,
        time=datetime.now(UTC),
        dataschema=f"{type(data).__name__}.v1",
        traceparent=traceparent,
        data=data.model_dump(mode="json"),
    )

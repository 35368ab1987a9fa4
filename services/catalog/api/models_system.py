"""What the API answers about the library as a whole."""

from datetime import datetime

from pydantic import BaseModel


class Latency(BaseModel):
    """Milliseconds after the PUT."""

    p50: float
    p95: float


class Summary(BaseModel):
    """Totals. `assets.ready` counts complete ones too; `by_state` tells them apart."""

    assets: dict[str, int]
    by_state: dict[str, int]
    versions: int
    renditions: int
    bytes: int
    tags: dict[str, int]
    links: int
    linked_assets: int
    suggested_assets: int
    products: int
    latency_ms: dict[str, Latency | None]


class SignInLink(BaseModel):
    """A link that signs in once."""

    url: str
    expires: datetime

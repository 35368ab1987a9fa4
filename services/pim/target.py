"""A PIM that pictures are delivered to. One file a system behind it."""

from dataclasses import dataclass
from typing import Protocol

from schemas.rendition import Rendition
from services.pim.places import Write


@dataclass(frozen=True)
class Picture:
    """What is wanted at a place. `content` is its hash: of the bytes, or of the address."""

    content: str
    asset: str
    version: int
    rendition: Rendition
    url: str = ""
    parts: "tuple[Picture, ...]" = ()
    """All pictures of a collection, in their order; this one is the first of them."""


@dataclass(frozen=True)
class Held:
    """One product of the target: how it is addressed there, and what its places hold."""

    sku: str
    kind: str
    id: str
    values: dict[str, str | None]
    """Place → value."""


class Target(Protocol):
    """Every method raises Unavailable on an outage and NotAllowed where waiting does not help."""

    system: str
    writes: tuple[Write, ...]

    async def read(self, sku: str) -> Held | None:
        """What it holds now; None where it does not know that SKU."""
        ...

    def made(self, write: Write, value: str) -> str | None:
        """The content that a value was made of, where it is one of ours; None where others made it."""
        ...

    async def fill(self, held: Held, write: Write, picture: Picture) -> str:
        """Put it there; returns the value that stands there then."""
        ...

    async def clear(self, held: Held, write: Write) -> None:
        """Take what is there away."""
        ...

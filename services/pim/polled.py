"""Where a PIM stands with us: the cursor, the last time that everything was asked for, and what waits for a person."""

import hashlib
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from runtime.objects import Bucket
from services.pim.importing import SHOWN


class Held(BaseModel):
    """Removals and lost links that are not believed until somebody says so."""

    model_config = ConfigDict(frozen=True)

    count: int
    known: int
    examples: list[str]
    mark: str
    """What a person's word has to name: it counts for these removals, not for those of another day."""

    @classmethod
    def of(cls, lines: list[str], known: int) -> "Held":
        """Of lines that say which record would go or lose what, and so many known."""
        mark = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]
        return cls(count=len(lines), known=known, examples=lines[:SHOWN], mark=mark)

    def __str__(self) -> str:
        more = self.count - len(self.examples)
        named = "; ".join(self.examples) + (f"; and {more} more" if more else "")
        return (
            f"{self.count} of {self.known} records would go or lose what their pictures are found by ({named}). "
            "These stay as they were. Compare the mapping file with the PIM; if it was meant: "
            "`packshot pim --confirm-removals`."
        )


class Polled(BaseModel):
    """The object `pim/<system>.json`."""

    model_config = ConfigDict(frozen=True)

    cursor: str
    full: datetime
    """When everything was asked for last, by the store's clock."""
    held: Held | None = None
    known: int = 0
    problems: list[str] = []
    """What was wrong in the PIM's data then."""


def polled_object(system: str) -> str:
    """Where it lies in the library."""
    return f"pim/{system}.json"


async def read_polled(library: Bucket, system: str) -> Polled | None:
    """As it lies there."""
    stored = await library.get(polled_object(system))
    return parsed(stored.body) if stored else None


def parsed(body: bytes) -> Polled | None:
    """A damaged one is as none: everything is asked for again."""
    try:
        return Polled.model_validate_json(body)
    except ValidationError:
        return None


def asked_object(system: str) -> str:
    """A person's word that all is to be asked for now; its body is the mark of removals that may go, or empty."""
    return f"pim/{system}.asked"

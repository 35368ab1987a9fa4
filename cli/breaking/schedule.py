"""What is broken, in this order, one each so many seconds; after the last the first comes again."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["kill", "pause", "hints", "more"]


@dataclass(frozen=True)
class Fault:
    """`kill`: SIGKILL, and the supervisor starts it again. `pause`: SIGSTOP, and SIGCONT after `seconds`.

    `hints`: all that the store has told so far is told again, doubled and shuffled. `more`: a second process of the
    service joins for so long and leaves.
    """

    kind: Kind
    part: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        """As it is told."""
        lasts = f" for {self.seconds:.0f} s" if self.seconds else ""
        return f"{self.kind} {self.part}".rstrip() + lasts


EVERY_S = 30.0
SCHEDULE = (
    Fault("kill", "render"),
    Fault("kill", "kafka"),
    Fault("kill", "ingest"),
    Fault("pause", "s3", 10),
    Fault("kill", "linker"),
    Fault("hints"),
    Fault("kill", "postgres"),
    Fault("kill", "curator"),
    Fault("more", "render", 15),
    Fault("pause", "kafka", 10),
    Fault("kill", "tagger"),
    Fault("kill", "s3"),
    Fault("kill", "catalog"),
    Fault("pause", "ingest", 15),
    Fault("kill", "webhooks"),
    Fault("pause", "postgres", 10),
    Fault("kill", "pim"),
    Fault("pause", "linker", 15),
    Fault("kill", "collector"),
    Fault("more", "tagger", 15),
    Fault("kill", "delivery"),
)

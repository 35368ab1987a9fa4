"""What is broken, one each so many seconds: all in this order, or where that would take too long, some by lot."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["kill", "pause", "hints", "more", "slow", "cut", "full", "bad", "clock", "mute"]


@dataclass(frozen=True)
class Fault:
    """`kill`: SIGKILL, and the supervisor starts it again. `pause`: SIGSTOP, and SIGCONT after `seconds`.

    `hints`: all that the store has told so far is told again, doubled and shuffled. `more`: a second process of the
    service joins for so long and leaves. `slow`, `cut`: the network between that server and everybody else. `full`: no
    scratch folder has room, or that server's data have none. `bad`: a second process of the service is a release that
    fails on every message. `clock`: a second process of the service whose clock jumps. `mute`: the PIM does what it is
    asked, and answers nothing.
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
    Fault("cut", "s3", 10),
    Fault("kill", "kafka"),
    Fault("kill", "ingest"),
    Fault("pause", "s3", 10),
    Fault("kill", "linker"),
    Fault("hints"),
    Fault("kill", "postgres"),
    Fault("kill", "curator"),
    Fault("full", "kafka", 15),
    Fault("more", "render", 15),
    Fault("slow", "s3", 15),
    Fault("full", "scratch", 10),
    Fault("pause", "kafka", 10),
    Fault("kill", "tagger"),
    Fault("cut", "postgres", 10),
    Fault("bad", "render"),
    Fault("full", "s3", 15),
    Fault("kill", "s3"),
    Fault("kill", "catalog"),
    Fault("slow", "kafka", 15),
    Fault("pause", "ingest", 15),
    Fault("kill", "webhooks"),
    Fault("mute", "pim", 15),
    Fault("pause", "postgres", 10),
    Fault("cut", "kafka", 10),
    Fault("kill", "pim"),
    Fault("clock", "ingest", 25),
    Fault("full", "postgres", 15),
    Fault("pause", "linker", 15),
    Fault("kill", "collector"),
    Fault("slow", "postgres", 15),
    Fault("more", "tagger", 15),
    Fault("clock", "curator", 25),
    Fault("kill", "delivery"),
    Fault("kill", "render"),
)


def drawn(faults: Sequence[Fault], many: int, seed: int) -> list[Fault]:
    """So many of them: the same seed draws the same. Where that is all or more, in their order, again and again."""
    if many < len(faults):
        return random.Random(seed).sample(list(faults), many)  # noqa: S311 - whoever knows the seed may foresee them
    return [faults[number % len(faults)] for number in range(many)]

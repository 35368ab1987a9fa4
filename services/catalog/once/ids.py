"""Ids of what a request makes. Under an Idempotency-Key they follow from the request: should the process end between
Kafka's acknowledgement and its answer, the same request makes the same decisions again, and folding twice equals once.

What is told only once, a key's secret, is random all the same: there the second one counts, and nobody knows the first.
"""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from itertools import count

_SEEDED: ContextVar[Iterator[bytes] | None] = ContextVar("ids of this request", default=None)


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    """All ids that are made in this block follow from the seed, in the order in which they are asked for."""
    token = _SEEDED.set(sha256(f"{seed}\0{number}".encode()).digest() for number in count())
    try:
        yield
    finally:
        _SEEDED.reset(token)


def new_id() -> str:
    """Of a decision or a batch: a UUID."""
    seed = _SEEDED.get()
    return str(uuid.UUID(bytes=next(seed)[:16], version=4) if seed else uuid.uuid4())


def short_id() -> str:
    """Of a thing that people make: twelve hexadecimal digits."""
    seed = _SEEDED.get()
    return next(seed)[:6].hex() if seed else secrets.token_hex(6)

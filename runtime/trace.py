"""W3C trace context: one id from the PUT to the last facet, carried in the headers of every record, and in envelopes.

The header comes first: records without an envelope, and bytes that nobody can decode, have it as well.
"""

import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar

HEADER = "traceparent"
_FORM = re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def new_traceparent() -> str:
    """A fresh, sampled trace."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def continue_trace(parent: str | None) -> str:
    """Take over the caller's trace (or begin one) with a span of our own; returns it."""
    parts = (parent or "").split("-")
    trace = f"00-{parts[1]}-{secrets.token_hex(8)}-01" if len(parts) == 4 and len(parts[1]) == 32 else new_traceparent()
    _current.set(trace)
    return trace


def parent_of(headers: Iterable[tuple[str, bytes]]) -> str | None:
    """The trace that a record's headers name; None where they name none of W3C's form."""
    return next((value.decode() for name, value in headers if name == HEADER and _FORM.fullmatch(value)), None)


def carried(headers: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """These headers, and the trace of the message that is being worked on where they name none."""
    given, trace = list(headers), current_traceparent()
    return [*given, (HEADER, trace.encode())] if trace and parent_of(given) is None else given


def current_traceparent() -> str | None:
    """The trace of the message that is being worked on."""
    return _current.get()

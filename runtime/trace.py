"""W3C trace context: one id from the PUT to the last facet, carried in every envelope."""

import secrets
from contextvars import ContextVar

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


def current_traceparent() -> str | None:
    """The trace of the message that is being worked on."""
    return _current.get()

"""JSON logs on standard error, one object a line, with what is being worked on (`subject`) and its trace."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from runtime.trace import current_traceparent

context: ContextVar[dict[str, str]] = ContextVar("context", default={})  # noqa: B039 - never mutated, only replaced


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **context.get(),
        }
        if trace := current_traceparent():
            line["trace"] = trace.split("-")[1]
        line |= getattr(record, "fields", {})  # what the caller says of it
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(level: str) -> None:
    """Send all logging to standard error as JSON. Libraries speak from WARNING up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("runtime", "services", "packshot"):
        logging.getLogger(name).setLevel(level)

"""A log line for people: `18:03:44 warning  message (traced)  subject`, from the JSON that our services write."""

import json
from datetime import datetime

_SHOWN = ("time", "level", "message", "subject", "exception", "logger", "trace")
"""What has its own place in the line, or none; everything else follows as name=value."""


def readable(line: str) -> str:
    """The same in words, in local time; lines that are not ours (servers, tracebacks) as they are."""
    try:
        said = json.loads(line)
        at = datetime.fromisoformat(said["time"]).astimezone()
        text, level = str(said["message"]), str(said["level"])
    except (ValueError, KeyError, TypeError):
        return line
    more = [f"{name}={value}" for name, value in said.items() if name not in _SHOWN]
    words = [f"{at:%H:%M:%S}", f"{level:<8}", text, str(said.get("subject", "")), *more]
    shown = " ".join(word for word in words if word)
    return f"{shown}\n{said['exception']}" if said.get("exception") else shown

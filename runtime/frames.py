"""The words between a parent and its caged child: a length in four bytes, then one JSON object."""

import json
import math
from dataclasses import dataclass
from typing import Any, BinaryIO

Message = dict[str, Any]

HEAD = 4  # bytes, big endian
LARGEST = 64 * 1024 * 1024  # bytes: the parent does not let a child fill its memory


def encode(message: Message) -> bytes:
    """Raises TypeError for what JSON cannot say, ValueError for what is too large."""
    body = json.dumps(message, separators=(",", ":")).encode()
    if len(body) > LARGEST:
        raise ValueError(f"a message of {len(body)} bytes is over {LARGEST}: put it into a file of the folder")
    return len(body).to_bytes(HEAD) + body


def decode(body: bytes) -> Message:
    """Raises ValueError for anything but one JSON object: the child is not trusted to speak well."""
    try:
        message = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(message, dict):
        raise ValueError("not an object")
    return message


def read(pipe: BinaryIO) -> Message | None:
    """The next message, waiting for it; None when the other side has closed the pipe."""
    head = pipe.read(HEAD)
    return decode(pipe.read(int.from_bytes(head))) if len(head) == HEAD else None


@dataclass(frozen=True)
class Ending:
    """How a job ended. how: `done`, `refused`, `memory` or `failed`; words: what belongs to it; cpu: seconds."""

    how: str
    words: tuple[str, ...]
    cpu: float


WORDS = {"done": (), "memory": (), "refused": ("cause", "cure"), "failed": ("type", "message", "traceback")}
LONGEST_WORD = 8192  # characters


def value(message: Message) -> Message | None:
    """The value in the message, None when it is the ending. Raises ValueError for what is neither."""
    if "end" in message:
        return None
    found = message.get("value")
    if not isinstance(found, dict):
        raise ValueError("neither a value nor an ending")
    return found


def ending(message: Message) -> Ending:
    """Raises ValueError for what no cage says."""
    how, cpu = message["end"], message.get("cpu")
    if how not in WORDS or not isinstance(cpu, float) or not math.isfinite(cpu) or cpu < 0:
        raise ValueError(f"an ending without sense: {how!r}, {cpu!r}")
    return Ending(how, tuple(str(message.get(word))[-LONGEST_WORD:] for word in WORDS[how]), cpu)

"""What earlier releases have left, as tests read it."""

import json
from pathlib import Path
from typing import Any

from runtime.memory_store import MemoryBucket

RECORDED = Path(__file__).parent
RELEASES = sorted(file.name.removesuffix(".topics.jsonl") for file in RECORDED.glob("*.topics.jsonl"))


def lines(name: str) -> list[dict[str, Any]]:
    """Of one file of a set."""
    return [json.loads(line) for line in (RECORDED / name).read_text().splitlines()]


def records(release: str, topic: str) -> list[dict[str, Any]]:
    """Data of all messages on a topic."""
    return [one["value"]["data"] for one in lines(f"{release}.topics.jsonl") if one["topic"] == topic]


async def library_of(release: str) -> MemoryBucket:
    """Its archive: records, without the bytes of pictures."""
    library = MemoryBucket("library")
    for one in lines(f"{release}.library.jsonl"):
        await library.put(one["path"], json.dumps(one["value"]).encode())
    return library

"""Runs a worker's caged work on an original: fetched into the cage, done, and its values handed on as they come."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

from runtime import metrics
from runtime.broker import Record
from runtime.jobs import Cage, Cages, run_twice
from runtime.objects import Bucket
from schemas.asset import AssetIngested


async def work_on(
    library: Bucket,
    cages: Cages,
    event: AssetIngested,
    job: dict[str, Any],
    stage: str,
    files: Mapping[str, str] | None = None,
    parts: Mapping[str, range] | None = None,
) -> AsyncGenerator[tuple[Cage, dict[str, Any]], None]:
    """Yields what the work yields, with the cage that holds its files. Raises Refused, WorkFailed, Unavailable.

    files: name in the cage → object key, where it is not the original that is worked on; `input` is one of them.
    parts: names in the cage for which these bytes of the object are enough.
    """
    wanted, parts = files or {"input": f"originals/{event.sha256}"}, parts or {}

    async def fill(folder: Path) -> None:
        for name, key in wanted.items():
            if part := parts.get(name):
                size = await asyncio.to_thread((folder / name).write_bytes, await library.read(key, part))
            else:
                size = await library.fetch(key, folder / name)
            metrics.BYTES.labels(stage, "in").inc(size)

    async with aclosing(run_twice(cages, fill, {**job, "input": "input"})) as values:
        async for cage, value in values:
            yield cage, value


def weigh(record: Record) -> int:
    """Bytes of the original that a record speaks of; what cannot be read weighs nothing."""
    try:
        return int(json.loads(record.value or b"{}")["data"]["bytes"])
    except (ValueError, KeyError, TypeError):
        return 0  # the delivery decodes it again and buries it with its cause

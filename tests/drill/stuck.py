"""`python -m tests.drill.stuck SERVICE`: the service as it would be whose loop never comes back from its polls."""

import asyncio
import runpy
import sys

from runtime.broker import Record
from runtime.kafka import KafkaConsumer


async def poll(self: KafkaConsumer, max_records: int, timeout_s: float) -> list[Record]:
    """In place of the consumer's own: until somebody ends the process."""
    await asyncio.Event().wait()
    return []


if __name__ == "__main__":
    KafkaConsumer.poll = poll  # type: ignore[method-assign]
    runpy.run_module(f"services.{sys.argv[1]}", run_name="__main__", alter_sys=True)

"""Wires pim."""

from functools import partial

from runtime.config import load
from runtime.deliver import Step
from runtime.process import Process, run
from runtime.worker import Limits
from schemas.topics import PIM_EVENTS
from services.pim.config import PimSettings
from services.pim.handler import decode, handle


async def main() -> None:
    """Run until told to stop."""
    settings = load(PimSettings)
    async with Process("pim", settings) as process:
        step = Step(decode, partial(handle, library=process.library))
        worker = process.worker("pim", {PIM_EVENTS: step}, Limits(slots=settings.slots or 8, ahead=8))
        await process.run(worker.run())


if __name__ == "__main__":
    run(main)

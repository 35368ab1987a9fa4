"""Wires collector."""

from datetime import timedelta

from runtime.config import load
from runtime.process import Process, run
from runtime.rounds import Rounds
from services.collector.config import CollectorSettings
from services.collector.ending import Ending
from services.collector.handler import Collector


async def main() -> None:
    """Run until told to stop."""
    settings = load(CollectorSettings)
    async with Process("collector", settings) as process:
        keep = timedelta(days=settings.keep_days)
        ending = Ending(process.library, process.inbox, process.publisher.erase)
        collect = Collector(process.library, ending, keep).collect
        rounds = Rounds(collect, process.library, "collector", settings.collect_s)
        process.on_stop(rounds.stop)
        await process.run(rounds.run())


if __name__ == "__main__":
    run(main)

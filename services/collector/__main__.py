"""Wires collector."""

from datetime import timedelta

from runtime.config import load
from runtime.process import Process, run
from services.collector.config import CollectorSettings
from services.collector.ending import Ending
from services.collector.handler import Collector
from services.collector.rounds import Rounds


async def main() -> None:
    """Run until told to stop."""
    settings = load(CollectorSettings)
    async with Process("collector", settings) as process:
        keep = timedelta(days=settings.keep_days)
        ending = Ending(process.library, process.inbox, process.publisher.erase)
        rounds = Rounds(Collector(process.library, ending, keep), process.library, settings.collect_s)
        process.on_stop(rounds.stop)
        await process.run(rounds.run())


if __name__ == "__main__":
    run(main)

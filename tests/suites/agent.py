"""A real process with one Faust agent, for fault tests: what it is told to do it says on another topic.

Run as `python -m tests.suites.agent SOURCE TARGET GROUP FILE`; settings come from the environment, as for every
service. The job `poison` fails by our own error; the job `outage` needs a server, which answers once FILE is there.
"""

import sys
from functools import partial
from pathlib import Path

from runtime import deliver, streams
from runtime.config import Settings, load
from runtime.deliver import Saying, Step, decoder
from runtime.outage import Unavailable
from runtime.process import Process, run
from runtime.publisher import Outgoing
from schemas.inbox import IngestJob
from schemas.topics import Topic

PATIENCE_S = 0.3


async def main(jobs: str, out: str, group: str, server: str) -> None:
    """Work until killed, or until even patience does not help."""
    deliver.BURY_PATIENCE_S = streams.PATIENCE_S = PATIENCE_S
    source, target = (Topic(name, IngestJob, "source", (), ()) for name in (jobs, out))

    async def handle(job: IngestJob) -> Saying:
        if job.key == "poison":
            raise ValueError("our own error")
        if job.key == "outage" and not Path(server).exists():
            raise Unavailable("the server does not answer")
        yield Outgoing(target, job.key, job)

    async with Process("agent", load(Settings)) as process:
        await process.run(process.stream(group, {source: Step(decoder(IngestJob), handle)}).run())


if __name__ == "__main__":
    run(partial(main, *sys.argv[1:]))

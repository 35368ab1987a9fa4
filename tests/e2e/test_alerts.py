"""Six faults on the real services: the alert of each is seen, its runbook typed as written, and the alert is gone.

So is its panel of the overview, and only it leaves green. The short form of `python -m tests.drill`, on services that
run already: an hour of the rules is a minute here.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from cli.breaking.link import Link
from cli.breaking.pim import Pim
from cli.breaking.pim_door import pim_with
from services.pim.polled import polled_object
from tests.drill import files
from tests.drill.copy import port_of
from tests.drill.run import mended
from tests.e2e.alerted import Watched, watched
from tests.e2e.harness import ALL, Pipeline
from tests.prometheus import program

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.broker,
    pytest.mark.timeout(600),
    pytest.mark.skipif(program("prometheus") is None, reason="no Prometheus on this machine"),
]
SERVICES = (*ALL, "catalog")
FACTOR = 60.0
SETTINGS = {"sweep_s": 2, "sweep_grace_s": 2, "sweep_deep_s": 2, "removal_least": 2, "akeneo_poll_s": 2}
FOLDER_OF = 5
DOWN, HELD, BURIED = "Parts that do not answer", "Held back or unreadable", "Buried messages that wait"
GONE = "Originals lost"
SILENT = "PIMs and webhooks that do not answer"


@pytest.fixture
def shop() -> Iterator[tuple[Pim, Link]]:
    """A PIM, and the way to it."""
    with pim_with([]) as pim, Link(partial(port_of, pim.url)).listening() as link:
        yield pim, link


async def test_six_faults_are_seen_mended_by_their_runbooks_and_gone(
    pipeline: Pipeline, shop: tuple[Pim, Link], tmp_path: Path
) -> None:
    pim, link = shop
    login = {name.removeprefix("PACKSHOT_").lower(): text for name, text in pim.settings(tmp_path).items()}
    settings = {**login, **SETTINGS, "akeneo_url": f"http://127.0.0.1:{link.port}"}
    await pipeline.run(*SERVICES)
    await pipeline.again(pipeline.member("ingest"), **settings)
    await pipeline.again(pipeline.member("pim"), **settings)
    try:
        async with watched(pipeline, tmp_path, FACTOR, SERVICES, **settings) as seen:
            await _all(pipeline, seen, link)
    finally:  # the next PIM of that name is another one, with a clock of its own
        await pipeline.library.delete(polled_object("akeneo"))


async def _all(pipeline: Pipeline, seen: Watched, pim: Link) -> None:
    copy = replace(seen.drill.copy, links={"pim": pim})
    late = await seen.late()
    pipeline.member("tagger").suspend()
    await seen.fires("Down", DOWN, late)
    pipeline.member("tagger").resume()
    await seen.clears("Down", DOWN)
    for alert, panel, fault in (
        ("MassRemoval", HELD, partial(files.folder_gone, copy, FOLDER_OF)),
        ("Unreadable", HELD, partial(files.record_damaged, copy)),
        ("Lost", GONE, partial(files.original_gone, copy)),
        ("PimSilent", SILENT, partial(files.pim_away, copy)),
        ("DeadLetters", BURIED, partial(files.undecodable, copy)),
    ):
        late = await seen.late()
        async with fault() as words:
            await seen.fires(alert, panel, late)
        assert (await mended(copy, alert, words))[1] == []
        if panel == BURIED:  # what was sent again has come back, maybe after the runbook's last command
            assert (await copy.run(f'./packshot dlq done {words["TOPIC"]} --why "no message"'))[0] == 0
        await seen.clears(alert, panel)

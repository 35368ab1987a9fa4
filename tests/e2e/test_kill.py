"""SIGKILL of each worker between every two steps: started again, it ends where an undisturbed run ends."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.home import CHECKOUT
from runtime.publisher import Outgoing
from runtime.steps import KILL_AT
from schemas.decision import Decision
from schemas.topics import ASSET_METADATA, DECISIONS
from tests.e2e.checker import check, shape
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.member import Member
from tests.e2e.pictures import picture
from tests.e2e.test_kill_arrivals import STEPS as ELSEWHERE
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]
NAMED = re.compile(r'^\s+step\("([a-z.-]+)"\)', re.MULTILINE)
SIDECAR = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li>Seen from the left</rdf:li>
</rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"""
RECORDS = NAMED.findall((CHECKOUT / "runtime" / "records.py").read_text())
"""Every service that writes records passes these."""
VIEWS = NAMED.findall((CHECKOUT / "runtime" / "projection.py").read_text())
"""So does every service that fills a view, and these."""
OF_VIEWS = ("linker", "catalog")
NOTHING_FOLLOWS = "projection.followed"
"""Neither says anything between its rows and its offsets: tests/suites/test_projection.py dies there."""
WORKERS = (*ALL, "catalog")
OF_OTHERS = ("video.", "taught.", "tagger-shots.", "ingest.edition-", "shoot.", "readiness.", "drop.", "recall.",
             "audit.")  # fmt: skip
"""A picture does not pass them: tests/unit/render/video/test_handler.py, tests/unit/tagger/taught/, test_shots.py,
tests/unit/ingest/test_crashes.py, tests/integration/test_catalog_settling.py, test_catalog_verdicts.py,
test_catalog_drops.py, test_catalog_tasks.py and test_catalog_audit_work.py die there."""
OF_PIMS = {"pim.polled", "pim.cursor", "pim.decided", "pim.delivered"}
"""No PIM is named in it: tests/integration/test_pim_akeneo.py and tests/unit/pim/ die there."""
OF_REMOVALS = {"ingest.removal-said"}
"""Nobody removes a file in it either: tests/unit/ingest/test_crashes.py dies there."""


def steps_of(service: str) -> list[str]:
    """All that its code names: a new step is a new test."""
    own = [step for file in (CHECKOUT / "services" / service).rglob("*.py") for step in NAMED.findall(file.read_text())]
    named = sorted({step for step in own if not step.startswith(OF_OTHERS)} - set(ELSEWHERE) - OF_REMOVALS - OF_PIMS)
    views = [step for step in VIEWS if service in OF_VIEWS and step != NOTHING_FOLLOWS]
    return named + RECORDS * (service in ALL) + views


def test_every_service_names_steps() -> None:
    assert RECORDS and VIEWS
    assert all(len(steps_of(service)) > len(RECORDS) for service in ALL)
    assert steps_of("catalog") == ["projection.written", "projection.committed"]


async def story(pipeline: Pipeline, seen: Watch, key: str, sku: str, body: bytes) -> None:
    """A product, its picture, a side-car that comes later, and what a person says of a tag."""
    await pipeline.products(sku)
    await pipeline.drop([(key, body)])
    await seen.until(lambda: [] if key in seen.assets(key) else [f"the file facet of {key}"])
    asset_id = seen.assets(key)[key]
    await pipeline.drop([(f"{key}.xmp", SIDECAR)])
    decision = Decision(
        id=f"d-{asset_id}", entity=f"asset/{asset_id}", set={"tag:wig": "rejected"}, by="test", at=datetime.now(UTC)
    )
    async with pipeline.voice("catalog") as (publisher, _):
        await publisher.publish(Outgoing(DECISIONS, decision.entity, decision, (decision.id,), asset_id))

    def missing() -> list[str]:
        found = seen.last[ASSET_METADATA.name]
        state = seen.head(asset_id).get("state")
        sidecar = (found.get(f"{asset_id}/1/file") or {"data": {}})["data"].get("sidecar")
        return [
            *([] if state == "complete" else [f"{key} is {state}"]),
            *([] if seen.links(asset_id) == [sku] else [f"the link to {sku}"]),
            *([] if seen.media(sku) == [asset_id] else [f"the media of {sku}"]),
            *([] if f"{asset_id}/curation" in found else ["the decision"]),
            *([] if sidecar else ["the side-car"]),
        ]

    await seen.until(missing, 90)


@pytest.fixture(scope="module")
def quiet() -> dict[str, Any]:
    """The shape of an undisturbed run, told by whoever runs first."""
    return {}


@pytest.fixture(scope="module")
def fates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder: pid → the step at which that process dies."""
    return tmp_path_factory.mktemp("fates")


@pytest.fixture
async def undisturbed(pipeline: Pipeline, quiet: dict[str, Any], fates: Path) -> AsyncIterator[dict[str, Any]]:
    """What the story comes to when nobody is killed. All services run that a picture passes."""
    await pipeline.run(*WORKERS, **{KILL_AT.removeprefix("PACKSHOT_").lower(): f":{fates}"})
    if not quiet:
        prefix = pipeline.prefix()
        key, sku = f"{prefix}/{prefix.upper()}-QUIET_front.jpg", f"{prefix.upper()}-QUIET"
        async with pipeline.watch() as seen:
            await story(pipeline, seen, key, sku, picture(1000))
            await seen.quiet()
            quiet.update(await shape(pipeline, seen, key, sku))
    yield quiet


async def reborn(pipeline: Pipeline, member: Member) -> int:
    """Wait for its death and start it again; returns its exit code."""
    code = await pipeline.dead(member, 90)
    member.start(**member.given)
    return code


CASES = [pytest.param(service, step, id=f"{service}-{step}") for service in WORKERS for step in steps_of(service)]


@pytest.mark.parametrize(("service", "step"), CASES)
async def test_killed_between_two_steps(
    pipeline: Pipeline, undisturbed: dict[str, Any], fates: Path, service: str, step: str
) -> None:
    prefix = pipeline.prefix()
    key, sku = f"{prefix}/{prefix.upper()}-KILL_front.jpg", f"{prefix.upper()}-KILL"
    body = picture(int(prefix[1:], 16) % 2**31)
    member = pipeline.member(service)
    async with pipeline.watch() as seen:
        (fates / str(member.pid)).write_text(step)
        rebirth = asyncio.create_task(reborn(pipeline, member))
        await story(pipeline, seen, key, sku, body)
        assert await rebirth == -signal.SIGKILL
        await seen.quiet(0.5)
        assert await shape(pipeline, seen, key, sku) == undisturbed
        await check(pipeline, seen, {key: [body]})
    await pipeline.ready(member)

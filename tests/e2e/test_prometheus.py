"""A real Prometheus reads the real services: all answer, but a few panels all have a line, and nothing is alarmed."""

from math import isnan
from pathlib import Path

import pytest

from deploy import boards
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.member import free_port
from tests.e2e.pictures import picture
from tests.prometheus import program, running

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.broker,
    pytest.mark.timeout(300),
    pytest.mark.skipif(program("prometheus") is None, reason="no Prometheus on this machine"),
]
SERVICES = (*ALL, "catalog")
QUIET = {
    "Alerts",
    "Which stage holds the queue",
    "When it is empty, at the pace of the last 5 minutes",
    "What fails most, refused within an hour or buried and waiting",
    "Products by channel and state",
    "Blocked in a market",
    "Messages waiting",
    "Messages that did not end well",
    "Buried messages",
    "Children killed",
    "Lag by partition",
    "Removed by the collector",
    "What the sweep found that no hint had told",
    "Refused",
    "The film in the making",
    "Time a rung",
    "Questions to PIMs",
    "Product changes a second",
    "Webhooks behind",
    "Webhooks waiting",
    "Webhooks sent",
    "What the audit finds",
    "Taught words right at once",
}
"""Panels that may be empty where two pictures were taken, and nothing else; each other one has a line."""


SECOND = (
    'packshot_put_to_ready_seconds_count{stage="thumbnail"}',
    'packshot_put_to_ready_seconds_count{stage="ready"}',
    'packshot_facets_total{facet="renditions",status="done"}',
    'packshot_bytes_total{stage="render",direction="out"}',
    'packshot_handling_seconds_count{service="render",topic="asset.ingested"}',
)
"""What is counted of the second picture."""


async def test_prometheus_sees_what_the_services_do(pipeline: Pipeline, prefix: str, tmp_path: Path) -> None:
    await pipeline.run(*SERVICES)
    targets = {name: f"127.0.0.1:{pipeline.member(name).port}" for name in SERVICES}
    async with running(tmp_path, free_port(), targets) as prometheus:
        await prometheus.until('up{job="packshot"} == 1', len(SERVICES))
        async with pipeline.watch() as watch:
            for number, name in enumerate((f"{prefix}/a.jpg", f"{prefix}/b.jpg")):  # a rate wants a second event
                await pipeline.drop([(name, picture(77 + number))])
                await watch.settle([name])
        for seen in SECOND:
            await prometheus.until(f"increase({seen}[5m]) > 0")
        await prometheus.until("packshot_assets > 0")
        panels = [(name.split(": ", 1)[1], query) for name, query in boards.queries()]
        empty = {name for name, query in panels if all(isnan(value) for _, value in await prometheus.ask(query))}
        assert empty <= QUIET <= {name for name, _ in panels}
        rules = await prometheus.api("rules")
        wrong = {
            rule["name"]: rule["lastError"]
            for group in rules["groups"]
            for rule in group["rules"]
            if rule.get("lastError")
        }
        assert not wrong
        fine = "PackshotDiskFills|PackshotAbsent"  # the machine's own; some services do not run here
        assert not await prometheus.ask(f'ALERTS{{alertstate="firing",alertname!~"{fine}"}}')
        async with pipeline.pause("linker"):
            await prometheus.until('up{service="linker"} == 0')
        await prometheus.until('up{service="linker"} == 1')

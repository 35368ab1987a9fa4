"""A real Prometheus reads the real services: all answer, all boards' queries are understood, and nothing is alarmed."""

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
SEEN = ("Buried messages, last hour", "Memory", "Originals", "Room left", "Assets by state", "Written a second")
"""Panels that cannot be empty once a picture has been taken."""


async def test_prometheus_sees_what_the_services_do(pipeline: Pipeline, prefix: str, tmp_path: Path) -> None:
    await pipeline.run(*SERVICES)
    targets = {name: f"127.0.0.1:{pipeline.member(name).port}" for name in SERVICES}
    async with running(tmp_path, free_port(), targets) as prometheus:
        await prometheus.until('up{job="packshot"} == 1', len(SERVICES))
        async with pipeline.watch() as watch:
            await pipeline.drop([(f"{prefix}/a.jpg", picture(77))])
            await watch.settle([f"{prefix}/a.jpg"])
        await prometheus.until('packshot_facets_total{facet="renditions",status="done"} > 0')
        await prometheus.until("packshot_assets > 0")
        empty = {name for name, query in boards.queries() if not await prometheus.ask(query)}
        assert not {name for name in empty if name.split(": ", 1)[1] in SEEN}, empty
        rules = await prometheus.api("rules")
        wrong = {
            rule["name"]: rule["lastError"]
            for group in rules["groups"]
            for rule in group["rules"]
            if rule.get("lastError")
        }
        assert not wrong
        assert not await prometheus.ask('ALERTS{alertstate="firing",alertname!="PackshotDiskFills"}')
        async with pipeline.pause("linker"):
            await prometheus.until('up{service="linker"} == 0')
        await prometheus.until('up{service="linker"} == 1')

"""Health by progress: a worker is well while it polls. Serves /metrics, /healthz and /readyz.

Well and ready are two things: a service whose view is still filling is well (nobody should kill it) and not ready
(nobody should be sent to it).
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping

from prometheus_client import Gauge, generate_latest

from runtime import metrics
from runtime.broker import Partition
from runtime.outage import KAFKA, OTHER

STALE_POLL_S = 60.0
SILENT_S = 60.0
"""So long Kafka may leave fetches unanswered; idle ones are answered each second."""


class Health:
    """What a process knows of its own progress.

    `checks` say what is wrong, `waits` what it is not ready for yet; or None. `ready` is set when all parts run.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self.started = time.monotonic()
        self.ready = False
        self.checks: dict[str, Callable[[], str | None]] = {}
        self.waits: dict[str, Callable[[], str | None]] = {}
        self.details: dict[str, Callable[[], object]] = {}
        self.behind: dict[str, Callable[[], Mapping[Partition, int]]] = {}
        """Group → how far it is behind. Asked when Prometheus asks, so that it costs nothing otherwise."""
        self.stalled: dict[str, Callable[[], Mapping[str, float]]] = {}
        """Group → topic → how long a message at work shows nothing for it, seconds. Asked at the same time."""

    def problems(self) -> list[str]:
        """What is wrong now; empty when well."""
        return _said(self.checks)

    def waiting(self) -> list[str]:
        """What it still waits for; empty when it is ready."""
        return [] if not self.ready else _said(self.waits)

    def show_lag(self) -> None:
        """Set the gauges anew: partitions come and go."""
        metrics.LAG.clear()
        for group, ask in self.behind.items():
            for place, count in ask().items():
                metrics.LAG.labels(group, place.topic, place.number).set(count)

    def show_stalled(self) -> None:
        """Set the gauges anew."""
        for group, ask in self.stalled.items():
            for topic, seconds in ask().items():
                metrics.STALLED.labels(group, topic).set(seconds)

    def report(self) -> dict[str, object]:
        """The body of /healthz."""
        return {
            "service": self.service,
            "started": self.ready,
            "ready": self.ready and not self.waiting(),
            "problems": self.problems(),
            "waiting": self.waiting(),
            "away": away(),
            "uptime_s": round(time.monotonic() - self.started, 1),
            **{name: detail() for name, detail in self.details.items()},
        }


def away() -> list[str]:
    """Servers that calls of this process wait for now. It is well all the same: nobody should end it for that."""
    found = {labels["server"] for labels, value in _samples(metrics.WAITING) if value > 0 and labels["server"] != OTHER}
    silent = any(value > SILENT_S for _, value in _samples(metrics.KAFKA_SILENT))
    return sorted(found | ({KAFKA} if silent else set()))


def _samples(gauge: Gauge) -> list[tuple[dict[str, str], float]]:
    return [(sample.labels, sample.value) for family in gauge.collect() for sample in family.samples]


def _said(named: dict[str, Callable[[], str | None]]) -> list[str]:
    found = ((name, ask()) for name, ask in named.items())
    return [f"{name}: {said}" for name, said in found if said]


def respond(health: Health, path: str) -> tuple[int, str, bytes]:
    """(status, content type, body) for a path."""
    if path == "/metrics":
        health.show_lag()
        health.show_stalled()
        metrics.PROBLEMS.set(len(health.problems()))
        return 200, "text/plain; version=0.0.4", generate_latest(metrics.REGISTRY)
    if path in ("/healthz", "/readyz"):
        report = health.report()
        well = not report["problems"] and (path == "/healthz" or report["ready"])
        return (200 if well else 503), "application/json", json.dumps(report).encode()
    return 404, "text/plain", b"Look at /metrics, /healthz or /readyz.\n"


async def serve(health: Health, host: str, port: int) -> asyncio.Server:
    """Answer there: a scraper beside us, or in another container."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await asyncio.wait_for(reader.readline(), 5)
            while (await asyncio.wait_for(reader.readline(), 5)).strip():
                pass
            words = line.decode("latin-1").split(" ")
            status, kind, body = respond(health, words[1].split("?")[0] if len(words) > 1 else "/")
            head = [
                f"HTTP/1.1 {status} -",
                f"Content-Type: {kind}",
                f"Content-Length: {len(body)}",
                "Connection: close",
            ]
            writer.write("\r\n".join([*head, "", ""]).encode() + body)
            await writer.drain()
        except (TimeoutError, ConnectionError):
            return  # the scraper went away; there is nobody to tell
        finally:
            writer.close()

    return await asyncio.start_server(answer, host, port)

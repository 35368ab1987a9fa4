"""Health by progress: a worker is well while it polls. Serves /metrics, /healthz and /readyz."""

import asyncio
import json
import time
from collections.abc import Callable

from prometheus_client import generate_latest

from runtime.metrics import REGISTRY

STALE_POLL_S = 60.0


class Health:
    """What a process knows of its own progress. `checks` are named functions that say what is wrong, or None."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.started = time.monotonic()
        self.ready = False
        self.checks: dict[str, Callable[[], str | None]] = {}
        self.details: dict[str, Callable[[], object]] = {}

    def problems(self) -> list[str]:
        """What is wrong now; empty when well."""
        found = ((name, check()) for name, check in self.checks.items())
        return [f"{name}: {problem}" for name, problem in found if problem]

    def report(self) -> dict[str, object]:
        """The body of /healthz."""
        return {
            "service": self.service,
            "ready": self.ready,
            "problems": self.problems(),
            "uptime_s": round(time.monotonic() - self.started, 1),
            **{name: detail() for name, detail in self.details.items()},
        }


def respond(health: Health, path: str) -> tuple[int, str, bytes]:
    """(status, content type, body) for a path."""
    if path == "/metrics":
        return 200, "text/plain; version=0.0.4", generate_latest(REGISTRY)
    if path in ("/healthz", "/readyz"):
        report = health.report()
        well = not report["problems"] and (path == "/healthz" or health.ready)
        return (200 if well else 503), "application/json", json.dumps(report).encode()
    return 404, "text/plain", b"Look at /metrics, /healthz or /readyz.\n"


async def serve(health: Health, port: int) -> asyncio.Server:
    """Answer on 127.0.0.1 (a scraper beside us; in containers the setting `metrics_host` would open it)."""

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

    return await asyncio.start_server(answer, "127.0.0.1", port)

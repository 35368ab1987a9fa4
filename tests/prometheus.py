"""Debian's Prometheus and promtool, where this machine has them; set-up of the tests unpacks them."""

import asyncio
import json
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml

from cli.home import CHECKOUT, current

FOLDER = CHECKOUT / "deploy" / "prometheus"
START_S = 60.0
TARGETS = "targets.json"


def program(name: str) -> str | None:
    """`prometheus` or `promtool`."""
    ours = current().root / "prometheus" / "usr" / "bin" / name
    return shutil.which(name) or (str(ours) if ours.exists() else None)


class Prometheus:
    """A running one."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def api(self, path: str, **parameters: str) -> Any:
        """The `data` of an answer. Raises AssertionError with what it says against the question."""

        def read() -> Any:
            try:
                asked = urllib.parse.urlencode(parameters)
                with urllib.request.urlopen(f"{self._url}/api/v1/{path}?{asked}") as told:  # noqa: S310 - our own
                    return json.loads(told.read())["data"]
            except urllib.error.HTTPError as error:
                if error.code == HTTPStatus.SERVICE_UNAVAILABLE:
                    raise  # it is not there yet, as one that takes no connection
                raise AssertionError(f"{parameters}: {error.read().decode()}") from error

        return await asyncio.to_thread(read)

    async def ask(self, query: str) -> list[tuple[dict[str, str], float]]:
        """(labels, value) of each line now."""
        found = await self.api("query", query=query)
        return [(line["metric"], float(line["value"][1])) for line in found["result"]]

    async def until(self, query: str, lines: int = 1, seconds: float = 60.0) -> list[tuple[dict[str, str], float]]:
        """Wait until the query has so many lines."""
        for _ in range(round(seconds * 2)):
            if len(found := await self.ask(query)) >= lines:
                return found
            await asyncio.sleep(0.5)
        raise AssertionError(f"{query} has {len(found)} lines, not {lines}: {found}")


def _labelled(targets: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"targets": [at], "labels": {"service": service}} for service, at in targets.items()]


@asynccontextmanager
async def running(
    folder: Path, port: int, targets: Mapping[str, str], more_rules: Iterable[Path] = (), beside: Mapping[str, str] = {}
) -> AsyncIterator[Prometheus]:
    """Our configuration and rules with these targets (service → host:port), read every second; data in `folder`.

    beside: targets that nobody expects to answer. A target that is taken out of TARGETS in `folder` is asked no more.
    """
    (folder / TARGETS).write_text(json.dumps(_labelled(targets)))
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(FOLDER / "rules.yml"), *map(str, more_rules)]
    config["scrape_configs"] = [
        {"job_name": "packshot", "file_sd_configs": [{"files": [str(folder / TARGETS)], "refresh_interval": "5s"}]},
        {"job_name": "beside", "static_configs": _labelled(beside)},
    ]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    command = [str(program("prometheus")), f"--config.file={folder / 'prometheus.yml'}", "--log.level=warn"]
    command += [f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}"]
    process = await asyncio.to_thread(subprocess.Popen, command)
    try:
        own = Prometheus(f"http://127.0.0.1:{port}")
        for _ in range(round(START_S * 10)):
            assert process.poll() is None, f"Prometheus ended with {process.returncode}"
            try:
                await own.ask("vector(1)")
                break
            except OSError:
                await asyncio.sleep(0.1)
        yield own
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)

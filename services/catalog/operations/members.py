"""How each service says it is, asked where the setting `members` says."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

SECONDS = 2.0
"""An answer that takes longer is none."""
FRESH_S = 4.0
Ask = Callable[[str], Awaitable[tuple[int, str]]]
"""URL → status and text. Raises OSError, TimeoutError, aiohttp.ClientError."""


class Member(NamedTuple):
    """well: None where it does not answer. told: what is wrong, or what it waits for."""

    name: str
    well: bool | None
    told: list[str]
    up_s: float | None = None


class Drift(NamedTuple):
    """By kind, see docs/metrics.md. found: what the sweep found since ingest started; stands: what waits now.

    checked: when it last began to look for all originals; None: not since ingest started.
    """

    found: Mapping[str, int]
    since_s: float | None
    stands: Mapping[str, int] = MappingProxyType({})
    checked: datetime | None = None


def read(setting: str) -> dict[str, str]:
    """`ingest=127.0.0.1:9501,render=…` → address by name. Raises ValueError."""
    pairs = [one.strip().partition("=") for one in setting.split(",") if one.strip()]
    if wrong := [name for name, sign, address in pairs if not (name and sign and ":" in address)]:
        raise ValueError(f"PACKSHOT_MEMBERS: {wrong[0]!r} is no NAME=HOST:PORT")
    return {name: address for name, _, address in pairs}


class Members:
    """All that are named. Asked at most every few seconds."""

    def __init__(self, addresses: Mapping[str, str] | None = None, ask: Ask | None = None) -> None:
        self._addresses, self._ask = addresses or {}, ask or _asked
        self._one_at_a_time = asyncio.Lock()
        self._known: tuple[float, list[Member], Drift | None] | None = None

    async def look(self) -> tuple[list[Member], Drift | None]:
        """How each is, and what the sweep found; None where ingest does not answer, or nobody is named."""
        async with self._one_at_a_time:
            if self._known is None or time.monotonic() - self._known[0] >= FRESH_S:
                members = await asyncio.gather(*(self._one(name) for name in self._addresses))
                self._known = time.monotonic(), members, await self._drift(members)
            return self._known[1:]

    async def _one(self, name: str) -> Member:
        try:
            status, text = await self._ask(f"http://{self._addresses[name]}/healthz")
            report = json.loads(text)
            return _member(name, status, report)
        except (OSError, TimeoutError, ValueError, aiohttp.ClientError) as error:
            return Member(name, None, [f"It does not answer: {error or type(error).__name__}"])

    async def _drift(self, members: list[Member]) -> Drift | None:
        ingest = next((one for one in members if one.name == "ingest"), None)
        if ingest is None or ingest.well is None:
            return None
        try:
            _, text = await self._ask(f"http://{self._addresses['ingest']}/metrics")
            found, stands = _counts(text, "packshot_drift_total"), _counts(text, "packshot_drift_standing")
            return Drift(found, ingest.up_s, stands, _checked(text))
        except (OSError, TimeoutError, ValueError, aiohttp.ClientError):
            return None  # shown as not known


def _member(name: str, status: int, report: Mapping[str, Any]) -> Member:
    told = [str(one) for one in (*report.get("problems", ()), *report.get("waiting", ()))]
    told += [f"It waits for {server}." for server in report.get("away", ())]
    return Member(name, status == 200, told, report.get("uptime_s"))


def _counts(text: str, name: str) -> dict[str, int]:
    return {sample.labels["kind"]: int(sample.value) for sample in _samples(text, name)}


def _checked(text: str) -> datetime | None:
    times = [sample.value for sample in _samples(text, "packshot_originals_checked_timestamp_seconds")]
    return datetime.fromtimestamp(times[0], UTC) if times and times[0] else None


def _samples(text: str, name: str) -> Iterator[Sample]:
    for family in text_string_to_metric_families(text):
        yield from (sample for sample in family.samples if sample.name == name)


async def _asked(url: str) -> tuple[int, str]:
    wait = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=wait) as session, session.get(url) as answer:
        return answer.status, await answer.text()

"""Webhooks of WISEPIM, as hints: they say which product has changed, not what. That is on Kafka before we answer, so
that a crash loses none; what the product says is asked for.

Header and form of the signature are not published: the header is a setting, the signature the hexadecimal HMAC-SHA256
of the bytes as they came, with or without `sha256=` before it. Retries go on for more than a day and may carry the time
of the first try, so only what is two days old is refused; played again, it only makes us ask.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from services.pim.receiving import Hear, body_of, in_time, refused
from services.pim.signed import check_recent, hmac_sha256

PATH = "/webhooks/wisepim"
LARGEST = 256 * 1024


@dataclass(frozen=True)
class Deps:
    """What the receiver needs. `secrets`: the one, and while it is changed the one before."""

    header: str
    secrets: Sequence[str] = field(repr=False)
    hear: Hear


def routes(deps: Deps) -> list[web.RouteDef]:
    """For the server that all PIMs share."""

    async def receive(request: web.Request) -> web.Response:
        return await in_time(_received(request.headers, await body_of(request, LARGEST), deps))

    return [web.post(PATH, receive)]


async def _received(headers: Mapping[str, str], body: bytes, deps: Deps) -> web.Response:
    given = headers.get(deps.header, "").removeprefix("sha256=")
    if not hmac_sha256(deps.secrets, body, [given]):
        return refused(401, f"The signature in {deps.header} is not of PACKSHOT_WISEPIM_SECRET.")
    try:
        id = named(json.loads(body), datetime.now(UTC))
    except ValueError as error:
        return refused(400, f"The body is no webhook of WISEPIM: {error}.")
    if id:
        await deps.hear("product", id, hashlib.sha256(body).hexdigest()[:16])
    return web.json_response({"looked_at": 1 if id else 0})


def named(event: Any, now: datetime) -> str:
    """The product that an event speaks of, or "". Raises ValueError for what is none or is too old."""
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise ValueError("it has no event")
    check_recent(event.get("timestamp"), now)
    if not event["event"].startswith("product."):
        return ""
    data = event.get("data")
    id = data.get("product_id") if isinstance(data, dict) else None
    if id is None or isinstance(id, list | dict | bool) or not str(id):
        raise ValueError("its data names no product_id")
    return str(id)

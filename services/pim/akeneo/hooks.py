"""Events of Akeneo's Event Platform, as hints: “look at this product”. Nothing in them is believed but its id.

It is on Kafka before it is answered; a replayed, doubled or late one only makes us ask once more.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from schemas.product import Entity
from services.pim.receiving import Hear, body_of, in_time, refused
from services.pim.signed import check_recent, hmac_sha256

PATH = "/webhooks/akeneo"
SIGNATURES = ("X-AKENEO-SIGNATURE-PRIMARY", "X-AKENEO-SIGNATURE-SECONDARY")
LARGEST = 256 * 1024
IDS: dict[str, tuple[Entity, str]] = {"product": ("product", "uuid"), "product_model": ("model", "code")}
"""Part of an event's data → what it names, and by which field."""


def routes(secrets: Sequence[str], hear: Hear) -> list[web.RouteDef]:
    """For the server that all PIMs share. `secrets`: the one, and while it is changed the one before."""

    async def receive(request: web.Request) -> web.Response:
        return await in_time(_received(request.headers, await body_of(request, LARGEST), secrets, hear))

    return [web.post(PATH, receive)]


async def _received(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], hear: Hear) -> web.Response:
    now = datetime.now(UTC)
    if not hmac_sha256(secrets, body, [headers[name] for name in SIGNATURES if name in headers]):
        return refused(401, "The signature is not of PACKSHOT_AKENEO_EVENTS_SECRET.")
    try:
        event = event_of(body)
        check_recent(event.get("time", now.isoformat()), now)
    except ValueError as error:
        return refused(400, f"The body is no event that counts: {error}. Give CloudEvents as JSON, of today.")
    found = named(event)
    for kind, id in found:
        await hear(kind, id, hashlib.sha256(body).hexdigest()[:16])
    return web.json_response({"looked_at": len(found)})


def event_of(body: bytes) -> dict[str, Any]:
    """Raises ValueError for what is no event."""
    event = json.loads(body)
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise ValueError("it has no type")
    return event


def named(event: dict[str, Any]) -> list[tuple[Entity, str]]:
    """What an event speaks of; nothing where it is of another kind."""
    data = event.get("data")
    parts = data if isinstance(data, dict) else {}
    found = []
    for part, (kind, field) in IDS.items():
        id = parts[part].get(field) if isinstance(parts.get(part), dict) else None
        if isinstance(id, str) and id:
            found.append((kind, id))
    return found

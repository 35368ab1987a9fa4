"""Events of Akeneo's Event Platform, as hints: “look at this product”. Nothing in them is believed but its id.

It is on Kafka before it is answered; a replayed, doubled or late one only makes us ask once more.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from aiohttp import web

from schemas.product import Entity
from services.pim.receiving import Hear, body_of, in_time, refused
from services.pim.signed import hmac_sha256

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
    if not hmac_sha256(secrets, body, [headers[name] for name in SIGNATURES if name in headers]):
        return refused(401, "The signature is not of PACKSHOT_AKENEO_EVENTS_SECRET.")
    try:
        found = named(body)
    except ValueError:
        return refused(400, "The body is no event: give CloudEvents as JSON.")
    for kind, id in found:
        await hear(kind, id, hashlib.sha256(body).hexdigest()[:16])
    return web.json_response({"looked_at": len(found)})


def named(body: bytes) -> list[tuple[Entity, str]]:
    """What an event speaks of; nothing where it is of another kind. Raises ValueError for what is no event."""
    event = json.loads(body)
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise ValueError("no CloudEvent")
    data = event.get("data")
    parts = data if isinstance(data, dict) else {}
    found = []
    for part, (kind, field) in IDS.items():
        id = parts[part].get(field) if isinstance(parts.get(part), dict) else None
        if isinstance(id, str) and id:
            found.append((kind, id))
    return found

"""Events of Akeneo's Event Platform, as hints: “look at this product”. Nothing in them is believed but its id.

A hint that is lost costs nothing but time: the next question what has changed finds it, the daily one what has gone. So
it is answered at once, before anything is asked, and a replayed one does no harm.
"""

import json
import logging
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from schemas.product import Entity
from services.pim.receiving import body_of, refused
from services.pim.signed import hmac_sha256

log = logging.getLogger(__name__)
PATH = "/webhooks/akeneo"
SIGNATURES = ("X-AKENEO-SIGNATURE-PRIMARY", "X-AKENEO-SIGNATURE-SECONDARY")
LARGEST = 256 * 1024
IDS: dict[str, tuple[Entity, str]] = {"product": ("product", "uuid"), "product_model": ("model", "code")}
"""Part of an event's data → what it names, and by which field."""


def routes(secrets: Sequence[str], hint: Callable[[Entity, str], None]) -> list[web.RouteDef]:
    """For the server that all PIMs share. `secrets`: the one, and while it is changed the one before."""

    async def receive(request: web.Request) -> web.Response:
        body = await body_of(request, LARGEST)
        if not hmac_sha256(secrets, body, [request.headers[name] for name in SIGNATURES if name in request.headers]):
            log.warning("a webhook whose signature is not of PACKSHOT_AKENEO_EVENTS_SECRET was refused")
            return refused(401, "The signature is not right.")
        try:
            found = named(json.loads(body))
        except ValueError:
            return refused(400, "The body is no event: give CloudEvents as JSON.")
        for kind, id in found:
            hint(kind, id)
        return web.json_response({"looked_at": len(found)})

    return [web.post(PATH, receive)]


def named(event: Any) -> list[tuple[Entity, str]]:
    """What an event speaks of; nothing where it is of another kind. Raises ValueError for what is no event."""
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

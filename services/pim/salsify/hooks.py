"""Webhooks of Salsify: changed products, whole, in their own words. They are on Kafka before we answer; a late or
doubled one changes nothing, because each says when Salsify changed it. What has gone is a hint on Kafka, and asked for
by its id: “removed” may mean only that it has left the list that is watched."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from services.pim.receiving import Hear, body_of, in_time, refused
from services.pim.refusals import Refuse
from services.pim.salsify.certificate import Certificates, NotSigned, check
from services.pim.salsify.source import SYSTEM, Salsify
from services.pim.source import Batch

PATH = "/webhooks/salsify"
LARGEST = 8 * 1024 * 1024
Take = Callable[[Batch], Awaitable[None]]


@dataclass(frozen=True)
class Deps:
    """What the receiver needs. `url`: its address as Salsify calls it; `hear` and `take` return when Kafka has it."""

    url: str
    organisation: str
    certificates: Certificates
    source: Salsify
    hear: Hear
    take: Take
    refuse: Refuse


def routes(deps: Deps) -> list[web.RouteDef]:
    """For the server that all PIMs share."""

    async def receive(request: web.Request) -> web.Response:
        body = await body_of(request, LARGEST)
        return await in_time(_received(request.headers, body, deps))

    return [web.post(PATH, receive)]


async def _received(headers: Mapping[str, str], body: bytes, deps: Deps) -> web.Response:
    try:
        await check(deps.certificates, deps.url, headers, body)
    except NotSigned as error:
        return refused(401, f"The signature is not right: {error}.")
    if headers["X-Salsify-Organization-ID"] != deps.organisation:
        return refused(403, "The organisation is not that of PACKSHOT_SALSIFY_ORGANISATION.")
    try:
        trigger, products, above = said(json.loads(body))
    except ValueError as error:
        return refused(400, f"The body is no webhook of Salsify: {error}.")
    gone = [item for item in products if trigger == "remove" or item.get("salsify:destroyed_at")]
    nonce = hashlib.sha256(body).hexdigest()[:16]
    for id in [str(item.get("salsify:id") or "") for item in gone]:
        if id:
            await deps.hear(await deps.source.kind_of(id), id, nonce)
    batch = await deps.source.batch([item for item in products if item not in gone], above)
    await deps.take(batch)
    for problem in batch.problems:
        deps.refuse(SYSTEM, problem)
    return web.json_response({"taken": len(batch.events), "looked_at": len(gone), "problems": list(batch.problems)})


def said(event: Any) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """(what happened, products, their parents); no products where it is of imports, pictures or channels. Raises
    ValueError for what is no webhook."""
    if not isinstance(event, dict):
        raise ValueError("it is no JSON object")
    products, above = event.get("products", []), event.get("parent_products", [])
    for name, items in (("products", products), ("parent_products", above)):
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise ValueError(f"“{name}” is no list of products")
    return str(event.get("trigger_type", "")), products, above

"""A small Salsify: the published REST interface with its awkward parts, and the sender of its webhooks."""

import base64
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from runtime.outage import Unavailable
from services.pim.rest import Access
from services.pim.salsify import connect
from services.pim.salsify.hooks import PATH
from tests.fakes.certificates import Issued, issued
from tests.fakes.vendor import Trouble, serving, troubled

Item = dict[str, Any]
ORGANISATION, TOKEN = "s-1234", "key"
HOOK_URL = "https://media.example.com/webhooks/salsify"
CERTIFICATE = "https://webhooks-auth.salsify.com/2026/webhooks.pem"
FILTER = re.compile(r"^='salsify:updated_at':gte\('([^']+)'\)$")


class FakeSalsify:
    """Its state, and the server's handlers. `clock`: moved by each change."""

    def __init__(self) -> None:
        self.clock = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
        self.products: dict[str, Item] = {}
        self.destroyed: dict[str, Item] = {}
        self.page = 100
        self.troubles: list[Trouble] = []
        self.asked: Counter[str] = Counter()
        self.hidden: set[str] = set()
        """Ids that a listing leaves out, though they are there."""

    # ── what tests do to it ───────────────────────────────────────────────────────────────────────────────────
    def product(self, id: str, parent: str | None = None, **properties: Any) -> Item:
        """Create or change one; `properties` are merged."""
        self.clock += timedelta(seconds=1)
        before = self.products.get(id, {"salsify:id": id, "salsify:created_at": self._now(), "Product ID": id})
        changed = {"salsify:updated_at": self._now(), "salsify:parent_id": parent or before.get("salsify:parent_id")}
        self.products[id] = before | changed | properties
        return self.products[id]

    def destroy(self, id: str) -> Item:
        """It is answered no more, and webhooks say so."""
        self.clock += timedelta(seconds=1)
        self.destroyed[id] = self.products.pop(id) | {"salsify:destroyed_at": self._now()}
        return self.destroyed[id]

    def webhook(self, trigger: str, *ids: str) -> Item:
        """What it sends of these products now."""
        items = [self.products.get(id) or self.destroyed[id] for id in ids]
        parents = {item["salsify:parent_id"] for item in items if item.get("salsify:parent_id")}
        above = [self.products[id] for id in sorted(parents) if id in self.products]
        return {"trigger_type": trigger, "products": items, "parent_products": above}

    def _now(self) -> str:
        return f"{self.clock:%Y-%m-%dT%H:%M:%S}.000Z"

    # ── the interface ─────────────────────────────────────────────────────────────────────────────────────────
    def app(self) -> web.Application:
        """For a server."""
        app = web.Application(middlewares=[self._guard])
        app.router.add_get(f"/api/v1/orgs/{ORGANISATION}/products", self._list)
        app.router.add_get(f"/api/v1/orgs/{ORGANISATION}/products/{{id}}", self._one)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked[request.path.rpartition("/")[2]] += 1
        answer: web.StreamResponse | None = troubled(request, self.troubles)
        if answer is None and request.headers.get("Authorization") != f"Bearer {TOKEN}":
            answer = web.Response(status=401, text="Unauthorized")
        answer = answer or await handler(request)
        answer.headers["Date"] = format_datetime(self.clock, usegmt=True)
        return answer

    async def _list(self, request: web.Request) -> web.Response:
        if "page" in request.query:
            return web.json_response({"errors": ["page numbers end at 10 000"]}, status=422)
        since = request.query.get("filter", "")
        if since and not FILTER.match(since):
            return web.json_response({"errors": [f"bad filter {since}"]}, status=422)
        from_ = FILTER.match(since)[1] if since else ""  # type: ignore[index]
        found = [one for id, one in sorted(self.products.items()) if one["salsify:updated_at"] >= from_]
        shown = [one for one in found if one["salsify:id"] not in self.hidden]
        after = base64.b64decode(request.query.get("cursor", "")).decode()
        left = [one for one in shown if one["salsify:id"] > after]
        size = min(self.page, int(request.query.get("per_page", 100)))
        last = left[size - 1]["salsify:id"] if len(left) > size else None
        cursor = base64.b64encode(last.encode()).decode() if last else None
        meta = {"per_page": str(size), "cursor": cursor, "total_entries": len(shown)}
        return web.json_response({"data": left[:size], "meta": meta})

    async def _one(self, request: web.Request) -> web.Response:
        item = self.products.get(request.match_info["id"])
        return web.json_response(item) if item else web.Response(status=404, text="Not Found")


class Sender:
    """Its webhooks, signed. Certificates lie where tests put them."""

    def __init__(self, client: "TestClient[Any, Any]") -> None:
        self._client = client
        self.authority = issued("authority")
        self.own = issued("webhooks", self.authority)
        self.there = {CERTIFICATE: self.own.pem + self.authority.pem}
        self.fetched: Counter[str] = Counter()

    async def fetch(self, address: str) -> bytes:
        """What lies there."""
        self.fetched[address] += 1
        if address not in self.there:
            raise Unavailable(f"{address} answers 404")
        return self.there[address]

    async def send(self, event: object, **other: Any) -> tuple[int, Any]:
        """(status, answer). `other`: what is not as it should be: key, ago, address, url, body, header values."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        headers = self.signed(body, **{name: other[name] for name in ("key", "ago", "url", "org") if name in other})
        headers["X-Salsify-Cert-Url"] = other.get("address", CERTIFICATE)
        headers |= other.get("headers", {})
        kept = {name: value for name, value in headers.items() if value is not None}
        async with self._client.post(PATH, data=other.get("body", body), headers=kept) as answer:
            return answer.status, await answer.json()

    def signed(
        self, body: bytes, key: Issued | None = None, ago: int = 0, url: str = HOOK_URL, org: str = ORGANISATION
    ) -> dict[str, Any]:
        """Its headers."""
        given = [str(int(time.time()) - ago), "request-1", org]
        data = ".".join([*given, url]).encode() + b"." + body
        by = (key or self.own).key
        if isinstance(by, rsa.RSAPrivateKey):
            signature = by.sign(data, padding.PKCS1v15(), SHA256())
        else:
            signature = by.sign(data, ec.ECDSA(SHA256()))
        names = ("X-Salsify-Timestamp", "X-Salsify-Request-ID", "X-Salsify-Organization-ID")
        return dict(zip(names, given, strict=True)) | {"X-Salsify-Signature-v1": base64.b64encode(signature).decode()}


@asynccontextmanager
async def served(pim: FakeSalsify) -> AsyncIterator[Access]:
    """The server, while the block runs; what reaches it."""
    async with serving(pim.app()) as url:
        yield Access("salsify", f"{url}/api/v1/orgs/{ORGANISATION}", TOKEN, connect.CURE, connect.wait_s)

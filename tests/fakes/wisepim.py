"""A small WISEPIM: what its public pages say, and of what they do not say several forms; and its webhooks."""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from aiohttp import web
from aiohttp.test_utils import TestServer

from services.pim.rest import Access
from services.pim.wisepim import connect
from tests.fakes.akeneo import Trouble

Item = dict[str, Any]
TOKEN = "key"


class FakeWisepim:
    """Its state, and the server's handlers. `form`: how it answers lists."""

    def __init__(self, form: Literal["data", "bare", "unpaged"] = "data") -> None:
        self.form = form
        self.clock = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
        self.products: dict[str, Item] = {}
        self.hidden: set[str] = set()
        self.page = 100
        self.troubles: list[Trouble] = []
        self.asked: Counter[str] = Counter()

    def product(self, id: int, sku: str, **fields: Any) -> Item:
        """Create or change one; `fields` are merged."""
        self.clock += timedelta(seconds=1)
        now = f"{self.clock:%Y-%m-%dT%H:%M:%SZ}"
        self.products[str(id)] = self.products.get(str(id), {}) | {"id": id, "sku": sku, "updated_at": now} | fields
        return self.products[str(id)]

    def app(self) -> web.Application:
        """For a server."""
        app = web.Application()
        app.router.add_get("/v2/products", self._list)
        app.router.add_get("/v2/products/{id}", self._one)
        return app

    def _trouble(self, request: web.Request) -> web.Response | None:
        self.asked[request.path.rpartition("/")[2]] += 1
        for trouble in self.troubles:
            if trouble.times and trouble.path in request.path_qs:
                trouble.times -= 1
                return web.Response(status=trouble.status, text=trouble.body, headers=trouble.headers)
        known = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        return None if known else web.Response(status=401, text="Unauthorized")

    async def _list(self, request: web.Request) -> web.Response:
        if trouble := self._trouble(request):
            return trouble
        found = [item for id, item in sorted(self.products.items()) if id not in self.hidden]
        number, size = int(request.query["page"]), min(self.page, int(request.query["per_page"]))
        shown = found if self.form == "unpaged" else found[(number - 1) * size : number * size]
        return web.json_response(shown if self.form == "bare" else {"data": shown, "meta": {"total": len(found)}})

    async def _one(self, request: web.Request) -> web.Response:
        if trouble := self._trouble(request):
            return trouble
        item = self.products.get(request.match_info["id"])
        if item is None:
            return web.Response(status=404, text="Not Found")
        return web.json_response(item if self.form == "bare" else {"data": item})


def webhook(event: str, product_id: object, ago: float = 0.0, **data: Any) -> bytes:
    """As its page shows it."""
    at = datetime.now(UTC) - timedelta(seconds=ago)
    said = {"event": event, "timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}", "webhook_id": "wh-abc123"}
    return json.dumps(said | {"data": {"product_id": product_id, **data}}).encode()


def signature(body: bytes, key: str) -> str:
    """Hexadecimal."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


@asynccontextmanager
async def served(pim: FakeWisepim) -> AsyncIterator[Access]:
    """The server, while the block runs; what reaches it."""
    server = TestServer(pim.app())
    await server.start_server()
    try:
        url = f"{str(server.make_url('')).rstrip('/')}/v2"
        yield Access("wisepim", url, TOKEN, connect.CURE, connect.wait_s)
    finally:
        await server.close()

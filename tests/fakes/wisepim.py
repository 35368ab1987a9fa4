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

from services.pim.rest import Access
from services.pim.wisepim import connect
from tests.fakes.vendor import Trouble, serving, troubled

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
        if (trouble := troubled(request, self.troubles)) is not None:
            return trouble
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
    async with serving(pim.app()) as url:
        yield Access("wisepim", f"{url}/v2", TOKEN, connect.CURE, connect.wait_s)

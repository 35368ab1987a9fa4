"""A receiver of webhooks: it checks signatures as Standard Webhooks says, and can be made to refuse or be slow."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


def verified(secret: str, headers: dict[str, str], body: bytes, tolerance_s: float = 300) -> bool:
    """By the rules of the specification, not by our code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    if abs(time.time() - int(headers["webhook-timestamp"])) > tolerance_s:
        return False
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body.decode()}".encode()
    wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    given = [one.split(",", 1) for one in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(signature, wanted) for version, signature in given)


class Receiver:
    """`answers` says the status for an event; what came is in `tries`, what was taken in `taken`."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.answers: Callable[[dict[str, Any]], int] = lambda _: 204
        self.slow_s = 0.0
        self.tries: list[tuple[str, dict[str, Any]]] = []
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.url = ""

    def last(self, entity: str) -> dict[str, Any] | None:
        """The newest event that was taken of an asset or a SKU."""
        found = [
            event for _, event in self.taken if entity in (event["data"].get("asset_id"), event["data"].get("sku"))
        ]
        return found[-1] if found else None

    async def handle(self, request: web.Request) -> web.Response:
        """One POST."""
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not verified(self.secret, headers, body):
            return web.Response(status=401)
        said = (headers["webhook-id"], json.loads(body))
        self.tries.append(said)
        await asyncio.sleep(self.slow_s)
        status = self.answers(said[1])
        if status < 300:
            self.taken.append(said)
        return web.Response(status=status, headers={"location": "http://127.0.0.1:1/"})


@asynccontextmanager
async def receiving(secret: str, port: int = 0) -> AsyncIterator[Receiver]:
    """It listens in this block, and nowhere after."""
    receiver = Receiver(secret)
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()

"""A small Akeneo: the published REST interface with its awkward parts, on a free port. No code of theirs."""

import base64
import json
import re
import secrets
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from services.pim.akeneo.tokens import Login
from tests.fakes.vendor import Trouble, serving, troubled

Item = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
CLIENT, SECRET, USER, PASSWORD = "client", "secret", "packshot_0001", "pass"


class FakeAkeneo:
    """Its state, and the server's handlers. `zone`: of its PHP; `clock`: moved by tests."""

    def __init__(self, zone: int = 0) -> None:
        self.zone = timedelta(hours=zone)
        self.clock = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
        self.products: dict[str, Item] = {}
        self.models: dict[str, Item] = {}
        self.families: dict[str, Item] = {"shoes": {"code": "shoes", "labels": {"en_US": "Shoes"}}}
        self.variants: dict[str, list[Item]] = defaultdict(list)
        self.categories: dict[str, Item] = {"master": {"code": "master", "parent": None, "labels": {}}}
        self.media: dict[str, bytes] = {}
        self.assets: dict[str, dict[str, Item]] = {"packshots": {}}
        """Family → code → asset."""
        self.collections: dict[str, str] = {"pictures": "packshots"}
        """Attribute of products → the family that its codes are of."""
        self.attributes: set[str] | None = None
        """Attributes that values may be written to; None: any."""
        self.tokens: set[str] = set()
        self.refresh: set[str] = set()
        self.expires_in = 3600
        self.troubles: list[Trouble] = []
        self.page = 100
        self.host = "http://pim.internal:8080"
        """As it sees itself, behind its proxy: in links."""
        self.asked: Counter[str] = Counter()
        self.patched: list[Item] = []

    # ── what tests do to it ───────────────────────────────────────────────────────────────────────────────────
    def now(self) -> str:
        """Local time with its offset, and a second later each time."""
        self.clock += timedelta(seconds=1)
        sign, hours = ("-" if self.zone < timedelta() else "+"), abs(self.zone) // timedelta(hours=1)
        return f"{self.clock + self.zone:%Y-%m-%dT%H:%M:%S}{sign}{hours:02d}:00"

    def product(self, uuid: str, sku: str, **more: Any) -> Item:
        """Create or change one; `values` are merged."""
        before = self.products.get(uuid, {"values": {}, "categories": [], "parent": None, "enabled": True})
        values = {**before["values"], **values_of({"sku": sku} if sku else {}), **values_of(more.pop("values", {}))}
        family = more.pop("family", before.get("family", "shoes"))
        self.products[uuid] = {
            **before,
            **more,
            "uuid": uuid,
            "family": family,
            "values": values,
            "updated": self.now(),
        }
        return self.products[uuid]

    def model(self, code: str, **more: Any) -> Item:
        """Create or change one; with it its variants are found by `updated`, though theirs does not change."""
        before = self.models.get(code, {"values": {}, "categories": [], "parent": None, "family": "shoes"})
        values = {**before["values"], **values_of(more.pop("values", {}))}
        self.models[code] = {**before, **more, "code": code, "values": values, "updated": self.now()}
        return self.models[code]

    def expire(self) -> None:
        """All tokens, before the time that was said."""
        self.tokens.clear()

    def value(self, uuid: str, attribute: str) -> Any:
        """What stands there now."""
        entries = self.products[uuid]["values"].get(attribute) or [{"data": None}]
        return entries[0]["data"]

    # ── the interface ─────────────────────────────────────────────────────────────────────────────────────────
    def app(self) -> web.Application:
        """For a server."""
        app = web.Application(middlewares=[self._guard], client_max_size=2**26)
        api = "/api/rest/v1"
        app.router.add_post("/api/oauth/v1/token", self._token)
        for name, held in (("products-uuid", self.products), ("product-models", self.models)):
            app.router.add_get(f"{api}/{name}", self._searched(name, held))
            app.router.add_get(f"{api}/{name}/{{id}}", self._one(held))
            app.router.add_patch(f"{api}/{name}", self._patch(held))
        app.router.add_get(f"{api}/products/{{sku}}", self._by_sku)
        app.router.add_get(f"{api}/categories", self._paged(lambda _: list(self.categories.values())))
        app.router.add_get(f"{api}/categories/{{id}}", self._one(self.categories))
        app.router.add_get(f"{api}/families", self._paged(lambda _: list(self.families.values())))
        app.router.add_get(f"{api}/families/{{id}}", self._one(self.families))
        variants = self._paged(lambda request: self.variants[request.match_info["id"]])
        app.router.add_get(f"{api}/families/{{id}}/variants", variants)
        app.router.add_post(f"{api}/media-files", self._upload)
        app.router.add_post(f"{api}/asset-media-files", self._upload_asset_file)
        app.router.add_get(f"{api}/asset-families/{{family}}/assets/{{code}}", self._asset)
        app.router.add_patch(f"{api}/asset-families/{{family}}/assets/{{code}}", self._write_asset)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await self._guarded(request, handler)
        answer.headers["Date"] = format_datetime(self.clock, usegmt=True)
        return answer

    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.asked[f"{request.method} {request.path.split('/')[4] if request.path.count('/') > 3 else 'token'}"] += 1
        if (trouble := troubled(request, self.troubles)) is not None:
            return trouble
        if "/oauth/" not in request.path:
            if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
                return _no(401, "The access token provided is invalid.")
            if request.headers.get("Accept") != "application/json":
                return _no(406, "Only application/json is allowed.")
        return await handler(request)

    async def _token(self, request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        body = await request.json()
        right = base64.b64decode(given).decode() == f"{CLIENT}:{SECRET}"
        if body["grant_type"] == "password":
            right = right and (body["username"], body["password"]) == (USER, PASSWORD)
        else:
            right = right and body["refresh_token"] in self.refresh
            self.refresh.discard(body["refresh_token"])
        if not right:
            return _no(422, "No user found for the given username and password")
        access, refresh = secrets.token_hex(8), secrets.token_hex(8)
        self.tokens.add(access)
        self.refresh.add(refresh)
        return web.json_response({"access_token": access, "expires_in": self.expires_in, "refresh_token": refresh})

    def _searched(self, name: str, held: dict[str, Item]) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            query = request.query
            if int(query.get("limit", 10)) > 100:
                return _no(422, "You cannot request more than 100 items.")
            if query.get("pagination_type") != "search_after":
                return _no(422, "This fake knows search_after only.")
            found = [held[id] for id in sorted(held) if self._found(held[id], json.loads(query.get("search", "{}")))]
            after = query.get("search_after", "")
            left = [item for item in found if (item.get("uuid") or item["code"]) > after]
            size = min(self.page, int(query["limit"]))
            links: Item = {"self": {"href": "…"}}
            if len(left) > size:
                last = left[size - 1]
                more = urlencode({**query, "search_after": last.get("uuid") or last["code"]})
                links["next"] = {"href": f"{self.host}/api/rest/v1/{name}?{more}"}
            return web.json_response({"_links": links, "_embedded": {"items": left[:size]}})

        return handler

    def _found(self, item: Item, search: Item) -> bool:
        for one in search.get("updated", []):
            since = datetime.strptime(one["value"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) - self.zone
            own = [item, *self._above(item)]
            return any(datetime.fromisoformat(part["updated"]) > since for part in own)
        return True

    def _above(self, item: Item) -> list[Item]:
        parent = self.models.get(item.get("parent") or "") if "uuid" in item else None
        return [parent, *self._above({**parent, "uuid": ""})] if parent else []

    def _paged(self, items: Callable[[web.Request], list[Item]]) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            size, page = int(request.query.get("limit", 10)), int(request.query.get("page", 1))
            found = items(request)
            links: Item = {}
            if len(found) > page * size:
                more = urlencode({**request.query, "page": page + 1})
                links["next"] = {"href": f"{self.host}{request.path}?{more}"}
            return web.json_response(
                {"_links": links, "current_page": page, "_embedded": {"items": found[(page - 1) * size : page * size]}}
            )

        return handler

    def _one(self, held: dict[str, Item]) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            item = held.get(request.match_info["id"])
            return web.json_response(item) if item else _no(404, "does not exist")

        return handler

    async def _by_sku(self, request: web.Request) -> web.Response:
        item = self._product_of(request.match_info["sku"])
        return web.json_response({**item, "identifier": request.match_info["sku"]}) if item else _no(404, "no such")

    def _product_of(self, sku: str) -> Item | None:
        return next(
            (one for one in self.products.values() if (one["values"].get("sku") or [{}])[0].get("data") == sku), None
        )

    # ── writing ───────────────────────────────────────────────────────────────────────────────────────────────
    def _patch(self, held: dict[str, Item]) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            if request.headers["Content-Type"] != "application/vnd.akeneo.collection+json":
                return _no(415, "the content type")
            lines = [json.loads(line) for line in (await request.text()).splitlines()]
            if len(lines) > 100:
                return _no(413, "Too many resources to process, 100 is the maximum allowed.")
            told = []
            for number, line in enumerate(lines, 1):
                id = line.get("uuid") or line["code"]
                wrong = self._unknown(line["values"])
                told.append({"line": number, "uuid": id, "status_code": 422 if wrong else 204, "message": wrong})
                if not wrong:
                    self._write(held[id], line["values"])
                    self.patched.append(line)
            return web.Response(text="\n".join(map(json.dumps, told)))

        return handler

    def _unknown(self, values: Item) -> str:
        bad = [code for code in values if self.attributes is not None and code not in self.attributes]
        if bad:
            return f"The {bad[0]} attribute does not exist in your PIM."
        linked = [(code, data) for code in values if code in self.collections for data in _codes(values[code])]
        gone = [data for code, data in linked if data not in self.assets[self.collections[code]]]
        return f"The {gone[0]} asset does not exist." if gone else ""

    def _write(self, item: Item, values: Item) -> None:
        for code, entries in values.items():
            for entry in entries:
                kept = [
                    one
                    for one in item["values"].get(code, [])
                    if (one["locale"], one["scope"]) != (entry["locale"], entry["scope"])
                ]
                item["values"][code] = kept + ([entry] if entry["data"] not in (None, "", []) else [])
                if not item["values"][code]:
                    del item["values"][code]
        item["updated"] = self.now()

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file, product, model = form["file"], form.get("product"), form.get("product_model")
        assert isinstance(file, web.FileField)
        target = json.loads(str(product or model))
        item = self._product_of(target["identifier"]) if product else self.models.get(target["code"])
        if item is None:
            return _no(422, "The product does not exist")
        if wrong := self._unknown({target["attribute"]: []}):
            return _no(422, wrong)
        body = file.file.read()
        digest = secrets.token_hex(20)  # Akeneo names the same bytes anew each time
        name = re.sub(r"[^A-Za-z0-9.]", "_", file.filename)
        code = f"{digest[0]}/{digest[1]}/{digest[2]}/{digest[3]}/{digest}_{name}"
        self.media[code] = body
        self._write(item, {target["attribute"]: [{"locale": target["locale"], "scope": target["scope"], "data": code}]})
        return web.Response(status=201, headers={"Location": f"{self.host}/api/rest/v1/media-files/{code}"})

    async def _upload_asset_file(self, request: web.Request) -> web.Response:
        file = (await request.post())["file"]
        assert isinstance(file, web.FileField)
        code = f"a/b/{secrets.token_hex(20)}_{file.filename}"
        self.media[code] = file.file.read()
        place = f"{self.host}/api/rest/v1/asset-media-files/{code}"
        return web.Response(status=201, headers={"Location": place, "Asset-media-file-code": code})

    async def _asset(self, request: web.Request) -> web.Response:
        family = self.assets.get(request.match_info["family"])
        asset = family.get(request.match_info["code"]) if family is not None else None
        return web.json_response(asset) if asset else _no(404, "does not exist")

    async def _write_asset(self, request: web.Request) -> web.Response:
        family, item = self.assets.get(request.match_info["family"]), await request.json()
        if family is None:
            return _no(404, f"Asset family {request.match_info['family']} does not exist.")
        wrong = [one for values in item["values"].values() for one in values if one["data"] not in self.media]
        if set(item["values"]) != {"media"} or wrong:
            return _no(422, "The asset has data that does not comply with the business rules.")
        family[item["code"]] = item
        return web.Response(status=201)


def _codes(entries: list[Item]) -> list[str]:
    return [code for entry in entries for code in entry["data"] or ()]


def values_of(plain: Item) -> Item:
    """`{"sku": "A"}` → Akeneo's values; a list is taken as it is."""
    return {
        code: data if isinstance(data, list) else [{"locale": None, "scope": None, "data": data}]
        for code, data in plain.items()
    }


def _no(status: int, message: str) -> web.Response:
    return web.json_response({"code": status, "message": message}, status=status)


@asynccontextmanager
async def served(pim: FakeAkeneo) -> AsyncIterator[Login]:
    """The server, while the block runs; a login that it knows."""
    async with serving(pim.app()) as url:
        yield Login(url, CLIENT, SECRET, USER, PASSWORD)

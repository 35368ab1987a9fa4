"""Akeneo as a `Target`: pictures as media files of image attributes, as assets of collections, or as addresses in text
attributes."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from runtime.objects import Bucket
from runtime.outage import Unavailable
from services.pim.akeneo.client import API, Client, refused, told
from services.pim.akeneo.lines import Lines
from services.pim.akeneo.translate import SYSTEM, Item
from services.pim.places import Write
from services.pim.target import Held, Picture
from services.pim.wanted import content_of, content_of_url

OURS = re.compile(r"(?:^|_)packshot_([0-9a-f]{16})\.\w+$")
"""How a media code ends that we uploaded: Akeneo puts the file's name behind a hash of its own."""
ASSET = re.compile(r"packshot_([0-9a-f]{16})")
"""The code of an asset that we made."""
TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif", "avif": "image/avif"}


def values_at(item: Item, writes: tuple[Write, ...]) -> dict[str, str | None]:
    """Place → what a product of Akeneo holds there."""
    return {write.place: _at(item, write) for write in writes}


def _at(item: Item, write: Write) -> str | None:
    for entry in item.get("values", {}).get(write.attribute) or ():
        data = entry.get("data")
        if (entry.get("locale"), entry.get("scope")) == (write.locale, write.channel) and data:
            return ",".join(map(str, data)) if isinstance(data, list) else str(data)
    return None


class AkeneoTarget:
    """By one connection, which needs the right to edit."""

    system = SYSTEM

    def __init__(self, client: Client, writes: tuple[Write, ...], library: Bucket) -> None:
        self.writes = writes
        self._client, self._library = client, library
        self._products = Lines(lambda lines: client.patch(f"{API}/products-uuid", lines))
        self._models = Lines(lambda lines: client.patch(f"{API}/product-models", lines))

    async def read(self, sku: str) -> Held | None:
        """See `Target.read`. A product by its identifier, else a product model by its code."""
        named = quote(sku, safe="")
        if item := await self._client.get(f"{API}/products/{named}"):
            return Held(sku, "product", item["uuid"], values_at(item, self.writes))
        if item := await self._client.get(f"{API}/product-models/{named}"):
            return Held(sku, "model", item["code"], values_at(item, self.writes))
        return None

    def made(self, write: Write, value: str) -> str | None:
        """See `Target.made`."""
        if write.kind == "image":
            found = OURS.search(value)
            return found[1] if found else None
        if write.kind == "assets":
            codes = [ASSET.fullmatch(code) for code in value.split(",")]
            return content_of(code[1] for code in codes if code) if all(codes) else None
        return content_of_url(value) if value.startswith(write.url.partition("{")[0]) else None

    async def fill(self, held: Held, write: Write, picture: Picture) -> str:
        """See `Target.fill`."""
        if write.kind == "link":
            await self._set(held, write, picture.url)
            return picture.url
        if write.kind == "assets":
            codes = [await self._asset(write, part) for part in picture.parts]
            await self._set(held, write, codes)
            return ",".join(codes)
        own = {"identifier": held.sku} if held.kind == "product" else {"code": held.id}
        value = {**own, "attribute": write.attribute, "scope": write.channel, "locale": write.locale}
        fields = {"product" if held.kind == "product" else "product_model": json.dumps(value)}
        place = urlsplit((await self._upload(f"{API}/media-files", picture, fields)).get("location", "")).path
        return place.removeprefix(f"{API}/media-files/")

    async def _asset(self, write: Write, picture: Picture) -> str:
        """Its code. The asset is made where it is not there yet; the same bytes are the same asset."""
        code = f"packshot_{picture.content}"
        place = f"{API}/asset-families/{write.family}/assets/{code}"
        if await self._client.get(place) is None:
            headers = await self._upload(f"{API}/asset-media-files", picture, {})
            media = {"locale": None, "channel": None, "data": headers.get("asset-media-file-code", "")}
            await self._client.change(place, {"code": code, "values": {write.media: [media]}})
        return code

    async def _upload(self, path: str, picture: Picture, fields: dict[str, str]) -> Mapping[str, str]:
        stored = await self._library.get(picture.rendition.key)
        if stored is None:
            raise Unavailable(f"library: {picture.rendition.key} is named and not there")
        name = f"packshot_{picture.content}.{picture.rendition.key.rpartition('.')[2]}"
        media_type = TYPES.get(picture.rendition.format, "application/octet-stream")
        return await self._client.upload(path, name, stored.body, media_type, fields)

    async def clear(self, held: Held, write: Write) -> None:
        """See `Target.clear`."""
        await self._set(held, write, [] if write.kind == "assets" else None)

    async def _set(self, held: Held, write: Write, data: str | list[str] | None) -> None:
        value: dict[str, Any] = {"locale": write.locale, "scope": write.channel, "data": data}
        own = {"uuid": held.id} if held.kind == "product" else {"code": held.id}
        lines = self._products if held.kind == "product" else self._models
        answer = await lines.add({**own, "values": {write.attribute: [value]}})
        if answer["status_code"] >= 300:
            raise refused(f"Akeneo answers {answer['status_code']} for {held.sku}: {told(answer)}")

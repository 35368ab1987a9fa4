"""What a dead letter is about: the file, asset or product whose page tells more. Pure."""

import json
from typing import NamedTuple
from urllib.parse import quote

from schemas.topics import (
    ASSET_INGESTED,
    ASSET_LATER,
    ASSET_METADATA,
    ASSET_RERUN,
    DECISIONS,
    INBOX_EVENTS,
    INGEST_JOBS,
    LINK_REQUESTS,
    MEDIA_REQUESTS,
    PRODUCT_MEDIA,
    VIDEO_JOBS,
)

BY_ASSET = {one.name for one in (ASSET_INGESTED, ASSET_LATER, ASSET_METADATA, ASSET_RERUN, LINK_REQUESTS, VIDEO_JOBS)}
BY_SKU = {one.name for one in (MEDIA_REQUESTS, PRODUCT_MEDIA)}
BY_FILE = {one.name for one in (INBOX_EVENTS, INGEST_JOBS)}


class About(NamedTuple):
    """url: of its page; None where there is none."""

    words: str
    url: str | None = None


def about(topic: str, key: bytes | None, value: bytes | None) -> About:
    """topic: that its letter came from. What cannot be read has its key, as text."""
    name = (key or b"").decode(errors="replace")
    if topic == DECISIONS.name:
        kind, _, own = name.partition("/")
        return _page(kind, own) or About(name)
    if topic in BY_ASSET:
        return _page("asset", name.partition("/")[0]) or About(name)
    if topic in BY_SKU:
        return _page("product", name) or About(name)
    if topic in BY_FILE and (file := _file(value)):
        return About(file, f"/?q={quote(file.rpartition('/')[2], safe='')}")
    return About(name)


def _page(kind: str, own: str) -> About | None:
    if kind == "asset" and own:
        return About(f"picture {own}", f"/assets/{quote(own, safe='')}")
    if kind == "product" and own:
        return About(f"product {own}", f"/products/{quote(own, safe='')}")
    return None


def _file(value: bytes | None) -> str:
    """Its name in the inbox, where the message can be read so far."""
    try:
        said = json.loads(value or b"")
    except ValueError:
        return ""
    data = said.get("data", said) if isinstance(said, dict) else None
    name = data.get("key") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""

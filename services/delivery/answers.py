"""Answers and their headers: what a browser, a shop and a CDN may do with them. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlencode

from runtime.ranges import SANDBOX, policy, type_of
from services.delivery.choose import File
from services.delivery.find import Collected, Shown

FRESH_S = 60
"""So long a withdrawn file can still be seen behind a cache that nobody purges."""
PROBLEM = "public, max-age=5"
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Timing-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}
"""For every page of the world: 3D viewers, players and canvases load by scripts."""
UNFRAMED = "frame-ancestors 'none'"
"""Only the embed page may be framed (`embed.py`)."""
EXPOSED = "ETag, Content-Length, Content-Range, Accept-Ranges"
PREFLIGHT = {
    **OPEN,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Range, If-None-Match, If-Range",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True)
class Answer:
    """Status, headers and a small body."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    unsure: bool = False
    """It rests on something not being there, which a view that is still filled may not know yet."""


NEGOTIATED = {"Vary": "Accept"}
"""Of whatever is answered where the format is chosen by what the browser accepts: a redirect and a 404, too."""


def surrogates(*keys: str) -> dict[str, str]:
    """By which a CDN is told what to forget: Fastly's, Varnish's and others' header, and Cloudflare's."""
    return {"Surrogate-Key": " ".join(keys), "Cache-Tag": ",".join(keys)}


def asset_key(asset: str) -> str:
    """Surrogate key of everything that shows this asset."""
    return f"asset-{asset}"


def sku_key(sku: str) -> str:
    """Surrogate key of everything that follows from this product; hashed, for a SKU may hold anything."""
    return f"sku-{sha256(sku.encode()).hexdigest()[:16]}"


def fresh_for(seconds: float | None = None) -> str:
    """How long a cache may answer by itself. seconds: until nobody may see it any more."""
    age = FRESH_S if seconds is None else max(0, min(FRESH_S, int(seconds)))
    return f"public, max-age={age}, must-revalidate"


def file_headers(file: File, keys: dict[str, str], fresh: float | None = None) -> dict[str, str]:
    """Of a file. fresh: seconds until it expires."""
    kind = type_of(file.key)
    return {
        "Content-Type": kind,
        "ETag": f'"{file.etag}"',
        "Cache-Control": fresh_for(fresh),
        "Accept-Ranges": "bytes",
        "Content-Security-Policy": f"{policy(kind)}; {UNFRAMED}",
        "Access-Control-Expose-Headers": EXPOSED,
        **OPEN,
        **keys,
    }


def problem(status: int, title: str, detail: str, keys: dict[str, str] | None = None) -> Answer:
    """What is wrong, for people and machines (RFC 9457)."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}).encode()
    headers = {
        "Content-Type": "application/problem+json",
        "Cache-Control": PROBLEM,
        "Content-Security-Policy": f"{SANDBOX}; {UNFRAMED}",
        **OPEN,
        **(keys or {}),
    }
    return Answer(status, headers, body)


def redirect(to: str, keys: dict[str, str], status: int = 302) -> Answer:
    """Elsewhere. `to` is quoted already."""
    return Answer(status, {"Location": to, "Cache-Control": fresh_for(), **OPEN, **keys})


class Placed(NamedTuple):
    """Where a gallery's addresses begin, and for whom it was asked. sku: as it stands in a path."""

    base: str
    sku: str
    audience: dict[str, str]


def gallery(sku: str, found: Collected, at: Placed) -> Answer:
    """A product's media as JSON."""
    items = [
        {
            "role": one.role,
            "n": one.nth,
            "asset": one.asset,
            "files": [_told(file, f"{at.base}/p/{at.sku}/{slot(one)}", at.audience) for file in one.files],
        }
        for one in found.shown
    ]
    body = json.dumps({"sku": sku, "notes": found.notes, "items": items}, ensure_ascii=False).encode()
    keys = surrogates(sku_key(sku), *(asset_key(one.asset) for one in found.shown))
    headers = {
        "Content-Type": "application/json",
        "Content-Security-Policy": f"{SANDBOX}; {UNFRAMED}",
        "ETag": f'"{sha256(body).hexdigest()[:32]}"',
        "Cache-Control": fresh_for(found.fresh),
        "Access-Control-Expose-Headers": EXPOSED,
        **OPEN,
        **keys,
    }
    return Answer(200, headers, body)


def slot(one: Shown) -> str:
    """`main`, `back.2`."""
    return one.role if one.nth == 1 else f"{one.role}.{one.nth}"


def _told(file: File, place: str, audience: dict[str, str]) -> dict[str, object]:
    ending = file.key.rpartition(".")[2]
    first = "/".join(file.key.split("/")[-2:])
    path = f"{place}/{file.preset}/{first}" if file.several else f"{place}/{file.preset}.{ending}"
    return {
        "preset": file.preset,
        "channel": file.channel,
        "format": file.format,
        "type": type_of(file.key),
        "width": file.width,
        "height": file.height,
        "bytes": file.bytes,
        "url": f"{path}?{urlencode({**audience, 'v': file.content})}",
    }


def listed(counts: Iterable[tuple[str, int]]) -> str:
    """`main, back (2)`."""
    return ", ".join(f"{role} ({count})" if count > 1 else role for role, count in counts)

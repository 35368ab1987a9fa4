"""Scripts of the embed page, served by ourselves: nothing of it comes from elsewhere."""

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path

from runtime.extra_3d import VIEWER
from runtime.ranges import matches
from services.delivery.address import Script
from services.delivery.answers import OPEN, Answer, problem
from services.delivery.asked import Asked

FILES = {**VIEWER, "viewer.js": Path(__file__).with_name("viewer.js")}
"""Name in the address → where it lies. The first two come with the extra for 3D, without which there are no models."""
KEPT = "public, max-age=3600"


@cache
def _packed(name: str) -> tuple[bytes, bytes, str]:
    """As it is, packed by gzip, and its etag. Raises FileNotFoundError."""
    body = FILES[name].read_bytes()
    return body, gzip.compress(body, mtime=0), f'"{sha256(body).hexdigest()[:32]}"'


def script(wanted: Script, asked: Asked) -> Answer:
    """The script, packed where the browser takes that."""
    try:
        body, packed, etag = _packed(wanted.name)
    except (KeyError, FileNotFoundError):
        return problem(404, "No such script", "The extra for 3D is not set up here: `./packshot setup --with 3d`.")
    takes = "gzip" in asked.headers.get("accept-encoding", "")
    headers = {
        "Content-Type": "text/javascript; charset=utf-8",
        "ETag": etag,
        "Cache-Control": KEPT,
        "Vary": "Accept-Encoding",
        **({"Content-Encoding": "gzip"} if takes else {}),
        **OPEN,
    }
    if matches(etag, asked.headers.get("if-none-match")):
        return Answer(304, headers)
    return Answer(200, headers, packed if takes else body)

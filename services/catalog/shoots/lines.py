"""What a photographer is told of one file: how it stands, and where it is not done why, and what to do. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from schemas.file import LIST_TYPE

STATUS = {"complete": "ready"}
"""Renditions for later are of no matter to who took the picture."""
ASKED = ("Whose picture it is, a person is asked.", "Answer it on the page “To decide”.")
UNLINKED = (
    "It shows no product that is known.",
    "Name it after its SKU and what it shows, like SKU_front.jpg, or link it on its page.",
)


class Line(NamedTuple):
    """One file. links: (SKU, role) that it is linked to; why and cure: empty where nothing is to be done."""

    asset_id: str
    file: str
    status: str
    links: tuple[tuple[str, str], ...]
    why: str = ""
    cure: str = ""


def line(row: Mapping[str, Any]) -> Line:
    """Of a row of `queries.shoots.files`."""
    state = str(row["state"])
    links = tuple((str(sku), str(role)) for sku, role in row["items"])
    why, cure = str(row["cause"] or ""), str(row["cure"] or "")
    if state == "working":
        why, cure = f"{row['stage']} …".capitalize(), ""
    elif state in ("ready", "complete") and not links and row["media_type"] != LIST_TYPE:
        why, cure = ASKED if row["asked"] else UNLINKED
    return Line(str(row["id"]), str(row["name"]), STATUS.get(state, state), links, why, cure)

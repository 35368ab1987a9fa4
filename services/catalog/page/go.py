"""The command palette: pages, actions, products, pictures, folders and collections that somebody may mean."""

import re
from typing import NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Viewer
from services.catalog.api.roles import Identity, Role
from services.catalog.page.sign_in import signed_in_for_a_part
from services.catalog.page.views import bare
from services.catalog.queries import assets, collections, shoots, skus
from services.catalog.queries.filters import Filters
from services.catalog.queries.scope import seen

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(signed_in_for_a_part)], default_response_class=HTMLResponse
)
MOST = 6
"""Of each kind."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Choice(NamedTuple):
    """Where it leads (url), or the key that does it (press); needs: only where a picture is selected. role: who may do
    it; whole: only who sees the whole library.
    """

    words: str
    hint: str = ""
    url: str = ""
    press: str = ""
    needs: bool = False
    role: Role = "viewer"
    whole: bool = False


class Place(NamedTuple):
    """A page. meant: other words for it. role: who may see it; whole: only who sees the whole library; products: and
    who is limited to brands.
    """

    words: str
    url: str
    meant: str = ""
    role: Role = "viewer"
    whole: bool = True
    products: bool = False


PAGES = (
    Place("Library", "/", "pictures grid home all files", whole=False),
    Place("Collections", "/collections", "albums sets"),
    Place("Shoots", "/shoots", "folders drops reports"),
    Place("Products", "/products", "skus variants", products=True),
    Place("Channels", "/readiness", "readiness amazon google marketplace shop", products=True),
    Place("Shot list", "/shot-list", "missing pictures roles", products=True),
    Place("A list of products", "/lookup", "look up paste skus gtins", products=True),
    Place("Audit", "/audit", "findings faults rules"),
    Place("Bytes", "/bytes", "carbon co2 saved sent traffic unused heavy"),
    Place("To decide", "/questions", "inbox suggestions conflicts links"),
    Place("Copies to see to", "/tasks", "tasks recall withdrawn expired downloads", "approver"),
    Place("To approve", "/?flag=to-approve", "approval review", whole=False),
    Place("Activity", "/activity", "waiting working failed queue"),
    Place("Status", "/status", "lost queue health services lag"),
    Place("Upload links", "/upload-links", "drop without account", "editor"),
    Place("Share links", "/shares", "press packs download", "approver"),
    Place("Settings", "/settings", "preferences administration", "manager"),
    Place("Folder profiles", "/folders", "approval owner brand market rights", "manager"),
    Place("Naming rules", "/rules", "file names patterns", "manager"),
    Place("Fields of your own", "/fields", "custom metadata", "manager"),
    Place("Keys for programs", "/keys", "api tokens access", "admin"),
    Place("Webhooks", "/webhooks", "endpoints events replay", "admin"),
    Place("Dead letters", "/dead-letters", "failed messages replay retry", "admin"),
)
ACTIONS = (
    Choice("Upload files", press="upload", role="editor"),
    Choice("Search", "/", press="/"),
    Choice("Link to a product", "l", press="l", needs=True, role="editor"),
    Choice("Add a tag", "t", press="t", needs=True, role="editor"),
    Choice("Edit a field: role, where it may be shown, fields of your own", "e", "", "e", needs=True, role="editor"),
    Choice("Put into a collection", "c", press="c", needs=True, role="editor", whole=True),
    Choice("Download in the sizes of a channel", "d", press="d", needs=True),
    Choice("Share by a link", "s", press="s", needs=True, role="approver", whole=True),
    Choice("Approve", "a", press="a", needs=True, role="approver"),
    Choice("Reject", "r", press="r", needs=True, role="approver"),
    Choice("Take back what was done last", "u", press="u", role="editor"),
    Choice("All keys, and signing out", "?", press="?"),
)


@router.get("/go")
async def go(deps: Given, who: Viewer, q: Text = "") -> Response:
    """Choices by kind, the likeliest kind first; without words the pages and the actions."""
    text = q.strip()
    groups = {
        "Pages": [Choice(one.words, url=one.url) for one in PAGES if _may(who, one) and _meant(one, text)],
        "Actions": [one for one in ACTIONS if _may(who, one) and _has(one.words, text)],
    }
    if text:
        sold = {"Products": await _products(deps, who, text)} if who.scope.has_products else {}
        whole = {} if who.scope.limited else await _of_all(deps, text)
        groups = {**sold, **whole, "Pictures": await _pictures(deps, who, text), **groups}
        groups["Search"] = [Choice(f"Search pictures for “{text}”", url=f"/?q={quote(text, safe='')}")]
    return bare("_go.html", groups={name: found for name, found in groups.items() if found})


def _may(who: Identity, one: Place | Choice) -> bool:
    sold = isinstance(one, Place) and one.products and who.scope.has_products
    return who.may(one.role) and not (one.whole and who.scope.limited and not sold)


def _has(words: str, text: str) -> bool:
    return all(word in words.lower() for word in text.lower().split())


def _meant(page: Place, text: str) -> bool:
    return _has(f"{page.words} {page.meant}", text)


async def _products(deps: Deps, who: Identity, text: str) -> list[Choice]:
    found = await skus.found(deps.database, text, MOST, who.scope)
    return [Choice(one.sku, one.name, f"/products/{quote(one.sku, safe='')}") for one in found]


async def _of_all(deps: Deps, text: str) -> dict[str, list[Choice]]:
    named = [one for one in await collections.known(deps.database) if _has(one.collection.name, text)][:MOST]
    lying = await shoots.named(deps.database, text, MOST)
    return {
        "Folders": [Choice(one, url=f"/shoots/{quote(one)}") for one in lying],
        "Collections": [Choice(one.collection.name, url=f"/?collection={one.id}") for one in named],
    }


async def _pictures(deps: Deps, who: Identity, text: str) -> list[Choice]:
    if ID.fullmatch(text):
        known = await seen(deps.database, who.scope, [text])
        return [Choice(text, "by its id", f"/assets/{own}") for own in known]
    real = await deps.known(text.lower().split())
    asked = await assets.settled(deps.database, Filters(text=text, within=who.scope), real)
    page = await assets.listed(deps.database, asked, limit=MOST, counted=False)
    return [Choice(card["name"], card["folder"], f"/assets/{card['id']}") for card in page.rows]

"""The page's URLs. Each view has one that can be shared; fragments fill a view in while it is looked at."""

import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from services.catalog.api.alike import get_alike
from services.catalog.api.assets import get_asset
from services.catalog.api.costs import of_asset
from services.catalog.api.deps import Cursor, Deps, Given, Text
from services.catalog.api.ended import Deleted, Gone
from services.catalog.api.filtering import Asked
from services.catalog.api.gate import Viewer, all_seen
from services.catalog.api.models import AssetWhole
from services.catalog.api.questions import list_questions
from services.catalog.api.rules import get_rules
from services.catalog.api.searches import saved
from services.catalog.api.time_line import get_asset_history
from services.catalog.films import Film
from services.catalog.page import errors, facets
from services.catalog.page.alts import alts
from services.catalog.page.api_keys import router as api_keys_router
from services.catalog.page.audits import router as audits_router
from services.catalog.page.collections import router as collections_router
from services.catalog.page.costs import router as costs_router
from services.catalog.page.crop_cards import cards
from services.catalog.page.crops import router as crops_router
from services.catalog.page.folders import router as folders_router
from services.catalog.page.go import router as go_router
from services.catalog.page.lookup import router as lookup_router
from services.catalog.page.own_fields import router as own_fields_router
from services.catalog.page.product import router as product_router
from services.catalog.page.products import router as products_router
from services.catalog.page.readiness import router as readiness_router
from services.catalog.page.reading import Find, Page, reader
from services.catalog.page.reading import router as reading_router
from services.catalog.page.rights import router as rights_router
from services.catalog.page.settings import router as settings_router
from services.catalog.page.shared import Shut, shut
from services.catalog.page.shared import router as shared_router
from services.catalog.page.shared_files import router as shared_files_router
from services.catalog.page.shoots import router as shoots_router
from services.catalog.page.shot_list import router as shot_list_router
from services.catalog.page.sides import note, sides
from services.catalog.page.sign_in import SignInFirst, signed_in, signed_in_for_a_part, ways_in
from services.catalog.page.sign_in import router as sign_in_router
from services.catalog.page.sign_in_oidc import router as sign_in_oidc_router
from services.catalog.page.stage import stage
from services.catalog.page.status import router as status_router
from services.catalog.page.tasks import router as tasks_router
from services.catalog.page.tidy import said, tidy
from services.catalog.page.upload_links import router as upload_links_router
from services.catalog.page.viewer import is_set_up, model
from services.catalog.page.viewer import router as viewer_router
from services.catalog.page.views import STATIC, bare, view
from services.catalog.page.webhooks import router as webhooks_router
from services.catalog.queries import assets, collections, own_fields, summary, widened
from services.catalog.queries.collections import Known
from services.catalog.queries.facets import counts as facet_counts
from services.catalog.queries.filters import Filters
from services.catalog.queries.notes import notes
from services.catalog.queries.rows import Row

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)
part = APIRouter(
    include_in_schema=False, dependencies=[Depends(signed_in_for_a_part)], default_response_class=HTMLResponse
)
"""Pages that show of everything only what lies where this one may look."""
PER_PAGE = 60


@part.get("/", dependencies=[Depends(tidy)])
async def library(
    request: Request,
    deps: Given,
    who: Viewer,
    asked: Asked,
    cursor: Cursor | None = None,
    selected: Text = "",
    no_colour: Text = "",
    turned: Annotated[list[Text], Query(max_length=9)] = [],  # noqa: B006 - FastAPI copies defaults
) -> Response:
    """The grid with its facets, and the panel of the selected asset. no_colour, turned: see tidy.py."""
    looked_for, page = await widened.found(deps.database, asked, limit=PER_PAGE, cursor=cursor)
    defined = await own_fields.defined(deps.database)
    counts = await facet_counts(deps.database, looked_for, defined)
    return await view(
        request,
        "library.html",
        filters=looked_for,
        means=facets.sayable(looked_for.near),
        notes=said(no_colour, turned, asked) + notes(looked_for, empty=not page.rows),
        no_colour=no_colour,
        otherwise=facets.said_otherwise(looked_for),
        cards=page.rows,
        alts=await alts(deps.database, (card["id"] for card in page.rows)),
        more=_more(asked, page.cursor),
        total=page.total,
        facets=facets.groups(asked, counts.facets) + facets.own_groups(asked, counts.facets, defined),
        least=not counts.whole,
        most_counted=assets.MOST_COUNTED,
        typed=facets.typed(asked),
        kept=facets.pairs(asked, typed=False),
        here_query=facets.query(asked),
        searches=await saved(deps, who),
        may_share=who.may("editor"),
        chips=facets.chips(asked),
        collection=await _collection(deps, who, asked),
        # New pictures come in at the top only where nothing but a folder is chosen, and nothing was paged.
        fresh=asked == Filters(folder=asked.folder) and not cursor,
        asset=await _asset(deps, who, selected) if selected else None,
    )


async def _collection(deps: Deps, who: Viewer, asked: Filters) -> Known | None:
    """The one that is shown, where all of it may be. Raises 404."""
    named = [one for one in asked.collection[:1] if not who.scope.limited or one in who.scope.collections]
    found = await collections.one(deps.database, named[0]) if named else None
    if named and not found:
        raise HTTPException(404, "There is no such collection")
    return found


def _more(asked: Filters, cursor: str | None) -> str | None:
    return "?" + facets.query(asked, cursor=cursor) if cursor else None


async def _asset(deps: Given, who: Viewer, asset_id: str) -> AssetWhole | None:
    """None where a shared URL names what is gone, or lies where this one may not look."""
    if not await all_seen(deps, who, [asset_id]):
        return None
    try:
        return await get_asset(deps, who, asset_id)
    except HTTPException as error:
        if error.status_code != 404 and not isinstance(error, Gone | Deleted):
            raise
        return None


@part.get("/cells")
async def cells(deps: Given, who: Viewer, asked: Asked, cursor: Cursor | None = None, ids: Text = "") -> Response:
    """Cells of the grid: the next page, or those of certain assets."""
    if ids:
        wanted = [part for part in ids.split(",") if re.fullmatch(r"[0-9a-f-]{36}", part)][:25]
        found = await assets.some(deps.database, wanted, who.scope)
        cards = [card for card in found if _lies_in(card["folder"], asked.folder)]
        return bare("_cells.html", cards=cards, alts=await alts(deps.database, (card["id"] for card in cards)))
    _, page = await widened.found(deps.database, asked, limit=PER_PAGE, cursor=cursor)
    told = await alts(deps.database, (card["id"] for card in page.rows))
    return bare("_page.html", cards=page.rows, alts=told, more=_more(asked, page.cursor))


def _lies_in(folder: str, chosen: str) -> bool:
    return not chosen or folder == chosen or folder.startswith(f"{chosen}/")


@part.get("/counts")
async def counts(request: Request) -> Response:
    """The line at the top."""
    return await view(request, "_counts.html")


@part.get("/assets/{asset_id}")
async def asset_page(
    request: Request, deps: Given, who: Viewer, asset_id: Text, page: Page = None, find: Find = "", older: Cursor = ""
) -> Response:
    """One asset. page, find: of a document, where it is opened; older: the page of its history that is shown."""
    try:
        asset = await get_asset(deps, who, asset_id)
    except Gone as gone:
        if into := gone.ended.merged_into:
            return RedirectResponse(f"/assets/{into}", 308)
        return await view(request, "purged.html", status=410, ended=gone.ended, by=gone.by)
    except Deleted as proof:
        return await view(request, "missing.html", status=410, what=proof.detail, back="/")
    except HTTPException as error:
        if error.status_code != 404:
            raise
        return await view(request, "missing.html", status=404, what="There is no such picture", back="/")
    found = await get_alike(deps, who, asset_id)
    shown = [*(one.asset.id for one in found.same), *(one.asset.id for one in found.similar)]
    told = await alts(deps.database, shown)
    compared = sides(asset)
    if older:
        happened = await get_asset_history(deps, who, asset_id, cursor=older)
        asset.history, asset.history_next = happened.items, happened.next
    return await view(
        request,
        "asset.html",
        older=older,
        asset=asset,
        serves=await _asset(deps, who, asset.serves) if asset.serves else None,
        stage=stage(asset),
        reader=await reader(deps, asset, page, find),
        model=model(asset),
        turns=is_set_up(),
        sides=compared,
        note=note(asset, compared),
        alike=found,
        alts=told,
        crops=cards(asset) is not None,
        cost=await of_asset(deps, asset.id, f"{datetime.now(UTC):%Y-%m}"),
    )


@part.get("/assets/{asset_id}/panel")
async def panel(deps: Given, who: Viewer, asset_id: Text) -> Response:
    """The panel beside the grid."""
    asset = await get_asset(deps, who, asset_id)
    return bare("_panel.html", asset=asset, part=who.scope if who.scope.limited else None)


@router.get("/questions")
async def questions(request: Request, deps: Given) -> Response:
    """Suggested and contradicting links, by cause: one answer for all that ask the same."""
    return await view(request, "questions.html", asked=await list_questions(deps, limit=50))


@router.get("/rules")
async def rules_page(request: Request, deps: Given) -> Response:
    """Naming rules: those in use, and a trial of others."""
    return await view(request, "rules.html", rules=await get_rules(deps))


@router.get("/activity")
async def activity(request: Request, deps: Given) -> Response:
    """What is not ready, and why; and what became ready last."""
    found = await summary.activity(deps.database)
    totals = await summary.totals(deps.database)
    removed, finished = await summary.removed(deps.database), await summary.finished(deps.database)
    making = await _making(deps)
    return await view(
        request, "activity.html", found=found, totals=totals, removed=removed, finished=finished, making=making
    )


async def _making(deps: Given) -> list[Row]:
    """Cards of the videos of which something is being made now, each with what that is."""
    heard = deps.making.now()
    cards = await assets.some(deps.database, sorted({one.asset_id for one in heard})[:25])
    told = [(one.asset_id, Film(one.rung, "making", one.share, one.eta_s)) for one in heard]
    return [{**card, "films": [film for asset, film in told if asset == card["id"]]} for card in cards]


class _Static(StaticFiles):
    """Files under a URL that names their content: it changes when any of them does."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Without the mark; kept for a year."""
        response = await super().get_response(path.partition("/")[2], scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def install(app: FastAPI) -> None:
    """Add the page to the app."""
    app.mount("/static", _Static(directory=STATIC))
    app.include_router(sign_in_router)
    app.include_router(sign_in_oidc_router)
    app.include_router(lookup_router)
    app.include_router(collections_router)
    app.include_router(shared_router)
    app.include_router(shared_files_router)
    app.include_router(crops_router)
    app.include_router(rights_router)
    app.include_router(tasks_router)
    app.include_router(reading_router)
    app.include_router(viewer_router)
    app.include_router(folders_router)
    app.include_router(readiness_router)
    app.include_router(audits_router)
    app.include_router(costs_router)
    app.include_router(shoots_router)
    app.include_router(shot_list_router)
    app.include_router(upload_links_router)
    for one in (go_router, settings_router, status_router, api_keys_router, webhooks_router, own_fields_router):
        app.include_router(one)
    app.include_router(part)
    app.include_router(products_router)
    app.include_router(product_router)
    app.include_router(router)

    errors.install(app)
    app.add_exception_handler(Shut, shut)

    @app.exception_handler(SignInFirst)
    async def sign_in_first(request: Request, _: SignInFirst) -> HTMLResponse:
        return ways_in(request)

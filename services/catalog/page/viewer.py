"""The viewer of 3D models: a page of its own, framed by the asset's page when somebody wants to turn the model.

It needs what the page's policy forbids (WebAssembly, styles of its own, pictures that it makes), and has a policy of
its own for it: the page around it keeps the strict one.
"""

import asyncio
from typing import NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi.responses import FileResponse, HTMLResponse

from runtime.extra_3d import VIEWER
from services.catalog.api.assets import get_asset
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Viewer
from services.catalog.api.models import AssetWhole
from services.catalog.page.sign_in import signed_in_for_a_part
from services.catalog.page.views import bare

router = APIRouter(include_in_schema=False)
PRESET, IOS, POSTER = "model", "model-ios", "web"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' data: blob:; worker-src 'self' blob:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)


class Model(NamedTuple):
    """URLs of what is turned, of what an iPhone shows in the room, and of the picture until then; public: of the page
    to be framed, where the world reaches it.
    """

    url: str
    ios: str | None
    poster: str | None
    public: str | None


def model(asset: AssetWhole) -> Model | None:
    """Of the version that is shown; None of what is no model, or has no file to turn."""
    made = {one.preset: one for one in asset.rendition_list}
    if PRESET not in made:
        return None
    ios, poster = (made[name].url if name in made else None for name in (IOS, POSTER))
    public = made[PRESET].public or ""
    page = f"{public.rpartition('/')[0]}.html" if public.startswith("http") else None
    return Model(made[PRESET].url, ios, poster, page)


def is_set_up() -> bool:
    """Whether the viewer's own scripts are here: they come with the extra for 3D."""
    return all(file.is_file() for file in VIEWER.values())


@router.get("/assets/{asset_id}/model", dependencies=[Depends(signed_in_for_a_part)], response_class=HTMLResponse)
async def turn(deps: Given, who: Viewer, asset_id: Text) -> Response:
    """The viewer, to be framed by our own pages only."""
    asset = await get_asset(deps, who, asset_id)
    found = model(asset)
    if found is None:
        raise HTTPException(404, "There is no model of it to turn.")
    answer = bare("model.html", asset=asset, model=found)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Permissions-Policy"] = (
        "camera=(), microphone=(), geolocation=(), xr-spatial-tracking=(self), fullscreen=(self)"
    )
    return answer


@router.get("/viewer/{name}")
async def script(name: Text) -> Response:
    """A script of the viewer; it comes from no other host."""
    file = VIEWER.get(name)
    if file is None or not await asyncio.to_thread(file.is_file):
        raise HTTPException(404, "The extra for 3D is not set up here: `./packshot setup --with 3d`.")
    return FileResponse(file, media_type="text/javascript", headers={"Cache-Control": "public, max-age=3600"})

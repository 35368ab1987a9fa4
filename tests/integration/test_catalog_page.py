"""The page over a real PostgreSQL: what it shows, and that nothing in it can run that is not ours."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from tests.integration.catalog_client import FIRST, SECOND, THIRD
from tests.integration.catalog_stage import ASSETS, SHA, Stage, change, facet, picture

pytestmark = pytest.mark.broker


async def test_activity_shows_what_waits_and_what_was_finished_last(client: httpx.AsyncClient) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    text = (await client.get("/activity")).text
    waiting, finished = text.split("Finished lately")
    assert f'href="/assets/{THIRD}"' in waiting
    assert f'href="/assets/{THIRD}"' not in finished
    assert f'href="/assets/{FIRST}"' in finished
    assert "Linked to RED-42" in finished
    assert f'href="/assets/{SECOND}"' in finished
    assert "Not linked" in finished


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_page_brings_no_inline_script_and_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    paths = [
        "/",
        f"/?selected={FIRST}",
        "/?q=zzz",
        f"/assets/{FIRST}",
        f"/assets/{THIRD}",
        "/products",
        "/products/RED",
    ]
    for path in [*paths, "/activity", f"/assets/{FIRST}/panel"]:
        answer = await client.get(path)
        assert answer.status_code == 200, path
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        text = answer.text
        assert "<script>" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        assert "https://" not in text
    assert (await client.get("/assets/nothing")).status_code == 404


async def test_names_are_never_markup(client: httpx.AsyncClient, stage: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    await stage.put([change(one) for one in picture(ASSETS[4], "<img src=x onerror=alert(1)>.jpg", label="<b>x</b>")])
    for path in ("/", f"/assets/{ASSETS[4]}", f"/assets/{ASSETS[4]}/panel"):
        text = (await client.get(path)).text
        assert "<img src=x" not in text
        assert "<b>x</b>" not in text


async def test_renditions_say_what_they_cost_and_what_to_know(client: httpx.AsyncClient, stage: Stage) -> None:
    made: dict[str, Any] = {
        "preset": "marketplace",
        "channel": "marketplace",
        "recipe": "m",
        "key": "renditions/x/m.jpg",
    }
    made |= {"format": "jpeg", "width": 2000, "height": 2000, "bytes": 90_000, "quality": 71, "measure": 82.4}
    made |= {"saved_original": 1_500_000, "saved_jpeg": -1500, "notes": ["The product <fills> 9 x 9 pixels."]}
    later = {"sha256": SHA, "renditions": [made]}
    film = {"sha256": SHA, "notes": ["padded"], "renditions": [{**made, "preset": "social-1x1", "notes": []}]}
    facts = {"document": {"pages": 12, "made": 12, "title": "Assembly"}}
    told_of = [
        *picture(ASSETS[4], "autumn/x.jpg"),
        facet(ASSETS[4], "renditions", {"sha256": SHA, "renditions": [], "facts": facts}, revision=2),
        facet(ASSETS[4], "renditions.later", later),
        facet(ASSETS[4], "renditions.video.social-1x1", film),
    ]
    await stage.put([change(one) for one in told_of])
    client.cookies.set(COOKIE, Access("secret").session())
    page = (await client.get(f"/assets/{ASSETS[4]}")).text
    for told in ("1.5 MB", "1.5 kB more", ">71<", ">82<", "The product &lt;fills&gt; 9 x 9", "padded", "Pages", ">12<"):
        assert told in page, told
    whole = (await client.get(f"/v1/assets/{ASSETS[4]}")).json()
    told_by = {one["preset"]: one for one in whole["rendition_list"]}
    assert told_by["marketplace"]["measure"] == 82.4 and told_by["social-1x1"]["notes"] == ["padded"]
    assert whole["facts"] == facts


async def test_what_the_tagger_sees_is_told_and_nothing_is_owed_that_was_paid(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    tags = {
        "composition": {"kind": "packshot", "cut_off": ["top"], "people": True, "faces": 1},
        "quality": {"score": 84, "parts": {"sharpness": 97}},
    }
    pictured = [one for one in picture(ASSETS[4], "autumn/x.jpg") if one.facet != "tags"]
    await stage.put([change(one) for one in (*pictured, facet(ASSETS[4], "tags", tags, owes=["tags.later"]))])
    client.cookies.set(COOKIE, Access("secret").session())
    address = f"/assets/{ASSETS[4]}"
    assert "still to come: Codes and text" in (await client.get(address)).text
    later = {"composition": {"kind": "lifestyle", "cut_off": []}, "detail": {"fine": 93}}
    await stage.put([change(facet(ASSETS[4], "tags.later", later))])
    for page in (address, f"{address}/panel"):
        text = (await client.get(page)).text
        for told in ("sharpness 97", "93 of 100", "<dd>lifestyle</dd>", "somebody may be seen, 1 face"):
            assert told in text, told
        assert "Cut off" not in text and "still to come" not in text
    whole = (await client.get(f"/v1{address}")).json()
    assert whole["quality_parts"] == {"sharpness": 97} and whole["composition"]["faces"] == 1


async def test_a_folders_grid_takes_new_pictures_of_that_folder(client: httpx.AsyncClient) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    for query, fresh in (("", "yes"), ("folder=autumn", "yes"), ("folder=autumn&kind=image", "no")):
        assert f'data-fresh="{fresh}"' in (await client.get(f"/?{query}")).text
    empty = (await client.get("/?folder=winter")).text
    assert "No pictures in winter yet" in empty and "Drop files anywhere" in empty
    assert 'data-fresh="yes" data-folder="winter"' in empty
    assert "Nothing matches" in (await client.get("/?folder=winter&kind=image")).text
    for folder, cells in (("", 2), ("autumn", 1), ("aut", 0)):
        text = (await client.get(f"/cells?ids={SECOND},{THIRD}&folder={folder}")).text
        assert text.count('class="cell"') == cells


async def test_the_first_grid_is_small(client: httpx.AsyncClient, stage: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    many = [f"{n:08d}-0000-5000-8000-000000000000" for n in range(60)]
    await stage.put(
        [change(one) for asset in many for one in picture(asset, f"a folder/{asset}_main.jpg", sku="RED-42")]
    )
    answer = await client.get("/")
    assert answer.text.count('class="cell"') == 60
    assert len(answer.content) < 100_000


async def test_ready_is_when_these_bytes_were_so_first(stage: Stage) -> None:
    async def ready_at() -> datetime:
        async with stage.database.transaction() as connection:
            found: datetime = await connection.fetchval("SELECT ready_at FROM catalog.asset WHERE id = $1", FIRST)
        return found

    before = await ready_at()
    file, *_ = facets = picture(FIRST, "autumn/RED_main.jpg", sku="RED-42")
    tags = next(one for one in facets if one.facet == "tags")
    later = tags.model_copy(update={"revision": 2, "written": tags.written + timedelta(days=1)})
    await stage.put([change(later)])
    assert await ready_at() == before
    other = file.model_copy(update={"revision": 2, "data": {**file.data, "sha256": "cd" * 32}})
    await stage.put([change(other)])
    assert await ready_at() == later.written

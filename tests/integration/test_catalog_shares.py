"""Share links: what they open to people without an account, and what they do not."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from schemas.collection import KIND as COLLECTION
from schemas.decision import Fact
from schemas.share import KIND
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.deps import Deps
from services.catalog.share import password
from services.catalog.share.door import Door
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get
from tests.integration.catalog_stage import NOON, SHA, Stage, change, facet

pytestmark = pytest.mark.broker


@pytest.fixture
def fold(stage: Stage) -> Folding:
    return Folding(stage, KIND)


async def shared(client: httpx.AsyncClient, fold: Folding, **more: Any) -> str:
    """The address of a new link to the first two pictures."""
    wanted = {"name": "For the press", "assets": [FIRST, SECOND], "presets": ["web"], **more}
    answer = await client.post("/v1/shares", json=wanted, headers=KEY)
    assert answer.status_code == 201, answer.text
    await fold()
    return str(answer.json()["url"]).removeprefix("http://packshot.test")


async def look(client: httpx.AsyncClient, path: str, status: int = 200) -> httpx.Response:
    answer = await client.get(path)
    assert answer.status_code == status, answer.text
    return answer


@pytest.fixture
async def web(stage: Stage) -> Stage:
    """The first picture's web size is in the store."""
    await stage.library.put(f"renditions/{FIRST}/web.webp", b"WEBP!")
    return stage


async def test_it_shows_pictures_and_gives_files_and_counts_them(
    client: httpx.AsyncClient, fold: Folding, web: Stage
) -> None:
    at = await shared(client, fold)
    page = await look(client, at)
    assert "For the press" in page.text and f"{at}/{FIRST}/web" in page.text and "/v1/" not in page.text
    assert page.headers["x-robots-tag"] == "noindex, nofollow" and page.headers["referrer-policy"] == "no-referrer"
    assert (await look(client, f"{at}/{FIRST}/thumbnail")).content == b"webp!"
    assert await fold() == [], "to look is no download"
    taken = await look(client, f"{at}/{FIRST}/web")
    assert taken.content == b"WEBP!"
    assert taken.headers["content-disposition"] == "attachment; filename*=UTF-8''RED-42_main_1.webp"
    pack = await look(client, f"{at}/pack?preset=web")
    with zipfile.ZipFile(io.BytesIO(pack.content)) as archive:
        assert archive.read("RED-42_main_1.webp") == b"WEBP!" and "MISSING.txt" in archive.namelist()
    told = [one for one in await fold() if one.entity.startswith(KIND)]
    assert [one.by for one in told] == ["share link"] * 2 and len({name for one in told for name in one.set}) == 1
    (listed,) = await get(client, "/v1/shares")
    assert (listed["downloads"], listed["state"], listed["assets"], listed["password"]) == (2, "open", 2, False)


async def test_originals_are_given_where_the_link_says_so(client: httpx.AsyncClient, fold: Folding, web: Stage) -> None:
    await web.library.put(f"originals/{SHA}", b"as it")
    at = await shared(client, fold, assets=[FIRST])
    await look(client, f"{at}/{FIRST}/original", 404)
    at = await shared(client, fold, assets=[FIRST], presets=["web", "original"])
    page = (await look(client, at)).text
    assert page.count(" checked>") == 2, "the sizes that it was made for"
    taken = await look(client, f"{at}/{FIRST}/original")
    assert taken.content == b"as it"
    assert taken.headers["content-disposition"] == "attachment; filename*=UTF-8''RED-42_main_1.jpg"
    pack = await look(client, f"{at}/pack?preset=original&preset=web")
    with zipfile.ZipFile(io.BytesIO(pack.content)) as archive:
        assert archive.read("original/RED-42_main_1.jpg") == b"as it"
    told = [one.set for one in await fold() if one.entity.startswith("download/")]
    given = sorted((one["what"], one["presets"]) for one in told)  # they lie partition by partition
    assert given == [("file", ["original"]), ("pack", ["web", "original"])]
    head = {"live": None, "newest": 1, "state": "purged"}
    await web.put([change(facet(FIRST, "head", head, revision=2))])
    await look(client, f"{at}/{FIRST}/original", 410)


async def test_a_picture_opens_large_and_that_counts_once(client: httpx.AsyncClient, fold: Folding, web: Stage) -> None:
    at = await shared(client, fold, assets=[FIRST])
    assert f'href="{at}/{FIRST}"' in (await look(client, at)).text
    page = (await look(client, f"{at}/{FIRST}")).text
    assert f'src="{at}/{FIRST}/web?show=true"' in page and "<script" not in page
    for part, status in (("", 200), ("bytes=1-2", 206)):
        answer = await client.get(f"{at}/{FIRST}/web?show=true", headers={"Range": part} if part else {})
        assert (answer.status_code, answer.content) == (status, b"EB" if part else b"WEBP!")
        assert answer.headers["content-disposition"].startswith("inline")
    assert len([one for one in await fold() if one.entity.startswith("download/")]) == 1
    await look(client, f"{at}/{SECOND}", 410)
    await look(client, f"{await shared(client, fold, assets=[FIRST], presets=['thumbnail'])}/{SECOND}", 410)


async def test_a_size_that_there_is_not_is_refused_with_the_nearest(client: httpx.AsyncClient, fold: Folding) -> None:
    wanted = {"name": "x", "assets": [FIRST], "presets": ["web", "wbe"]}
    answer = await client.post("/v1/shares", json=wanted, headers=KEY)
    assert answer.status_code == 422 and "no preset 'wbe'. Did you mean web?" in answer.text
    packed = await client.post("/v1/packs", data={"assets": FIRST, "preset": "wbe"}, headers=KEY)
    assert packed.status_code == 422 and "Did you mean web?" in packed.text


async def test_counts_of_several_processes_are_added(
    client: httpx.AsyncClient, fold: Folding, web: Stage, app: FastAPI
) -> None:
    at = await shared(client, fold)
    await look(client, f"{at}/{FIRST}/web")
    deps: Deps = app.state.deps
    object.__setattr__(deps, "door", Door())  # another life
    await look(client, f"{at}/{FIRST}/web")
    await fold()
    assert (await get(client, "/v1/shares"))[0]["downloads"] == 2


async def test_only_what_is_offered_is_given(client: httpx.AsyncClient, fold: Folding, web: Stage) -> None:
    at = await shared(client, fold, assets=[FIRST])
    for path, status in ((f"{SECOND}/web", 410), (f"{FIRST}/print", 404), (f"{FIRST}/web%27--", 404), ("x/web", 410)):
        answer = await look(client, f"{at}/{path}", status)
        assert "Packshot</h1>" not in answer.text, "nobody is asked to sign in"
    assert (await look(client, f"{at}/pack?preset=print", 303)).headers["location"] == at
    other = await shared(client, fold, assets=[SECOND])
    await look(client, f"{other[:15]}{at[15:]}", 404)  # the one's name with the other's secret
    for wrong in ("/s/x", f"{at}x", at[:-1], f"/s/{'0' * 12}{at[15:]}"):
        await look(client, wrong, 404)


async def test_what_is_not_live_any_more_is_gone_at_once(client: httpx.AsyncClient, fold: Folding, web: Stage) -> None:
    at = await shared(client, fold)
    await look(client, f"{at}/{FIRST}/web")
    head = {"live": None, "newest": 1, "state": "purged"}
    await web.put([change(facet(FIRST, "head", head, revision=2))])
    await look(client, f"{at}/{FIRST}/web", 410)
    await look(client, f"{at}/{FIRST}/thumbnail", 410)
    page = (await look(client, at)).text
    assert FIRST not in page and SECOND in page and "1 more picture is not available" in page
    waits = {"live": None, "newest": 1, "state": "waiting", "approves": 1, "waiting": "Ready.", "cure": "Approve it."}
    await web.put([change(facet(SECOND, "head", waits, revision=2))])
    assert "Nothing is available" in (await look(client, at)).text
    await look(client, f"{at}/pack?preset=web", 410)


@pytest.mark.parametrize(("field", "days"), [("available_from", 1), ("available_until", -1)])
async def test_what_is_under_embargo_or_has_expired_is_not_given(
    client: httpx.AsyncClient, fold: Folding, web: Stage, field: str, days: int
) -> None:
    at = await shared(client, fold)
    when = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    head = {"live": 1, "newest": 1, "state": "complete", field: when}
    await web.put([change(facet(FIRST, "head", head, revision=2))])
    assert FIRST not in (await look(client, at)).text
    await look(client, f"{at}/{FIRST}/web", 410)


async def test_a_collections_link_shows_what_is_in_it_by_then(
    client: httpx.AsyncClient, fold: Folding, web: Stage
) -> None:
    sets = Folding(web, COLLECTION)
    own = (await client.post("/v1/collections", json={"name": "Lookbook", "assets": [FIRST]}, headers=KEY)).json()["id"]
    await sets()
    at = await shared(client, fold, assets=[], collection=own)
    assert SECOND not in (await look(client, at)).text
    await client.post(f"/v1/collections/{own}/assets", json={"add": [SECOND], "remove": [FIRST]}, headers=KEY)
    await sets()
    page = (await look(client, at)).text
    assert SECOND in page and FIRST not in page
    await look(client, f"{at}/{FIRST}/web", 410)
    assert (await get(client, "/v1/shares"))[0]["of"] == "Lookbook"


def limited(asset: str, sku: str, **limits: list[str]) -> Any:
    """The picture's link, limited."""
    link = {"sku": sku, "role": "main", "confidence": 0.98, "limits": limits}
    return change(facet(asset, "links", {"links": [link]}, revision=2))


async def test_a_link_for_a_market_shows_and_packs_what_may_be_shown_there(
    client: httpx.AsyncClient, fold: Folding, web: Stage
) -> None:
    await web.put([limited(FIRST, "RED-42", markets=["de"]), limited(SECOND, "BLUE-43", markets=["fr"])])
    at = await shared(client, fold, market=" DE ")
    page = (await look(client, at)).text
    assert FIRST in page and SECOND not in page and "1 more picture is not available" in page
    assert "BLUE-43: main: nothing for the market DE; what there is, is limited to others." in page
    await look(client, f"{at}/{SECOND}/thumbnail", 410)
    assert (await look(client, f"{at}/{FIRST}/web")).content == b"WEBP!"
    pack = await look(client, f"{at}/pack?preset=web")
    with zipfile.ZipFile(io.BytesIO(pack.content)) as archive:
        assert archive.namelist() == ["RED-42_main_1.webp", "MISSING.txt"]
        assert b"BLUE-43: main: nothing for the market DE" in archive.read("MISSING.txt")
    (listed,) = await get(client, "/v1/shares")
    assert (listed["market"], listed["locale"], listed["channel"]) == ("DE", "", "")
    page = (await look(client, await shared(client, fold))).text
    assert FIRST in page and SECOND in page, "whoever makes it chooses"


async def test_a_link_for_a_locale_says_what_it_gives_instead(
    client: httpx.AsyncClient, fold: Folding, web: Stage
) -> None:
    await web.put([limited(FIRST, "RED-42", locales=["de-AT"])])
    page = (await look(client, await shared(client, fold, locale="de-DE"))).text
    assert FIRST in page and "RED-42: main: nothing for the locale de-DE; what is for de-AT is given." in page


async def test_it_ends_by_its_day_or_when_it_is_revoked(client: httpx.AsyncClient, fold: Folding, web: Stage) -> None:
    at = await shared(client, fold)
    (made,) = await get(client, "/v1/shares")
    assert (await client.delete(f"/v1/shares/{made['id']}", headers=KEY)).status_code == 202
    await fold()
    for path in (at, f"{at}/{FIRST}/thumbnail", f"{at}/pack?preset=web"):
        assert "expired, or was taken back" in (await look(client, path, 410)).text
    assert (await get(client, "/v1/shares"))[0]["state"] == "revoked"
    other = await shared(client, fold)
    past = {"name": "x", "assets": [FIRST], "presets": ["web"], "made": NOON.isoformat(), "by": "a"}
    past["expires"] = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    await web.put([change(Fact(kind=KIND, id=other[3:15], revision=9, fields=past, written=NOON))])
    await look(client, other, 410)
    assert {one["state"] for one in await get(client, "/v1/shares")} == {"revoked", "expired"}


async def test_a_password_is_asked_for_kept_as_a_hash_and_not_guessed(
    client: httpx.AsyncClient, fold: Folding, web: Stage, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(password, "COST", 2)
    object.__setattr__(app.state.deps, "door", Door(clock=lambda: 0.0))  # no time passes
    at = await shared(client, fold, password="correct horse")
    assert "correct horse" not in str(web.said("decisions"))
    for path in (at, f"{at}/{FIRST}/web", f"{at}/pack?preset=web"):
        assert 'type="password"' in (await look(client, path, 401)).text
    for _ in range(4):
        assert (await client.post(at, data={"password": "battery"})).status_code == 403
    told = await client.post(at, data={"password": "correct horse"})
    assert (told.status_code, told.headers["location"]) == (303, at)
    cookie = told.headers["set-cookie"].lower()
    assert "httponly" in cookie and f"path={at}".lower() in cookie
    assert (await look(client, f"{at}/{FIRST}/web")).content == b"WEBP!"
    often = await client.post(at, data={"password": "correct horse"})
    assert often.status_code == 429 and int(often.headers["retry-after"]) >= 1
    client.cookies.clear()
    await look(client, at, 401)


async def test_only_who_may_let_things_out_makes_links(client: httpx.AsyncClient, fold: Folding) -> None:
    wanted = {"name": "x", "assets": [FIRST], "presets": ["web"]}
    same = {"Sec-Fetch-Site": "same-origin"}
    for role, status in (("editor", 403), ("approver", 201)):
        client.cookies.set(COOKIE, Access("secret").session("Änna", role))  # type: ignore[arg-type]
        assert (await client.post("/v1/shares", json=wanted, headers=same)).status_code == status
        assert (await client.get("/shares")).status_code == (200 if role == "approver" else 403)
    client.cookies.clear()
    for wrong in (
        {**wanted, "assets": [THIRD[::-1]]},
        {**wanted, "presets": []},
        {**wanted, "days": 366},
        {"name": "x"},
    ):
        assert (await client.post("/v1/shares", json=wrong, headers=KEY)).status_code in (404, 422)


async def test_what_happened_is_told_from_the_archive(client: httpx.AsyncClient, fold: Folding, web: Stage) -> None:
    at = await shared(client, fold)
    await look(client, f"{at}/{FIRST}/web")
    own = at[3:15]
    for one in [one for one in web.said("decisions") if one["entity"].startswith(KIND)]:  # as the curator does
        path = f"history/{KIND}/{own}/{one['at']}-decision-{one['id']}.json"
        await web.library.put(path, str.encode(httpx.Response(200, json=one).text))
    told = await get(client, f"/v1/shares/{own}/history")
    assert told["next"] is None
    assert [(one["by"], one["what"]) for one in told["items"]] == [
        ("share link", "Taken: RED-42_main_1.webp (web)"),
        ("admin", "Made"),
    ]
    newest = await get(client, f"/v1/shares/{own}/history?limit=1")
    first = await get(client, f"/v1/shares/{own}/history?limit=1&cursor={newest['next']}")
    assert newest["items"] + first["items"] == told["items"] and first["next"] is None, "the first is never lost"
    client.cookies.set(COOKIE, Access("secret").session())
    assert "RED-42_main_1.webp" in (await client.get(f"/shares/{own}")).text
    older = (await client.get(f"/shares/{own}?older={newest['next']}")).text
    assert "Made" in older and ">Newest<" in older and "RED-42_main_1.webp" not in older

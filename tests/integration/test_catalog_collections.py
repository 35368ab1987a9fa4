"""Collections of pictures by the API and on the page: put in, taken out, ordered, removed and had back."""

from typing import Any

import httpx
import pytest

from schemas.collection import KIND, MOST
from services.catalog.api.access import COOKIE, Access
from services.catalog.scope import Scope
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD, get, ids
from tests.integration.catalog_stage import ASSETS, Stage, change, facet, picture

pytestmark = pytest.mark.broker


@pytest.fixture
def fold(stage: Stage) -> Folding:
    return Folding(stage, KIND, "batch")


async def made(client: httpx.AsyncClient, fold: Folding, name: str, *assets: str) -> str:
    answer = await client.post("/v1/collections", json={"name": name, "assets": assets}, headers=KEY)
    assert answer.status_code == 201, answer.text
    await fold()
    return str(answer.json()["id"])


async def ask(client: httpx.AsyncClient, method: str, path: str, body: Any = None, status: int = 202) -> httpx.Response:
    answer = await client.request(method, f"/v1/collections/{path}", json=body, headers=KEY)
    assert answer.status_code == status, answer.text
    return answer


async def test_pictures_are_put_in_taken_out_and_ordered(client: httpx.AsyncClient, fold: Folding) -> None:
    own = await made(client, fold, "Lookbook", SECOND, FIRST)
    assert await ids(client, f"collection={own}") == [SECOND, FIRST]
    await ask(client, "POST", f"{own}/assets", {"add": [FIRST, THIRD], "remove": []})
    (said,) = (one for one in await fold() if one.entity.startswith(KIND))
    assert list(said.set) == [f"asset:{THIRD}"], "what is in it keeps its place"
    assert await ids(client, f"collection={own}") == [SECOND, FIRST, THIRD]
    await ask(client, "PUT", f"{own}/order", {"assets": [THIRD]})
    await fold()
    assert await ids(client, f"collection={own}") == [THIRD, SECOND, FIRST]
    assert await ids(client, f"collection={own}&kind=image") == [SECOND, FIRST]
    out = (await ask(client, "POST", f"{own}/assets", {"add": [THIRD], "remove": [SECOND]})).json()
    await fold()
    assert await ids(client, f"collection={own}") == [THIRD, FIRST] and (out["added"], out["removed"]) == (0, 1)
    undo = f"/v1/batches/{out['batch']}/undo"
    client.cookies.set(COOKIE, Access("secret").session("Anna", "editor", Scope(folders=("elsewhere",))))
    assert (await client.post(undo, headers={"Sec-Fetch-Site": "same-origin"})).status_code == 403
    client.cookies.clear()
    assert (await client.post(undo, headers=KEY)).status_code == 202
    await fold()
    assert await ids(client, f"collection={own}") == [THIRD, SECOND, FIRST], "it is back in its place"
    await ask(client, "POST", f"{own}/assets", {"remove": [SECOND]})
    await fold()
    (listed,) = await get(client, "/v1/collections")
    assert (listed["name"], listed["assets"]) == ("Lookbook", 2)
    assert listed["pictures"] == [f"/v1/assets/{FIRST}/renditions/thumbnail?version=1"]
    assert (await get(client, f"/v1/assets/{FIRST}"))["collections"] == [{"id": own, "name": "Lookbook"}]


async def test_pages_of_a_collection_follow_its_order(client: httpx.AsyncClient, fold: Folding) -> None:
    own = await made(client, fold, "Lookbook", SECOND, THIRD, FIRST)
    page = await get(client, f"/v1/assets?collection={own}&limit=2")
    rest = await get(client, f"/v1/assets?collection={own}&limit=2&cursor={page['next']}")
    assert [one["id"] for one in [*page["items"], *rest["items"]]] == [SECOND, THIRD, FIRST]


async def test_one_is_removed_and_had_back(client: httpx.AsyncClient, fold: Folding) -> None:
    own = await made(client, fold, "Lookbook", FIRST)
    await ask(client, "DELETE", own)
    await fold()
    assert await get(client, "/v1/collections") == await ids(client, f"collection={own}") == []
    await ask(client, "POST", f"{own}/assets", {"add": [SECOND]}, 409)
    await ask(client, "PATCH", own, {"removed": False, "note": "For the press"})
    await fold()
    assert await ids(client, f"collection={own}") == [FIRST]
    assert (await get(client, f"/v1/collections/{own}"))["note"] == "For the press"


async def test_what_was_moved_is_in_it_under_its_new_asset(
    client: httpx.AsyncClient, fold: Folding, stage: Stage
) -> None:
    own = await made(client, fold, "Lookbook", FIRST, SECOND)
    heir = ASSETS[4]
    gone = facet(FIRST, "head", {"newest": 1, "state": "merged", "merged_into": heir}, revision=2)
    await stage.put([change(one) for one in (gone, *picture(heir, "autumn/moved.jpg"))])
    assert await ids(client, f"collection={own}") == [heir, SECOND]
    await ask(client, "POST", f"{own}/assets", {"remove": [heir]})
    assert [f"asset:{FIRST}"] in [one.clear for one in await fold()]
    assert await ids(client, f"collection={own}") == [SECOND]


async def test_what_cannot_be_is_refused_with_its_cause(client: httpx.AsyncClient, fold: Folding) -> None:
    own = await made(client, fold, "Lookbook", FIRST)
    again = await client.post("/v1/collections", json={"name": "LOOKBOOK"}, headers=KEY)
    assert again.status_code == 409 and own in again.json()["detail"]
    assert "GET /v1/collections" in (await ask(client, "DELETE", "none", status=404)).text
    nobody = "99999999-0000-5000-8000-000000000000"
    assert nobody in (await ask(client, "POST", f"{own}/assets", {"add": [nobody]}, 404)).text
    assert "Put it in first" in (await ask(client, "PUT", f"{own}/order", {"assets": [SECOND]}, 422)).text
    await ask(client, "POST", f"{own}/assets", {"add": [FIRST] * 501}, 422)
    await ask(client, "PATCH", own, {}, 422)
    assert await fold() == []


async def test_one_holds_so_many(client: httpx.AsyncClient, fold: Folding, stage: Stage) -> None:
    own = await made(client, fold, "Lookbook", FIRST)
    async with stage.database.transaction() as connection:
        await connection.execute(
            "INSERT INTO catalog.member SELECT $1, gen_random_uuid()::text, n FROM generate_series(2, $2) n", own, MOST
        )
    assert "2000 pictures" in (await ask(client, "POST", f"{own}/assets", {"add": [SECOND]}, 422)).text


async def test_the_page_lists_them_and_shows_one_in_its_order(client: httpx.AsyncClient, fold: Folding) -> None:
    own = await made(client, fold, "Look <b>book</b>", SECOND, FIRST)
    client.cookies.set(COOKIE, Access("secret").session())
    assert f'href="/?collection={own}"' in (await client.get("/collections")).text
    text = (await client.get(f"/?collection={own}")).text
    assert f'data-ordered="{own}"' in text and "Look &lt;b&gt;book" in text and "<b>book" not in text
    assert text.index(f'id="c-{SECOND}"') < text.index(f'id="c-{FIRST}"')
    kept = (await client.get(f"/?collection={own}&kind=image&flag=unlinked&q=boot")).text
    form = kept.partition('role="search"')[2].partition("</form>")[0]
    assert "data-ordered" not in kept and "Search in “Look &lt;b&gt;book&lt;/b&gt;”" in form
    for name, value in (("kind", "image"), ("flag", "unlinked"), ("collection", own)):
        assert form.count(f'<input type="hidden" name="{name}" value="{value}">') == 1, "Enter keeps what is chosen"
    assert form.count('type="hidden"') == 3
    none = await client.get("/?collection=nope", headers={"Accept": "text/html"})
    assert none.status_code == 404 and "There is no such collection" in none.text

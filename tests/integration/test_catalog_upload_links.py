"""Upload links over a real PostgreSQL: who makes them, what they take, and what strangers can do with them."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.folders import Folders
from schemas.decision import Decision, Fact
from schemas.folders import FolderProfile
from services.catalog.api.access import COOKIE, Access
from services.curator.fold import Folded, fold
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import ASSETS, Stage, change, facet, picture

pytestmark = pytest.mark.broker


async def folded(stage: Stage) -> None:
    """What the curator makes of all decisions about upload links."""
    facts: dict[str, Folded] = {}
    for said in map(Decision.model_validate, stage.said("decisions")):
        facts[said.entity] = fold(facts.get(said.entity, Folded()), said)
    for entity, one in facts.items():
        kind, _, own = entity.partition("/")
        fact = Fact(kind=kind, id=own, revision=len(one.decisions), fields=one.fields, written=datetime.now(UTC))
        await stage.put([change(fact)])


async def made(client: httpx.AsyncClient, stage: Stage, **more: Any) -> tuple[str, str, str]:
    """(id, token, folder) of a new link, once the view knows it."""
    wanted = {"name": "Studio Nord", "folder": "autumn", **more}
    answer = await client.post("/v1/upload-links", json=wanted, headers=KEY)
    assert answer.status_code == 201, answer.text
    await folded(stage)
    told = answer.json()
    return told["id"], told["url"].rpartition("/")[2], told["folder"]


async def send(client: httpx.AsyncClient, token: str, name: str, body: bytes = b"jpeg", **more: str) -> httpx.Response:
    """Without any key."""
    return await client.post(f"/v1/drops/{token}/files", params={"name": name, **more}, content=body)


async def test_who_has_the_link_drops_files_without_an_account(client: httpx.AsyncClient, stage: Stage) -> None:
    own, token, folder = await made(client, stage)
    assert folder == f"autumn/upload-link-{own}"
    answer = await send(client, token, "../shoe.JPG")
    assert (answer.status_code, answer.json()) == (201, {"file": "shoe.jpg"})
    again = await send(client, token, "shoe.jpg", b"other")
    assert again.json() == {"file": "shoe_2.jpg"}  # never over another
    assert [(info.key, info.size) for info in await stage.inbox.listing("")] == [
        (f"{folder}/shoe.jpg", 4),
        (f"{folder}/shoe_2.jpg", 5),
    ]
    await folded(stage)
    (told,) = await get(client, "/v1/upload-links")
    assert (told["came"], told["open"], told["by"]) == (2, True, "admin")
    noted = stage.said("decisions")[1]
    assert noted["by"] == "Studio Nord (upload link)" and noted["set"]["file:shoe.jpg"]["bytes"] == 4


def test_what_comes_by_a_link_waits_for_approval_whatever_profiles_say() -> None:
    said = {"autumn": {"approval": "auto", "editions": "join", "owner": "anna@example.com"}}
    found = Folders(said | {"autumn/upload-link-ab12": {"approval": "auto"}}).of("autumn/upload-link-ab12/x.jpg")
    assert found == FolderProfile(approval="review", editions="ask", owner="anna@example.com")
    assert Folders(said).of("autumn/x.jpg").approval == "auto"
    assert Folders({}).of("upload-link-ab12/x.jpg").approval == "review"


async def test_a_link_for_products_takes_nothing_of_others(client: httpx.AsyncClient, stage: Stage) -> None:
    _, token, folder = await made(client, stage, skus=["RED-42"])
    assert (await send(client, token, "IMG_1.jpg")).status_code == 422
    assert (await send(client, token, "IMG_1.jpg", sku="RED-43", role="back")).status_code == 422
    assert (await send(client, token, "IMG_1.jpg", sku="RED-42", role="back")).json() == {"file": "RED-42_back.jpg"}
    assert [info.key for info in await stage.inbox.listing("")] == [f"{folder}/RED-42_back.jpg"]
    answer = await client.post("/v1/upload-links", json={"name": "x", "skus": ["RED-99"]}, headers=KEY)
    assert answer.status_code == 422 and "RED-99" in answer.json()["detail"]


async def test_the_next_file_of_a_rejected_one_is_its_next_version(client: httpx.AsyncClient, stage: Stage) -> None:
    _, token, folder = await made(client, stage, skus=["RED-42"], files=2)
    back = {"sku": "RED-42", "role": "back"}
    name, key = "RED-42_back.jpg", f"{folder}/RED-42_back.jpg"
    assert (await send(client, token, "a.jpg", b"jpeg", **back)).json() == {"file": name}
    (first,) = await stage.inbox.versions(key)
    file = {"bucket": "inbox", "key": key, "kind": "image", "version_id": first.version_id}
    head = {"live": None, "newest": 1, "state": "waiting", "waiting": "Ready.", "approves": 1}
    await stage.put([change(facet(ASSETS[4], "file", file)), change(facet(ASSETS[4], "head", head))])
    early = await send(client, token, "b.jpg", b"jpeg", **back)
    assert early.json() == {"file": "RED-42_back_2.jpg"}  # the first is not rejected yet
    await folded(stage)
    said = {"fields": {"approval:1": {"reason": "The label is crooked."}}}
    await stage.put([change(facet(ASSETS[4], "curation", said))])
    answer = await send(client, token, "c.jpg", b"again", **back)  # although the link has had its files
    assert (answer.status_code, answer.json()) == (201, {"file": name})
    assert [info.size for info in await stage.inbox.versions(key)] == [4, 5]
    late = await send(client, token, "d.jpg", b"jpeg", **back)  # the view is behind: that is no more the rejected one
    assert late.status_code == 409
    assert len(await stage.inbox.versions(key)) == 2


async def test_its_sender_is_told_what_became_of_each(client: httpx.AsyncClient, stage: Stage) -> None:
    _, token, folder = await made(client, stage, files=5)
    names = ("come.jpg", "seen.jpg", "used.jpg", "poor.jpg", "broken.jpg")
    for name in names:
        assert (await send(client, token, name)).status_code == 201
    await folded(stage)
    asked: dict[str, Any] = {"live": None, "newest": 1, "state": "waiting", "waiting": "Ready.", "approves": 1}
    heads = {"seen.jpg": asked, "poor.jpg": asked, "used.jpg": {"live": 1, "newest": 1, "state": "complete"}}
    for asset, (name, head) in zip(ASSETS[3:], heads.items(), strict=True):
        await stage.put([change(one) for one in picture(asset, f"{folder}/{name}")])
        await stage.put([change(facet(asset, "head", head, revision=9))])
    mark = {"left": 0.25, "top": 0.5, "width": 0.1, "height": 0.2}
    said = {"fields": {"approval:1": {"reason": "The label is crooked.", "mark": mark}}}
    await stage.put([change(facet(ASSETS[4], "curation", said, revision=9))])
    await stage.library.put(f"renditions/{ASSETS[4]}/thumbnail.webp", b"small", content_type="image/webp")

    told = {one["file"]: one for one in (await client.get(f"/v1/drops/{token}")).json()["sent"]}
    states = {"come.jpg": "arriving", "seen.jpg": "waiting", "used.jpg": "taken", "poor.jpg": "rejected"}
    assert {name: told[name]["state"] for name in states} == states
    assert (told["poor.jpg"]["why"], told["poor.jpg"]["mark"]) == ("The label is crooked.", mark)
    page = (await client.get(f"/u/{token}")).text
    assert "The label is crooked." in page and "it has had all its files; what was rejected can be sent again" in page
    shown = await client.get(f"/v1/drops/{token}/files/poor.jpg/thumbnail")
    assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, b"small", "image/webp")
    for other in ("come.jpg", "RED_main.jpg", "..%2FRED_main.jpg"):
        assert (await client.get(f"/v1/drops/{token}/files/{other}/thumbnail")).status_code == 404


@pytest.mark.parametrize(
    ("types", "has", "has_not"),
    [(["image"], "main", {"video", "manual", "model-3d"}), (["video", "document"], "video", {"main", "model-3d"})],
)
async def test_only_what_its_files_can_show_is_offered(
    client: httpx.AsyncClient, stage: Stage, types: list[str], has: str, has_not: set[str]
) -> None:
    _, token, _ = await made(client, stage, types=types)
    offered = set((await client.get(f"/v1/drops/{token}")).json()["roles"])
    assert has in offered and not offered & has_not


async def test_size_number_and_type_are_held_to(client: httpx.AsyncClient, stage: Stage, tmp_path: Path) -> None:
    _, token, folder = await made(client, stage, files=2, megabytes=1)
    assert (await send(client, token, "big.jpg", b"x" * 1_000_001)).status_code == 413
    assert (await send(client, token, "run.exe")).status_code == 422
    assert (await send(client, token, "empty.jpg", b"")).status_code == 411
    answers = await asyncio.gather(*(send(client, token, f"{n}.jpg") for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409]
    for info in await stage.inbox.listing(folder):
        await stage.inbox.delete(info.key)  # as retention does
    await folded(stage)
    assert (await send(client, token, "more.jpg")).status_code == 409
    assert not list(tmp_path.iterdir())


async def test_more_or_less_than_was_announced_is_not_taken(client: httpx.AsyncClient, stage: Stage) -> None:
    _, token, _ = await made(client, stage)
    for announced, status in (("3", 413), ("9", 400)):
        headers = {"content-length": announced}
        answer = await client.post(f"/v1/drops/{token}/files?name=a.jpg", content=b"jpeg", headers=headers)
        assert answer.status_code == status, answer.text
    assert not await stage.inbox.listing("")


async def test_a_closed_link_and_one_that_is_over_take_nothing(client: httpx.AsyncClient, stage: Stage) -> None:
    own, token, _ = await made(client, stage)
    assert (await client.delete(f"/v1/upload-links/{own}", headers=KEY)).status_code == 202
    await folded(stage)
    assert (await send(client, token, "a.jpg")).status_code == 410
    assert "is closed" in (await client.get(f"/u/{token}")).text
    other, over, _ = await made(client, stage)
    said = Decision(
        id="x", entity=f"upload-link/{other}", set={"expires": "2020-01-01T00:00:00Z"}, by="t", at=datetime.now(UTC)
    )
    one = fold(Folded(), said)
    fields = (await fields_of(stage, other)) | one.fields
    await stage.put([change(Fact(kind="upload-link", id=other, revision=99, fields=fields, written=datetime.now(UTC)))])
    assert (await send(client, over, "a.jpg")).status_code == 410
    assert not await stage.inbox.listing("")


async def fields_of(stage: Stage, own: str) -> dict[str, Any]:
    said = [one for one in stage.said("decisions") if one["entity"] == f"upload-link/{own}"]
    return dict(said[0]["set"])


async def test_who_has_no_link_or_a_wrong_one_gets_nothing(client: httpx.AsyncClient, stage: Stage) -> None:
    own, token, _ = await made(client, stage)
    wrong = [f"{own}_{'A' * 43}", own, "x", f"{token}x", "..%2f" + token, f"ffffffffffff_{token[13:]}"]
    for one in wrong:
        assert (await send(client, one, "a.jpg")).status_code == 404, one
        assert (await client.get(f"/v1/drops/{one}")).status_code == 404
    assert (await client.get("/v1/upload-links")).status_code == 401
    assert (await client.post("/v1/upload-links", json={"name": "x"})).status_code == 401
    assert not await stage.inbox.listing("")


async def test_the_secret_is_kept_nowhere_and_bad_folders_are_refused(client: httpx.AsyncClient, stage: Stage) -> None:
    _, token, _ = await made(client, stage)
    assert token.partition("_")[2] not in str(stage.said("decisions"))
    for folder in ("../up", "a//b", "a/./b", "x" * 600, "a\\b"):
        answer = await client.post("/v1/upload-links", json={"name": "x", "folder": folder}, headers=KEY)
        assert answer.status_code == 422, folder


async def test_the_pages_show_both_and_run_nothing(client: httpx.AsyncClient, stage: Stage) -> None:
    _, token, folder = await made(client, stage, name="<b>Nord</b>", skus=["RED-42", "RED-43"])
    page = await client.get(f"/u/{token}")
    assert page.status_code == 200 and "RED-43" in page.text and "<b>Nord" not in page.text
    assert " style=" not in page.text and "default-src 'self'" in page.headers["content-security-policy"]
    assert (await client.get("/u/nothing")).status_code == 404
    assert (await client.get("/upload-links")).status_code == 401
    client.cookies.set(COOKIE, Access("secret").session())
    listed = (await client.get("/upload-links")).text
    assert folder in listed and "0 of 50" in listed and "<b>Nord" not in listed and " style=" not in listed

"""ETags, 304, and changes that are made only to what was looked at."""

from typing import Any

import httpx
import pytest

from schemas.decision import Fact
from schemas.folders import FOLDERS
from services.catalog.api.access import COOKIE, Access
from tests.integration.catalog_client import FIRST, KEY, SECOND
from tests.integration.catalog_stage import NOON, Stage, change, facet

pytestmark = pytest.mark.broker
COLLECTION: dict[str, Any] = {"name": "Press", "made": NOON.isoformat()}
SHARE: dict[str, Any] = {
    "name": "Press", "assets": [FIRST], "presets": ["web"], "made": NOON.isoformat(), "by": "admin",
    "expires": "2036-01-01T00:00:00Z",
}  # fmt: skip
SEARCH: dict[str, Any] = {"name": "Red", "query": "q=red", "shared": True, "by": "admin"}
FACTS = {"collection": COLLECTION, "share": SHARE, "search": SEARCH, "field": {"title": "Season", "type": "text"}}
PLACES: dict[str, tuple[str, str, dict[str, Any] | None]] = {
    "/v1/collections/one": ("PATCH", "/v1/collections/one", {"note": "new"}),
    "/v1/shares/one": ("DELETE", "/v1/shares/one", None),
    "/v1/searches/one": ("DELETE", "/v1/searches/one", None),
    "/v1/fields/one": ("PUT", "/v1/fields/one", {"title": "Saison", "type": "text"}),
    "/v1/folders/autumn": ("PUT", "/v1/folders/autumn", {"brand": "Luma"}),
    f"/v1/assets/{FIRST}": ("POST", f"/v1/assets/{FIRST}/decisions", {"set": {"role": "back"}}),
}
"""Where something is shown → a change of it."""


def fact(kind: str, fields: dict[str, Any], revision: int = 1) -> Any:
    return change(Fact(kind=kind, id="one", revision=revision, fields=fields, written=NOON))


@pytest.fixture(autouse=True)
async def known(stage: Stage) -> None:
    await stage.put([fact(kind, fields) for kind, fields in FACTS.items()])
    await stage.library.put(FOLDERS, b"folders:\n  autumn: {approval: review}\n")


async def changed(stage: Stage) -> None:
    """Everything is another than it was."""
    await stage.put([fact(kind, {**fields, "name": "New", "title": "New"}, 2) for kind, fields in FACTS.items()])
    await stage.put([change(facet(FIRST, "curation", {"fields": {"role": "front"}}))])
    await stage.library.put(FOLDERS, b"folders:\n  autumn: {approval: auto}\n")


@pytest.mark.parametrize("place", [*PLACES, "/v1/products/RED-42", "/v1/assets", "/v1/summary"])
async def test_what_is_known_is_not_sent_again(client: httpx.AsyncClient, stage: Stage, place: str) -> None:
    first = await client.get(place, headers=KEY)
    assert first.status_code == 200 and first.headers["cache-control"] == "private, no-cache"
    etag = first.headers["etag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        again = await client.get(place, headers={**KEY, "If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"].replace("-gzip", "") == etag.replace("-gzip", "")
        assert "content-length" not in again.headers
    assert (await client.get(place, headers={"If-None-Match": etag})).status_code == 401, "only who may see it"
    if place in PLACES:
        await changed(stage)
        new = await client.get(place, headers={**KEY, "If-None-Match": etag})
        assert new.status_code == 200 and new.headers["etag"] != etag


@pytest.mark.parametrize("place", PLACES)
async def test_a_change_is_made_only_to_what_was_looked_at(client: httpx.AsyncClient, stage: Stage, place: str) -> None:
    method, path, body = PLACES[place]
    etag = (await client.get(place, headers=KEY)).headers["etag"]
    await changed(stage)
    before = len(stage.broker.records("decisions")), await stage.library.get(FOLDERS)
    old = await client.request(method, path, json=body, headers={**KEY, "If-Match": etag})
    assert (old.status_code, old.headers["content-type"]) == (412, "application/problem+json"), old.text
    assert (len(stage.broker.records("decisions")), await stage.library.get(FOLDERS)) == before
    assert (await client.request(method, path, json=body, headers={"If-Match": etag})).status_code == 401
    for coding in ("identity", "gzip"):
        shown = await client.get(place, headers={**KEY, "Accept-Encoding": coding})
        known = f'"x", {shown.headers["etag"]}'
        done = await client.request(method, path, json=body, headers={**KEY, "If-Match": known})
        assert done.status_code in (200, 202), done.text


async def test_only_what_is_there_matches_and_only_what_is_not_is_made(client: httpx.AsyncClient) -> None:
    body = {"title": "Season", "type": "text"}
    for place, headers, status in (
        ("/v1/fields/none", {"If-Match": "*"}, 412),
        ("/v1/fields/none", {"If-None-Match": "*"}, 202),
        ("/v1/fields/one", {"If-None-Match": "*"}, 412),
        ("/v1/fields/one", {"If-Match": "*"}, 202),
        ("/v1/fields/one", {"If-Match": "nonsense"}, 412),
    ):
        assert (await client.put(place, json=body, headers={**KEY, **headers})).status_code == status, (place, headers)
    bulk = {"assets": [FIRST, SECOND], "set": {"role": "back"}}
    refused = await client.post("/v1/decisions", json=bulk, headers={**KEY, "If-Match": '"x"'})
    assert refused.status_code == 422 and "one asset, collection" in refused.json()["detail"]


async def test_a_request_that_comes_again_meets_no_precondition(client: httpx.AsyncClient, stage: Stage) -> None:
    """The first has changed what it was about."""
    etag = (await client.get("/v1/collections/one", headers=KEY)).headers["etag"]
    headers = {**KEY, "If-Match": etag, "Idempotency-Key": "k"}
    for _ in range(2):
        answer = await client.patch("/v1/collections/one", json={"note": "new"}, headers=headers)
        assert answer.status_code == 202
        await changed(stage)


async def test_what_is_large_goes_over_the_line_compressed(client: httpx.AsyncClient) -> None:
    plain = await client.get(f"/v1/assets/{FIRST}", headers={**KEY, "Accept-Encoding": "identity"})
    small = await client.get(f"/v1/assets/{FIRST}", headers={**KEY, "Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers and small.headers["content-encoding"] == "gzip"
    assert small.json() == plain.json() and int(small.headers["content-length"]) < len(plain.content) / 2
    assert "Accept-Encoding" in small.headers["vary"] and "Authorization" in small.headers["vary"]
    etag = small.headers["etag"]
    assert etag == f'{plain.headers["etag"][:-1]}-gzip"', "other bytes"
    again = await client.get(f"/v1/assets/{FIRST}", headers={**KEY, "Accept-Encoding": "gzip", "If-None-Match": etag})
    assert (again.status_code, again.headers["etag"]) == (304, etag)
    script = await client.get("/static/x/packshot.css", headers={"Accept-Encoding": "gzip"})
    assert script.status_code == 200 and script.headers["content-encoding"] == "gzip"
    known = {"Accept-Encoding": "gzip", "If-None-Match": script.headers["etag"]}
    assert (await client.get("/static/x/packshot.css", headers=known)).status_code == 304


async def test_bytes_of_files_go_as_they_are(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.library.put(f"renditions/{FIRST}/thumbnail.webp", b"webp!" * 1000)
    for path in (f"/v1/assets/{FIRST}/renditions/thumbnail", f"/v1/assets/{FIRST}/original"):
        answer = await client.get(path, headers={**KEY, "Accept-Encoding": "gzip"})
        assert answer.status_code == 200 and "content-encoding" not in answer.headers


async def test_no_other_site_has_a_browser_ask_for_compressed_secrets(client: httpx.AsyncClient) -> None:
    """BREACH: the length of what a signed-in browser is sent would tell."""
    client.cookies.set(COOKIE, Access("secret").session())
    codings = {"same-origin": "gzip", "none": "gzip", "cross-site": None, "same-site": None, "": None}
    for site, coding in codings.items():
        said = {"Sec-Fetch-Site": site} if site else {}
        answer = await client.get("/", headers={"Accept-Encoding": "gzip", **said})
        assert answer.status_code == 200 and answer.headers.get("content-encoding") == coding, site

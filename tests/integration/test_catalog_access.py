"""Who may see and do what, and how problems are told."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from runtime.outage import Unavailable
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.deps import Deps
from services.catalog.page import errors
from tests.integration.catalog_client import FIRST, KEY, get
from tests.integration.catalog_stage import Stage

pytestmark = pytest.mark.broker


async def test_an_address_that_is_none_is_a_page_for_browsers(client: httpx.AsyncClient) -> None:
    browser = {"Accept": "text/html,*/*;q=0.8"}
    assert (await client.get("/zzz", headers=browser)).status_code == 401
    client.cookies.set(COOKIE, Access("secret").session())
    answer = await client.get("/zzz", headers=browser)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such page" in answer.text
    for path, headers in (("/zzz", {}), ("/v1/assets/nothing", browser)):
        assert (await client.get(path, headers=headers)).headers["content-type"] == "application/problem+json"


async def test_it_is_one_while_postgresql_is_away(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts at the top of a page cannot be had then; that there is no such page, is known all the same."""

    async def away(*_: Any, **__: Any) -> None:
        raise Unavailable("PostgreSQL is away")

    client.cookies.set(COOKIE, Access("secret").session())
    monkeypatch.setattr(errors, "view", away)
    answer = await client.get("/zzz", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such page" in answer.text


@pytest.mark.parametrize(
    ("path", "error", "status", "told"),
    [
        ("/?width_from=x", None, 422, "valid integer"),
        ("/?cursor=x", None, 400, "Back to the library"),
        ("/?q=red", Unavailable("PostgreSQL is away"), 503, 'href="/?q=red">Try again'),
        ("/", ZeroDivisionError(), 500, "This is our error"),
        ("/settings", None, 403, "Not for you"),
        ("/v1/sign-in-links", None, 403, "Not for you"),
    ],
)
async def test_what_goes_wrong_is_a_page_for_browsers(
    client: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    error: Exception | None,
    status: int,
    told: str,
) -> None:
    async def broken(*_: object, **__: object) -> None:
        if error:
            raise error

    if error:
        monkeypatch.setattr("services.catalog.queries.widened.found", broken)
    client.cookies.set(COOKIE, Access("secret").session("Anna", "viewer"))
    method = "POST" if path.startswith("/v1/") else "GET"
    browser = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
    page = await client.request(method, path, headers=browser)
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert told in page.text and "default-src 'self'" in page.headers["content-security-policy"]
    program = await client.request(method, path, headers={"Sec-Fetch-Site": "same-origin"})
    assert (program.status_code, program.headers["content-type"]) == (status, "application/problem+json")
    assert page.headers.get("retry-after") == program.headers.get("retry-after")


async def test_our_own_errors_bear_the_headers_too(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("services.catalog.queries.asset.whole", broken)
    answer = await client.get(f"/v1/assets/{FIRST}", headers=KEY)
    assert answer.status_code == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_nothing_is_open_without_a_key_but_health(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/health")).json() == {"status": "well"}
    described = (await get(client, "/v1/openapi.json"))["paths"]
    assert len(described) >= 12
    for path, methods in described.items():
        url = path.replace("{asset_id}", FIRST).replace("{preset}", "thumbnail").replace("{sku}", "RED")
        for method in methods:
            answer = await client.request(method, url)
            # An upload link's token is its key: one that nobody gave opens nothing.
            status = 404 if path.startswith("/v1/drops/") else 401
            assert answer.status_code == (200 if path == "/v1/health" else status), (method, url)
    for page in ("/", "/products", "/products/RED", "/activity", f"/assets/{FIRST}", "/cells", "/counts"):
        assert (await client.get(page)).status_code == 401, page


async def test_a_link_opens_a_session_once(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/sign-in-links", headers=KEY)
    url = made.json()["url"]
    assert url.startswith("http://packshot.test/sign-in?token=")
    first = await client.get(url)
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert (await client.get("/")).status_code == 200
    assert (await client.post("/v1/sign-in-links", headers={"Sec-Fetch-Site": "same-origin"})).status_code == 403
    client.cookies.clear()
    assert (await client.get(url)).status_code == 401


async def test_behind_a_proxy_links_and_cookies_are_as_people_reach_the_page(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """The proxy speaks plain HTTP with us, and only the setting knows that people do not."""
    plain = await client.get((await client.post("/v1/sign-in-links", headers=KEY)).json()["url"])
    assert "secure" not in plain.headers["set-cookie"].lower()
    deps: Deps = app.state.deps
    settings = deps.settings.model_copy(update={"page_url": "https://dam.example.com/"})
    app.state.deps = replace(deps, settings=settings)
    link = (await client.post("/v1/sign-in-links", headers=KEY)).json()["url"]
    assert link.startswith("https://dam.example.com/sign-in?token=")
    opened = await client.get(link.removeprefix("https://dam.example.com"))
    assert "; secure" in opened.headers["set-cookie"].lower()
    for path, body in (
        ("shares", {"name": "Press", "assets": [FIRST], "presets": ["thumbnail"], "days": 3}),
        ("upload-links", {"name": "Studio"}),
    ):
        made = await client.post(f"/v1/{path}", json=body, headers=KEY)
        assert made.json()["url"].startswith("https://dam.example.com/"), made.text


async def test_another_sites_page_cannot_decide_for_us(client: httpx.AsyncClient, stage: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    url, body = f"/v1/assets/{FIRST}/decisions", {"set": {"tag:a": "confirmed"}}
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.test"}):
        assert (await client.post(url, json=body, headers=headers)).status_code == 403
    assert stage.broker.records("decisions") == []
    assert (await client.post(url, json=body, headers={"Origin": "http://packshot.test"})).status_code == 202


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/assets?cursor=x", 400),
        ("/v1/assets?limit=0", 422),
        ("/v1/assets?limit=501", 422),
        ("/v1/assets?flag=x%27", 422),
        ("/v1/assets?q=%00", 422),
        ("/v1/assets/%00", 422),
        ("/v1/assets/nothing", 404),
        ("/v1/assets/..%2f..%2fetc%2fpasswd", 404),
        ("/v1/products/nothing", 404),
        ("/v1/nothing", 404),
        (f"/v1/assets/{FIRST}/renditions/thumbnail?version=99999999999999", 422),
    ],
)
async def test_problems_are_told_in_one_form(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(path, headers=KEY)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status

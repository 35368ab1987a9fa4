"""The page and the API by an identity provider; and what is shown to who may see some folders only."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.catalog.api.access import COOKIE, Access
from services.catalog.config import CatalogSettings
from services.catalog.oidc.provider import Provider
from services.catalog.oidc.roles import Roles
from services.catalog.oidc.sign_in import SignIn
from services.catalog.scope import Scope
from tests.fakes.oidc import AUDIENCE, CLIENT, SECRET, IdentityProvider
from tests.integration.catalog_client import FIRST, SECOND, THIRD
from tests.integration.catalog_stage import Stage

pytestmark = pytest.mark.broker
RULES = {
    "groups": [
        {"group": "shop", "role": "viewer"},
        {"group": "studio", "role": "editor", "folders": ["autumn"]},
        {"group": "web", "role": "channel"},
    ]
}
BROWSER = {"Accept": "text/html"}


@pytest.fixture
async def idp(app: FastAPI) -> AsyncIterator[IdentityProvider]:
    async with IdentityProvider().serving() as made:
        provider = Provider(made.issuer)
        settings = CatalogSettings(
            oidc_issuer=made.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET, oidc_audience=AUDIENCE
        )
        sign_in = SignIn(settings, provider, Roles.model_validate(RULES))
        object.__setattr__(app.state.deps, "sign_in", sign_in)
        yield made
        await provider.close()


async def back(client: httpx.AsyncClient, idp: IdentityProvider, to: str = "/") -> httpx.Response:
    """Through the provider, as a browser goes."""
    there = await client.get("/sign-in/oidc", params={"to": to})
    assert there.status_code == 303 and there.headers["location"].startswith(f"{idp.issuer}/authorize?")
    cookie = there.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/sign-in/oidc" in cookie
    return await client.get("/sign-in/oidc/back", params=idp.authorize(there.headers["location"]))


async def test_off_unless_it_is_set(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sign-in/oidc")).status_code == 404
    assert (await client.get("/sign-in/oidc/back?code=x&state=y")).status_code == 404
    assert "/sign-in/oidc" not in (await client.get("/")).text


async def test_somebody_signs_in_and_comes_to_the_page_that_was_asked_for(
    client: httpx.AsyncClient, idp: IdentityProvider, stage: Stage
) -> None:
    asked = await client.get(f"/assets/{FIRST}?x=1")
    assert asked.status_code == 401 and f"/sign-in/oidc?to=/assets/{FIRST}%3Fx%3D1" in asked.text
    answer = await back(client, idp, f"/assets/{FIRST}?x=1")
    assert answer.status_code == 200 and f'content="0; url=/assets/{FIRST}?x=1"' in answer.text
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    said = {"set": {"tag:wig": "rejected"}}
    own = {"Sec-Fetch-Site": "same-origin"}
    assert (await client.post(f"/v1/assets/{FIRST}/decisions", json=said, headers=own)).status_code == 202
    assert stage.said("decisions")[-1]["by"] == "anna"
    assert (await client.post(f"/v1/assets/{THIRD}/decisions", json=said, headers=own)).status_code == 404


@pytest.mark.parametrize("to", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "/a b"])
async def test_nobody_is_led_to_another_host(client: httpx.AsyncClient, idp: IdentityProvider, to: str) -> None:
    assert 'content="0; url=/"' in (await back(client, idp, to)).text


async def test_what_is_no_sign_in_opens_nothing(client: httpx.AsyncClient, idp: IdentityProvider) -> None:
    idp.claims = {"nonce": "another"}
    answer = await back(client, idp)
    assert answer.status_code == 401 and "nonce" in answer.text and not client.cookies.get(COOKIE)
    idp.claims = {}
    there = await client.get("/sign-in/oidc")
    came = idp.authorize(there.headers["location"])
    client.cookies.clear()
    assert (await client.get("/sign-in/oidc/back", params=came)).status_code == 401, "another browser"
    idp.person["groups"] = ["<b>sales</b>"]
    answer = await back(client, idp)
    assert answer.status_code == 403 and "&lt;b&gt;sales" in answer.text


async def test_an_access_token_opens_the_api(client: httpx.AsyncClient, idp: IdentityProvider) -> None:
    def own() -> dict[str, str]:
        return {"Authorization": f"Bearer {idp.token()}"}

    listed = (await client.get("/v1/assets", headers=own())).json()
    assert {item["id"] for item in listed["items"]} == {FIRST, SECOND}
    assert (await client.get("/v1/summary", headers=own())).status_code == 403
    idp.person["groups"] = ["shop"]
    assert (await client.get("/v1/summary", headers=own())).status_code == 200
    assert (await client.post("/v1/uploads", json={"key": "a.jpg"}, headers=own())).status_code == 403
    idp.person["groups"] = ["sales"]
    answer = await client.get("/v1/assets", headers=own())
    assert answer.status_code == 403 and "sales" in answer.json()["detail"]
    assert (await client.get("/v1/assets", headers={"Authorization": f"Bearer {idp.unsigned()}"})).status_code == 401


async def test_pages_show_somebody_of_a_folder_nothing_else(client: httpx.AsyncClient) -> None:
    client.cookies.set(COOKIE, Access("secret").session("anna", "editor", Scope(("autumn",))))
    library = await client.get("/")
    assert FIRST in library.text and THIRD not in library.text and "refused" not in library.text
    assert "data-part" in library.text and 'href="/products"' not in library.text
    assert THIRD not in (await client.get(f"/?selected={THIRD}")).text
    assert THIRD not in (await client.get(f"/cells?ids={FIRST},{THIRD}")).text
    assert (await client.get(f"/assets/{FIRST}/panel")).status_code == 200
    for path in (f"/assets/{THIRD}/panel", f"/assets/{THIRD}"):
        assert (await client.get(path)).status_code == 404, path
    for path in ("/products", "/products/RED", "/activity", "/questions", "/collections", "/lookup", "/readiness"):
        answer = await client.get(path, headers=BROWSER)
        assert answer.status_code == 403 and "anna sees the folders autumn" in answer.text, path


async def test_a_channel_sees_no_pages(client: httpx.AsyncClient) -> None:
    client.cookies.set(COOKIE, Access("secret").session("shop", "channel"))
    assert (await client.get("/")).status_code == 403
    assert (await client.get("/questions")).status_code == 403
    assert (await client.get(f"/assets/{FIRST}/panel")).status_code == 403

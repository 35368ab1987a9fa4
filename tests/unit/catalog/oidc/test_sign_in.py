"""Signing in by an identity provider, and its access tokens: what opens, and everything that must not."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from runtime.outage import Unavailable
from services.catalog.api.roles import Identity
from services.catalog.config import CatalogSettings
from services.catalog.oidc.port import BadToken, NoRole
from services.catalog.oidc.provider import AGAIN_S, KEPT_S, Provider
from services.catalog.oidc.roles import Roles
from services.catalog.oidc.setting import check, signing_in
from services.catalog.oidc.sign_in import SignIn
from services.catalog.scope import Scope
from tests.fakes.oidc import AUDIENCE, CLIENT, SECRET, IdentityProvider

BACK = "https://packshot.test/sign-in/oidc/back"
RULES = {"groups": [{"group": "studio", "role": "editor", "folders": ["autumn"]}]}


class Clock:
    """A clock that tests own."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def idp() -> AsyncIterator[IdentityProvider]:
    async with IdentityProvider().serving() as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sign_in(idp: IdentityProvider, clock: Clock) -> AsyncIterator[SignIn]:
    provider = Provider(idp.issuer, clock)
    settings = CatalogSettings(
        oidc_issuer=idp.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET, oidc_audience=AUDIENCE
    )
    yield SignIn(settings, provider, Roles.model_validate(RULES))
    await provider.close()


async def through(sign_in: SignIn, idp: IdentityProvider, **came: str) -> Identity:
    """There and back."""
    url, begun = await sign_in.begin(BACK, "/")
    return await sign_in.finish(begun, {**idp.authorize(url), **came}, BACK)


async def opens(sign_in: SignIn, token: str) -> Identity | None:
    return await sign_in.by_token(f"Bearer {token}")


async def test_somebody_signs_in(sign_in: SignIn, idp: IdentityProvider) -> None:
    assert await through(sign_in, idp) == Identity("anna", True, "editor", Scope(("autumn",)), "account/u1")


async def test_a_secret_goes_as_the_provider_wants_it(sign_in: SignIn, idp: IdentityProvider) -> None:
    idp.basic = False
    assert (await through(sign_in, idp)).name == "anna"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another"}, "Audience"),
        ({"aud": [CLIENT, "another"]}, "several"),
        ({"azp": "another"}, "Another client"),
        ({"iss": "https://evil.test"}, "[Ii]ssuer"),
        ({"exp": int(time.time()) - 3600}, "expired"),
        ({"exp": None}, "exp"),
        ({"sub": None}, "sub"),
        ({"nbf": int(time.time()) + 3600}, "not yet valid"),
    ],
)
async def test_an_id_token_that_is_not_for_this_sign_in(
    sign_in: SignIn, idp: IdentityProvider, claims: dict[str, Any], why: str
) -> None:
    idp.claims = claims
    with pytest.raises(BadToken, match=why):
        await through(sign_in, idp)


@pytest.mark.parametrize(
    ("came", "why"),
    [
        ({"state": "another"}, "begun in this browser"),
        ({"code": "stolen"}, "400 invalid_grant"),
        ({"iss": "https://evil.test"}, "Another provider"),
    ],
)
async def test_who_comes_back_otherwise(sign_in: SignIn, idp: IdentityProvider, came: dict[str, str], why: str) -> None:
    with pytest.raises(BadToken, match=why):
        await through(sign_in, idp, **came)


async def test_a_code_is_of_no_use_in_another_browser(sign_in: SignIn, idp: IdentityProvider) -> None:
    """PKCE: who catches the code has not the verifier."""
    url, begun = await sign_in.begin(BACK, "/")
    _, thiefs = await sign_in.begin(BACK, "/")
    came = idp.authorize(url)
    with pytest.raises(BadToken, match="invalid_grant"):
        await sign_in.finish(thiefs._replace(state=begun.state), came, BACK)


async def test_the_provider_says_no(sign_in: SignIn) -> None:
    _, begun = await sign_in.begin(BACK, "/")
    with pytest.raises(BadToken, match="access_denied"):
        await sign_in.finish(begun, {"state": begun.state, "error": "access_denied"}, BACK)


async def test_a_provider_that_names_itself_must(sign_in: SignIn, idp: IdentityProvider) -> None:
    idp.metadata = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(BadToken, match="Another provider"):
        await through(sign_in, idp)
    assert await through(sign_in, idp, iss=idp.issuer)


async def test_groups_may_stand_in_userinfo(sign_in: SignIn, idp: IdentityProvider) -> None:
    idp.claims = {"groups": None}
    idp.userinfo = {"sub": "u1", "groups": ["studio"], "preferred_username": "forged"}
    assert (await through(sign_in, idp)).name == "anna"
    idp.userinfo = {"sub": "another", "groups": ["studio"]}
    with pytest.raises(BadToken, match="another person"):
        await through(sign_in, idp)


async def test_who_is_in_no_group_of_ours_may_nothing(sign_in: SignIn, idp: IdentityProvider) -> None:
    idp.person["groups"] = ["sales"]
    with pytest.raises(NoRole, match="sales"):
        await through(sign_in, idp)
    with pytest.raises(NoRole, match="sales"):
        await opens(sign_in, idp.token())


async def test_an_access_token_opens(sign_in: SignIn, idp: IdentityProvider) -> None:
    assert await opens(sign_in, idp.token()) == Identity("anna", False, "editor", Scope(("autumn",)), "account/u1")
    assert await opens(sign_in, idp.token(kid=None)), "without a key id, the only key that can sign so"
    assert await opens(sign_in, idp.token(exp=int(time.time()) - 10)), "clocks may differ a little"


async def test_tokens_that_open_nothing(sign_in: SignIn, idp: IdentityProvider) -> None:
    mallory = rsa.generate_private_key(65537, 2048)
    forged = {
        "none": idp.unsigned(),
        "HMAC with the public key": idp.signed_with_the_public_key(),
        "another's key": idp.token(key=mallory),
        "a key that is not for signing so": idp.token("PS256"),
        "audience": idp.token(aud="another"),
        "the client's": idp.token(aud=CLIENT),
        "no audience": idp.token(aud=None),
        "issuer": idp.token(iss="https://evil.test"),
        "over": idp.token(exp=int(time.time()) - 3600),
        "for ever": idp.token(exp=None),
        "an ID token": idp.token(nonce="n"),
        "cut": idp.token()[:-6],
        "no token": "a.b.c",
        "of another key type": idp.token(kid="other"),
        "long": idp.token(more="x" * 30_000),
    }
    assert {why: await opens(sign_in, token) for why, token in forged.items()} == dict.fromkeys(forged)
    assert await sign_in.by_token(f"Basic {idp.token()}") is None
    assert await sign_in.by_token(None) is None


async def test_a_rotated_key_is_known_at_once_and_the_old_one_ends(
    sign_in: SignIn, idp: IdentityProvider, clock: Clock
) -> None:
    old = idp.token()
    assert await opens(sign_in, old)
    idp.rotate()
    clock.now += AGAIN_S
    assert await opens(sign_in, idp.token())
    assert await opens(sign_in, old) is None


async def test_a_withdrawn_key_ends_within_the_hour(sign_in: SignIn, idp: IdentityProvider, clock: Clock) -> None:
    old = idp.token()
    assert await opens(sign_in, old)
    idp.rotate()
    assert await opens(sign_in, old), "keys are kept"
    clock.now += KEPT_S
    assert await opens(sign_in, old) is None


async def test_who_sends_unknown_keys_does_not_make_us_ask_each_time(sign_in: SignIn, idp: IdentityProvider) -> None:
    assert await opens(sign_in, idp.token())
    for n in range(20):
        assert await opens(sign_in, idp.token(kid=f"x{n}")) is None
    assert idp.keys_asked == 1


async def test_without_its_keys_nothing_opens_and_known_ones_go_on(
    sign_in: SignIn, idp: IdentityProvider, clock: Clock
) -> None:
    idp.away = True
    with pytest.raises(Unavailable):
        await opens(sign_in, idp.token())
    idp.away = False
    assert await opens(sign_in, idp.token())
    idp.away = True
    clock.now += KEPT_S
    assert await opens(sign_in, idp.token())


async def test_another_issuer_than_was_set(sign_in: SignIn, idp: IdentityProvider) -> None:
    idp.metadata = {"issuer": "https://evil.test"}
    with pytest.raises(Unavailable, match=r"evil\.test"):
        await sign_in.begin(BACK, "/")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"oidc_issuer": "https://x.test"}, "OIDC_CLIENT_ID"),
        ({"oidc_issuer": "http://x.test", "oidc_client_id": "a", "oidc_roles": "r.yaml"}, "https://"),
    ],
)
def test_settings_that_do_not_hold(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        check(CatalogSettings(**settings))


async def test_none_is_set_or_one_with_its_roles(tmp_path: Path) -> None:
    async with signing_in(CatalogSettings()) as none:
        assert none is None
    roles = tmp_path / "roles.yaml"
    roles.write_text('groups: [{group: "*", role: viewer}]')
    async with signing_in(CatalogSettings(oidc_issuer="https://x.test", oidc_client_id="a", oidc_roles=roles)) as one:
        assert isinstance(one, SignIn)

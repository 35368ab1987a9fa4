"""Who may come in: the admin key, or a session that a one-time sign-in link or an identity provider has opened. Pure
but for the clock.

Sessions are signed, not stored: a changed admin key ends them all. Links live in memory: a restart voids those that
nobody has used yet.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from services.catalog.api.roles import Identity, Role
from services.catalog.scope import EVERYTHING, Scope

COOKIE = "packshot_session"
LINK_SECONDS = 15 * 60
MOST_LINKS = 1000


class Access:
    """Keys, sessions and sign-in links of one process. `clock` gives seconds since 1970."""

    def __init__(self, admin_key: str, *, session_hours: float = 12, clock: Callable[[], float] = time.time) -> None:
        self._key, self._clock = admin_key, clock
        self._signing = hashlib.sha256(b"packshot seal\0" + admin_key.encode()).digest()
        self.session_seconds = int(session_hours * 3600)
        self._links: dict[str, tuple[float, str, Role, Scope]] = {}

    def by_key(self, authorization: str | None) -> Identity | None:
        """From an `Authorization: Bearer` header; None if it opens nothing."""
        _, _, given = (authorization or "").partition(" ")
        if not is_bearer(authorization) or not self._key:
            return None
        return Identity("admin", False) if hmac.compare_digest(given.strip().encode(), self._key.encode()) else None

    def by_session(self, cookie: str | None) -> Identity | None:
        """From the session cookie; None if it is forged, over or of another key."""
        said = self.opened("session", cookie)
        if said is None:
            return None
        return Identity(said["name"], True, said["role"], Scope.of(said), said.get("id", ""))

    def session(self, name: str = "admin", role: Role = "admin", scope: Scope = EVERYTHING, id: str = "") -> str:
        """A new session, as the cookie's value. id: of the account, where there is one."""
        said = {"name": name, "role": role, **scope._asdict(), "id": id}
        return self.sealed("session", said, self.session_seconds)

    def sealed(self, purpose: str, said: Mapping[str, Any], seconds: int) -> str:
        """Something that a browser keeps for us and cannot change, good for one purpose and so long."""
        ends = int(self._clock()) + seconds
        text = _written(json.dumps([purpose, ends, said, secrets.token_urlsafe(12)]).encode())
        return f"{text}.{self._sign(text)}"

    def opened(self, purpose: str, sealed: str | None) -> dict[str, Any] | None:
        """What was sealed; None if it is forged, over, of another key or for another purpose."""
        text, _, signature = (sealed or "").rpartition(".")
        if not self._key or not hmac.compare_digest(self._sign(text).encode(), signature.encode()):
            return None
        meant, ends, said, _ = json.loads(_read(text))
        found: dict[str, Any] | None = said if meant == purpose and ends > self._clock() else None
        return found

    def link(self, name: str = "admin", role: Role = "admin", scope: Scope = EVERYTHING) -> str:
        """A token that signs somebody in once within 15 minutes."""
        now = self._clock()
        self._links = {kept: link for kept, link in self._links.items() if link[0] > now}
        while len(self._links) >= MOST_LINKS:
            del self._links[next(iter(self._links))]
        token = secrets.token_urlsafe(32)
        self._links[_hash(token)] = (now + LINK_SECONDS, name, role, scope)
        return token

    def use_link(self, token: str) -> str | None:
        """The session that it opens, the first time within its 15 minutes."""
        ends, name, role, scope = self._links.pop(_hash(token), (0.0, "", "channel", EVERYTHING))
        return self.session(name, role, scope) if ends > self._clock() else None

    def _sign(self, text: str) -> str:
        digest = hmac.new(self._signing, text.encode(), hashlib.sha256).digest()
        return _written(digest)


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read(text: str) -> str:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def is_bearer(authorization: str | None) -> bool:
    """Whether a program shows a key. `Basic` may be a proxy's own, which a browser sends with all that it asks."""
    return (authorization or "").partition(" ")[0].lower() == "bearer"


def bearer(authorization: str | None) -> str | None:
    """`Basic` with a key for a password as the `Bearer` header that it stands for; any other as it is."""
    kind, _, given = (authorization or "").partition(" ")
    if kind.lower() != "basic":
        return authorization
    try:
        _, _, password = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except ValueError:  # no base64, or no text
        return None
    return f"Bearer {password}"


def same_origin(headers: dict[str, str]) -> bool:
    """Whether a browser says that its request comes from our own page. Headers with lower-case names.

    Both headers are set by the browser and cannot be set by another page's script. A request with neither is refused.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin", "")
    return origin.partition("://")[2] == headers.get("host", "\0")

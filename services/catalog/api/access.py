"""Who may come in: the admin key, or a session that a one-time sign-in link has opened. Pure but for the clock.

Sessions are signed, not stored: a changed admin key ends them all. Links live in memory: a restart voids those that
nobody has used yet.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

COOKIE = "packshot_session"
LINK_SECONDS = 15 * 60
MOST_LINKS = 1000


class Identity(NamedTuple):
    """Who asks. `by_cookie`: a browser sends it by itself, so that unsafe requests must prove where they come from."""

    name: str
    by_cookie: bool


class Access:
    """Keys, sessions and sign-in links of one process. `clock` gives seconds since 1970."""

    def __init__(self, admin_key: str, *, session_hours: float = 12, clock: Callable[[], float] = time.time) -> None:
        self._key, self._clock = admin_key, clock
        self._signing = hashlib.sha256(b"packshot session\0" + admin_key.encode()).digest()
        self.session_seconds = int(session_hours * 3600)
        self._links: dict[str, float] = {}

    def by_key(self, authorization: str | None) -> Identity | None:
        """From an `Authorization: Bearer` header; None if it opens nothing."""
        kind, _, given = (authorization or "").partition(" ")
        if kind.lower() != "bearer" or not self._key:
            return None
        return Identity("admin", False) if hmac.compare_digest(given.strip().encode(), self._key.encode()) else None

    def by_session(self, cookie: str | None) -> Identity | None:
        """From the session cookie; None if it is forged, over or of another key."""
        text, _, signature = (cookie or "").rpartition(".")
        if not self._key or not hmac.compare_digest(self._sign(text).encode(), signature.encode()):
            return None
        ends = text.split(".")[0]
        return Identity("admin", True) if ends.isdigit() and int(ends) > self._clock() else None

    def session(self) -> str:
        """A new session, as the cookie's value."""
        text = f"{int(self._clock()) + self.session_seconds}.{secrets.token_urlsafe(12)}"
        return f"{text}.{self._sign(text)}"

    def link(self) -> str:
        """A token that signs in once within 15 minutes."""
        now = self._clock()
        self._links = {kept: ends for kept, ends in self._links.items() if ends > now}
        while len(self._links) >= MOST_LINKS:
            del self._links[next(iter(self._links))]
        token = secrets.token_urlsafe(32)
        self._links[_hash(token)] = now + LINK_SECONDS
        return token

    def use_link(self, token: str) -> bool:
        """True the first time within its 15 minutes."""
        return self._links.pop(_hash(token), 0.0) > self._clock()

    def _sign(self, text: str) -> str:
        digest = hmac.new(self._signing, text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def same_origin(headers: dict[str, str]) -> bool:
    """Whether a browser says that its request comes from our own page. Headers with lower-case names.

    Both headers are set by the browser and cannot be set by another page's script. A request with neither is refused.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin", "")
    return origin.partition("://")[2] == headers.get("host", "\0")

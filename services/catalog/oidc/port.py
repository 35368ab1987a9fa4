"""Signing in by an identity provider, as the rest of the catalogue knows it: nothing here loads what tokens need."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from services.catalog.api.roles import Identity

BEGUN_SECONDS = 10 * 60
"""So long somebody may take at the provider."""


class BadToken(Exception):
    """A token, or a way back, that opens nothing; the text says why."""


class NoRole(Exception):
    """Who has signed in there may nothing here; the text says why."""


class Begun(NamedTuple):
    """What the browser that began keeps, sealed, until it comes back. `to`: the page that it wanted."""

    state: str
    nonce: str
    verifier: str
    to: str


class ByProvider(Protocol):
    """One identity provider, and what its groups may here."""

    async def begin(self, redirect: str, to: str) -> tuple[str, Begun]:
        """(where to send the browser, what it keeps). Raises Unavailable."""

    async def finish(self, begun: Begun, came: Mapping[str, str], redirect: str) -> Identity:
        """Who came back with these parameters. Raises BadToken, NoRole, Unavailable."""

    async def by_token(self, authorization: str | None) -> Identity | None:
        """From an `Authorization: Bearer` header with an access token; None if it opens nothing.

        Raises NoRole, and Unavailable while the provider's keys are not to be had.
        """

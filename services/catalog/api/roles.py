"""Who may do what: a ladder of roles, and `channel` below it. Pure."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from schemas.curation import ANSWERS, APPROVAL, AVAILABLE_FROM, AVAILABLE_UNTIL, EDITION, FITS, HOLD, PURGE
from schemas.rights import ARCHIVED, CONSENT, LICENCE
from services.catalog.scope import EVERYTHING, Scope

Role = Literal["channel", "viewer", "editor", "approver", "manager", "admin"]
LADDER: tuple[Role, ...] = ("channel", "viewer", "editor", "approver", "manager", "admin")
"""Each may what those before it may."""
ABOUT: dict[Role, str] = {
    "channel": "products, their media and renditions",
    "viewer": "see everything, download originals",
    "editor": "tags, links, roles, crops, texts, collections, uploads, upload links, retry",
    "approver": "approve, reject; rights and their times; share links; what a new version is; that it fits a channel",
    "manager": "folder profiles, purge and hold, the order of a product's media, naming rules, fields of your own",
    "admin": "keys, sign-in links and webhooks",
}


APPROVING = (ANSWERS, APPROVAL, EDITION, FITS, AVAILABLE_FROM, AVAILABLE_UNTIL, LICENCE, CONSENT, ARCHIVED)
"""Beginnings of fields that say what may be shown."""


class Identity(NamedTuple):
    """Who asks. `by_cookie`: a browser sends it by itself, so that unsafe requests must prove where they come from."""

    name: str
    by_cookie: bool
    role: Role = "admin"
    scope: Scope = EVERYTHING
    """Only what lies in it."""
    id: str = ""
    """Of the key or account, for two may have one name; empty where the name is all that there is."""

    def is_meant(self, id: str, name: str) -> bool:
        """Whether this is the one who was noted so: by the id, where one was, for two may have one name."""
        return id == self.id if id else name == self.name

    def may(self, role: Role) -> bool:
        """Whether this is one who may what that role may."""
        return LADDER.index(self.role) >= LADDER.index(role)


def needed(fields: Iterable[str]) -> Role:
    """The least role that may decide all of these fields."""
    named = set(fields)
    if named & {PURGE, HOLD}:
        return "manager"
    return "approver" if any(name.startswith(APPROVING) for name in named) else "editor"

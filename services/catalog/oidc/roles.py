"""Which group of the identity provider may what here: a file that people write, and what it makes of a token's claims.

groups:                     # the first that somebody is in counts
  - {group: packshot-admins, role: admin}
  - {group: studio, role: editor, folders: [studio]}
  - {group: luma, role: viewer, brands: [Luma]}     # or collections, by id
  - {group: "*", role: viewer}     # everybody who can sign in there
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runtime.yaml_text import NotYaml, loaded
from services.catalog.api.roles import Identity, Role
from services.catalog.oidc.port import NoRole
from services.catalog.scope import Scope

EVERYBODY = "*"
LONGEST_NAME = 80


class BadRoles(ValueError):
    """The file does not hold; the text has file, place, cause and cure."""


class Rule(BaseModel):
    """What one group may."""

    model_config = ConfigDict(extra="forbid")
    group: str = Field(min_length=1)
    role: Role
    folders: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()


class Roles(BaseModel):
    """All rules, that which counts before others first."""

    model_config = ConfigDict(extra="forbid")
    groups: tuple[Rule, ...] = Field(min_length=1)

    def rule(self, groups: list[str]) -> Rule:
        """The one that counts for who is in these. Raises NoRole."""
        for rule in self.groups:
            if rule.group == EVERYBODY or rule.group in groups:
                return rule
        told = ", ".join(groups[:20]) or "none"
        raise NoRole(
            f"None of the groups of this account has a role here. It is in: {told}. An administrator may help."
        )


def load_roles(path: Path) -> Roles:
    """From the file. Raises BadRoles."""
    try:
        return Roles.model_validate(loaded(path.read_text()))
    except OSError as error:
        raise BadRoles(f"{path}: {error.strerror}. PACKSHOT_OIDC_ROLES names a file that can be read.") from error
    except NotYaml as error:
        raise BadRoles(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise BadRoles(f"{path}: {place}: {first['msg']}. docs/api.md has an example.") from error


def identity(claims: Mapping[str, Any], roles: Roles, *, groups: str, name: str, by_cookie: bool) -> Identity:
    """Who a verified token is about. `groups`, `name`: the claims that say so. Raises NoRole."""
    rule = roles.rule(groups_of(claims, groups) or [])
    called = claims.get(name)
    told = called if isinstance(called, str) and called.isprintable() and called.strip() else str(claims["sub"])
    scope = Scope(tuple(folder.strip("/") for folder in rule.folders), rule.brands, rule.collections)
    return Identity(told.strip()[:LONGEST_NAME], by_cookie, rule.role, scope, f"account/{claims['sub']}")


def groups_of(claims: Mapping[str, Any], claim: str) -> list[str] | None:
    """The names in that claim; None without it. Where no claim is called so, dots lead into objects."""
    value: Any = claims.get(claim)
    if value is None and "." in claim:
        value = claims
        for part in claim.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else None

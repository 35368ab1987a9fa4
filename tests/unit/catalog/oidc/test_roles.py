"""Which group may what."""

from pathlib import Path

import pytest

from services.catalog.oidc.port import NoRole
from services.catalog.oidc.roles import BadRoles, Roles, groups_of, identity, load_roles

ROLES = Roles.model_validate(
    {"groups": [{"group": "admins", "role": "admin"}, {"group": "studio", "role": "editor", "folders": ["/autumn/"]}]}
)


def test_the_first_rule_counts() -> None:
    def of(*groups: str) -> tuple[str, tuple[str, ...]]:
        claims = {"sub": "1", "groups": list(groups)}
        who = identity(claims, ROLES, groups="groups", name="name", by_cookie=True)
        return who.role, who.scope.folders

    assert of("studio", "admins") == ("admin", ())
    assert of("studio") == ("editor", ("autumn",))
    with pytest.raises(NoRole, match="It is in: sales"):
        of("sales")


def test_a_star_is_everybody() -> None:
    roles = Roles.model_validate({"groups": [{"group": "*", "role": "viewer"}]})
    assert identity({"sub": "1"}, roles, groups="groups", name="name", by_cookie=True).role == "viewer"


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Änna"}, "Änna"),
        ({}, "u1"),
        ({"name": " "}, "u1"),
        ({"name": "a\nb"}, "u1"),
        ({"name": 7}, "u1"),
        ({"name": "x" * 200}, "x" * 80),
    ],
)
def test_names_are_of_one_line_and_short(claims: dict[str, object], name: str) -> None:
    told = {"sub": "u1", "groups": ["admins"], **claims}
    assert identity(told, ROLES, groups="groups", name="name", by_cookie=True).name == name


@pytest.mark.parametrize(
    ("claims", "claim", "groups"),
    [
        ({"groups": ["a", 7, "b"]}, "groups", ["a", "b"]),
        ({"groups": "a"}, "groups", ["a"]),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", ["a"]),
        ({"https://x.test/groups": ["a"]}, "https://x.test/groups", ["a"]),
        ({"realm_access": 7}, "realm_access.roles", None),
        ({}, "groups", None),
    ],
)
def test_where_groups_are_told(claims: dict[str, object], claim: str, groups: list[str] | None) -> None:
    assert groups_of(claims, claim) == groups


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("groups: [", "line 1"),
        ("groups: []", "groups"),
        ("groups: [{group: a, role: king}]", "groups.0.role"),
        ("groups: [{group: a, role: admin, folder: b}]", "groups.0.folder"),
        ("", "the file"),
    ],
)
def test_a_file_that_does_not_hold_is_named(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "roles.yaml"
    path.write_text(text)
    with pytest.raises(BadRoles, match=f"roles.yaml: {fault}"):
        load_roles(path)
    with pytest.raises(BadRoles, match="PACKSHOT_OIDC_ROLES"):
        load_roles(tmp_path / "none.yaml")

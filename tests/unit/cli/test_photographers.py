"""Keys of the store for people: who is told what, and what is kept."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli import app
from cli.home import CHECKOUT
from cli.servers import identities, photographers
from cli.servers.identities import Keys
from cli.trouble import Trouble
from schemas.sent import FOLDER

KEYS = Keys(("PKOURS", "ours"), ("PKDELIVERY", "delivery"), ("PKSERVICES", "services"))


def test_a_key_is_made_listed_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PACKSHOT_HOME", str(tmp_path))
    assert app.main(["photographers", "add", "anna", "--folder", "/autumn/anna/", "--json"]) == 0
    pair = json.loads(capsys.readouterr().out)
    kept = tmp_path / "data" / "seaweed"
    [anna] = photographers.load(kept)
    assert (anna.folder, anna.access_key, anna.secret_key) == ("autumn/anna", pair["access_key"], pair["secret_key"])
    assert (kept / "photographers.json").stat().st_mode & 0o077 == 0 == (kept / "s3.json").stat().st_mode & 0o077
    told = json.loads((kept / "s3.json").read_text())
    assert [one["name"] for one in told["identities"]] == ["packshot", "delivery", "services", "anna"]
    assert app.main(["photographers", "add", "anna", "--folder", "elsewhere"]) == 1
    assert app.main(["photographers"]) == 0 and pair["secret_key"] not in capsys.readouterr().out
    assert app.main(["photographers", "remove", "anna"]) == 0
    assert photographers.load(kept) == []
    told = json.loads((kept / "s3.json").read_text())
    assert told["identities"][3]["credentials"][0]["secretKey"] != pair["secret_key"]
    assert [one["name"] for one in told["policies"]] == ["delivery", "services"]
    assert app.main(["photographers", "remove", "anna"]) == 1


@pytest.mark.parametrize("name", ["", "Anna", "a b", "packshot", "delivery", "services", "-a", "a" * 42])
def test_no_other_name(name: str) -> None:
    with pytest.raises(Trouble, match="cannot be a name"):
        photographers.fresh(name, "autumn")


@pytest.mark.parametrize("folder", ["", "/", "*", "a/*", "a?", "..", "a/../b", "a//b", "${aws:username}", "a\n"])
def test_no_folder_that_means_another(folder: str) -> None:
    with pytest.raises(Trouble, match="cannot be a folder"):
        photographers.fresh("anna", folder)


def test_files_may_be_put_and_nothing_else() -> None:
    told = identities.told(KEYS, [photographers.fresh("anna", "autumn/anna")])
    [*_, policy] = told["policies"]
    [statement] = json.loads(policy["content"])["Statement"]
    assert statement["Resource"] == ["arn:aws:s3:::inbox/autumn/anna/*"]
    assert {action.partition(":")[2] for action in statement["Action"]} == {
        "PutObject",
        "AbortMultipartUpload",
        "ListMultipartUploadParts",
    }
    assert told["identities"][3]["actions"] == [] and told["identities"][3]["policyNames"] == [policy["name"]]


def test_without_photographers_there_are_our_own() -> None:
    told = identities.told(KEYS, [])
    assert [one["name"] for one in told["identities"]] == ["packshot", "delivery", "services"]
    assert [one["actions"] for one in told["identities"]][1:] == [[], []]


def test_services_may_nothing_with_buckets() -> None:
    rights = _rights(identities.services_policy()["Statement"])
    read = (
        "ListBucket",
        "ListBucketVersions",
        "ListBucketMultipartUploads",
        "GetBucketVersioning",
        "GetBucketLocation",
    )
    assert {action for action, where in rights if "/" not in where} == {f"s3:{name}" for name in read}
    assert {where.partition("/")[0] for _, where in rights} == {"arn:aws:s3:::inbox", "arn:aws:s3:::library"}


def test_delivery_may_not_delete() -> None:
    statements = identities.delivery_policy()["Statement"]
    assert {action for one in statements for action in one["Action"]} == {
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListBucket",
    }
    assert {FOLDER.strip("/"), "sizes"} == set(identities.WRITTEN)


def test_the_docs_say_for_aws_what_we_tell_our_own_store() -> None:
    blocks = re.findall(r"```json\n(.*?)```", (CHECKOUT / "docs" / "operations.md").read_text(), re.S)
    policies = [json.loads(block)["Statement"] for block in blocks if "Statement" in block]
    for told in (identities.services_policy(), identities.delivery_policy(), photographers.policy("autumn/anna")):
        assert _rights(told["Statement"]) in [_rights(statements) for statements in policies]


def _rights(statements: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """(action, resource) of all of them."""
    return {
        (action, resource)
        for one in statements
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
        for resource in ([one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"])
    }

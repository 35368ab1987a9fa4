"""The bill of materials names everything that is pinned; nothing of it asks that we go under its terms."""

import json
import re
import urllib.error
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from cli.test import NOT_DONE
from deploy import flaws, licences, sbom

CHECKOUT = Path(__file__).resolve().parents[2]
PARTS = {one["purl"]: one for one in sbom.bill()["components"]}


def of(scope: str) -> list[sbom.Component]:
    return [one for one in PARTS.values() if one["scope"] == scope]


def test_the_same_lists_give_the_same_bytes() -> None:
    assert json.dumps(sbom.bill()) == json.dumps(sbom.bill())


def test_everything_pinned_is_named_with_its_hashes() -> None:
    for listed in sbom.LISTS:
        text = (CHECKOUT / "requirements" / f"{listed}.txt").read_text()
        named = re.findall(r"^(\S+?)==(\S+)", text, re.MULTILINE)
        assert named
        assert [one for one in named if f"pkg:pypi/{one[0]}@{one[1]}" not in PARTS] == []
    hashes = {p["value"] for one in PARTS.values() for p in one.get("properties", []) if p["name"].endswith("sha256")}
    assert set(re.findall(r"sha256:(\w+)", (CHECKOUT / "requirements" / "base.txt").read_text())) <= hashes
    lines = [line for line in (CHECKOUT / "requirements" / "3d-npm.txt").read_text().splitlines() if "sha512-" in line]
    npm = [one for one in PARTS.values() if "hashes" in one]
    assert len(npm) == len(lines) and all(len(one["hashes"][0]["content"]) == 128 for one in npm)
    assert any(purl.startswith("pkg:maven/org.apache.kafka/kafka_2.13@") for purl in PARTS)


def test_it_has_the_form_of_cyclonedx() -> None:
    bill = sbom.bill()
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    assert len(PARTS) == len(bill["components"]) and {one["scope"] for one in PARTS.values()} <= {
        "required",
        "optional",
        "excluded",
    }
    [dependency] = bill["dependencies"]
    assert dependency["ref"] == bill["metadata"]["component"]["bom-ref"] and set(dependency["dependsOn"]) == set(PARTS)


def test_the_licence_of_all_that_runs_is_known_and_leaves_us_ours() -> None:
    """What is not installed here (for another system) says nothing."""
    words = {one["name"]: licences.said(one["name"]) for one in of("required") if one["purl"].startswith("pkg:pypi/")}
    unsaid = {name for name, word in words.items() if word is None}
    assert unsaid <= {"colorama", "pywin32", "tzdata"}
    assert {name: word for name, word in words.items() if word and licences.shared_alike(word)} == {}


@pytest.mark.parametrize(
    "text", ["GPL-3.0-or-later", "AGPL-3.0-only", "GPLv2+", "GNU Affero General Public License v3", "SSPL-1.0",
             "MIT AND GPL-2.0-only", "GNU General Public License v3 (GPLv3)"]
)  # fmt: skip
def test_refused(text: str) -> None:
    assert licences.shared_alike(text)


@pytest.mark.parametrize(
    "text", ["MIT", "LGPL-3.0-or-later", "GPL-2.0-only OR MIT", "MPL-2.0 AND MIT", "Apache-2.0 OR BSD-3-Clause",
             "GNU Lesser General Public License v3 or later (LGPLv3+)"]
)  # fmt: skip
def test_taken(text: str) -> None:
    assert not licences.shared_alike(text)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (("MIT", "whatever", []), "MIT"),
        ((None, "Apache 2.0", ["Apache Software License"]), "Apache 2.0"),
        ((None, "Copyright (c) 2017\nAll rights", ["BSD License"]), "BSD License"),
        ((None, "UNKNOWN", ["OSI Approved", "MIT License"]), "MIT License"),
        ((None, None, []), None),
    ],
)
def test_which_word_of_metadata_counts(told: Any, meant: str | None) -> None:
    assert licences.chosen(*told) == meant


def test_a_known_flaw_of_what_runs_fails(capsys: pytest.CaptureFixture[str]) -> None:
    def by(question: dict[str, Any]) -> dict[str, Any]:
        asked = [one["package"]["purl"] for one in question["queries"]]
        return {
            "results": [{"vulns": [{"id": "X-1"}]} if purl.startswith("pkg:pypi/aiohttp@") else {} for purl in asked]
        }

    assert flaws.main(by) == 1
    assert re.search(r"pkg:pypi/aiohttp@\S+: X-1\n", capsys.readouterr().out)


def test_one_of_what_only_tests_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    def by(question: dict[str, Any]) -> dict[str, Any]:
        asked = [one["package"]["purl"] for one in question["queries"]]
        return {
            "results": [{"vulns": [{"id": "X-2"}]} if purl.startswith("pkg:pypi/pytest@") else {} for purl in asked]
        }

    assert flaws.main(by) == 0
    assert "X-2 (not in what runs)" in capsys.readouterr().out


def test_without_a_way_out_it_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def by(_: dict[str, Any]) -> dict[str, Any]:
        raise urllib.error.URLError("no way")

    assert flaws.main(by) == NOT_DONE
    assert "were not looked up" in capsys.readouterr().out
    monkeypatch.setenv("PACKSHOT_FLAWS", "required")
    assert flaws.main(by) == 1


@pytest.mark.parametrize(("status", "ends"), [(400, 1), (404, 1), (429, NOT_DONE), (503, NOT_DONE)])
def test_a_question_that_is_refused_is_no_outage(status: int, ends: int) -> None:
    def by(_: dict[str, Any]) -> dict[str, Any]:
        raise urllib.error.HTTPError(flaws.WHERE, status, "no", Message(), None)

    assert flaws.main(by) == ends

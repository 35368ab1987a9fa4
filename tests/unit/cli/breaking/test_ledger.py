"""What chaos has heard: a file is finished once a version, however often that is said."""

import json
from types import SimpleNamespace
from typing import Any

from cli.breaking.ledger import Ledger
from schemas.topics import ASSET_METADATA


def said(facet: str, revision: int, at_s: float, **data: Any) -> Any:
    body = {"data": {"facet": facet, "asset_id": "a", "version": 1, "revision": revision, "data": data}}
    return SimpleNamespace(
        key=f"a/{facet}".encode(), value=json.dumps(body).encode(), timestamp=int(at_s * 1000), headers=[]
    )


def heard(*records: Any) -> Ledger:
    ledger = Ledger("nowhere:1", "chaos/")
    for record in records:
        ledger._take(ASSET_METADATA.name, record)
    return ledger


def test_a_head_said_again_is_no_second_finish() -> None:
    ledger = heard(
        said("head", 1, 10, state="ready", newest=1),
        said("head", 2, 20, state="complete", newest=1),
        said("head", 2, 90, state="complete", newest=1),
        said("head", 3, 95, state="complete", newest=1),
    )
    assert ledger.done_at == {"a": {1: 20.0}}


def test_each_version_is_a_finish() -> None:
    ledger = heard(
        said("head", 1, 10, state="complete", newest=1),
        said("head", 2, 20, state="ready", newest=2),
        said("head", 3, 30, state="refused", newest=2),
    )
    assert ledger.done_at == {"a": {1: 10.0, 2: 30.0}}


def test_a_revision_with_two_contents_and_a_version_that_falls_are_told() -> None:
    ledger = heard(
        said("head", 3, 10, state="ready", newest=2),
        said("head", 3, 11, state="ready", newest=2),
        said("head", 3, 12, state="complete", newest=2),
        said("head", 4, 13, state="complete", newest=1),
    )
    start = f"{ASSET_METADATA.name} a/head: "
    assert ledger.back == [f"{start}revision 3 was said with two contents", f"{start}newest fell from 2 to 1"]


def test_a_revision_that_falls_is_told() -> None:
    ledger = heard(said("head", 3, 10, state="ready", newest=1), said("head", 2, 11, state="ready", newest=1))
    assert ledger.back == [f"{ASSET_METADATA.name} a/head: revision 2 came after 3"]

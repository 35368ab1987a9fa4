"""What a follower makes of facets, and what of a service's metrics counts as lag."""

from typing import Any

from bench.load.follow import Follower
from bench.load.processes import behind
from schemas.rendition import FIRST


def facet(name: str, version: int = 1, status: str = "done", **more: Any) -> dict[str, Any]:
    data = {"key": "a/b.jpg", "sha256": f"s{version}"} if name == "file" else {}
    return {"asset_id": "1", "version": version, "facet": name, "status": status, "data": data, **more}


def test_a_file_goes_from_absent_to_complete() -> None:
    follower, name = Follower(), ("a/b.jpg", "s1")
    assert follower.states([name]) == {"absent": 1}
    for at, one in enumerate((FIRST, "file", "renditions", "tags", "links")):
        follower.take(facet(one, owes=["tags.later"] if one == "tags" else []), float(at))
    assert follower.states([name]) == {"ready": 1}
    follower.take(facet("tags.later"), 9.0)
    follower.take(facet(FIRST), 10.0)
    version = follower.version(*name)
    assert version and version.state == "complete"
    assert version.thumbnail_at == 0.0, "when it was said first"


def test_versions_of_a_name_are_apart_and_heads_are_none() -> None:
    follower = Follower()
    for one in (facet("file"), facet("file", 2, "refused"), {**facet("head", 0), "asset_id": "1"}):
        follower.take(one, 1.0)
    assert follower.states([("a/b.jpg", "s1"), ("a/b.jpg", "s2")]) == {"working": 1, "refused": 1}


def test_lag_is_summed_over_partitions() -> None:
    name = "packshot_consumer_lag"
    lines = [
        f"# HELP {name} …",
        f'{name}{{group="render",partition="0",topic="asset.ingested"}} 3.0',
        f'{name}{{group="render",partition="11",topic="asset.ingested"}} 4.0',
        f'{name}{{group="render",partition="0",topic="asset.rerun"}} 1.0',
        "packshot_in_flight 9.0",
    ]
    assert behind(lines) == {"render asset.ingested": 7, "render asset.rerun": 1}

"""What counts as an asset of what was dropped: side-cars, lists and companions speak of others."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.feed import Put
from cli.watch import Watch
from schemas.envelope import event_of
from schemas.facet import Facet
from schemas.topics import ASSET_METADATA

NOW = datetime(2026, 11, 23, tzinfo=UTC)
IDS = {"picture": "0" * 36, "list": "1" * 36}


def sha(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def put(key: str) -> Put:
    return Put(key, Path(key), sha(key), 1, 0.0, 1.0)


def file(
    watch: Watch,
    key: str,
    asset: str = "picture",
    *,
    status: str = "done",
    version: int = 1,
    revision: int = 1,
    **data: Any,
) -> None:
    """A `file` facet as it comes from the topic."""
    said = {"asset_id": IDS[asset], "version": version, "facet": "file", "revision": revision, "status": status}
    facet = Facet.model_validate(
        said | {"written": NOW, "data": {"bucket": "in", "key": key, "sha256": sha(key), **data}}
    )
    watch._take(ASSET_METADATA.name, event_of("test", "t", facet.key, facet, id="1", traceparent=None), 1.0)


def test_side_cars_and_good_lists_are_waited_for_by_nobody() -> None:
    watch = Watch("kafka", "in")
    for key in ("a.xmp", "list.csv"):
        assert watch.state(put(key)) == "complete"
        assert not watch.is_asset(put(key))
    assert watch.state(put("a.jpg")) == "waiting"
    assert watch.is_asset(put("a.jpg"))


def test_a_bad_list_is_seen() -> None:
    watch = Watch("kafka", "in")
    file(watch, "list.csv", "list", status="refused", media_type="text/csv")
    assert watch.state(put("list.csv")) == "refused"
    assert watch.is_asset(put("list.csv"))


def test_a_companion_is_as_its_master_and_counts_once() -> None:
    watch = Watch("kafka", "in")
    file(watch, "a.jpg")
    assert watch.is_asset(put("a.jpg"))
    file(watch, "a.tif", version=2, status="refused", companions=[{"key": "a.jpg", "sha256": sha("a.jpg")}])
    assert [watch.state(put(key)) for key in ("a.tif", "a.jpg")] == ["refused", "refused"]
    assert [watch.is_asset(put(key)) for key in ("a.tif", "a.jpg")] == [True, False]


def test_what_ingest_could_not_read_is_known_by_its_size_and_its_time() -> None:
    """Our own error, or a file that is too large: there is no hash of it, and it is not waited for."""
    for status in ("failed", "refused"):
        watch = Watch("kafka", "in")
        file(watch, "a.jpg", status=status, sha256=None, bytes=1)
        assert watch.state(put("a.jpg")) == status
        assert watch.state(replace(put("a.jpg"), size=2)) == "waiting", "other bytes"
        assert watch.state(replace(put("a.jpg"), began=5.0)) == "waiting", "that was said before this one was dropped"
    file(watch, "a.jpg", revision=2)
    assert watch.state(put("a.jpg")) == "working"

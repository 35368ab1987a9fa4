"""What the summary says of a refused file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.feed import Put
from cli.summary import SHOWN, _evidence, _reason, percentile, table
from cli.watch import Seen
from schemas.facet import Facet


def refused(name: str, cause: str) -> Facet:
    return Facet(
        asset_id="018f2c5e-7b1a-7c3d-9e2f-0123456789ab",
        version=1,
        facet=name,
        revision=1,
        status="refused",
        cause=cause,
        cure="Send it again.",
        written=datetime.now(UTC),
    )


def test_the_cause_is_the_pages_whoever_was_quicker() -> None:
    tags, made = refused("tags", "Tags said no."), refused("renditions", "The file is cut off.")
    assert _reason(Seen({"tags": tags, "renditions": made})) == "The file is cut off. Send it again."
    assert _reason(Seen({"renditions": made, "tags": tags})) == "The file is cut off. Send it again."


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert percentile([], 0.5) is None
    assert percentile([0.002, 0.001], 0.5) == 1
    hundred = [number / 1000 for number in range(1, 101)]
    assert (percentile(hundred, 0.5), percentile(hundred, 0.95)) == (50, 95)


def whole(**more: Any) -> dict[str, Any]:
    none = {"p50": None, "p95": None}
    return {
        "assets": {"total": 3, "ready": 1, "refused": 2, "waiting": 0, "failed": 0},
        "renditions": 12, "tags": {"assets_with_label": 1, "assets_with_colour": 1}, "links": [], "refused": [],
        "latency_ms": {"thumbnail": none, "ready": none}, "cpu_seconds": {}, "seconds": 1.0, "url": "",
        "bytes": {"in": 1, "out": 2}, "versions": 3, "later": 0, "unfinished": 0, "empty": [], "evidence": {}, **more,
    }  # fmt: skip


def test_the_table_says_how_many_it_leaves_out() -> None:
    text = table(whole(refused=[{"file": f"{n}.jpg", "reason": "Cut off."} for n in range(SHOWN + 3)]))
    assert "1 ready, 2 refused; 3 versions" in text
    assert f"{SHOWN - 1}.jpg: Cut off." in text
    assert f"{SHOWN}.jpg" not in text
    assert "and 3 files more" in text


def test_links_are_counted_by_their_evidence() -> None:
    seen = Seen({"links": links([["name"], ["name", "folder"], ["name"]])})
    put = Put("shoot/a.jpg", Path("a.jpg"), "", 1, 0.0, 0.0)
    shown = [{"file": "a.jpg", "sku": sku} for sku in ("SKU-0", "SKU-1")]
    assert _evidence([(put, seen)], shown, "shoot") == {"name": 2, "folder": 1}
    assert "name 2, folder 1" in table(whole(evidence={"name": 2, "folder": 1}))


def links(kinds: list[list[str]]) -> Facet:
    found = [
        {"sku": f"SKU-{n}", "evidence": [{"kind": kind, "detail": ""} for kind in of_one]}
        for n, of_one in enumerate(kinds)
    ]
    return refused("links", "").model_copy(update={"status": "done", "data": {"links": found}})

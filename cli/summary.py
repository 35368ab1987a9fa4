"""What the demo says at the end: one object for scripts (docs/cli.md), one table for people."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from cli.feed import Put
from cli.say import counted
from cli.watch import FIRST, Seen, Watch
from runtime.states import GATES

READY = ("ready", "complete")
SHOWN = 20
"""Refused files that the table names."""


def percentile(values: Sequence[float], share: float) -> float | None:
    """Nearest-rank percentile in milliseconds; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)] * 1000, 1)


def summarise(
    puts: list[Put], watch: Watch, under: str, cpu: dict[str, float], seconds: float, url: str
) -> dict[str, Any]:
    """The JSON object of `packshot demo --json`. `file` is the name as it lay in the folder."""
    states, links = Counter(watch.state(put) for put in puts), _links(puts, watch, under)
    seen = [(put, found) for put in puts if (found := watch.seen(put))]
    made = [f.data.get("renditions", []) for _, s in seen for name, f in s.facets.items() if _has_renditions(name)]
    tags = [f.data for _, s in seen if (f := s.facets.get("tags"))]
    thumbs = [t for put, s in seen if (t := s.since(FIRST, put.began)) is not None]
    readies = [t for put, s in seen if s.state in READY and (t := s.ready_after(put.began)) is not None]
    return {
        "assets": {
            "total": len(puts),
            "ready": sum(states[name] for name in READY),
            "refused": states["refused"],
            "waiting": states["waiting"] + states["working"],
            "failed": states["failed"],
        },
        "renditions": sum(map(len, made)),
        "tags": {
            "assets_with_label": sum(1 for data in tags if data.get("labels")),
            "assets_with_colour": sum(1 for data in tags if data.get("colours")),
        },
        "links": links,
        "refused": [{"file": _name(put.key, under), "reason": _reason(s)} for put, s in seen if s.state == "refused"],
        "latency_ms": {
            "thumbnail": {"p50": percentile(thumbs, 0.5), "p95": percentile(thumbs, 0.95)},
            "ready": {"p50": percentile(readies, 0.5), "p95": percentile(readies, 0.95)},
        },
        "cpu_seconds": {name: round(value, 2) for name, value in cpu.items()},
        "seconds": round(seconds, 2),
        "url": url,
        "bytes": {"in": sum(put.size for put in puts), "out": sum(r["bytes"] for rs in made for r in rs)},
        "versions": len(seen),
        "evidence": _evidence(seen, links, under),
        "empty": [_name(put.key, under) for put in puts if put.size == 0 and watch.state(put) == "waiting"],
        "later": states["ready"],
        "unfinished": states["working"],
        "unfinished_files": [_name(put.key, under) for put in puts if watch.state(put) == "working"],
    }


def _has_renditions(facet: str) -> bool:
    """Of every wave; the first files are among those of `renditions`."""
    return facet == "renditions" or (facet.startswith("renditions.") and facet != FIRST)


def _name(key: str, under: str) -> str:
    return key.removeprefix(f"{under}/")


def _reason(seen: Seen) -> str:
    """The cause that the page shows: of the first gate that would not take it, not of whoever said so first."""
    facet = next(seen.facets[name] for name in GATES if name in seen.facets and seen.facets[name].status == "refused")
    return f"{facet.cause or ''} {facet.cure or ''}".strip()


def _links(puts: list[Put], watch: Watch, under: str) -> list[dict[str, Any]]:
    """What each SKU was given, as it goes back to the PIM: from `product.media`."""
    ours = {put.key for put in puts}
    found = []
    for sku, media in sorted(watch.media.items()):
        for item in media.items:
            key = watch.key_of.get(item.asset_id, "")
            if key in ours:
                found.append({"file": _name(key, under), "sku": sku, "role": item.role, "confidence": item.confidence})
    return found


def _evidence(seen: Sequence[tuple[Put, Seen]], links: Sequence[dict[str, Any]], under: str) -> dict[str, int]:
    """Kind of evidence → how many of these links it speaks for, most first."""
    shown = {(link["file"], link["sku"]) for link in links}
    kinds: Counter[str] = Counter()
    for put, one in seen:
        found = one.facets["links"].data.get("links", []) if "links" in one.facets else []
        for link in found:
            if (_name(put.key, under), link["sku"]) in shown:
                kinds.update({reason["kind"] for reason in link.get("evidence", [])})
    return dict(kinds.most_common())


def table(summary: dict[str, Any]) -> str:
    """For people."""
    assets, latency, refused = summary["assets"], summary["latency_ms"], summary["refused"]
    mb = {name: f"{value / 1e6:.1f} MB" for name, value in summary["bytes"].items()}
    skus = len({link["sku"] for link in summary["links"]})
    files = len({link["file"] for link in summary["links"]})
    rows = [
        (
            "assets",
            ", ".join(f"{count} {name}" for name, count in assets.items() if count or name in ("total", "ready"))
            + f"; {counted(summary['versions'], 'version')}",
        ),
        ("renditions", f"{summary['renditions']}  ({mb['in']} in, {mb['out']} out)"),
        (
            "tags",
            f"{summary['tags']['assets_with_label']} with labels, {summary['tags']['assets_with_colour']} with colours",
        ),
        ("links", f"{len(summary['links'])} between {counted(files, 'picture')} and {counted(skus, 'SKU')}"),
        ("evidence", ", ".join(f"{kind} {count}" for kind, count in summary["evidence"].items()) or "none"),
        ("PUT → thumbnail", _times(latency["thumbnail"])),
        ("PUT → ready", _times(latency["ready"])),
        ("CPU seconds", ", ".join(f"{name} {value:.1f}" for name, value in summary["cpu_seconds"].items())),
        ("time", f"{summary['seconds']:.1f} s"),
    ]
    lines = [f"  {name:<16} {text}" for name, text in rows]
    lines += [f"  refused          {entry['file']}: {entry['reason']}" for entry in refused[:SHOWN]]
    if (more := len(refused) - SHOWN) > 0:
        lines.append(f"  refused          and {counted(more, 'file')} more: the page lists them under Activity")
    return "\n".join(lines) + "\n"


def _times(pair: dict[str, float | None]) -> str:
    if pair["p50"] is None:
        return "nothing new to measure"
    return f"p50 {pair['p50']:.0f} ms, p95 {pair['p95']:.0f} ms"

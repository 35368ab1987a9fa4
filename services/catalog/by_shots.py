"""What is known of a film by its shots, out of two facets: where they are, and what their key frames show. Pure."""

from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]


def facts(found: Data, rung: Data, tags: Data) -> dict[str, Any]:
    """Facts of a film, with what its shots add. found: render's; rung: data of `renditions.video.shots`; tags: of
    `tags.shots`.
    """
    told = rung.get("by_shots")
    if not told:
        return dict(found)
    seen = {(one["start"], one["end"]): one for one in tags.get("shots", [])}
    shots = [{**one, **seen.get((one["start"], one["end"]), {})} for one in told["shots"]]
    rest = {name: told[name] for name in ("black", "frozen", "silent") if told.get(name) is not None}
    return {**found, **rest, "shots": shots, **tags.get("composition", {})}

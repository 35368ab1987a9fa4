"""What the tagger's waves say of one picture, put together: `tags`, `tags.later`, and `tags.shots` of a film. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Data = Mapping[str, Any]
"""A facet's data; empty where it is not there."""


def composed(tags: Data, later: Data) -> dict[str, Any]:
    """The composition: what the second wave says, which had the product cut out, stands above the first one's."""
    return {**(tags.get("composition") or {}), **(later.get("composition") or {})}


def background(tags: Data, later: Data) -> str:
    """What lies behind the product, or empty. Of older records it is white, plain, scene or transparent."""
    return str(composed(tags, later).get("background") or tags.get("background") or "")


def colours(tags: Data, later: Data) -> list[dict[str, Any]]:
    """Colours of the product alone, where it was cut out; else those that the first wave saw."""
    return list(later.get("colours") or tags.get("colours") or [])


def surest(labels: Iterable[dict[str, Any]], *, after: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """Each word once, from the picture that shows it best. Those of `after` stand first, as they are."""
    best: dict[str, dict[str, Any]] = {}
    for label in (*after, *sorted(labels, key=lambda one: (-one.get("confidence", 0), one["label"]))):
        best.setdefault(label["label"], label)
    return list(best.values())


def labelled(tags: Data, shots: Data) -> list[dict[str, Any]]:
    """Labels of a film: the poster's, then those that only other shots show. shots: data of `tags.shots`."""
    return surest(shots.get("labels", []), after=tags.get("labels", []))


def with_people(composition: Data, others: Iterable[Data]) -> dict[str, Any]:
    """A composition with `people` and `faces` of it and others: a cover's and its views'."""
    rest = {name: value for name, value in composition.items() if name not in ("people", "faces")}
    return rest | people([composition, *others])


def people(compositions: Iterable[Data]) -> dict[str, Any]:
    """`people` and `faces` of several pictures of one thing: whether anybody is seen in any, most faces in one.

    Where somebody is seen in none, but of one it is not known, it is not known of them all.
    """
    seen = list(compositions)
    flags = [one.get("people") for one in seen]
    found: dict[str, Any] = {} if None in flags and True not in flags else {"people": True in flags}
    counts = [one["faces"] for one in seen if one.get("faces") is not None]
    return found | ({"faces": max(counts)} if counts else {})

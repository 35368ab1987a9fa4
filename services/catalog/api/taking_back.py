"""A batch as it is remembered, and what takes it back. Pure.

Only what is still as the batch left it is taken back: what somebody decided since stays.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from schemas.curation import APPROVAL
from schemas.decision import Decision


class Back(NamedTuple):
    """What takes one entity's part back: fields to set and to clear, and what they must be until then."""

    entity: str
    set: dict[str, Any]
    clear: list[str]
    expects: dict[str, Any]


class Kept(NamedTuple):
    """A field that stays, what it is by now (None: nothing), and why."""

    entity: str
    field: str
    now: Any
    cause: str


ANEW, LIVE = "It was decided anew since.", "The version is live by now. Restore the one before it."
FIRST = "The version is live by now, and it is the first. Archive the picture, or set an embargo."
"""Of an approval: there is no version to go back to."""


def remember(said: Iterable[Decision], before: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Fields of the fact: what is decided alike stands once."""
    groups: list[dict[str, Any]] = []
    kept: dict[str, dict[str, Any]] = {}
    for one in said:
        alike = next((group for group in groups if (group["set"], group["clear"]) == (one.set, one.clear)), None)
        if alike is None:
            groups.append(alike := {"set": one.set, "clear": one.clear, "of": []})
        alike["of"].append(one.entity)
        had = before.get(one.entity, {})
        if old := {name: had[name] for name in (*one.set, *one.clear) if name in had}:
            kept[one.entity] = old
    return {"decided": groups, "before": kept}


def entities(batch: Mapping[str, Any]) -> list[str]:
    """All that it was about."""
    return [entity for group in batch["decided"] for entity in group["of"]]


def fields(batch: Mapping[str, Any]) -> set[str]:
    """All that it decided."""
    return {name for group in batch["decided"] for name in (*group["set"], *group["clear"])}


def back(
    batch: Mapping[str, Any], now: Mapping[str, Mapping[str, Any]], live: Collection[tuple[str, str]] = ()
) -> tuple[list[Back], list[Kept]]:
    """What takes it back, and what stays. now: entity → field → value; live: entities and their fields that approved
    what shops see by now.
    """
    made: list[Back] = []
    kept: list[Kept] = []
    for group in batch["decided"]:
        for entity in group["of"]:
            one = Back(entity, {}, [], {})
            for name in dict.fromkeys((*group["clear"], *group["set"])):
                wanted, old = group["set"].get(name), batch["before"].get(entity, {}).get(name)
                is_now = now.get(entity, {}).get(name)
                if is_now != wanted or (entity, name) in live:
                    kept.append(Kept(entity, name, is_now, ANEW if is_now != wanted else _live(name)))
                elif old != wanted:
                    one.expects[name] = wanted
                    _put(one, name, old)
            if one.expects:
                made.append(one)
    return made, kept


def _live(field: str) -> str:
    return FIRST if field == f"{APPROVAL}1" else LIVE


def _put(one: Back, name: str, old: Any) -> None:
    if old is None:
        one.clear.append(name)
    else:
        one.set[name] = old

"""A batch as it is remembered, and what takes it back. Pure.

Only what is still as the batch left it is taken back: what somebody decided since stays.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from schemas.curation import APPROVAL
from schemas.decision import Decision
from schemas.topics import MAX_RECORD_BYTES


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
PART_BYTES, MOST_BYTES = MAX_RECORD_BYTES // 4, MAX_RECORD_BYTES // 2
"""Of a fact's fields: when the next is begun, and what the curator keeps at most."""
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


def in_parts(
    said: Sequence[Decision], before: Mapping[str, Mapping[str, Any]], room: int = PART_BYTES
) -> list[dict[str, Any]]:
    """Fields of as many facts as it takes. Where that is more than one, the first says how many: `parts`.

    Raises ValueError where what is decided of one entity alone is too much for a fact.
    """
    parts: list[list[Decision]] = []
    left, last = 0, None
    for one in said:
        had = before.get(one.entity, {})
        own = [one.entity, *((name, had[name]) for name in (*one.set, *one.clear) if name in had)]
        what = [one.set, one.clear]
        cost = _bytes(own) + len(one.entity) + (_bytes(what) if what != last else 0)
        if not parts or cost > left:
            parts.append([])
            left, cost = room, _bytes(own) + len(one.entity) + _bytes(what)
        parts[-1].append(one)
        left, last = left - cost, what
    made = [remember(part, before) for part in parts]
    if any(_bytes(one) > MOST_BYTES for one in made):
        raise ValueError(f"what is decided of one alone is more than {MOST_BYTES // 1024} kB")
    if len(made) > 1:
        made[0]["parts"] = len(made)
    return made


def joined(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The batch again, from all its parts."""
    before: dict[str, Any] = {}
    for one in parts:
        before |= one["before"]
    return {"decided": [group for one in parts for group in one["decided"]], "before": before}


def _bytes(told: object) -> int:
    return len(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


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

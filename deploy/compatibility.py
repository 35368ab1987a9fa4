"""FULL_TRANSITIVE: readers of any release read records of any other. Finds what breaks that between two schemas.

Allowed: new optional fields, new values where the reader ignores those it does not know (free text), words of
descriptions and examples. Not allowed: new or lost required fields, other types, narrower or wider patterns, bounds and
value lists; and an optional field that is removed, because old records still carry it and its name might come back.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_WORDS = {"description", "title", "examples", "$id", "$schema", "default", "properties", "required", "$defs"}


def breaks(old: Schema, new: Schema) -> list[str]:
    """What an old reader or an old record would trip over; empty when compatible."""
    return list(_object(old, new, old, new, "", frozenset()))


def _resolve(schema: Schema, root: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return found


def _object(
    old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str, seen: frozenset[str]
) -> Iterator[str]:
    """Compare two schemas of any kind; `seen` ends recursion through $ref."""
    if (name := old.get("$ref", "")) and name in seen:
        return
    seen |= {name} if name else set()
    old, new, here = _resolve(old, old_root), _resolve(new, new_root), at or "the record"
    was, now = set(old.get("required", [])), set(new.get("required", []))
    yield from (f"{here}: `{field}` is required now" for field in sorted(now - was))
    yield from (f"{here}: `{field}` is no longer required: old readers need it" for field in sorted(was - now))
    properties = new.get("properties", {})
    for field, before in old.get("properties", {}).items():
        path = f"{at}.{field}".lstrip(".")
        if field not in properties:
            yield f"{path}: was removed"
            continue
        yield from _object(before, properties[field], old_root, new_root, path, seen)
    yield from _rules(old, new, old_root, new_root, here, seen)


def _rules(
    old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str, seen: frozenset[str]
) -> Iterator[str]:
    for rule in sorted((old.keys() | new.keys()) - _WORDS - {"$ref"}):
        before, after = old.get(rule), new.get(rule)
        if rule in ("items", "additionalProperties") and isinstance(before, dict) and isinstance(after, dict):
            yield from _object(before, after, old_root, new_root, f"{at}[]", seen)
        elif rule in ("anyOf", "oneOf", "allOf", "prefixItems") and _as_long(before, after):
            for one, other in zip(before or [], after or [], strict=True):
                yield from _object(one, other, old_root, new_root, at, seen)
        elif before != after:
            yield f"{at}: {rule} was {before!r}, is {after!r}"


def _as_long(before: list[Schema] | None, after: list[Schema] | None) -> bool:
    return before is not None and after is not None and len(before) == len(after)

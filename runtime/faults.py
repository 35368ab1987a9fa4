"""What pydantic finds wrong with people's settings, in plain words: a sentence on what is wrong, one with the cure."""

import json
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

LONGEST = 40
"""Characters of a value that are shown."""


def plain(error: ValidationError, model: type[BaseModel], more: Collection[str] = ()) -> Iterator[str]:
    """One line a fault. more: names of fields that are the file's and not the model's."""
    fields: dict[str, Any] = model.model_json_schema()["properties"]
    found = error.errors(include_url=False)
    inner = {one["loc"][:depth] for one in found for depth in range(1, len(one["loc"]))}
    for one in found:
        if one["loc"] in inner:  # a list is at fault only by what is in it, which is told
            continue
        where = [str(part) for part in one["loc"]] or ["it"]
        if one["type"] == "json_invalid":
            yield f"it is no JSON ({one['ctx']['error']}): mend it there."
        elif one["type"] == "value_error":  # our own validators speak for themselves
            yield str(one["ctx"]["error"])
        elif one["type"] == "extra_forbidden":
            yield unknown(".".join(where), [*fields, *more] if len(where) == 1 else ())
        else:
            cure = allowed(fields.get(where[0], {})) if len(where) == 1 else ""
            missing = one["type"] == "missing"
            fault = "is missing" if missing else f"is {shown(one['input'])}"
            said = "Add it" if missing else one["msg"].replace("Input", "It", 1)
            yield f"{'.'.join(where)} {fault}. {f'Give {cure}' if cure else said}."


def unknown(name: str, known: Collection[str]) -> str:
    """Of a field that nobody knows: the nearest that there is, or all. known: none where they are not at hand."""
    near = get_close_matches(name, known, n=1)
    others = f"There are: {', '.join(known)}." if known else "Remove it."
    cure = f"Did you mean {near[0]}?" if near else others
    return f"there is no field {name[:LONGEST]}. {cure}"


def shown(value: object) -> str:
    """As it would stand in the file."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def allowed(schema: dict[str, Any]) -> str:
    """What a field takes, by its JSON schema; nothing for what is no plain value."""
    schema = next((one for one in schema.get("anyOf", []) if one.get("type") != "null"), schema)
    if words := schema.get("enum"):
        return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    if "description" in schema:
        return str(schema["description"])
    kind = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}.get(schema.get("type", ""))
    if kind and "exclusiveMinimum" in schema:
        return f"{kind} above {schema['exclusiveMinimum']}"
    if kind is None or "minimum" not in schema:
        return kind or ""
    end = f"to {schema['maximum']}" if "maximum" in schema else "upwards"
    step = f", a multiple of {schema['multipleOf']}" if "multipleOf" in schema else ""
    return f"{kind} from {schema['minimum']} {end}{step}"

"""JSON Schemas of the API → Python types: a TypedDict a schema, as text. Pure."""

import json
import keyword
from collections.abc import Mapping
from typing import Any

PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
Schema = Mapping[str, Any]


def name_of(ref: str) -> str:
    """The class of a `$ref`; FastAPI tells what goes in and what comes out apart by `-`."""
    return ref.rpartition("/")[2].replace("-", "")


def type_of(schema: Schema) -> str:
    """As an annotation. Raises ValueError for what no route of ours uses: mend this then."""
    if "$ref" in schema:
        return name_of(schema["$ref"])
    if "enum" in schema or "const" in schema:
        values = schema.get("enum") or [schema["const"]]
        return f"Literal[{', '.join(json.dumps(value) for value in values)}]"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(one) for one in schema["anyOf"]))
    kind = schema.get("type")
    if schema.get("format") == "binary":
        return "bytes"
    if kind == "array":
        return f"list[{type_of(schema['items'])}]"
    if kind == "object":
        inner = schema.get("additionalProperties", True)
        return f"dict[str, {type_of(inner) if isinstance(inner, dict) else 'Any'}]"
    if kind is None and not set(schema) - {"title", "description", "default", "examples"}:
        return "Any"
    if kind not in PLAIN:
        raise ValueError(f"no type for {json.dumps(schema)}")
    return PLAIN[str(kind)]


def model(name: str, schema: Schema) -> str:
    """One class. Raises ValueError where a field cannot be one of Python's."""
    if "properties" not in schema:
        return f"{name_of(name)} = {type_of(schema)}\n"
    needed = set(schema.get("required", []))
    lines = [f"class {name_of(name)}(TypedDict):"]
    if told := words(schema.get("description", "")):
        lines += [f'    """{told}"""', ""]
    for field, one in schema["properties"].items():
        if not field.isidentifier() or keyword.iskeyword(field):
            raise ValueError(f"{name}.{field} is no name for a field")
        kind = type_of(one)
        lines.append(f"    {field}: {kind if field in needed else f'NotRequired[{kind}]'}")
        if about := words(one.get("description", "")):
            lines.append(f'    """{about}"""')
    return "\n".join(lines) + "\n"


def words(text: str) -> str:
    """A description as one paragraph of a docstring."""
    told = " ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''")
    return f"{told} " if told.endswith('"') else told


def models(schemas: Mapping[str, Schema]) -> str:
    """The whole module, by name."""
    return "\n\n".join(model(name, schema) for name, schema in sorted(schemas.items()))

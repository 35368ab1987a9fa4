"""Released schemas stay readable, both ways; and the check that says so does catch what breaks them."""

import copy
from typing import Any

import pytest

from deploy.compatibility import breaks
from deploy.contracts import RELEASED, broken
from deploy.jsonschemas import file_name, models, schema_of
from schemas.inbox import IngestJob
from schemas.links import LinksFacet
from schemas.product import Product

Schema = dict[str, Any]


def test_todays_schemas_break_no_release() -> None:
    assert broken() == []


def test_every_model_is_released() -> None:
    """Before a release: `make contracts-release`."""
    assert {file_name(model) for model in models()} == {file.name for file in (RELEASED / "v1").glob("*.json")}


def _changed(model: Any, change: Any) -> list[str]:
    old = schema_of(model)
    new = copy.deepcopy(old)
    change(new)
    return breaks(old, new)


def _set(*path: str, to: object) -> Any:
    def change(schema: Schema) -> None:
        *way, last = path
        for step in way:
            schema = schema[step]
        schema[last] = to

    return change


def _drop(*path: str) -> Any:
    def change(schema: Schema) -> None:
        *way, last = path
        for step in way:
            schema = schema[step]
        del schema[last]

    return change


BREAKS = {
    "a required field is removed": (IngestJob, _drop("properties", "bucket")),
    "an optional field is removed": (IngestJob, _drop("properties", "reason")),
    "a new required field": (IngestJob, _set("required", to=["bucket", "key", "owner"])),
    "a field is no longer required": (IngestJob, _set("required", to=["bucket"])),
    "another type": (IngestJob, _set("properties", "bucket", "type", to="integer")),
    "a value is removed": (IngestJob, _set("properties", "task", "enum", to=["look", "announce"])),
    "a value is added": (IngestJob, _set("properties", "task", "enum", to=["look", "announce", "removed", "new"])),
    "null is no longer allowed": (IngestJob, _set("properties", "version", to={"type": "integer"})),
    "a bound is narrower": (Product, _set("properties", "revision", "minimum", to=2)),
    "values of a map change": (Product, _set("properties", "axes", "additionalProperties", "type", to="integer")),
    "a nested model changes": (LinksFacet, _set("$defs", "Link", "properties", "confidence", "type", to="string")),
    "a deeply nested model loses a field": (LinksFacet, _drop("$defs", "Evidence", "properties", "detail")),
    "items become another thing": (LinksFacet, _set("properties", "links", "items", to={"type": "string"})),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_break_is_caught(what: str) -> None:
    model, change = BREAKS[what]
    assert _changed(model, change)


FINE = {
    "nothing": lambda schema: None,
    "a new optional field": _set("properties", "owner", to={"type": "string", "default": ""}),
    "other words": _set("properties", "bucket", "description", to="In other words"),
    "another example": _set("properties", "bucket", "examples", to=["photos"]),
    "another title": _set("title", to="Job"),
}


@pytest.mark.parametrize("what", FINE)
def test_what_is_compatible_passes(what: str) -> None:
    assert _changed(IngestJob, FINE[what]) == []

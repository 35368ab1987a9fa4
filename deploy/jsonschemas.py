"""JSON Schema of every contract model, as readers see it: what they do not know they ignore."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import schemas
from schemas.base import Contract
from schemas.curation import CurationFacet
from schemas.file import FileFacet
from schemas.head import HeadFacet
from schemas.links import LinksFacet
from schemas.rendition import RenditionsFacet
from schemas.tags import TagsFacet, TagsLaterFacet, TagsShotsFacet
from schemas.video import VideoFacet

FACET_DATA: dict[str, type[Contract]] = {
    "file": FileFacet,
    "renditions.first": RenditionsFacet,
    "renditions": RenditionsFacet,
    "renditions.later": RenditionsFacet,
    "renditions.video.hls": VideoFacet,
    "renditions.video.shots": VideoFacet,
    "renditions.video.web-mp4": VideoFacet,
    "tags": TagsFacet,
    "tags.later": TagsLaterFacet,
    "tags.shots": TagsShotsFacet,
    "links": LinksFacet,
    "head": HeadFacet,
    "curation": CurationFacet,
}
"""Facet → the model of its `data`."""


def models() -> list[type[Contract]]:
    """All contract models, by name; a base of several, which has no fields, is none."""
    for module in pkgutil.iter_modules(schemas.__path__):
        importlib.import_module(f"schemas.{module.name}")
    found = (model for model in _below(Contract) if model.__module__.startswith("schemas.") and model.model_fields)
    return sorted(found, key=lambda model: model.__name__)


def _below(model: type[Contract]) -> Iterator[type[Contract]]:
    for child in model.__subclasses__():
        yield child
        yield from _below(child)


def file_name(model: type[Contract]) -> str:
    """The name that `dataschema` of an event refers to."""
    return f"{model.__name__}.v1.json"


def schema_of(model: type[Contract]) -> dict[str, Any]:
    """The JSON Schema of one model."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"packshot:{file_name(model)}"}
    return head | model.model_json_schema(mode="validation")


def as_text(document: object) -> str:
    """JSON as we keep it in files."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"

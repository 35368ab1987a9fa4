"""The API's own description: FastAPI's, with what every route may answer besides, and how it is opened."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.catalog.api.entity_tags import JSON, shown_at
from services.catalog.api.once import HEADER, LONGEST, takes_key

PROBLEM = {
    "title": "Problem",
    "description": "What is wrong, as RFC 9457 has it; some say more",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["about:blank"]},
        "title": {"type": "string", "examples": ["Not Found"]},
        "status": {"type": "integer", "examples": [404]},
        "detail": {"type": "string", "description": "For people", "examples": ["There is no asset of this id."]},
    },
}
REFUSED = {
    "description": "Refused, or not possible now; `status` says which",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
INVALID = {**REFUSED, "description": "What was asked for does not fit; `detail` says what, `errors` where"}
UNCHANGED = {"description": "It is as you have it"}
ETAG = {
    "description": "Changes with what is shown; what is compressed has another that means the same",
    "schema": {"type": "string"},
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "An `ETag` of it: 304 where it still stands",
    "schema": {"type": "string"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of what you looked at: 412 where it is another by now",
    "schema": {"type": "string"},
}
UNDER_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Any text. For a day the same request under it is done once, and answered as it was at first; "
    "another request under it is 422",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST},
}
OPEN = ("/v1/health", "/v1/drops/")
"""Of health nothing is secret; an upload link's token is its key."""


def describe(app: FastAPI) -> None:
    """Have the app describe itself so. FastAPI asks again and again: it is made once."""

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            app.openapi_schema = _whole(made)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _whole(made: dict[str, Any]) -> dict[str, Any]:
    components = made.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            answers = operation.setdefault("responses", {})
            _headers(method, path, operation)
            answers["default"] = REFUSED
            if "422" in answers:
                answers["422"] = INVALID
            operation["security"] = [] if path.startswith(OPEN) else [{"key": []}]
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    return made


def _headers(method: str, path: str, operation: dict[str, Any]) -> None:
    """What middlewares heed and answer."""
    more = operation.setdefault("parameters", [])
    answers = operation["responses"]
    good = answers.get("200", {})
    if method == "get" and JSON in good.get("content", {}):
        more.append(IF_NONE_MATCH)
        good["headers"] = {"ETag": ETAG}
        answers["304"] = UNCHANGED
    if takes_key(method, path):
        more.append(UNDER_KEY)
        if shown_at(path):
            more.append(IF_MATCH)
    if not more:
        del operation["parameters"]

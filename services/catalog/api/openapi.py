"""The API's own description: FastAPI's, with what every route may answer besides, and how it is opened."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

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
        for operation in operations.values():
            answers = operation.setdefault("responses", {})
            answers["default"] = REFUSED
            if "422" in answers:
                answers["422"] = INVALID
            operation["security"] = [] if path.startswith(OPEN) else [{"key": []}]
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    return made

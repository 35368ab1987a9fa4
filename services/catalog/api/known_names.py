"""Names of filters that there are not are told, with the nearest: passed over, they would give a list of everything."""

from collections.abc import Iterator

from fastapi import HTTPException, Request
from fastapi.dependencies.models import Dependant

from services.catalog.queries.known_values import strange


def only_known(request: Request) -> None:
    """Of a route of the API that lists. Raises 422."""
    if wrong := strange("query parameter", list(request.query_params), list(_taken(request.scope["route"].dependant))):
        raise HTTPException(422, wrong)


def _taken(by: Dependant) -> Iterator[str]:
    yield from (one.alias for one in by.query_params)
    for inner in by.dependencies:
        yield from _taken(inner)

"""Addresses without what says nothing: a form sends its empty boxes too, and people share what their browser shows."""

from urllib.parse import urlencode

from fastapi import HTTPException, Request


def tidy(request: Request) -> None:
    """Leads on to the same without empty parameters, before any of them is read as a number or a day."""
    given = request.query_params.multi_items()
    said = [(name, value) for name, value in given if value]
    if said != given:
        at = f"{request.url.path}?{urlencode(said)}" if said else request.url.path
        raise HTTPException(303, "Empty parameters say nothing.", {"Location": at})

"""Addresses without what says nothing: a form sends its empty boxes too, and people share what their browser shows.

What was typed as a colour and is none does not filter either: the page says so, and keeps the other filters.
"""

from urllib.parse import urlencode

from fastapi import HTTPException, Request

from services.catalog.tones import near

NO_COLOUR = "Colour like: “{:.60}” is no colour that we know. Give a name such as red, or a number such as #c00000."


def tidy(request: Request) -> None:
    """Leads on to the same without empty parameters, before any of them is read as a number or a day."""
    given = request.query_params.multi_items()
    said = [_read(name, value) for name, value in given if value]
    if said != given:
        at = f"{request.url.path}?{urlencode(said)}" if said else request.url.path
        raise HTTPException(303, "Empty parameters say nothing.", {"Location": at})


def _read(name: str, value: str) -> tuple[str, str]:
    strange = name == "near_colour" and value.strip() and near(value) is None
    return ("no_colour" if strange else name), value

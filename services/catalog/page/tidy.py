"""Addresses without what says nothing: a form sends its empty boxes too, and people share what their browser shows.

What was typed as a colour and is none does not filter either: the page says so, and keeps the other filters. A range
that is turned round is read the other way, which the page says, too.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import HTTPException, Request

from services.catalog.page.words import RANGE_TITLES
from services.catalog.queries.filters import RANGES, Filters
from services.catalog.tones import near

NO_COLOUR = "Colour like: “{:.60}” is no colour that we know. Give a name such as red, or a number such as #c00000."
TURNED = "{title}: nothing lies from {most} to {least}. It was read as {least} to {most}."
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"\d{1,10}", re.ASCII)


def tidy(request: Request) -> None:
    """Leads on to the same without empty parameters, before any of them is read as a number or a day."""
    given = request.query_params.multi_items()
    kept = [_read(name, value) for name, value in given if value]
    turned = [name for name in RANGES if _is_turned(name, dict(kept))]
    other = {f"{name}_{end}": f"{name}_{far}" for name in turned for end, far in (("from", "to"), ("to", "from"))}
    kept = [(other.get(name, name), value) for name, value in kept] + [("turned", name) for name in turned]
    if kept != given:
        at = f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path
        raise HTTPException(303, "Empty parameters say nothing.", {"Location": at})


def _is_turned(name: str, given: Mapping[str, str]) -> bool:
    least, most = (given.get(f"{name}_{end}", "") for end in ("from", "to"))
    if _NUMBER.fullmatch(least) and _NUMBER.fullmatch(most):
        return int(least) > int(most)
    return bool(_DAY.fullmatch(least) and _DAY.fullmatch(most)) and least > most


def said(no_colour: str, turned: list[str], asked: Filters) -> list[str]:
    """What the page says of it. no_colour: what was typed as one; turned: ranges that are read the other way."""
    told = [NO_COLOUR.format(no_colour)] if no_colour else []
    for name in turned:
        least, most = (getattr(asked, f"{name}_{end}") if name in RANGES else None for end in ("from", "to"))
        if None not in (least, most):
            told.append(TURNED.format(title=RANGE_TITLES[name], least=least, most=most))
    return told


def _read(name: str, value: str) -> tuple[str, str]:
    strange = name == "near_colour" and value.strip() and near(value) is None
    return ("no_colour" if strange else name), value

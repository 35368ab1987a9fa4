"""Templates, and what every page needs: the counts at the top."""

import hashlib
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runtime.naming import is_name
from schemas.groups import in_words, is_group
from schemas.limits import of_words
from schemas.rights import STATUSES
from schemas.roles import ROLES
from services.catalog.api import links
from services.catalog.api.deps import deps_of
from services.catalog.api.gate import known
from services.catalog.colour_said import ANOTHER
from services.catalog.page import marks, original, words
from services.catalog.page.crop_cards import still
from services.catalog.page.link_order import in_order
from services.catalog.page.seen import seen
from services.catalog.queries import recalls, summary
from services.catalog.scope import Scope

HERE = Path(__file__).parent
STATIC = HERE / "static"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.tests.update(group=is_group, rule_name=is_name, still=still)
    made.filters.update(
        words.FILTERS, group_words=in_words, limits_words=of_words, in_order=in_order, told=original.told, seen=seen
    )
    mark = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(STATIC.iterdir()))).hexdigest()[:10]
    made.globals.update(
        links=links,
        many=words.many,
        mark=marks.mark,
        reason=marks.reason,
        STATE_WORDS=words.STATE_WORDS,
        STATE_ICONS=words.STATE_ICONS,
        WAITING_WORDS=words.WAITING_WORDS,
        WAITING_ICONS=words.WAITING_ICONS,
        FIT_WORDS=words.FIT_WORDS,
        FIT_ICONS=words.FIT_ICONS,
        RANGE_TITLES=words.RANGE_TITLES,
        SEVERITY_ICONS=words.SEVERITY_ICONS,
        SEVERITY_CLASS=words.SEVERITY_CLASS,
        STANDING_WORDS=words.STANDING_WORDS,
        ANOTHER_COLOUR=ANOTHER,
        ALL_ROLES=ROLES,
        CONSENTS=STATUSES,
        TASK_WORDS=words.TASK_WORDS,
        DESCRIBED_WORDS=words.DESCRIBED_WORDS,
        LANGUAGE_WORDS=words.LANGUAGE_WORDS,
        static=lambda name: f"/static/{mark}/{name}",
    )
    return made


ENVIRONMENT = _environment()


async def view(request: Request, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A whole page: with the counts at its top, for who sees a part only of that part."""
    who, database = await known(request), deps_of(request).database
    scope = who.scope if who else Scope()
    part = scope if scope.limited else None
    counts = await summary.at_top(database, scope)
    undecided = 0 if part else await summary.undecided(database)
    tasks = await recalls.waiting(database) if who and who.may("approver") and not part else 0
    top = {"counts": counts, "undecided": undecided, "tasks": tasks, "path": request.url.path, "part": part, "me": who}
    return bare(template, status=status, **top, **context)


def bare(template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A fragment, or a page that stands alone."""
    return HTMLResponse(ENVIRONMENT.get_template(template).render(**context), status)

"""What a person's word that a picture fits a channel answers: the questions that were asked then, and no later ones."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from schemas.curation import FITS
from services.catalog.api.deps import Deps
from services.catalog.channels.model import Channel
from services.catalog.channels.survey import survey
from services.catalog.queries.readiness import known_by, media, with_picture

CONFIRMED, ANSWERS = "confirmed", "answers"
MOST, LONGEST = 50, 500


def wrong(value: object) -> str | None:
    """Why that is no such word; or None."""
    told = value.get(ANSWERS) if isinstance(value, dict) and len(value) == 1 else None
    if isinstance(told, list) and len(told) <= MOST and all(isinstance(one, str) and _short(one) for one in told):
        return None
    return f"it takes confirmed, rejected, or {{{ANSWERS}: [the questions that were asked]}}, {MOST} at most"


def _short(text: str) -> bool:
    return 0 < len(text) <= LONGEST and "\0" not in text


async def settled(deps: Deps, asset_id: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The same values; a bare `confirmed` answers what is asked today of that version on that channel.

    Of one that is not live nothing is asked yet: it stays as it is, and answers all. Raises Unavailable.
    """
    kept = dict(wanted)
    for name, value in wanted.items():
        if name.startswith(FITS) and value == CONFIRMED:
            version, _, channel = name.removeprefix(FITS).partition(":")
            asked = deps.channels.get(channel)
            found = await _asked(deps, asset_id, int(version), asked) if asked else None
            kept[name] = value if found is None else {ANSWERS: found}
    return kept


async def _asked(deps: Deps, asset_id: str, version: int, channel: Channel) -> list[str] | None:
    day = datetime.now(UTC).date()
    if channel.on(day) is None:
        return None
    skus = await with_picture(deps.database, asset_id)
    of_all = await media(deps.database, skus)
    verdicts = survey(channel, of_all, await known_by(deps.database, skus), day=day)
    pictures = [one for verdict in verdicts for place in verdict.places for one in place.pictures]
    mine = [one for one in pictures if (one.asset_id, one.version) == (asset_id, version)]
    asked = (finding.question for one in mine for finding in one.findings if finding.question)
    return list(dict.fromkeys(asked))[:MOST] if mine else None

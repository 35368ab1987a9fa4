"""What people decide: appended to `decisions`, acknowledged by Kafka before it is answered. Nothing is written here."""

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException

from schemas.curation import ANSWERS, APPROVAL, AVAILABLE_FROM, AVAILABLE_UNTIL, EDITION, FITS, HOLD, OWN, PURGE
from schemas.decision import Decision
from schemas.groups import in_words, is_group
from schemas.limits import KINDS, LIMITS
from schemas.rights import ARCHIVED, CONSENT, LICENCE, turned_round
from schemas.rights import wrong as wrong_rights
from schemas.roles import ROLE, ROLES
from services.catalog.api import approval, fitting, framing
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Anybody, all_seen, need
from services.catalog.api.models_wanted import Decided, DecisionWanted
from services.catalog.api.roles import Identity, needed
from services.catalog.api.saying import say_all, spoken
from services.catalog.curation import ALT, CAPTION, EDITION_VALUES, LINK, LINK_VALUES, TAG, TAG_VALUES, VERSION_VALUES
from services.catalog.once.ids import new_id
from services.catalog.own_fields.check import wrong
from services.catalog.own_fields.definition import NAME
from services.catalog.queries import channel_words, editions, ended, groups, skus

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1", tags=["decisions"])
MOST = 100
LONGEST = 200
WITH_A_REASON = (PURGE, HOLD)
TEXT = re.compile(f"({ALT}|{CAPTION})[a-z]{{2,3}}(-[A-Z]{{2}})?")
FITTED = re.compile(FITS + "[1-9][0-9]{0,8}:[a-z0-9-]+")
FIELDS = (
    "Fields are tag:<label>, link:<sku>, role, limits, limits:<sku>, version:<number>, approval:<number>, "
    "edition:<asset>, fits:<number>:<channel>, focal, crop, crop:<preset>, file:<preset>, alt:<language>, "
    "caption:<language>, field:<name>, available_from, available_until, licence, consent, archived, purge and hold. "
    "A language is a code such as de or pt-BR."
)
NO = "rejected"
GOES_ON = "Another asset goes on with its picture: decide about the asset {}."
GRAMMAR = {TAG: TAG_VALUES, LINK: LINK_VALUES, ANSWERS: VERSION_VALUES, EDITION: EDITION_VALUES, FITS: EDITION_VALUES}


def check(wanted: DecisionWanted, most: int = MOST) -> None:
    """Raises 422 naming the field at fault."""
    named = [*wanted.set, *wanted.clear]
    if not named or len(named) > most:
        raise HTTPException(422, f"Name 1 to {most} fields in `set` and `clear`.")
    if len(wanted.expects) > MOST:
        raise HTTPException(422, f"Name at most {MOST} fields in `expects`.")
    for name in (*named, *wanted.expects):
        _check_one(name, wanted)


def _check_one(name: str, wanted: DecisionWanted) -> None:
    value = wanted.set.get(name)
    if name in (*WITH_A_REASON, ROLE) or TEXT.fullmatch(name):
        _own_words(name, value)
    elif name == LIMITS or name.startswith(f"{LIMITS}:"):
        _limits(name, value)
    elif name in (AVAILABLE_FROM, AVAILABLE_UNTIL):
        _time(name, value)
    elif name in (LICENCE, CONSENT, ARCHIVED):
        if value is not None and (fault := wrong_rights(name, value) or turned_round(name, value)):
            raise HTTPException(422, f"{name}: {fault}.")
    elif name.startswith(OWN):
        _own_field(name)
    elif name.startswith(APPROVAL):
        approval.check(name, value, wanted.on_version)
    elif framing.model_of(name) is None or len(name) > LONGEST or "\0" in name:
        _by_grammar(name, value, wanted.on_version)
    # Else its value is looked at in `framing.settled`.


def _own_field(name: str) -> None:
    """Raises 422 for what is no name of a field. Whether the value fits is looked at in `must_fit`."""
    if not NAME.fullmatch(name.removeprefix(OWN)):
        raise HTTPException(422, f"{name!r:.200} is no field. {FIELDS}")


async def must_fit(deps: Deps, wanted: Mapping[str, object]) -> None:
    """Raises 422 where a value does not fit the field that people defined, or names a channel that there is not."""
    strange = await channel_words.unknown(deps.database, deps.channels.values(), wanted)
    if problem := strange or await wrong(deps.database, wanted):
        raise HTTPException(422, problem)


def _by_grammar(name: str, value: object, on_version: int | None) -> None:
    prefix = next((known for known in GRAMMAR if name.startswith(known)), None)
    if prefix is None or not 0 < len(name) - len(prefix) <= LONGEST or "\0" in name:
        raise HTTPException(422, f"{name!r} is no field. {FIELDS}")
    if prefix == FITS and not FITTED.fullmatch(name):
        raise HTTPException(422, f"{name!r} is no field. It is fits:<number of the version>:<channel>.")
    if prefix == ANSWERS and _number(name) != (on_version or _number(name)):
        raise HTTPException(422, f"{name} is not the version {on_version} that was looked at.")
    if prefix == FITS and isinstance(value, dict):
        if fault := fitting.wrong(value):
            raise HTTPException(422, f"{name}: {fault}.")
    elif value is not None and value not in GRAMMAR[prefix]:
        raise HTTPException(422, f"{name}: {value!r:.200} is none of {', '.join(GRAMMAR[prefix])}.")


def _own_words(name: str, value: object) -> None:
    """`purge` and `hold` say why; texts and captions are what somebody wrote; roles are ours. Raises 422."""
    if name == ROLE and value not in (None, *ROLES):
        raise HTTPException(422, f"{name}: {value!r:.200} is none of {', '.join(ROLES)}.")
    if value is not None and not (isinstance(value, str) and 0 < len(value.strip()) <= 500 and "\0" not in value):
        what = "its reason" if name in WITH_A_REASON else "a text"
        raise HTTPException(422, f"{name} takes {what}, 1 to 500 letters; name it in `clear` to take it back.")


def _limits(name: str, value: object) -> None:
    """Three lists of names, each of which may be left out; all left out: everywhere. Raises 422."""
    if not 0 < len(name) <= LONGEST or name == f"{LIMITS}:" or "\0" in name:
        raise HTTPException(422, f"{name!r:.200} is no field. {FIELDS}")
    fits = isinstance(value, dict) and set(value) <= set(KINDS) and all(_names(one) for one in value.values())
    if value is not None and not fits:
        raise HTTPException(422, f"{name} takes an object with {', '.join(KINDS)}: lists of 50 short names at most.")


def _time(name: str, value: object) -> None:
    """Raises 422. That the one lies before the other is looked at when it is folded, with what was said before."""
    try:
        fits = value is None or datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        fits = False
    if not fits:
        raise HTTPException(422, f"{name} takes a time with its zone, such as 2026-12-31T23:00:00Z.")


def _names(value: object) -> bool:
    if not isinstance(value, list) or len(value) > 50:
        return False
    return all(isinstance(one, str) and 0 < len(one.strip()) <= 40 and "\0" not in one for one in value)


def _number(name: str) -> int:
    """Of `version:<number>`. Raises 422."""
    number = name.removeprefix(ANSWERS)
    if not (number.isascii() and number.isdigit() and len(number) <= 9 and int(number) > 0):
        raise HTTPException(422, f"{name!r} is no field. Versions are numbers from 1.")
    return int(number)


async def _there(deps: Deps, asset_id: str) -> None:
    """Raises 404, and 409 for an asset whose file was only moved."""
    gone = await ended.ended(deps.database, asset_id)
    if gone and gone.merged_into:
        raise HTTPException(409, GOES_ON.format(gone.merged_into))
    if not await ended.known(deps.database, asset_id):
        raise HTTPException(404, "There is no asset of this id.")


async def must_be_products(deps: Deps, who: Identity, assets: Sequence[str], named: Collection[str]) -> None:
    """Raises 422 where a link names a product that nobody knows. What the assets are linked to may be confirmed.

    Who is limited to a part is told no other product's name: products are of no folder.
    """
    there = await skus.linkable(deps.database, assets, list(named)) | await groups.known(deps.database, named)
    for sku in sorted(set(named) - there):
        if is_group(sku):
            raise HTTPException(
                422, f"No product is in the {in_words(sku)}. GET /v1/skus?q= finds groups by their names."
            )
        if who.scope.limited:
            raise HTTPException(422, f"There is no product {sku}.")
        near = ", ".join(found.sku for found in await skus.near(deps.database, sku))
        more = f"Did you mean {near}?" if near else "GET /v1/skus?q= finds products by parts of SKU or name."
        raise HTTPException(422, f"There is no product {sku}. {more}")


async def must_be_editions(deps: Deps, asset_id: str, wanted: DecisionWanted) -> None:
    """Raises 422 where what is to be a version of the asset is it, or is none; 409 where it has editions of its own."""
    named = [name.removeprefix(EDITION) for name, said in wanted.set.items() if name.startswith(EDITION) and said != NO]
    if asset_id in named:
        raise HTTPException(422, f"{EDITION}{asset_id}: it cannot be an edition of itself.")
    known = await ended.known_of(deps.database, named)
    for other in sorted(set(named) - await editions.may_join(deps.database, named)):
        if other not in known:
            raise HTTPException(422, f"{EDITION}{other}: there is no asset of this id.")
        if (gone := await ended.ended(deps.database, other)) and gone.merged_into == asset_id:
            continue  # it is one already
        raise HTTPException(409, f"{other} has ended, or has editions of its own: split these first.")


async def _must_see_the_others(deps: Deps, who: Identity, wanted: DecisionWanted) -> None:
    """Raises 422 where an edition or an own file is an asset outside what this one sees, as for one that is none."""
    named = [name.removeprefix(EDITION) for name in (*wanted.set, *wanted.clear) if name.startswith(EDITION)]
    files = [
        value.get("asset")
        for name, value in wanted.set.items()
        if name.startswith(framing.FILE) and isinstance(value, dict)
    ]
    for other in (*named, *filter(None, files)):
        if not await all_seen(deps, who, [str(other)]):
            raise HTTPException(422, f"There is no asset {other}.")


async def _must_be_allowed(deps: Deps, who: Identity, asset_id: str, wanted: DecisionWanted) -> None:
    """All that can be known before it is folded. Raises HTTPException, Unavailable."""
    need(who, needed([*wanted.set, *wanted.clear]))
    check(wanted)
    await _there(deps, asset_id)
    named = {name.removeprefix(LINK) for name, value in wanted.set.items() if name.startswith(LINK) and value != NO}
    await must_be_products(deps, who, [asset_id], named)
    await _must_see_the_others(deps, who, wanted)
    await must_be_editions(deps, asset_id, wanted)
    await must_fit(deps, wanted.set)


@router.post("/assets/{asset_id}/decisions", status_code=202)
async def decide(
    deps: Given,
    who: Anybody,
    asset_id: Text,
    wanted: DecisionWanted,
) -> Decided:
    """Confirm or reject tags, links and editions; frame; write texts; answer what a replacement is; purge.

    A focal point, a crop or an own file makes anew what depends on it of this asset, and nothing else. They count for
    the version that was looked at (`on_version`) and for all that look like it.

    Before `available_from` and from `available_until` on delivery, products and PIMs are not given it; it stays here.
    The same holds for the times of `licence` and `consent`, and for who is outside their markets and channels.

    A purged asset is gone from lists, products and delivery at once, and after seven days from the library, the log and
    the inbox; until then the purge can be taken back. A hold keeps everything, whatever else is decided.

    202 once Kafka has it. What is refused when it is folded (`expects`, or a question that is open no more) is in the
    asset's `refused_decisions` under this id, with cause.
    """
    await _must_be_allowed(deps, who, asset_id, wanted)
    told = await fitting.settled(deps, asset_id, await framing.settled(deps.database, asset_id, wanted.set))
    said = Decision(
        id=new_id(), entity=f"asset/{asset_id}", set=told,
        clear=wanted.clear, on_version=wanted.on_version, expects=dict(wanted.expects), by=who.name, why=wanted.why,
        batch=new_id() if wanted.undoable else None, at=datetime.now(UTC),
    )  # fmt: skip
    await (say_all(deps, [said]) if wanted.undoable else deps.publisher.publish(spoken(said)))
    fields = ", ".join(sorted([*wanted.set, *wanted.clear])[:5])
    log.info("decision %s taken in: %s", said.id, fields, extra={"fields": {"subject": asset_id}})
    return Decided(id=said.id, batch=said.batch)

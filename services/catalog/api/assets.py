"""Assets: the list with its filters, the counts beside it, and one asset whole."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query

from runtime import waves
from schemas.curation import ANSWERS, EDITION
from schemas.links import LinkConflict
from schemas.tags import TAGS_LATER, TAGS_SHOTS
from schemas.video import SHOTS
from services.catalog import by_shots, curation, usage
from services.catalog.alt_text import choose
from services.catalog.alt_text.facts import Facts
from services.catalog.api import links
from services.catalog.api.deps import Cursor, Day, Deps, Given, Text
from services.catalog.api.ended import missing
from services.catalog.api.gate import Viewer, in_scope
from services.catalog.api.history import cursor_of, history
from services.catalog.api.known_names import only_known
from services.catalog.api.looking import NOTHING, Looking, looking
from services.catalog.api.models import (
    AssetItem,
    AssetList,
    AssetWhole,
    Counted,
    DescribedItem,
    FacetItem,
    FilmItem,
    LabelItem,
    LinkItem,
    NamedItem,
    OwnItem,
    Question,
    RenditionItem,
    RoleSeenItem,
    TextItem,
    UsedItem,
    VersionItem,
)
from services.catalog.api.rights import rights_item
from services.catalog.api.searched import searched
from services.catalog.card import code
from services.catalog.described import described
from services.catalog.films import Film, films
from services.catalog.own_fields.definition import Definition
from services.catalog.own_fields.filters import parsed
from services.catalog.queries import asset as one
from services.catalog.queries import assets as many
from services.catalog.queries import facets, handed, looks, own_fields, widened
from services.catalog.queries.filters import FLAGS, Filters
from services.catalog.queries.known_values import BACKGROUNDS, KNOWN, channels, colours, strange
from services.catalog.queries.notes import notes
from services.catalog.queries.rows import Row
from services.catalog.queries.scope import seen
from services.catalog.queries.told import told
from services.catalog.role_seen import role_seen
from services.catalog.scope import Scope

router = APIRouter(prefix="/v1", tags=["assets"], dependencies=[Depends(in_scope("viewer"))])
ENDED: dict[int | str, dict[str, Any]] = {
    308: {"description": "Merged into another asset, named by `Location` and `merged_into`"},
    410: {"description": "Purged; `take_back` is the request that takes the purge back"},
}
Values = Annotated[list[Text], Query(max_length=50)]
WITHOUT_RULES = ("thumbnail", "social", "marketplace")
"""Channels of our presets that say nothing of when a product is ready."""


Bound = Annotated[int | None, Query(ge=0, le=2**31 - 1)]


@dataclass(frozen=True)
class Ranges:
    """From and to, both included; days in UTC."""

    width_from: Bound = None
    width_to: Bound = None
    height_from: Bound = None
    height_to: Bound = None
    quality_from: Bound = None
    quality_to: Bound = None
    arrived_from: Day | None = None
    arrived_to: Day | None = None


async def filters(
    deps: Given,
    who: Viewer,
    q: Annotated[
        Text, Query(description="Words: names, SKUs, labels, product names, or others that mean the same")
    ] = "",
    state: Annotated[Values, Query(description=", ".join(KNOWN["state"]))] = [],  # noqa: B006 - FastAPI copies defaults
    kind: Annotated[Values, Query(description=", ".join(KNOWN["kind"]))] = [],  # noqa: B006
    label: Values = [],  # noqa: B006
    colour: Values = [],  # noqa: B006
    role: Annotated[Values, Query(description=", ".join(KNOWN["role"]))] = [],  # noqa: B006
    sku: Values = [],  # noqa: B006
    background: Annotated[Values, Query(description=", ".join(BACKGROUNDS))] = [],  # noqa: B006
    brand: Values = [],  # noqa: B006
    market: Values = [],  # noqa: B006
    folder: Text = "",
    key: Annotated[list[Text], Query(max_length=50, description="The whole name it was dropped under")] = [],  # noqa: B006
    collection: Annotated[list[Text], Query(max_length=50, description="Collections that people made, by id")] = [],  # noqa: B006
    flag: Annotated[list[Text], Query(max_length=10, description=", ".join(FLAGS))] = [],  # noqa: B006
    channel: Annotated[list[Text], Query(max_length=50, description="It has renditions for one of these")] = [],  # noqa: B006
    barcode: Annotated[
        list[Text], Query(max_length=50, description="Content of a code in it, or its product's GTIN")
    ] = [],  # noqa: B006
    field: Annotated[
        list[Text],
        Query(max_length=50, description="Of a field that people defined: season, season:SS27, weight:1.5..2"),
    ] = [],  # noqa: B006
    life: Annotated[Values, Query(description=", ".join(KNOWN["life"]))] = [],  # noqa: B006
    looking: Annotated[Looking, Depends(looking)] = NOTHING,
    ranges: Annotated[Ranges, Depends(Ranges)] = Ranges(),
) -> Filters:
    """The query string's filters."""
    settled = {"state": state, "kind": kind, "role": role, "background": background, "flag": flag, "life": life}
    for name, values in settled.items():
        if wrong := strange(name, values):
            raise HTTPException(422, wrong)
    made_for = await channels(deps.database, channel, [*deps.channels, *WITHOUT_RULES], who.scope)
    if wrong := strange("channel", channel, made_for):
        raise HTTPException(422, wrong)
    if wrong := strange("colour", colour, await colours(deps.database, colour, who.scope)):
        raise HTTPException(422, wrong)
    if nameless := [one for one in field if parsed(one) is None]:
        raise HTTPException(422, f"field: {nameless[0]!r:.60} names no field. It is <name>, <name>:<value> or a range.")
    asked = Filters(
        *(q, tuple(state), tuple(kind), tuple(label), tuple(colour), tuple(role), tuple(sku), tuple(background)),
        brand=tuple(brand),
        market=tuple(market),
        folder=folder.strip("/"),
        flag=tuple(flag),
        key=tuple(key),
        collection=tuple(collection),
        channel=tuple(channel),
        barcode=tuple(code(one) for one in barcode),
        field=tuple(field),
        life=tuple(life),
        near_colour=looking.near_colour,
        like=looking.like,
        **asdict(ranges),
        within=who.scope,
    )
    asked = await searched(deps, asked)
    return replace(asked, looks=await looks.looked(deps.database, asked)) if asked.like else asked


Asked = Annotated[Filters, Depends(filters)]


def item(card: Row) -> dict[str, Any]:
    """A row as the API shows it."""
    return {**card, "thumbnail": links.thumbnail(card)}


@router.get("/assets", dependencies=[Depends(only_known)])
async def list_assets(
    deps: Given,
    asked: Asked,
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    cursor: Annotated[Cursor | None, Query(description="`next` of the page before")] = None,
) -> AssetList:
    """Best match first, then newest first."""
    looked_for, page = await widened.found(deps.database, asked, limit=limit, cursor=cursor, counted=cursor is None)
    items = [AssetItem(**item(card)) for card in page.rows]
    if cursor:
        return AssetList(items=items, next=page.cursor, notes=notes(looked_for))
    counted = many.MOST_COUNTED if page.total is None else page.total
    more = page.total is None
    return AssetList(
        items=items, next=page.cursor, total=counted, total_more=more, notes=notes(looked_for, empty=not items)
    )


@router.get("/facets", dependencies=[Depends(only_known)])
async def count_facets(deps: Given, asked: Asked) -> dict[str, list[Counted]]:
    """Each facet's most frequent values under the other filters."""
    defined = await own_fields.defined(deps.database)
    found = await facets.counts(deps.database, asked, defined)
    if not found.any and (wider := await widened.widened(deps.database, asked)):
        found = await facets.counts(deps.database, wider, defined)
    return {
        name: [Counted(value=c.value, count=c.assets, more=not found.whole) for c in counts]
        for name, counts in found.facets.items()
    }


@router.get("/assets/{asset_id}", responses=ENDED)
async def get_asset(deps: Given, who: Viewer, asset_id: Text) -> AssetWhole:
    """Everything that is known of one asset.

    410 for a purged one: `purged` has when, by whom and why, `take_back` the request that takes the purge back. 308 to
    the asset that goes on where its file was only moved.
    """
    found = await one.whole(deps.database, asset_id, who.scope)
    if found is None:
        raise await missing(deps, asset_id)
    card, whole = item(found.card), found.facets.get(0, {})
    fields = whole.get("curation", {}).get("data", {})
    tags, later, file = (found.shown.get(name, {}).get("data", {}) for name in ("tags", TAGS_LATER, "file"))
    kept = found.facets.get(card["newest"], {}).get("file", {}).get("status") == "done"
    known = (await told(deps.database, [asset_id])).get(asset_id, Facts())
    said = found.shown.get("links", {}).get("data", {})
    limits = {link["sku"]: link.get("limits") for link in said.get("links", [])}
    happened = await history(deps.library, found)
    return AssetWhole(
        **card,
        original=links.original(asset_id, card["newest"]) if kept else None,
        versions=[_version(found, number) for number in sorted(found.facets, reverse=True) if number],
        links=[LinkItem(**link, limits=limits.get(link["sku"])) for link in found.links],
        conflict_list=_conflicts(said, fields.get("fields", {})),
        role_seen=_role_seen(found, fields.get("fields", {})),
        tags=[LabelItem(**label) for label in found.labels],
        palette=waves.colours(tags, later),
        unjudged=tags.get("quality", {}).get("left_out", {}),
        quality_parts=tags.get("quality", {}).get("parts", {}),
        composition=waves.composed(tags, later),
        detail=later.get("detail", {}),
        barcodes=later.get("barcodes", []),
        text=later.get("text", []),
        language=later.get("language"),
        rendition_list=renditions(found, deps.settings.public_url),
        facts=_facts(found),
        films=[FilmItem(**asdict(film)) for film in _films(deps, found)],
        rights=rights_item(found, fields.get("fields", {})),
        curation=await _decided(deps, who.scope, fields.get("fields", {})),
        refused_decisions=fields.get("refused", []),
        described=[DescribedItem(**said._asdict()) for said in described(file)],
        alt={language: TextItem(**text._asdict()) for language, text in choose.alts(known).items()},
        caption={language: TextItem(**text._asdict()) for language, text in choose.captions(known).items()},
        out_of_inbox=file.get("retired", []),
        removed=found.facets.get(card["newest"], {}).get("file", {}).get("data", {}).get("removed", []),
        question=_question(whole.get("head", {}).get("data", {})),
        own_fields=_own(card, await own_fields.defined(deps.database)),
        collections=[NamedItem(id=own, name=name) for own, name in found.collections.items()],
        used=[
            *(UsedItem(**one) for one in usage.places(fields.get("fields", {}))),
            *(
                UsedItem(place=f"feed {row['feed']}, {row['sku']}", channel=row["feed"].split(".")[0], seen=row["at"])
                for row in await handed.feeds_of(deps.database, asset_id)
            ),
        ],
        same_bytes=[{"id": twin["id"], "key": twin["key"]} for twin in found.twins],
        history=happened.items,
        history_next=cursor_of(asset_id, happened.end),
    )


async def _decided(deps: Deps, within: Scope, fields: dict[str, Any]) -> dict[str, Any]:
    """What people have decided of it; without the editions that lie outside the scope."""
    named = {name: name.removeprefix(EDITION) for name in fields if name.startswith(EDITION)}
    if not within.limited or not named:
        return fields
    shown = await seen(deps.database, within, named.values())
    return {name: value for name, value in fields.items() if name not in named or named[name] in shown}


def _conflicts(links: Mapping[str, Any], fields: Mapping[str, Any]) -> list[LinkConflict]:
    """Those that people have not answered."""
    said = curation.decided(fields, curation.LINK)
    return [one for each in links.get("conflicts", []) if (one := LinkConflict.model_validate(each)).asked(said)]


def _own(card: Row, defined: Mapping[str, Definition]) -> list[OwnItem]:
    return [
        OwnItem(
            name=name,
            title=field.title,
            type=field.type,
            choices=field.choices,
            required=field.is_required(card["categories"]),
            value=card["own"].get(name),
        )
        for name, field in defined.items()
    ]


def _role_seen(found: one.Whole, fields: dict[str, Any]) -> RoleSeenItem | None:
    links, tags, later = (found.shown.get(name, {}).get("data", {}) for name in ("links", "tags", TAGS_LATER))
    seen = role_seen(curation.links(links, fields), waves.composed(tags, later), fields)
    return RoleSeenItem(**seen._asdict()) if seen else None


def _facts(found: one.Whole) -> dict[str, dict[str, Any]]:
    made, rung, tags = (found.shown.get(name, {}).get("data", {}) for name in ("renditions", SHOTS, TAGS_SHOTS))
    facts: dict[str, dict[str, Any]] = made.get("facts", {})
    return {**facts, "video": by_shots.facts(facts["video"], rung, tags)} if "video" in facts else facts


def _films(deps: Deps, found: one.Whole) -> list[Film]:
    newest = found.card["newest"]
    return films(found.facets.get(newest, {}), deps.making.of(found.card["id"], newest))


def renditions(found: one.Whole, public_url: str = "") -> list[RenditionItem]:
    """Those of the shown version, with their URLs; and public ones where some version is live."""
    card = found.card
    return [
        RenditionItem(
            **made,
            url=links.rendition(card["id"], made["preset"], card["shown"]),
            public=links.public(public_url, card["id"], made) if card["live"] else None,
        )
        for made in found.renditions()
    ]


def _version(found: one.Whole, number: int) -> VersionItem:
    facets = [FacetItem(**facet) for facet in found.facets[number].values()]
    said = found.facets.get(0, {}).get("curation", {}).get("data", {}).get("fields", {}).get(f"{ANSWERS}{number}")
    live = found.card["live"] == number
    file, head = (found.facets.get(n, {}).get(name, {}).get("data", {}) for n, name in ((number, "file"), (0, "head")))
    where = {"key": file.get("key") or "", "taken_from": file.get("taken_from"), "out": number in head.get("out", [])}
    last = found.facets[max(found.facets)].get("file", {})
    kept = found.facets[number].get("file", {}).get("status") == "done" and said != "separate"
    where |= {
        "restored": file.get("restored"),
        "restorable": kept and file.get("sha256") != last.get("data", {}).get("sha256"),
    }
    return VersionItem(version=number, state=found.states[number], live=live, answer=said, facets=facets, **where)


def _question(head: dict[str, Any]) -> Question | None:
    number = head.get("asks") or head.get("approves")
    if not number:
        return None
    about = {"live": head["live"], "approval": not head.get("asks")}
    return Question(version=number, cause=head["waiting"] or "", cure=head["cure"] or "", **about)

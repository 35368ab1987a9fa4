"""One asset whole, as the API tells it: what is known of it, part by part. Raises Unavailable."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from runtime import waves
from schemas.curation import ANSWERS, EDITION
from schemas.links import LinkConflict
from schemas.tags import TAGS_LATER, TAGS_SHOTS
from schemas.video import SHOTS
from services.catalog import by_shots, curation, usage
from services.catalog.alt_text import choose
from services.catalog.alt_text.facts import Facts
from services.catalog.api import links
from services.catalog.api.deps import Deps
from services.catalog.api.history import cursor_of, history
from services.catalog.api.models import (
    AssetWhole,
    DescribedItem,
    FacetItem,
    FilmItem,
    LabelItem,
    LinkItem,
    NamedItem,
    OriginItem,
    OwnItem,
    Question,
    RenditionItem,
    RoleSeenItem,
    TextItem,
    UsedItem,
    VersionItem,
)
from services.catalog.api.rights import rights_item
from services.catalog.described import described
from services.catalog.films import Film, films
from services.catalog.origin import origin
from services.catalog.own_fields.definition import Definition
from services.catalog.queries import asset as one
from services.catalog.queries import handed, own_fields
from services.catalog.queries.rows import Row
from services.catalog.queries.scope import seen
from services.catalog.queries.told import told
from services.catalog.role_seen import role_seen
from services.catalog.scope import Scope


def item(card: Row) -> dict[str, Any]:
    """A row as the API shows it."""
    return {**card, "thumbnail": links.thumbnail(card)}


async def whole_item(deps: Deps, within: Scope, found: one.Whole) -> AssetWhole:
    """All of it that this scope may see."""
    card, asset_id = item(found.card), found.card["id"]
    decided = found.facets.get(0, {}).get("curation", {}).get("data", {})
    fields: dict[str, Any] = decided.get("fields", {})
    happened = await history(deps, found)
    return AssetWhole(
        **card,
        **_of_files(deps, found),
        **_of_links(found, fields),
        **_of_tags(found),
        **_of_words((await told(deps.database, [asset_id])).get(asset_id, Facts())),
        rights=rights_item(found, fields),
        curation=await _decided(deps, within, fields),
        refused_decisions=decided.get("refused", []),
        question=_question(found.facets.get(0, {}).get("head", {}).get("data", {})),
        own_fields=_own(card, await own_fields.defined(deps.database)),
        collections=[NamedItem(id=own, name=name) for own, name in found.collections.items()],
        used=await _used(deps, asset_id, fields),
        history=happened.items,
        history_next=cursor_of(asset_id, happened.end),
    )


def _of_files(deps: Deps, found: one.Whole) -> dict[str, Any]:
    """Its versions, and what was made of them."""
    asset_id, newest = found.card["id"], found.card["newest"]
    last, shown = found.facets.get(newest, {}).get("file", {}), found.shown.get("file", {}).get("data", {})
    return {
        "original": links.original(asset_id, newest) if last.get("status") == "done" else None,
        "versions": [_version(found, number) for number in sorted(found.facets, reverse=True) if number],
        "rendition_list": renditions(found, deps.settings.public_url),
        "facts": _facts(found),
        "origin": OriginItem(**said._asdict(), words=said.words) if (said := origin(shown)) else None,
        "films": [FilmItem(**asdict(film)) for film in _films(deps, found)],
        "described": [DescribedItem(**term._asdict()) for term in described(shown)],
        "out_of_inbox": shown.get("retired", []),
        "removed": last.get("data", {}).get("removed", []),
        "same_bytes": [{"id": twin["id"], "key": twin["key"]} for twin in found.twins],
    }


def _of_links(found: one.Whole, fields: dict[str, Any]) -> dict[str, Any]:
    said = found.shown.get("links", {}).get("data", {})
    limits = {link["sku"]: link.get("limits") for link in said.get("links", [])}
    return {
        "links": [LinkItem(**link, limits=limits.get(link["sku"])) for link in found.links],
        "conflict_list": _conflicts(said, fields),
        "role_seen": _role_seen(found, fields),
    }


def _of_tags(found: one.Whole) -> dict[str, Any]:
    tags, later = (found.shown.get(name, {}).get("data", {}) for name in ("tags", TAGS_LATER))
    return {
        "tags": [LabelItem(**label) for label in found.labels],
        "palette": waves.colours(tags, later),
        "unjudged": tags.get("quality", {}).get("left_out", {}),
        "quality_parts": tags.get("quality", {}).get("parts", {}),
        "composition": waves.composed(tags, later),
        "detail": later.get("detail", {}),
        "barcodes": later.get("barcodes", []),
        "text": later.get("text", []),
        "language": later.get("language"),
    }


def _of_words(known: Facts) -> dict[str, Any]:
    return {
        "alt": {language: TextItem(**text._asdict()) for language, text in choose.alts(known).items()},
        "caption": {language: TextItem(**text._asdict()) for language, text in choose.captions(known).items()},
    }


async def _used(deps: Deps, asset_id: str, fields: dict[str, Any]) -> list[UsedItem]:
    """Places that were reported, and feeds that gave it."""
    fed = await handed.feeds_of(deps.database, asset_id)
    return [
        *(UsedItem(**one) for one in usage.places(fields)),
        *(
            UsedItem(place=f"feed {row['feed']}, {row['sku']}", channel=row["feed"].split(".")[0], seen=row["at"])
            for row in fed
        ),
    ]


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

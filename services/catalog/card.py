"""What the grid shows of one asset: a pure function of its facets, its decisions and its products' names."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from runtime import waves
from schemas.curation import APPROVAL, AVAILABLE_FROM, AVAILABLE_UNTIL
from schemas.head import ENDED
from schemas.own_file import given_for
from schemas.tags import TAGS_LATER, TAGS_SHOTS
from services.catalog import causes, curation
from services.catalog.audits.judged import Called, judged
from services.catalog.curation import LinkRow
from services.catalog.described import SUBJECT, described
from services.catalog.meaning.phrases import phrases
from services.catalog.role_seen import role_seen
from services.catalog.said.codes import gtin
from services.catalog.state import Seen, Standing, ready_at, standing
from services.catalog.tones import tones

HELD = ("linked", "confirmed")
NOT_PHOTOGRAPHED = ("document", "model")
"""Kinds whose picture is drawn: what makes a photograph good says nothing of a page of text."""
LEGIBLE_TEXT = 2000
"""Characters of text in the picture that are searched. Of a document every word is (`words`)."""


class ProductWords(NamedTuple):
    """What a linked product says of a picture; axes: their values; told: its other attributes and its model's; called:
    what people call it; colour: as it is said of it; languages: that it is named in, where the PIM tells which.
    """

    name: str
    category: str = ""
    axes: str = ""
    gtin: str = ""
    told: str = ""
    called: str = ""
    colour: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """One row of `asset`, and its rows of `link`. `words` are the weighted texts for search, A to D; `phrases` is what
    it is found by in other words.
    """

    id: str
    newest: int
    live: int | None
    shown: int
    name: str
    key: str
    folder: str
    kind: str
    media_type: str
    standing: Standing
    arrived: datetime | None
    bytes: int
    sha256: str | None
    width: int
    height: int
    thumbnail: str | None
    renditions: int
    labels: list[str]
    colours: list[str]
    background: str
    quality: int | None
    links: list[LinkRow]
    conflicts: int
    slot: str
    """The place that its name gives it among its products' pictures, or empty; `edition`: which it says that it is."""
    edition: int
    question: str
    """Cause of what a person is asked about its links; pictures with the same ask the same. Empty: nothing."""
    gone: bool
    """People took its file out of the inbox; the library keeps it."""
    approves: bool
    """Its newest version waits to be approved."""
    rejected: bool
    """Somebody rejected it: it waits for another picture of its name, and for nobody's word."""
    available_from: datetime | None
    available_until: datetime | None
    """From when and until when anybody is given it, where that is limited."""
    limits: dict[str, Any] | None
    """Where alone its rights let it be given; barred: why nobody is given it; archived: that is why."""
    barred: str | None
    archived: bool
    brand: str
    market: str
    channels: list[str]
    codes: list[str]
    own: dict[str, Any]
    """Values of fields that people defined."""
    categories: list[str]
    """Of its products."""
    words: tuple[str, str, str, str]
    phrases: list[str]
    tones: list[int]
    judged: dict[str, Any]
    """What the audit asks of it (audits/judged.py)."""
    live_as: dict[str, Any] | None
    """What the audit asks of the live version, where another is shown (`_live_as`)."""
    thumbnail_at: datetime | None
    ready_at: datetime | None
    serves: str | None = None
    """The asset that it was given for as an own file, and for which preset of it."""
    preset: str | None = None

    @property
    def linked(self) -> list[LinkRow]:
        """Links that hold."""
        return [row for row in self.links if row.standing in HELD]


def card(asset_id: str, facets: Iterable[Seen], products: Mapping[str, ProductWords]) -> Card | None:
    """The card, or None where no version is known yet. `products`: by SKU."""
    versions: dict[int, dict[str, Seen]] = {}
    for seen in facets:
        versions.setdefault(seen.version, {})[seen.facet] = seen
    whole = versions.pop(0, {})
    if not versions:
        return None
    head = whole["head"].data if "head" in whole else {}
    if head.get("state") in ENDED:
        return None
    fields = whole["curation"].data.get("fields", {}) if "curation" in whole else {}
    # What a person discarded, or made a picture of its own, is not shown as this one's newest.
    newest = max(set(versions) - set(head.get("out") or []), default=max(versions))
    shown = _shown(versions, newest, head.get("live"))
    where = standing(versions[newest], _waiting(head, fields, newest))
    if where.state == "waiting" and head.get("cure"):
        where = replace(where, cure=str(head["cure"]))
    live = head.get("live")

    def content(version: int) -> Card:
        return _content(asset_id, newest, live, version, where, versions, fields, products)

    made = content(shown)
    if live in versions and live != shown:
        made = replace(made, live_as=_live_as(content(live)))
    given = given_for(made.key)
    return replace(
        made,
        serves=given.asset if given else None,
        preset=given.preset if given else None,
        approves=where.state == "waiting" and head.get("approves") == newest,
        rejected=where.state == "waiting" and _is_rejected(head, fields, newest),
        available_from=_time(head.get(AVAILABLE_FROM)),
        available_until=_time(head.get(AVAILABLE_UNTIL)),
        limits=head.get("limits"),
        barred=head.get("barred"),
        archived=bool(head.get("archived")),
    )


def _live_as(sold: Card) -> dict[str, Any]:
    """The shop has it until its successor goes live: view `in_shop` reads it."""
    names = ("width", "height", "sha256", "background", "bytes", "quality", "judged")
    arrived = sold.arrived.isoformat() if sold.arrived else None
    held = {"skus": sorted({row.sku for row in sold.linked}), "roles": sorted({row.role for row in sold.linked})}
    return {name: getattr(sold, name) for name in names} | held | {"arrived": arrived}


def _waiting(head: Mapping[str, Any], fields: Mapping[str, Any], newest: int) -> str | None:
    if fields.get("waiting"):
        return str(fields["waiting"])
    if head.get("state") == "waiting" and head.get("newest") == newest:
        return str(head.get("waiting") or "The replacement looks unlike the version before it.")
    return None


def _is_rejected(head: Mapping[str, Any], fields: Mapping[str, Any], newest: int) -> bool:
    asked = newest in (head.get("approves"), head.get("asks"))
    return not asked and isinstance(fields.get(f"{APPROVAL}{newest}"), dict)


def _shown(versions: Mapping[int, Mapping[str, Seen]], newest: int, live: int | None) -> int:
    """The newest version once it has a picture; until then the live one."""
    if _renditions(versions[newest]) or live not in versions:
        return newest
    return live if live is not None else newest


def _renditions(facets: Mapping[str, Seen]) -> dict[str, dict[str, Any]]:
    """Preset → rendition, of all waves."""
    waves = [facets[name] for name in sorted(facets) if name.startswith("renditions") and facets[name].status == "done"]
    return {item["preset"]: item for wave in waves for item in wave.data.get("renditions", [])}


class _Told(NamedTuple):
    """What a version's tags and links say, and what people made of that. first: the first wave's tags as they are."""

    file: Mapping[str, Any]
    first: Mapping[str, Any]
    later: Mapping[str, Any]
    tags: Mapping[str, Any]
    labels: list[str]
    colours: list[str]
    links: list[LinkRow]


def _told(facets: Mapping[str, Seen], fields: Mapping[str, Any]) -> _Told:
    file, first, later = (_data(facets, name) for name in ("file", "tags", TAGS_LATER))
    tags = {**first, **_known_later(later), "composition": waves.composed(first, later)}
    said = curation.labels(waves.labelled(tags, _data(facets, TAGS_SHOTS)), fields)
    return _Told(
        *(file, first, later, tags),
        labels=_once(item["label"] for item in said if item["decision"] != "rejected"),
        colours=_once(item["name"] for item in tags.get("colours", [])),
        links=curation.links(_data(facets, "links"), fields),
    )


def _content(
    asset_id: str,
    newest: int,
    live: int | None,
    shown: int,
    where: Standing,
    versions: Mapping[int, Mapping[str, Seen]],
    fields: Mapping[str, Any],
    products: Mapping[str, ProductWords],
) -> Card:
    facets, last = versions[shown], _data(versions[newest], "file")
    told, made, linked = _told(facets, fields), _renditions(facets), _data(facets, "links")
    file, first, later, tags, labels, colours, links = told
    size = _data(facets, "renditions") or _data(facets, "renditions.first")
    key, kind = str(last.get("key") or file.get("key") or asset_id), str(file.get("kind") or "")
    begun, profile = facets.get("renditions.first") or facets.get("renditions"), last.get("profile") or {}
    return Card(
        id=asset_id, newest=newest, live=live, shown=shown, name=posixpath.basename(key), key=key,
        folder=posixpath.dirname(key), kind=kind,
        media_type=str(file.get("media_type") or ""), standing=where, arrived=_time(file.get("arrived")),
        bytes=int(file.get("bytes") or 0), sha256=file.get("sha256"), width=int(size.get("width") or 0),
        height=int(size.get("height") or 0), thumbnail=made["thumbnail"]["key"] if "thumbnail" in made else None,
        renditions=len(made), labels=labels, colours=colours, background=waves.background(first, later),
        quality=_score(kind, tags), links=links, conflicts=len(linked.get("conflicts", [])),
        slot=str(linked.get("slot") or ""), edition=int(linked.get("edition") or 0),
        question=asked.cause if (asked := causes.question(linked, fields)) else "",
        gone=key in last.get("removed", []), approves=False, rejected=False,
        available_from=None, available_until=None, limits=None, barred=None, archived=False,
        brand=str(profile.get("brand") or ""), market=str(profile.get("market") or ""),
        channels=sorted({str(one["channel"]) for one in made.values() if one.get("channel")}),
        codes=_codes(tags, links, products), own=curation.own(fields), categories=_categories(links, products),
        words=_words(_names(versions, key), told, products, fields), phrases=_phrases(told, products, fields),
        tones=tones(waves.colours(first, later)), judged=judged(file, first, later, links, _called(products), fields),
        live_as=None, thumbnail_at=begun.written if begun else None, ready_at=ready_at(facets),
    )  # fmt: skip


def _score(kind: str, tags: Mapping[str, Any]) -> int | None:
    score = tags.get("quality", {}).get("score") if kind not in NOT_PHOTOGRAPHED else None
    return None if score is None else round(float(score))


def _categories(links: list[LinkRow], products: Mapping[str, ProductWords]) -> list[str]:
    return sorted({products[row.sku].category for row in links if row.standing in HELD and row.sku in products} - {""})


def _called(products: Mapping[str, ProductWords]) -> dict[str, Called]:
    return {sku: Called(one.called, one.colour, one.languages) for sku, one in products.items()}


def _names(versions: Mapping[int, Mapping[str, Seen]], key: str) -> list[str]:
    """All keys that its versions came by, the newest first."""
    keys = (str(_data(versions[number], "file").get("key") or "") for number in sorted(versions, reverse=True))
    return _once([key, *filter(None, keys)])


def _words(
    keys: list[str], told: _Told, products: Mapping[str, ProductWords], fields: Mapping[str, Any]
) -> tuple[str, str, str, str]:
    file, _, _, tags, labels, colours, links = told
    held = [row for row in links if row.standing in HELD]
    skus = sorted({row.sku for row in held})
    codes = [str(code.get(name) or "") for code in tags.get("barcodes", []) for name in ("text", "gtin")]
    text = " ".join(str(item.get("text", "")) for item in tags.get("text", []))[:LEGIBLE_TEXT]
    text = f"{text} {tags.get('words', '')}"
    said = list(described(file))
    subject = [one.value for one in said if one.name in SUBJECT] + curation.texts(fields)
    rest = [one.value for one in said if one.name not in SUBJECT]
    shown = [products[sku] for sku in skus if sku in products]
    seen = role_seen(links, tags["composition"], fields)
    view = [seen.role] if seen else []
    named = {" ".join((one.name, one.category, one.axes, one.gtin)) for one in shown}
    return (
        plain(" ".join([*map(posixpath.basename, keys), *skus, *codes])),
        plain(" ".join([*labels, *subject, *sorted(named)])),
        plain(" ".join([*colours, *sorted({row.role for row in held}), *view, *map(posixpath.dirname, keys)])),
        plain(" ".join([text, *rest, *sorted({one.told for one in shown})])),
    )


def _phrases(told: _Told, products: Mapping[str, ProductWords], fields: Mapping[str, Any]) -> list[str]:
    file, _, _, tags, labels, colours, links = told
    skus = sorted({row.sku for row in links if row.standing in HELD})
    named = sorted({(products[sku].name, products[sku].category) for sku in skus if sku in products})
    written = [one for one in described(file) if one.name in SUBJECT]
    said = [part for one in written for part in (one.value.split(",") if one.name == "keywords" else [one.value])]
    lines = [str(item.get("text", "")) for item in tags.get("text", [])]
    return phrases(labels, colours, named, [*said, *curation.texts(fields)], lines)


def _codes(tags: Mapping[str, Any], links: list[LinkRow], products: Mapping[str, ProductWords]) -> list[str]:
    seen = (str(code.get(name) or "") for code in tags.get("barcodes", []) for name in ("text", "gtin"))
    said = (products[row.sku].gtin for row in links if row.standing in HELD and row.sku in products)
    return sorted({code(one) for one in (*seen, *said) if one})


def code(text: str) -> str:
    """A barcode's content in one way of writing: numbers as GTINs are, with 14 digits, all else as it is."""
    return gtin(text) or text


def plain(text: str) -> str:
    """Words and numbers only, each once: PostgreSQL's parser would take `red_front.jpg` for a host's name."""
    return " ".join(dict.fromkeys(re.findall(r"[^\W_]+", text.lower())))


def _known_later(later: Mapping[str, Any]) -> dict[str, Any]:
    """Codes and text, which the second wave finds, and the colours of a product that had to be cut out."""
    return {name: later[name] for name in ("barcodes", "text", "words", "colours") if later.get(name)}


def _once(names: Iterable[object]) -> list[str]:
    """In their order; two shades may have one name."""
    return list(dict.fromkeys(str(name) for name in names))


def _data(facets: Mapping[str, Seen], name: str) -> Mapping[str, Any]:
    return facets[name].data if name in facets else {}


def _time(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None

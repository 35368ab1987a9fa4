"""What is known of a picture that words can be made of. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime import waves
from services.catalog import curation
from services.catalog.alt_text.localized import Texts, localized
from services.catalog.alt_text.phrases import is_colour, is_view

NAMES = ("name", "label", "title")
TAUGHT = "taught"
"""Source of tags in the shop's own words; those of other models are English."""
MOSTLY = 0.5
"""Share of the product from which on a colour that was seen is the product's."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """A product that the picture shows; variants of one model are one. axes: what they have in common."""

    names: Texts
    axes: Mapping[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """views: of the links' roles, else `detail` where the picture itself shows it; nouns: what tags say it shows."""

    subjects: tuple[Subject, ...] = ()
    views: tuple[str, ...] = ()
    nouns: tuple[Texts, ...] = ()
    colour: str = ""
    """As it was seen, and only where the product could be told from what is behind it: of a page it is its paper's."""
    setting: str = ""
    """white, plain, transparent or lifestyle."""
    people: bool = False
    """Somebody may be seen: a flag for rights, which errs towards yes."""
    file: Row = field(default_factory=dict)
    """Data of the `file` facet: what lies beside the picture, and what is in it."""
    said: Row = field(default_factory=dict)
    """What people decided."""


def facts(links: Iterable[Row], facets: Mapping[str, Row]) -> Facts:
    """links: rows of those that hold, with their products; facets: data of those of the shown version, and curation."""
    links, tags, later, file = list(links), *(facets.get(name, {}) for name in ("tags", "tags.later", "file"))
    said = facets.get("curation", {}).get("fields", {})
    composed = waves.composed(tags, later)
    looks = {link["sku"]: link.get("look", ()) for link in facets.get("links", {}).get("links", [])}
    roles = tuple(dict.fromkeys(link["role"] for link in links))
    return Facts(
        subjects=_subjects(links, looks),
        views=tuple(filter(is_view, roles)) or tuple(filter(is_view, [composed.get("view", "")])),
        nouns=_nouns(curation.labels(tags.get("labels", []), said)),
        colour=_colour(tags, later, composed) if file.get("kind") == "image" else "",
        setting=_setting(composed, roles) if file.get("kind") == "image" else "",
        people=bool(composed.get("people")),
        file=file,
        said=said,
    )


def _subjects(links: Iterable[Row], looks: Mapping[str, Any]) -> tuple[Subject, ...]:
    families: dict[str, list[Row]] = {}
    for link in links:
        families.setdefault(link["parent"] or link["sku"], []).append(link)
    # A model says nothing of what its linked variants do not say better.
    ours = ([one for one in family if one["parent"]] or family for family in families.values())
    return tuple(_subject(variants, looks) for variants in ours)


def _subject(variants: list[Row], looks: Mapping[str, Any]) -> Subject:
    axes = [
        {axis: {"": value} for axis, value in looks.get(one["sku"], ())}
        | {axis: localized([axis], value, one["attributes"]) for axis, value in one["axes"].items()}
        for one in variants
    ]
    names = _shared([_names(one) for one in variants]) or _shared([_model_names(one) for one in variants])
    return Subject(names, _shared(axes))


def _shared(several: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: value for key, value in several[0].items() if all(other.get(key) == value for other in several)}


def _names(one: Row) -> dict[str, str]:
    """The model's name, unless the variant's says more than the model's and the axes together."""
    own = localized(NAMES, one["name"], one["attributes"])
    model = _model_names(one)
    axes = {word for value in one["axes"].values() for word in words(value)}
    more = {language: name for language, name in own.items() if words(name) - words(model.get(language, "")) - axes}
    return own | model | more


def _model_names(one: Row) -> dict[str, str]:
    return localized(NAMES, one["model_name"], one["model_attributes"])


def words(text: str) -> set[str]:
    """In small letters, each once."""
    return set(re.findall(r"[^\W_]+", text.casefold()))


def _nouns(labels: Iterable[Row]) -> tuple[Texts, ...]:
    """The models' nouns first: a taught tag may be any property."""
    held = [one for one in labels if one["decision"] != "rejected" and one.get("source") != "person"]
    held = [one for one in held if not is_colour(one["label"])]
    ordered = sorted(held, key=lambda one: one.get("source") == TAUGHT)
    return tuple({"" if one.get("source") == TAUGHT else "en": one["label"]} for one in ordered)


def _colour(tags: Row, later: Row, composed: Row) -> str:
    if not composed.get("box"):
        return ""
    first: Row = next(iter(waves.colours(tags, later)), {})
    return str(first.get("name", "")) if first.get("share", 0) >= MOSTLY else ""


def _setting(composed: Row, roles: Iterable[str]) -> str:
    if composed.get("kind") == "lifestyle" or "lifestyle" in roles:
        return "lifestyle"
    return str(composed.get("background", "")).rpartition(" ")[2]  # pure white and near white are white

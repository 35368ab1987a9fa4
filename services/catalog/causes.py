"""What a person is asked about a picture's links, and which pictures ask for the same reason. Pure.

Pictures with one cause are one decision: the same typo in forty names is answered once.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.links import LinkConflict
from services.catalog.curation import LINK, decided

_WORD = re.compile(r"[^\W_]+")
LIKENESS = "likeness"
"""Kind of the questions that pictures ask which nothing names: which of the products that they look like?"""
OF_ONE_PICTURE = frozenset({"sequence", "burst"})
"""Kinds of evidence whose words name another file: pictures ask the same where the first product is the same."""


@dataclass(frozen=True)
class Option:
    """One answer: the SKUs that it links (the sizes of one colour stand together)."""

    skus: tuple[str, ...]
    confidence: float
    evidence: tuple[Mapping[str, Any], ...]
    both: bool = False
    """It links what the two others link: two articles in one picture."""


@dataclass(frozen=True)
class Question:
    """cause: the same for all pictures that ask the same. why: in words for people."""

    cause: str
    kind: str
    why: str
    options: tuple[Option, ...]

    @property
    def skus(self) -> set[str]:
        """All that may be meant."""
        return {sku for option in self.options for sku in option.skus}


def question(data: Mapping[str, Any], fields: Mapping[str, Any]) -> Question | None:
    """What a `links` facet leaves open under people's decisions; a conflict comes before suggestions."""
    said = decided(fields, LINK)
    for conflict in data.get("conflicts", []):
        if found := _conflict(LinkConflict.model_validate(conflict), said):
            return found
    return _suggestions([one for one in data.get("suggestions", []) if one["sku"] not in said])


def _conflict(conflict: LinkConflict, said: Mapping[str, str]) -> Question | None:
    options = tuple(Option(tuple(skus), 0.5, ()) for skus in conflict.asked(said))
    if not options:
        return None
    why = ". ".join([conflict.cause.rstrip("."), *(one.detail for one in conflict.evidence)])
    key = _key("conflict", [list(option.skus) for option in options], why)
    if len(options) == 2:
        together = tuple(dict.fromkeys(sku for option in options for sku in option.skus))
        options += (Option(together, 0.5, (), both=True),)
    return Question(key, "conflict", why, options)


def _suggestions(found: list[Mapping[str, Any]]) -> Question | None:
    together: dict[str, list[Mapping[str, Any]]] = {}
    for one in found:
        alike = json.dumps([one.get("level"), one.get("look"), one.get("confidence"), one.get("evidence")])
        together.setdefault(alike, []).append(one)
    options = tuple(
        Option(
            tuple(one["sku"] for one in ones), float(ones[0].get("confidence", 0)), tuple(ones[0].get("evidence", []))
        )
        for ones in together.values()
    )
    if not options:
        return None
    first = options[0].evidence
    why = ". ".join(_details(first))
    if {one.get("kind") for one in first} & OF_ONE_PICTURE:
        key = _key("alike", [list(options[0].skus)], "")
    else:
        key = _key("suggestion", [list(option.skus) for option in options], why)
    return Question(key, "suggestion", why, options)


def alike(options: tuple[Option, ...]) -> Question:
    """Of a picture that nothing names, by what looks like it; those ask the same whose first option is the same."""
    key = _key(LIKENESS, [list(options[0].skus)], "")
    return Question(key, LIKENESS, ". ".join(_details(options[0].evidence)), options)


def _details(evidence: Iterable[Mapping[str, Any]]) -> list[str]:
    return [str(one.get("detail", "")) for one in evidence]


def _key(kind: str, skus: list[list[str]], why: str) -> str:
    """Of the reason its words count alone: `MH01_black` and `mh01-black` are asked about together."""
    words = " ".join(_WORD.findall(why.casefold()))
    return hashlib.sha256(json.dumps([kind, skus, words]).encode()).hexdigest()[:16]

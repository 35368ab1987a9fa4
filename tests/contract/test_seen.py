"""The parts of a tags facet: what the tagger finds is typed, and nothing is lost or added on the way."""

import json
from dataclasses import fields
from typing import Any

import pytest

from schemas import seen
from schemas.base import Contract
from schemas.tags import TagsFacet, TagsLaterFacet, TagsShotsFacet
from services.tagger import colours, composition, labels, quality
from services.tagger.taught.views import CONFIDENCE
from tests.contract.test_examples import EXAMPLES

MODELS: dict[str, type[Contract]] = {
    "tags": TagsFacet,
    "tags-drawn": TagsFacet,
    "tags-later": TagsLaterFacet,
    "tags-shots": TagsShotsFacet,
}
PARTS = ("labels", "colours", "composition", "quality", "detail", "shots")


@pytest.mark.parametrize("name", MODELS)
def test_what_a_release_wrote_is_written_as_it_was(name: str) -> None:
    data: dict[str, Any] = json.loads((EXAMPLES / "asset.metadata" / "v1" / f"{name}.json").read_text())["data"]["data"]
    written = MODELS[name].model_validate(data).model_dump(mode="json", exclude_none=True)
    assert {part: written[part] for part in PARTS if part in data} == {
        part: data[part] for part in PARTS if part in data
    }


def test_what_is_not_known_is_not_written() -> None:
    written = TagsFacet().model_dump(mode="json", exclude_none=True)
    assert (written["composition"], written["quality"], written["labels"]) == ({}, {}, [])
    one = TagsFacet.model_validate({"composition": {"people": False, "of_a_newer_release": [1]}})
    assert one.model_dump(mode="json")["composition"] == {"people": False, "of_a_newer_release": [1]}
    assert one.composition.cut_off == []


@pytest.mark.parametrize(
    ("part", "found", "more"),
    [
        (seen.Label, labels.Label, set()),
        (seen.Colour, colours.Colour, set()),
        (seen.Composition, composition.Composition, {CONFIDENCE}),
        (seen.Quality, quality.Quality, {"width", "height"}),
    ],
)
def test_all_that_is_found_is_in_the_contract(part: type[seen.Finding], found: Any, more: set[str]) -> None:
    assert set(part.model_fields) == {field.name for field in fields(found)} | more


@pytest.mark.parametrize("wrong", [{"labels": [{"confidence": 1.2}]}, {"composition": {"faces": "two"}}])
def test_another_type_is_no_tags_facet(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"confidence|faces"):
        TagsFacet.model_validate(wrong)

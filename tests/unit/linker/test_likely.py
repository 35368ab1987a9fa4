"""Likeness and neighbours suggest the style, never link, and say why."""

import pytest

from services.linker.claims import Evidence
from services.linker.likely import Witness, suggested
from services.linker.match import LINKS, SUGGESTIONS, Link, Match
from services.linker.roles import Role

NOTHING = Match(Role("back", 2))


def alike(sku: str, cosine: float, name: str = "x.jpg") -> Witness:
    return Witness(name, sku, "model", cosine)


def test_the_most_similar_picture_comes_first_and_says_why() -> None:
    found = suggested(NOTHING, [alike("B", 0.87), alike("A", 0.93, "a.jpg"), alike("A", 0.81), alike("B", 0.86)])
    assert [link.sku for link in found.suggestions] == ["A", "B"] and not found.links
    first = found.suggestions[0]
    assert (first.level, first.look, first.role, first.position) == ("model", (), "back", 2)
    assert first.evidence == (Evidence("likeness", "Looks like a.jpg (93% alike), which shows A"),)


def test_what_is_hardly_alike_is_not_suggested() -> None:
    assert suggested(NOTHING, [alike("A", 0.6), alike("B", 0.71)]) == NOTHING


def test_neighbours_that_agree_come_before_a_likeness_alone() -> None:
    beside = [Witness("1.jpg", "A", "model", where="before"), Witness("3.jpg", "A", "model", where="after")]
    found = suggested(NOTHING, [alike("B", 0.85), *beside])
    assert [link.sku for link in found.suggestions] == ["A", "B"]
    assert [one.kind for one in found.suggestions[0].evidence] == ["sequence", "sequence"]


@pytest.mark.parametrize("cosine", [0.95, 1.0])
def test_it_never_links(cosine: float) -> None:
    beside = [Witness("1.jpg", "A", "model", where="before"), Witness("3.jpg", "A", "model", where="after")]
    found = suggested(NOTHING, [alike("A", cosine), *beside])
    assert not found.links and found.suggestions[0].confidence < LINKS


def test_what_its_own_words_say_stays_first_and_is_not_said_twice() -> None:
    own = Match(Role("main"), suggestions=(Link("C", "main", 0.6, ()),))
    found = suggested(own, [alike("C", 0.96), *(alike(f"D{n}", 0.9) for n in range(9))])
    assert found.suggestions[0] == own.suggestions[0]
    assert len(found.suggestions) == SUGGESTIONS and len({link.sku for link in found.suggestions}) == SUGGESTIONS

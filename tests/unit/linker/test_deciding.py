"""A machine's findings under people's decisions, which it never overwrites."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.links import LinksFacet
from services.linker.claims import Evidence
from services.linker.deciding import decided
from services.linker.match import Conflict, Link, Match
from services.linker.roles import Role
from tests.fakes.hoodies import product

SAW = (Evidence("filename", "“A” in the file name is SKU A"),)
A = Link("A", "front", 0.97, SAW, position=2)
M = Link("M", "front", 0.95, SAW, level="model", look=(("color", "red"),))
S = Link("S", "back", 0.5, SAW, look=(("color", "blue"),))
CONFLICT = Conflict(("A", "B"), "Two products are named at once.", SAW)
B_RED = Link("B-RED", "front", 0.97, SAW, look=(("color", "red"),))
B = Link("B", "front", 0.97, SAW, level="model", look=(("color", "red"),))
TORN = Match(
    Role("front", named=True),
    conflicts=(Conflict(("A", "B", "B-RED"), "A and B are named.", SAW, (("A",), ("B-RED", "B")), (A, B_RED, B)),),
)
FOUND = Match(Role("front", named=True), (A, M), (S,), (CONFLICT,))


def skus(found: LinksFacet) -> tuple[list[str], list[str]]:
    return [link.sku for link in found.links], [link.sku for link in found.suggestions]


@pytest.mark.parametrize(
    ("people", "links", "suggestions"),
    [
        ({}, ["A", "M"], ["S"]),
        ({"A": "confirmed"}, ["A", "M"], ["S"]),
        ({"A": "rejected"}, ["M"], ["S"]),
        ({"A": "rejected", "M": "rejected", "S": "rejected"}, [], []),
        ({"S": "rejected"}, ["A", "M"], []),
        ({"S": "confirmed"}, ["A", "M", "S"], []),
        ({"X": "linked"}, ["A", "M", "X"], ["S"]),
        ({"X": "rejected"}, ["A", "M"], ["S"]),
        ({"A": "a word of the future"}, ["A", "M"], ["S"]),
    ],
)
def test_who_is_linked(people: dict[str, Any], links: list[str], suggestions: list[str]) -> None:
    assert skus(decided(FOUND, people)) == (links, suggestions)


def test_a_role_that_a_person_gave_counts_for_all_its_products_and_comes_first() -> None:
    found = decided(FOUND, {}, "main")
    assert {(link.role, link.position) for link in found.links} == {("main", -1)}
    assert all(link.evidence[-1].detail == "A person gave it the role main" for link in found.links)
    assert decided(FOUND, {}, "a role of the future") == decided(FOUND, {}, None) == decided(FOUND, {})


def test_without_people_it_is_what_the_machine_found() -> None:
    found = decided(FOUND, {})
    a, m = found.links
    assert (a.role, a.confidence, a.position, a.level, a.look) == ("front", 0.97, 2, "product", [])
    assert (m.level, m.look) == ("model", [("color", "red")])
    assert [e.detail for e in a.evidence] == [SAW[0].detail]
    (conflict,) = found.conflicts
    assert (conflict.skus, conflict.cause) == (["A", "B"], "Two products are named at once.")


@pytest.mark.parametrize(("word", "said"), [("confirmed", "Confirmed by a person"), ("linked", "Linked by a person")])
def test_a_persons_yes_is_evidence_beside_the_machines(word: str, said: str) -> None:
    link = decided(FOUND, {"A": word}).links[0]
    assert link.confidence == 1.0
    assert [(e.kind, e.detail) for e in link.evidence] == [("filename", SAW[0].detail), ("person", said)]


@pytest.mark.parametrize(("sku", "machine"), [("A", A), ("M", M), ("S", S)])
def test_a_persons_yes_changes_nothing_else_of_a_link(sku: str, machine: Link) -> None:
    """Not its role, place, level nor look: media of siblings hang on these."""
    (link,) = [one for one in decided(FOUND, {sku: "confirmed"}).links if one.sku == sku]
    assert (link.role, link.position, link.level) == (machine.role, machine.position, machine.level)
    assert tuple(link.look) == machine.look


def test_a_person_links_what_the_machine_did_not_see() -> None:
    (link,) = decided(Match(Role("detail", named=True)), {"X": "linked"}).links
    assert (link.sku, link.role, link.confidence, link.level) == ("X", "detail", 1.0, "product")
    assert [e.kind for e in link.evidence] == ["person"]


@pytest.mark.parametrize(
    ("people", "left"),
    [
        ({}, [["A", "B"]]),
        ({"X": "rejected"}, [["A", "B"]]),
        ({"A": "rejected"}, []),
        ({"A": "rejected", "B": "rejected"}, []),
    ],
)
def test_what_a_person_rejected_contradicts_nothing(people: dict[str, str], left: list[list[str]]) -> None:
    assert [conflict.skus for conflict in decided(FOUND, people).conflicts] == left


def test_a_conflict_of_three_goes_on_between_two() -> None:
    found = Match(Role("front", named=True), (), (), (Conflict(("A", "B", "C"), "Three are named.", SAW),))
    assert [conflict.skus for conflict in decided(found, {"B": "rejected"}).conflicts] == [["A", "C"]]


def test_a_conflict_about_one_product_stays() -> None:
    found = Match(Role("front", named=True), (), (), (Conflict(("A",), "Two colours are named.", SAW),))
    assert [conflict.skus for conflict in decided(found, {}).conflicts] == [["A"]]
    assert decided(found, {"A": "rejected"}).conflicts == []


def test_who_answers_a_conflict_keeps_what_the_machine_saw_of_it() -> None:
    found = decided(TORN, {"B": "confirmed", "B-RED": "confirmed", "A": "rejected"})
    assert [(link.sku, link.level, link.look) for link in found.links] == [
        ("B", "model", [("color", "red")]),
        ("B-RED", "product", [("color", "red")]),
    ]
    assert [one.kind for one in found.links[0].evidence] == ["filename", "person"]
    assert (found.suggestions, found.conflicts) == ([], [])


def test_what_is_left_when_the_others_are_rejected_stands_by_its_own_evidence() -> None:
    found = decided(TORN, {"A": "rejected"})
    assert skus(found) == (["B", "B-RED"], []) and found.conflicts == []
    assert skus(decided(TORN, {"B": "rejected", "B-RED": "rejected"})) == (["A"], [])
    assert skus(decided(TORN, dict.fromkeys(("A", "B", "B-RED"), "rejected"))) == ([], [])


def test_what_is_left_waits_for_a_person_where_it_is_unsure() -> None:
    weak = replace(TORN.conflicts[0], links=tuple(replace(link, confidence=0.5) for link in (A, B_RED, B)))
    assert skus(decided(replace(TORN, conflicts=(weak,)), {"A": "rejected"})) == ([], ["B-RED", "B"])


def test_of_an_answer_of_several_the_rest_is_still_asked_about() -> None:
    (conflict,) = decided(TORN, {"B": "rejected"}).conflicts
    assert (conflict.skus, conflict.options) == (["A", "B-RED"], [["A"], ["B-RED"]])


def test_a_person_links_at_the_level_and_in_the_look_of_the_product() -> None:
    shop = [product("S-1-WHI", parent="S-1", axes={"color": "White"}), product("S-1", kind="model")]
    found = decided(Match(Role("main", named=False)), {"S-1": "linked", "S-1-WHI": "linked"}, None, shop)
    assert [(one.level, one.look) for one in found.links] == [("model", []), ("product", [("color", "white")])]


WORDS = st.dictionaries(st.sampled_from("AMSX"), st.sampled_from(["confirmed", "linked", "rejected"]))


@given(WORDS, st.sets(st.sampled_from([A, M, S])), st.sets(st.sampled_from([A, M, S])))
def test_a_machine_never_overwrites_a_person(people: dict[str, str], strong: set[Link], weak: set[Link]) -> None:
    """Whatever the machine finds tomorrow."""
    linked, suggested = skus(decided(Match(Role("main", named=False), tuple(strong), tuple(weak - strong)), people))
    assert linked == sorted(set(linked))
    for sku, word in people.items():
        assert (sku in linked) is (word != "rejected")
        assert sku not in suggested

"""A product's pictures against a channel's rules."""

import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.channels.candidate import Candidate
from services.catalog.channels.judge import Product, _too_few, judge
from services.catalog.channels.load import load_channels
from services.catalog.channels.model import MetadataRules, Slot
from services.catalog.channels.naming import GRAMMARS, Ids
from services.catalog.channels.verdict import Readiness
from tests.unit.catalog.channels.pictures import MADE, WHITE, candidate, rendition

OURS = sorted(load_channels())
CHANNELS = load_channels(Path(__file__).parents[4] / "deploy" / "channels")
GREY = rendition("marketplace", filled=[1, 1], pure_white=False)
TODAY = date(2026, 11, 29)
KNOWN = Ids(gtin="4006381333931")
LATER = date(2027, 2, 1)


def on(channel: str, *media: Candidate, day: date = TODAY) -> Readiness:
    rules = CHANNELS[channel].on(day)
    assert rules is not None
    return judge(CHANNELS[channel], rules, Product("MH01", list(media), KNOWN), day)


def rules_of(verdict: Readiness, state: str) -> set[str]:
    found = [one for place in verdict.places for one in place.findings]
    found += [one for place in verdict.places for picture in place.pictures for one in picture.findings]
    return {one.rule for one in found if one.state == state}


def test_what_a_machine_cannot_judge_waits_for_a_person() -> None:
    verdict = on("amazon", candidate())
    assert (verdict.state, rules_of(verdict, "person")) == ("person", {"person"})
    assert on("amazon", candidate(said={"amazon": "confirmed"})).state == "ready"
    assert on("amazon", candidate(said={"shopify": "confirmed"})).state == "person"
    assert on("amazon", candidate(said={"amazon": "rejected"})).state == "blocked"


def test_who_answers_for_what_is_a_persons_answers_for_nothing_that_is_measured() -> None:
    rules = CHANNELS["amazon"].rules[0]

    def trusted(one: Candidate) -> Readiness:
        return judge(CHANNELS["amazon"], rules, Product("MH01", [one], KNOWN), TODAY, trusting=True)

    assert trusted(candidate()).state == "ready"
    over = trusted(candidate(text=[{"text": "SALE", "box": [0.4, 0.4, 0.1, 0.1]}]))
    assert over.state == "person" and rules_of(over, "person") == {"text"}
    assert trusted(candidate(state="to approve")).state == "person"
    assert trusted(candidate(said={"amazon": "rejected"})).state == "blocked"


def test_what_amazon_does_not_know_is_not_ready() -> None:
    rules = CHANNELS["amazon"].rules[0]
    one = Product("MH01", [candidate(said={"amazon": "confirmed"})])
    found = judge(CHANNELS["amazon"], rules, one, TODAY)
    assert found.state == "blocked" and rules_of(found, "blocked") == {"naming"}


def test_a_persons_word_answers_what_was_asked_and_what_later_rules_ask_is_asked_again() -> None:
    read = candidate(text=[{"text": "LUMA", "box": [0.4, 0.4, 0.1, 0.05]}])
    asked = [one.question for one in on("amazon", read).places[0].pictures[0].findings]
    sentence = "No logo, border or watermark; nothing that is not sold with it"
    assert asked == ["text", sentence]
    looked = dataclasses.replace(read, said={"amazon": "confirmed"})
    answered = dataclasses.replace(looked, answered={"amazon": frozenset(asked)})
    assert on("amazon", answered).state == "ready"
    half = dataclasses.replace(answered, answered={"amazon": frozenset(["text"])})
    (left,) = [one for one in on("amazon", half).places[0].pictures[0].findings if one.state == "person"]
    assert left.question == sentence
    assert on("amazon", dataclasses.replace(answered, answered={"amazon": frozenset()})).state == "person"
    assert on("amazon", looked).state == "ready", "said before answers were kept"


def test_a_product_without_a_picture_is_blocked_and_hears_which() -> None:
    verdict = on("webshop")
    assert verdict.state == "blocked" and verdict.places[0].missing == ["main", "front"]
    assert "Drop a picture with the role main or front." in verdict.places[0].findings[0].cure


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("ground", {"composition": {"background": "scene"}, "renditions": (GREY,)}),
        ("filled", {"renditions": (rendition("marketplace", filled=[0.4, 0.3], pure_white=True),)}),
        ("longer_side", {"renditions": (rendition("marketplace", 450, 450, filled=[1, 1], pure_white=True),)}),
        ("bytes", {"renditions": ({**rendition("marketplace", **WHITE), "bytes": 11_000_000},)}),
        ("formats", {"renditions": ({**rendition("marketplace", **WHITE), "format": "webp"},)}),
        ("packshot", {"composition": {"kind": "lifestyle"}}),
        ("whole", {"composition": {"cut_off": ["left"]}}),
        ("text", {"text": [{"text": "SALE", "box": [0.0, 0.0, 0.05, 0.05]}]}),
        ("state", {"state": "refused"}),
    ],
)  # fmt: skip
def test_each_fault_blocks_by_its_own_rule(rule: str, changes: dict[str, Any]) -> None:
    assert rules_of(on("amazon", candidate()), "blocked") == set()
    verdict = on("amazon", candidate(**changes))
    assert verdict.state == "blocked"
    assert rules_of(verdict, "blocked") == {rule, "least"}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("text", {"text": [{"text": "LUMA", "box": [0.4, 0.4, 0.1, 0.05]}]}),
        ("whole", {"composition": {"cut_off": ["top"], "people": True}}),
        ("whole", {"composition": {"cut_off": ["bottom"], "people": False}}),
        ("ground", {"renditions": (rendition("marketplace", filled=[0.9, 0.9]),)}),
        ("filled", {"renditions": (rendition("marketplace", pure_white=True),)}),
    ],
)
def test_doubt_goes_to_a_person_and_a_person_settles_it(rule: str, changes: dict[str, Any]) -> None:
    verdict = on("amazon", candidate(**changes))
    assert verdict.state == "person" and rule in rules_of(verdict, "person")
    assert on("amazon", candidate(**changes, said={"amazon": "confirmed"})).state == "ready"


@pytest.mark.parametrize("missing", ["tags", "tags.later", "renditions"])
def test_what_is_still_to_come_is_no_fault(missing: str) -> None:
    verdict = on("amazon", candidate(without=(missing,)))
    assert rules_of(verdict, "blocked") == set()
    assert rules_of(verdict, "fixable")


def test_no_long_thin_product_is_too_small_for_amazon() -> None:
    belt = candidate(renditions=(rendition("marketplace", filled=[0.12, 0.98], pure_white=True),))
    assert rules_of(on("amazon", belt), "blocked") == set()
    said = dataclasses.replace(belt, said={"amazon": "confirmed"})
    assert on("amazon", said).state == "ready"
    assert rules_of(on("bol", belt), "blocked") == {"content", "least"}, "it asks for 500 px without margin"


def test_a_ground_that_is_not_white_is_never_passed_because_the_product_leaves_the_picture() -> None:
    leaves = {"cut_off": ["left"], "background": "pure white"}
    one = candidate(composition=leaves, renditions=(rendition("marketplace", filled=[1, 0.9], pure_white=False),))
    verdict = on("bol", one)
    assert verdict.state == "person" and "ground" in rules_of(verdict, "person")


def test_where_the_product_leaves_the_picture_it_is_not_the_ground_that_is_wrong() -> None:
    cut = {"cut_off": ["bottom"], "people": True}
    verdict = on(
        "amazon", candidate(composition=cut, renditions=(rendition("marketplace", filled=[0.9, 1], pure_white=False),))
    )
    assert rules_of(verdict, "blocked") == set() and "whole" in rules_of(verdict, "person")


def test_what_is_being_worked_on_is_on_its_way() -> None:
    assert on("webshop", candidate(state="working")).state == "fixable"


def test_a_rendition_that_is_owed_is_fixable_and_one_that_render_left_out_is_not() -> None:
    owed = on("print", candidate(renditions=MADE, owes=frozenset({"renditions.later"})))
    assert owed.state == "fixable" and "still being made" in owed.places[0].pictures[0].findings[0].cause
    lacking = on("print", candidate())
    assert lacking.state == "blocked", "nothing will make it by itself"
    assert "presets apply" in lacking.places[0].pictures[0].findings[0].cure
    left = candidate()
    left.facets["renditions"][1]["skipped"] = [{"preset": "print-cmyk", "recipe": "x", "reason": "It does not lie."}]
    assert on("print", left).state == "blocked"


@pytest.mark.parametrize(("colours", "state"), [("cmyk", "ready"), ("srgb", "blocked"), (None, "person")])
def test_a_press_is_given_its_own_colours_and_nothing_that_nobody_knows(colours: str | None, state: str) -> None:
    tiff = {**rendition("print-cmyk", 2400, 2400), "format": "tiff", "colours": colours}
    verdict = on("print", candidate(renditions=(tiff,), said={"amazon": "confirmed"}))
    found = [one.state for one in verdict.places[0].pictures[0].findings if one.rule == "colours"]
    assert found == ([] if state == "ready" else [state])


def test_a_rule_that_begins_later_is_asked_for_its_day() -> None:
    small = candidate(renditions=(rendition("zoom", 400, 300),), said={"google-merchant": "confirmed"})
    assert on("google-merchant", small).state == "ready"
    verdict = on("google-merchant", small, day=LATER)
    assert (verdict.state, verdict.since) == ("blocked", date(2027, 1, 31))


def test_a_further_picture_that_does_not_fit_stays_behind_and_blocks_nothing() -> None:
    blurred = candidate("back", quality=5)
    verdict = on("webshop", candidate(), blurred, candidate("detail"))
    assert verdict.state == "ready"
    assert [one.asset_id for one in verdict.places[1].pictures] == ["detail"]


def test_what_nobody_has_approved_waits_for_a_person_and_takes_no_place() -> None:
    alone = on("webshop", candidate(state="to approve"))
    assert alone.state == "person" and alone.places[0].pictures[0].findings[0].cure == "Approve or reject it."
    beside = on("webshop", candidate(state="to approve"), candidate("front"))
    assert [one.asset_id for one in beside.places[0].pictures] == ["front"] and beside.places[0].state == "ready"


def test_the_first_role_of_a_place_goes_before_the_others_and_they_take_the_next() -> None:
    verdict = on("webshop", candidate("front"), candidate("main"))
    assert [[one.role for one in place.pictures] for place in verdict.places[:2]] == [["main"], ["front"]]
    assert [place.spare for place in verdict.places[:2]] == [0, 0]


def test_what_fits_and_has_no_place_is_counted_once() -> None:
    second = dataclasses.replace(candidate("main"), asset_id="second")
    verdict = on("webshop", candidate("main"), second)
    assert [len(place.pictures) for place in verdict.places[:2]] == [1, 0]
    assert [place.spare for place in verdict.places[:2]] == [1, 0]


ROLES = st.sampled_from(["main", "front", "back", "lifestyle", "manual"])
PICTURES = st.builds(
    candidate,
    role=ROLES,
    quality=st.integers(0, 100),
    without=st.sets(st.sampled_from(["file", "tags", "tags.later", "renditions"])).map(tuple),
    said=st.dictionaries(st.sampled_from(OURS), st.sampled_from(["confirmed", "rejected"])),
)


@given(st.sampled_from(OURS), st.lists(PICTURES, max_size=4))
def test_one_more_fitting_picture_never_makes_a_product_worse(channel: str, media: list[Candidate]) -> None:
    good = candidate(renditions=(*MADE, *(rendition(name, 2400, 2400) for name in ("screen", "square", "mobile-828"))))
    states = ["ready", "fixable", "person", "blocked"]
    before, after = on(channel, *media), on(channel, *media, good)
    assert states.index(after.state) <= max(states.index(before.state), states.index(on(channel, good).state))


def test_what_is_drawn_is_not_asked_how_good_a_photograph_it_is() -> None:
    assert "quality" in rules_of(on("webshop", candidate(quality=10)), "blocked")
    drawn = on("webshop", candidate(quality=None))
    assert "quality" not in {finding.rule for place in drawn.places for finding in place.findings}
    assert drawn.state == on("webshop", candidate()).state


def with_file(one: Candidate, **said: Any) -> Candidate:
    """The same, whose file facet says this, too."""
    facets = {**one.facets, "file": ("done", {**one.data("file"), **said})}
    return dataclasses.replace(one, facets=facets)


MACHINE = {"digital_source_type": "trainedAlgorithmicMedia"}


@pytest.mark.parametrize(
    "said",
    [{"embedded": MACHINE}, {"sidecar": MACHINE}, {"embedded": {"c2pa": MACHINE}}],
)
def test_the_mark_of_a_machines_making_goes_out_or_a_person_looks(said: dict[str, Any]) -> None:
    marked = rendition("web", 1200, 1200, origin="trainedAlgorithmicMedia")
    lost = with_file(candidate(), **said)
    assert "metadata" in rules_of(on("google-merchant", lost), "person")
    assert "metadata" in rules_of(on("google-merchant", lost, day=LATER), "person")
    kept = with_file(candidate(renditions=(marked,)), **said)
    assert "metadata" not in rules_of(on("google-merchant", kept), "person")
    assert "metadata" not in rules_of(on("webshop", lost), "person"), "it asks for nothing of the kind"


def test_what_no_machine_made_up_needs_no_mark() -> None:
    taken = with_file(candidate(), embedded={"digital_source_type": "digitalCapture", "gps": True, "make": "Cam"})
    assert "metadata" not in rules_of(on("google-merchant", taken), "person")


@pytest.mark.parametrize(
    ("said", "told"), [({"gps": True}, True), ({"artist": "A. Person"}, True), ({"gps": False}, False), ({}, False)]
)
def test_an_original_that_goes_out_says_nothing_that_must_go(said: dict[str, Any], told: bool) -> None:
    rules = CHANNELS["webshop"].rules[0]
    slot = rules.slots[0].model_copy(update={"preset": None})
    asked = MetadataRules(strip=["place", "people"])
    strict = rules.model_copy(update={"slots": [slot], "metadata": asked})
    one = with_file(candidate(), embedded=said)
    verdict = judge(CHANNELS["webshop"], strict, Product("MH01", [one]), TODAY)
    assert ("metadata" in rules_of(verdict, "blocked")) is told
    made = strict.model_copy(update={"slots": rules.slots})
    assert "metadata" not in rules_of(judge(CHANNELS["webshop"], made, Product("MH01", [one]), TODAY), "blocked")


@pytest.mark.parametrize(
    ("ids", "fits"),
    [
        (Ids(), False),
        (Ids(gtin="4006381333931"), True),
        (Ids(gtin="4006381333932"), False),
        (Ids(asin="B00ABCDEFG"), False),
    ],
)
def test_what_cannot_be_named_is_blocked_where_names_are_asked_for(ids: Ids, fits: bool) -> None:
    rules = CHANNELS["webshop"].rules[0].model_copy(update={"naming": GRAMMARS["gs1"]})
    verdict = judge(CHANNELS["webshop"], rules, Product("MH01", [candidate()], ids), TODAY)
    assert (verdict.state == "ready") is fits
    assert ("naming" in rules_of(verdict, "blocked")) is not fits
    advice = rules.model_copy(update={"naming": GRAMMARS["gs1"].model_copy(update={"required": False})})
    told = judge(CHANNELS["webshop"], advice, Product("MH01", [candidate()], ids), TODAY)
    assert told.state == "ready" and ("naming" in rules_of(told, "ready")) is not fits


@pytest.mark.parametrize(
    ("name", "count", "advised", "said"),
    [
        ("further", 2, 3, "2 further pictures; 3 are better."),
        ("further", 0, 1, "No further pictures; 1 is better."),
        ("picture", 1, 2, "1 picture; 2 are better."),
    ],
)
def test_what_would_be_better_is_said_in_plain_words(name: str, count: int, advised: int, said: str) -> None:
    slot = Slot(name=name, roles=["front"], least=0, advised=advised)
    assert [one.cause for one in _too_few(slot, count, count)] == [said]


def test_pictures_that_fit_nowhere_are_named_and_those_that_stay_behind_for_room_are_not() -> None:
    """A verdict's places show what goes out, and of the rest only what is needed."""
    small = [rendition("zoom", 300, 300), rendition("web", 300, 300)]
    further = candidate("back", renditions=tuple(small))
    verdict = on("webshop", candidate(), further)
    assert verdict.state == "ready" and verdict.blocked == ["back"]
    assert on("webshop", candidate(), candidate("back")).blocked == []

"""What of new verdicts is news, and that nothing gets lost from one look to the next."""

import gzip
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.readiness import Reason, State
from services.catalog.channels.standing import Next, Part, Verdict, followed, part_of

NOW = datetime(2026, 11, 29, tzinfo=UTC)
SINCE = date(2026, 1, 1)
STATES: tuple[State, ...] = ("ready", "fixable", "person", "blocked")


def verdict(state: State, *rules: str) -> Verdict:
    return Verdict(state, SINCE, tuple(Reason(slot="main", rule=rule, cause=f"{rule}.") for rule in rules))


def look(before: Part | None, _whole: bool = True, /, **states: dict[str, Verdict]) -> Next:
    return followed(before, states, ["amazon", "web"], NOW, whole=_whole)


FIRST = look(None, A={"amazon": verdict("blocked", "least")}, B={"amazon": verdict("ready")}).part


def told(found: Next) -> list[tuple[str, str, str | None, str | None]]:
    return [(one.sku, one.market, one.before, one.after) for one in found.news]


def test_a_first_look_is_no_news_and_the_same_again_is_none() -> None:
    assert not look(None, A={"amazon": verdict("ready")}).news
    again = look(FIRST, A={"amazon": verdict("blocked", "least")}, B={"amazon": verdict("ready")})
    assert again == Next(FIRST, [])


def test_what_changed_says_what_was_and_what_is_in_the_way() -> None:
    found = look(FIRST, False, A={"amazon": verdict("ready")}, B={"amazon": verdict("person", "text", "person")})
    assert told(found) == [("A", "", "blocked", "ready"), ("B", "", "ready", "person")]
    better, worse = found.news
    assert better.rules_before == ["least"] and better.reasons == []
    assert [one.rule for one in worse.reasons] == ["text", "person"] and worse.since == SINCE


def test_another_reason_alone_is_no_news_but_is_known_next_time() -> None:
    found = look(FIRST, False, A={"amazon": verdict("blocked", "ground")})
    assert not found.news
    (news,) = look(found.part, False, A={"amazon": verdict("ready")}).news
    assert news.rules_before == ["ground"]


def test_a_new_channel_is_no_news_and_is_one_from_then_on() -> None:
    before = followed(None, {"A": {"amazon": verdict("ready")}}, ["amazon"], NOW, whole=True).part
    both = {"amazon": verdict("ready"), "web": verdict("ready")}
    found = look(before, A=both)
    assert not found.news and found.part.channels == ["amazon", "web"]
    assert told(look(found.part, A={**both, "web": verdict("blocked")})) == [("A", "", "ready", "blocked")]


@pytest.mark.parametrize("state", STATES)
def test_a_new_product_is_news_where_it_is_ready_and_one_that_goes_where_it_was(state: State) -> None:
    standing = {"A": {"amazon": verdict("blocked", "least")}, "B": {"amazon": verdict("ready")}}
    found = look(FIRST, True, **standing, C={"amazon": verdict(state)})
    assert told(found) == ([("C", "", None, "ready")] if state == "ready" else [])
    gone = look(found.part, True, **standing)
    assert told(gone) == ([("C", "", "ready", None)] if state == "ready" else [])
    assert "C" not in gone.part.said


def test_what_is_not_looked_at_stays() -> None:
    assert look(FIRST, False, A={"amazon": verdict("blocked", "least")}).part == FIRST


def test_a_market_is_told_what_everybody_is_until_something_names_it() -> None:
    named = look(FIRST, False, B={"amazon": verdict("ready"), "amazon/fr": verdict("blocked", "least")})
    assert told(named) == [("B", "fr", "ready", "blocked")]
    same = look(named.part, False, B={"amazon": verdict("ready")})
    assert told(same) == [("B", "fr", "blocked", "ready")]


Looks = st.lists(st.dictionaries(st.sampled_from("ABC"), st.sampled_from(STATES), max_size=3), max_size=8)


@given(Looks)
def test_whoever_adds_up_the_news_knows_how_it_stands(looks: list[dict[str, State]]) -> None:
    part = look(None).part
    known: dict[str, State | None] = {}
    for states in looks:
        found = look(part, True, **{sku: {"amazon": verdict(state)} for sku, state in states.items()})
        for one in found.news:
            assert (one.before == "ready") is (known.get(one.sku) == "ready")
            known[one.sku] = one.after
        part = Part.read(found.part.body())
        assert {sku for sku, state in known.items() if state == "ready"} == {
            sku for sku, state in states.items() if state == "ready"
        }


def test_a_part_is_what_postgresql_makes_of_it() -> None:
    assert [part_of(sku) for sku in ("MH01", "WS-Größe")] == ["2", part_of("WS-Größe")]


def test_a_part_as_it_was_written_before_is_read() -> None:
    assert Part.read(gzip.compress(FIRST.model_dump_json(exclude_none=True).encode())) == FIRST
    odd = FIRST.model_copy(update={"said": {"A\nB\u2028\x85": {"web": "ready"}}})
    assert Part.read(odd.body()) == odd

"""What frames of one burst learn of each other, and what they do not."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.links import Evidence, Link
from services.linker.burst import Witness, is_near, shared, window
from services.linker.match import Match
from services.linker.roles import Role
from services.linker.sequence import clock

NOTHING = Match(Role("back", 2))
AT = "2026:05:01 10:00:00"
PARTS = st.sampled_from(["", ".0", ".25", ".999999"])
TIMES = st.builds("2026:05:01 {:02}:{:02}:{:02}{}".format, *(st.integers(0, m) for m in (23, 59, 59)), PARTS)


def witness(name: str, *skus: str, taken: str = AT, kind: str = "metadata", torn: bool = False) -> Witness:
    why = Evidence(
        kind=kind, detail="“A” in the object's tags is SKU A" if kind == "metadata" else "Linked by a person"
    )
    links = tuple(Link(sku=sku, role="main", confidence=0.97, evidence=[why], level="product") for sku in skus)
    return Witness(f"shoot/{name}", taken, links, torn)


def test_a_frame_that_says_nothing_shows_what_its_burst_shows_in_its_own_role() -> None:
    found = shared(NOTHING, f"{AT}.25", [witness("IMG_2.jpg", "A", taken=f"{AT}.75"), witness("IMG_3.jpg")])
    (link,) = found.links
    assert (link.sku, link.role, link.position, link.confidence) == ("A", "back", 2, 0.902)
    (why,) = link.evidence
    assert why.kind == "burst"
    assert (
        why.detail == "IMG_2.jpg, taken 0.5 s after it in the same burst, shows it: “A” in the object's tags is SKU A"
    )


def test_a_persons_word_is_what_is_told() -> None:
    (link,) = shared(NOTHING, AT, [witness("IMG_2.jpg", "A", kind="person")]).links
    assert (
        link.evidence[0].detail == "IMG_2.jpg, taken at the same time in the same burst, shows it: Linked by a person"
    )


@pytest.mark.parametrize(
    "others",
    [
        [witness("IMG_2.jpg", "A"), witness("IMG_3.jpg", "B")],
        [witness("IMG_2.jpg", "A"), witness("IMG_3.jpg", torn=True)],
        [witness("IMG_2.jpg")],
        [],
    ],
)
def test_where_frames_do_not_agree_nothing_is_learnt(others: list[Witness]) -> None:
    assert shared(NOTHING, AT, others) == NOTHING


def test_of_frames_that_agree_the_one_that_says_most_is_heard() -> None:
    """One names the model, another its colour, too."""
    others = [witness("IMG_1.jpg", "M"), witness("IMG_2.jpg", "M", "M-RED", taken="2026:05:01 10:00:01")]
    assert all(
        [link.sku for link in shared(NOTHING, AT, list(o)).links] == ["M", "M-RED"] for o in permutations(others)
    )


@given(st.lists(st.tuples(st.sampled_from(["", "A", "B"]), TIMES), max_size=5), TIMES, st.randoms())
def test_the_order_of_frames_makes_no_odds(frames: list[tuple[str, str]], taken: str, chance: Random) -> None:
    others = [witness(f"IMG_{at}.jpg", *([sku] if sku else []), taken=when) for at, (sku, when) in enumerate(frames)]
    mixed = list(others)
    chance.shuffle(mixed)
    assert shared(NOTHING, taken, mixed) == shared(NOTHING, taken, others)


@given(TIMES, TIMES)
def test_what_is_near_lies_in_the_window_both_ways(one: str, other: str) -> None:
    near = is_near(("IMG_1.jpg", one), ("IMG_2.jpg", other))
    assert near == is_near(("IMG_2.jpg", other), ("IMG_1.jpg", one))
    here, there = clock(one), clock(other)
    assert here and there and near == (abs((there - here).total_seconds()) <= 2)
    begin, end = window(one)
    assert not near or begin <= f"{other} img_2.jpg" < end


@pytest.mark.parametrize(
    ("other", "taken", "near"),
    [
        ("a/IMG_0043.jpg", "2026:05:01 10:00:02", True),
        ("a/IMG_0042.CR3", AT, True),
        ("a/img_0090.jpg", AT, True),
        ("a/IMG_0043.jpg", "2026:05:01 10:00:02.01", False),
        ("a/IMG_4711.jpg", AT, False),
        ("a/boot_43.jpg", AT, False),
        ("a/IMG_0043.jpg", "", False),
    ],
)
def test_a_burst_is_near_by_clock_and_counter(other: str, taken: str, near: bool) -> None:
    assert is_near(("a/IMG_0042.jpg", AT), (other, taken)) is near

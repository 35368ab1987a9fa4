"""How a product of the list stands on channels, in marks and in words."""

from schemas.readiness import State
from services.catalog.channels.load import load_channels
from services.catalog.page.standing import Standing, standing

CHANNELS = [one for name, one in load_channels().items() if name in ("webshop", "amazon", "shopify", "mobile")]


def told(*variants: dict[str, State]) -> Standing:
    found = standing(CHANNELS, variants)
    assert found is not None
    return found


def everywhere(state: State) -> dict[str, State]:
    return {one.channel: state for one in CHANNELS}


def test_all_alike_are_told_at_once() -> None:
    assert told(everywhere("ready"), everywhere("ready")).words == "Ready on all 4"
    assert told({"amazon": "blocked"}).words == "Blocked: Amazon"


def test_the_worst_variant_speaks_for_its_channel_and_is_counted() -> None:
    found = told(everywhere("ready"), {**everywhere("ready"), "amazon": "blocked"}, everywhere("ready"))
    assert found.words == "Blocked: Amazon · Ready on 3"
    assert [one.channel for one in found.marks] == [one.channel for one in CHANNELS]
    (amazon,) = [one for one in found.marks if one.channel == "amazon"]
    assert (amazon.state, amazon.words) == ("blocked", "Amazon: blocked, 1 of 3 variants")


def test_the_worst_market_speaks_for_its_channel() -> None:
    found = told({"amazon": "ready", "amazon/de": "person", "webshop": "ready"})
    assert found.words == "For a person: Amazon · Ready on 1"


def test_more_than_two_are_counted() -> None:
    found = told({**everywhere("blocked"), "webshop": "fixable"})
    assert found.words == "Blocked on 3 · On its way: Own webshop"


def test_what_nobody_has_looked_at_is_not_told() -> None:
    assert standing(CHANNELS, []) is None
    assert standing(CHANNELS, [{"gone-channel": "ready"}]) is None

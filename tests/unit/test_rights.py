"""What follows from licence and consent: when and where anybody is given an asset, and why nobody is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.head import LIVES, HeadFacet
from schemas.limits import Audience, apart, meet
from schemas.product import Limits
from schemas.rights import NEVER, Consent, Licence, Said, ended, reach, rights_of, said_of, wrong

DAY = datetime(2027, 1, 1, tzinfo=UTC)
DAYS = st.none() | st.integers(0, 9).map(lambda day: DAY + timedelta(days=day))
PLACES = st.lists(st.sampled_from(["de", "DE", "at", "fr"]), max_size=2)


def at(day: int) -> datetime:
    return DAY + timedelta(days=day)


@given(DAYS, DAYS, DAYS, DAYS, DAYS, PLACES, PLACES)
def test_nothing_is_given_that_any_of_them_keeps_back(
    since: datetime | None,
    until: datetime | None,
    begins: datetime | None,
    ends: datetime | None,
    agreed: datetime | None,
    licensed: list[str],
    consented: list[str],
) -> None:
    licence = Licence(valid_from=begins, valid_until=ends, markets=licensed)
    consent = Consent(status="yes", valid_until=agreed, markets=consented)
    found = rights_of({}, since, until, Said(licence, consent))
    for now in map(at, range(11)):
        allowed = all(one is None or one <= now for one in (since, begins))
        allowed = allowed and all(one is None or now < one for one in (until, ends, agreed))
        markets = {one.lower() for one in (licensed or ["de", "at", "fr"])} & {
            one.lower() for one in (consented or ["de", "at", "fr"])
        }
        open_now = (found.since is None or found.since <= now) and (found.until is None or now < found.until)
        assert open_now == (allowed and bool(markets))
        for market in ("de", "at", "fr") if open_now else ():
            named = found.limits.markets if found.limits else []
            assert (not named or market in [one.lower() for one in named]) == (market in markets)


def test_what_is_not_known_is_not_forbidden() -> None:
    assert rights_of({}, None, None) == (None, None, None, None, False)
    assert rights_of({"consent": {"status": "unknown", "markets": ["de"]}}, None, None).limits is None


@pytest.mark.parametrize(
    ("fields", "barred"),
    [
        ({"consent": {"status": "no"}}, "Who is seen on it has not agreed."),
        ({"archived": "Old season"}, "It is archived: Old season"),
        (
            {"licence": {"markets": ["de"]}, "consent": {"status": "yes", "markets": ["fr"]}},
            "Its licence and the consent have no market in common.",
        ),
        (
            {"licence": {"valid_from": "2027-02-01", "valid_until": "2027-01-01"}},
            "Its rights end before they begin.",
        ),
    ],
)
def test_what_nobody_may_be_given_says_why(fields: dict[str, Any], barred: str) -> None:
    found = rights_of(fields, None, None)
    assert (found.barred, found.until) == (barred, NEVER)


def test_a_decision_takes_the_place_of_what_the_folder_says() -> None:
    folder = Said(Licence(holder="Agency", markets=["de"]), Consent(status="no"))
    assert said_of({}, folder) == folder
    said = said_of({"licence": {"holder": "Studio"}, "consent": {"status": "yes"}}, folder)
    assert said == Said(Licence(holder="Studio"), Consent(status="yes"))
    assert rights_of({"licence": {}, "consent": {"status": "not needed"}}, None, None, folder).limits is None


def test_a_day_is_a_whole_day() -> None:
    licence = Licence.model_validate({"valid_from": "2027-03-01", "valid_until": "2027-03-01"})
    assert (licence.valid_from, licence.valid_until) == (
        datetime(2027, 3, 1, tzinfo=UTC),
        datetime(2027, 3, 2, tzinfo=UTC),
    )
    told = licence.model_dump(mode="json")
    assert Licence.model_validate(told) == licence, "what was resolved stays so"


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("licence", "until May", "it takes an object with name, holder"),
        ("licence", {"until": "2027-01-01"}, "'until' is none of name, holder"),
        ("licence", {"valid_until": "2027-01-01T00:00:00"}, "valid_until: "),
        ("licence", {"valid_until": "soon"}, "valid_until: "),
        ("licence", {"markets": [""]}, "markets.0: "),
        ("licence", {"holder": "a\0b"}, "it holds a NUL"),
        ("licence", {"valid_until": "9999-12-31T23:59:59-14:00"}, "valid_until: "),
        ("consent", {"valid_until": "0001-01-01T00:00:00+14:00"}, "valid_until: "),
        ("consent", {"status": "maybe"}, "status: "),
        ("archived", "  ", "it takes a reason"),
    ],
)
def test_what_is_no_licence_is_told(name: str, value: object, fault: str) -> None:
    assert (wrong(name, value) or "").startswith(fault)


def test_what_holds_passes() -> None:
    assert wrong("licence", {"holder": "Studio", "valid_until": "2027-12-31", "markets": ["de"]}) is None
    assert wrong("licence", {"valid_from": "9999-12-31", "valid_until": "9999-12-31"}) is None
    assert wrong("consent", {"status": "not needed"}) is None
    assert wrong("archived", "Old season") is None


def test_who_is_out_of_reach_is_told_by_what() -> None:
    said = Said(Licence(channels=["print"]), Consent(status="yes", markets=["at"]))
    assert reach(said, Audience("de")) == "No consent for the market de."
    assert reach(said, Audience("AT", channel="webshop")) == "No licence for the channel webshop."
    assert reach(said, Audience("at", channel="print")) is None and reach(said, Audience()) is None
    assert ended(Said(Licence(valid_until=DAY)), at(1)) == "Its licence ended on 2026-12-31."
    assert ended(Said(None, Consent(status="yes", valid_until=DAY)), at(1)) == "The consent ended on 2026-12-31."
    assert ended(Said(Licence.model_validate({"valid_until": "2026-12-31"})), at(1)).endswith("on 2026-12-31.")
    assert ended(Said(Licence(valid_until=DAY + timedelta(hours=9))), at(1)).endswith("on 2027-01-01.")
    assert ended(Said(), at(1)) == "It has expired."


@pytest.mark.parametrize(
    ("head", "life", "turns"),
    [
        ({"state": "working"}, "draft", None),
        ({"state": "waiting"}, "in review", None),
        ({"live": 1, "available_from": at(2)}, "approved", at(2)),
        ({"live": 1, "available_from": at(0), "available_until": at(3)}, "published", at(3)),
        ({"live": 1, "available_until": at(1)}, "expired", None),
        ({"live": 1, "archived": True, "barred": "x", "available_until": NEVER}, "archived", None),
        ({"state": "purged"}, "archived", None),
    ],
)
def test_where_it_stands_for_who_sells(head: dict[str, Any], life: str, turns: datetime | None) -> None:
    known = HeadFacet.model_validate({"newest": 1, "state": "ready", **head})
    assert (known.life(at(1)), known.turns(at(1))) == (life, turns)
    assert life in LIVES


def test_limits_that_name_nothing_in_common_are_apart() -> None:
    one, other = Limits(markets=["DE", "at"], channels=["print"]), Limits(markets=["de", "fr"])
    assert meet(one, other) == Limits(markets=["DE"], channels=["print"]) and not apart(one, other)
    assert apart(one, Limits(channels=["webshop"])) and not apart(one, None) and meet(None, None) is None

"""Which file is the next version of the picture whose place it has, without anybody asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.linker.editions import Holder, is_newer

AT = datetime(2026, 11, 29, 9, tzinfo=UTC)
MAIN = Holder("a", 0, AT, "1" * 64, frozenset(), "autumn/mh01-black_main.jpg")
SECOND = Holder("b", 2, AT + timedelta(hours=1), "2" * 64, frozenset(), "autumn/mh01-black_main_v2.jpg")


def test_the_later_edition_joins_the_older_one() -> None:
    assert is_newer(SECOND, MAIN)
    assert not is_newer(MAIN, SECOND)


def test_the_edition_that_comes_first_waits_for_the_older_one() -> None:
    assert is_newer(SECOND, replace(MAIN, arrived=SECOND.arrived + timedelta(hours=1)))


@pytest.mark.parametrize(
    "holder",
    [
        replace(MAIN, sha256=SECOND.sha256),
        replace(MAIN, said=frozenset({"b"})),
        replace(MAIN, newest="autumn/mh01-black_main_v3.jpg"),
    ],
    ids=["the same bytes", "people said of it", "what it is by now is newer"],
)
def test_what_is_left_to_people(holder: Holder) -> None:
    assert not is_newer(SECOND, holder)

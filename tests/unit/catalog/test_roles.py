"""Who may do what, and how often."""

import pytest

from services.catalog.api.pace import Pace
from services.catalog.api.roles import ABOUT, LADDER, Identity, Role, needed


def test_each_role_may_what_those_before_it_may() -> None:
    assert set(ABOUT) == set(LADDER)
    for at, role in enumerate(LADDER):
        who = Identity("x", False, role)
        assert [who.may(other) for other in LADDER] == [other <= at for other in range(len(LADDER))]


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        (["tag:wig"], "editor"), (["link:RED", "focal", "alt:de"], "editor"), ([], "editor"),
        (["tag:wig", "version:2"], "approver"), (["edition:x"], "approver"), (["available_until"], "approver"),
        (["purge"], "manager"), (["hold", "version:2"], "manager"),
    ],
)  # fmt: skip
def test_the_least_role_for_all_fields(fields: list[str], role: Role) -> None:
    assert needed(fields) == role


def test_who_asks_too_often_waits() -> None:
    now = [0.0]
    pace, who, other = Pace(2, lambda: now[0]), Identity("a", False), Identity("b", False)
    assert [pace.wait(who) for _ in range(20)] == [0] * 20, "ten seconds' worth at once"
    assert pace.wait(who) == 0.5 and pace.wait(other) == 0
    now[0] += 0.5
    assert pace.wait(who) == 0 and pace.wait(who) > 0
    assert pace.wait(Identity("a", False, id="key/2")) == 0, "another key of one name"
    assert pace.wait(Identity("a", True)) == 0, "the page loads sixty pictures at once"
    assert Pace(0).wait(who) == 0

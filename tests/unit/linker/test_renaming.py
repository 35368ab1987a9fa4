"""What was said of a SKU goes to whom it means today."""

from datetime import UTC, datetime

import pytest

from schemas.decision import Decision
from services.curator.fold import Folded, fold
from services.linker.listed import Listed
from services.linker.renaming import moved, one_each, renamed, under_new_names


def product(sku: str, *formerly: str) -> Listed:
    return Listed(f"t/product/{sku}", 3, "product", sku, "", "", "", {}, list(formerly), [])


def test_a_decision_goes_with_its_product() -> None:
    people = {"OLD": "linked", "OTHER": "rejected"}
    called = renamed(people, [product("NEW", "OLD", "OLDER"), product("OTHER")])
    assert {before: one.sku for before, one in called.items()} == {"OLD": "NEW"}
    assert under_new_names(people, called) == {"NEW": "linked", "OTHER": "rejected"}


def test_who_bears_the_sku_today_is_meant() -> None:
    assert renamed({"OLD": "linked"}, [product("NEW", "OLD"), product("OLD")]) == {}


def test_where_two_were_called_so_nothing_is_guessed() -> None:
    assert renamed({"OLD": "linked"}, [product("NEW", "OLD"), product("NEWER", "OLD")]) == {}


def test_what_was_said_of_the_new_sku_comes_first() -> None:
    called = {"OLD": product("NEW", "OLD")}
    assert under_new_names({"NEW": "rejected", "OLD": "linked"}, called) == {"NEW": "rejected"}
    fields = {"link:OLD": "linked", "link:NEW": "rejected"}
    assert moved("a", fields, "OLD", called["OLD"]).data.model_dump()["set"] == {"link:NEW": "rejected"}


def test_the_move_is_one_decision_however_often_it_is_said() -> None:
    one, again = (moved("a", {"link:OLD": "linked"}, "OLD", product("NEW", "OLD")) for _ in range(2))
    said = one.data.model_dump()
    assert (said["set"], said["clear"], said["id"]) == ({"link:NEW": "linked"}, ["link:OLD"], again.about[0])


@pytest.mark.parametrize("clear", [[], ["link:OLD"]])
def test_what_a_person_says_meanwhile_is_not_overwritten(clear: list[str]) -> None:
    def move(stands: Folded, seen: Folded) -> Folded:
        said = moved("a", seen.fields, "OLD", product("NEW", "OLD")).data
        assert isinstance(said, Decision)
        return fold(stands, said)

    seen, now = Folded({"link:OLD": "confirmed"}), datetime.now(UTC)
    person = Decision(id="1", entity="asset/a", set={"link:NEW": "rejected"}, clear=clear, by="ann", at=now)
    stands = move(fold(seen, person), seen)
    assert stands.fields["link:NEW"] == "rejected"
    assert [one["by"] for one in stands.refused] == ["linker"]
    if not clear:  # the linker looks again
        assert move(stands, stands).fields == {"link:NEW": "rejected"}


def test_of_two_former_skus_of_a_product_one_is_moved_at_a_time() -> None:
    new, other = product("NEW", "OLD", "OLDER"), product("OTHER", "ELSE")
    assert list(one_each({"OLD": new, "OLDER": new, "ELSE": other}).values()) == [new, other]

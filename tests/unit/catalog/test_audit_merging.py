"""Of two copies the better one is kept, with all that is known of both."""

from dataclasses import replace
from typing import Any

import pytest

from schemas.curation import AVAILABLE_UNTIL, HEIR, HOLD, PURGE
from schemas.rights import ARCHIVED, CONSENT, LICENCE, folder_of
from services.catalog.audits.merging import Copy, NotMerged, merged, same_products


def copy(name: str, pixels: int = 100, **more: Any) -> Copy:
    return Copy(
        **{"quality": 50, "live": True, "skus": (), "roles": (), **more, "id": name, "name": name, "pixels": pixels}
    )


def test_the_larger_is_kept_and_takes_over_what_it_does_not_say_itself() -> None:
    small = copy(
        "small", 10, skus=("MUG",), roles=("main",), collections={"press": 7, "both": 1},
        fields={"alt:en": "A mug", "tag:mug": "confirmed", "focal": {"x": 1}},
    )  # fmt: skip
    large = copy("large", 1000, fields={"alt:en": "A red mug"}, collections={"both": 2})
    for pair in ((small, large), (large, small)):
        found = merged(*pair)
        assert (found.keeps, found.goes) == (large, small)
        assert found.decided.keys() == {"asset/large", "asset/small", "collection/press"}
        kept = found.decided["asset/large"]["set"]
        assert kept == {"tag:mug": "confirmed", "link:MUG": "linked", "role": "main"}
        assert found.decided["collection/press"]["set"] == {"asset:large": 7}
        assert PURGE in found.decided["asset/small"]["set"]
        assert found.decided["asset/small"]["set"][HEIR] == "large"


def test_of_equal_ones_the_one_in_use_is_kept_and_else_the_first() -> None:
    assert merged(copy("a"), copy("b", skus=("MUG",))).keeps.id == "b"
    assert merged(copy("a", quality=90), copy("b", skus=("MUG",))).keeps.id == "a"
    assert merged(copy("b"), copy("a")).keeps.id == merged(copy("a"), copy("b")).keeps.id == "a"


def test_what_a_person_rejected_is_not_linked_by_a_merge() -> None:
    large = copy("large", 1000, fields={"link:MUG": "rejected"})
    assert "asset/large" not in merged(large, copy("small", skus=("MUG",))).decided


def test_what_is_on_hold_does_not_go() -> None:
    with pytest.raises(NotMerged, match="on hold"):
        merged(copy("large", 1000), copy("small", fields={HOLD: "A court case"}))
    assert merged(copy("large", 1000, fields={HOLD: "A court case"}), copy("small")).goes.id == "small"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({LICENCE: {"holder": "Anna"}}, "their licence"),
        ({CONSENT: {"status": "no"}}, "the consent"),
        ({ARCHIVED: "Old."}, "whether they are archived"),
        ({AVAILABLE_UNTIL: "2027-01-01T00:00:00Z"}, "their times"),
        ({"limits": {"markets": ["de"]}}, "their limits"),
        ({"limits:MUG": {"markets": ["de"]}}, "their limits"),
    ],
)
def test_what_may_not_be_shown_alike_is_not_merged(fields: dict[str, Any], says: str) -> None:
    said, silent = copy("said", 10, skus=["MUG"], fields=fields), copy("silent", 10, skus=["MUG"])
    for larger in ("said", "silent"):
        pair = (replace(one, pixels=1000 if one.id == larger else 10) for one in (said, silent))
        with pytest.raises(NotMerged, match=says):
            merged(*pair)
    assert merged(said, replace(silent, fields=fields)).decided.keys() == {"asset/silent"}


def test_what_a_folder_says_counts_as_if_it_were_decided() -> None:
    licence = {"holder": "Anna", "markets": ["de"]}
    of_folder = copy("folder", 1000, folder=folder_of({"licence": licence}))
    with pytest.raises(NotMerged, match="their licence"):
        merged(of_folder, copy("other"))
    assert merged(of_folder, copy("decided", fields={LICENCE: licence})).goes.id == "decided"


def test_limits_of_a_link_go_along_with_it() -> None:
    small = copy("small", skus=["MUG"], fields={"limits:MUG": {"markets": ["de"]}})
    kept = merged(copy("large", 1000), small).decided["asset/large"]["set"]
    assert kept == {"link:MUG": "linked", "limits:MUG": {"markets": ["de"]}}


def test_the_only_one_that_is_live_does_not_go() -> None:
    with pytest.raises(NotMerged, match="only small is live"):
        merged(copy("large", 1000, live=False), copy("small"))


@pytest.mark.parametrize("waiting", ["large", "small"])
def test_of_which_a_newer_version_waits_nothing_is_merged(waiting: str) -> None:
    pair = (copy(name, pixels, waits=name == waiting) for name, pixels in (("large", 1000), ("small", 10)))
    with pytest.raises(NotMerged, match=f"newer version of {waiting} is not live"):
        merged(*pair)


def test_which_pairs_are_merged_many_at_a_time() -> None:
    assert same_products(copy("a", skus=("X", "Y")), copy("b", skus=("Y", "X")))
    assert same_products(copy("a"), copy("b", skus=("Y",)))
    assert not same_products(copy("a", skus=("X",)), copy("b", skus=("X", "Y")))

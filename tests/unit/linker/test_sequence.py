"""Where a frame stands in its shoot, and what the code before it says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.file import FileFacet
from services.linker.claims import Evidence
from services.linker.match import Conflict, Link, Match
from services.linker.roles import Role
from services.linker.sequence import Coded, as_code_frame, follows, opens, place_of

AT = datetime(2026, 11, 29, tzinfo=UTC)
SAW = (Evidence("barcode", "“4006381333931” in the barcode is the GTIN of A"),)
NOTHING = Match(Role("main", named=False))
A = Match(Role("main"), (Link("A", "main", 0.98, SAW), Link("M", "main", 0.95, SAW, level="model")))
CODE = Coded("IMG_1.jpg", "2026:05:01 10:00:00", A)


def file(key: str, **embedded: Any) -> FileFacet:
    return FileFacet(bucket="inbox", key=key, arrived=AT, embedded=embedded)


def test_frames_are_in_the_order_of_the_clock_then_of_their_numbers() -> None:
    clock = {"make": "Canon", "model": "R5"}
    frames = [
        file("shoot/IMG_9999.jpg", taken="2026:05:01 09:59:59", **clock),
        file("shoot/IMG_0002.jpg", taken="2026:05:01 10:00:00", **clock),
        file("shoot/IMG_10.jpg", taken="2026:05:01 10:00:00", **clock),
    ]
    places = [place_of(one) for one in frames]
    assert [place.at for place in places] == sorted(place.at for place in places)
    assert len({place.run for place in places}) == 1


@pytest.mark.parametrize(
    "other",
    [
        file("elsewhere/IMG_2.jpg", make="Canon", model="R5", taken="2026:05:01 10:00:00"),
        file("shoot/IMG_2.jpg", make="Canon", model="R6", taken="2026:05:01 10:00:00"),
        file("shoot/IMG_2.jpg", make="Canon", model="R5"),
        file("shoot/IMG_2.jpg", make="Canon", model="R5", taken="0000:00:00 00:00:00"),
    ],
)
def test_other_folders_cameras_and_files_without_a_clock_are_other_runs(other: FileFacet) -> None:
    one = file("shoot/IMG_1.jpg", make="Canon", model="R5", taken="2026:05:01 10:00:00")
    assert place_of(one).run != place_of(other).run


def test_without_a_clock_a_run_is_of_one_scheme_of_names() -> None:
    assert place_of(file("shoot/IMG_1.jpg")).run == place_of(file("shoot/img_0002.jpg")).run
    assert place_of(file("shoot/IMG_1.jpg")).run != place_of(file("shoot/boot_1.jpg")).run


def test_a_frame_after_a_code_shows_its_product_and_says_why() -> None:
    found = follows(NOTHING, "2026:05:01 10:00:40", CODE)
    assert [(link.sku, link.level) for link in found.links] == [("A", "product"), ("M", "model")]
    assert found.links[0].confidence < 0.98
    (why,) = found.links[0].evidence
    assert why.kind == "sequence"
    assert why.detail.startswith("IMG_1.jpg, taken 40 s before, shows its code: “4006381333931”")


def test_without_a_clock_it_says_so() -> None:
    detail = follows(NOTHING, "", CODE).links[0].evidence[0].detail
    assert detail.startswith("IMG_1.jpg, the code frame before it, shows")


def test_a_code_of_this_morning_is_not_meant_in_the_afternoon() -> None:
    assert follows(NOTHING, "2026:05:01 15:00:00", CODE) == NOTHING


def test_what_is_known_otherwise_stands() -> None:
    named = Match(Role("main"), (Link("B", "main", 0.97, SAW),))
    torn = Match(Role("main"), conflicts=(Conflict(("B", "C"), "Both.", SAW),))
    assert follows(named, "", CODE) == named and follows(torn, "", CODE) == torn


def test_what_is_read_without_certainty_suggests_only() -> None:
    unsure = Coded("IMG_1.jpg", "", Match(Role("main"), (Link("A", "main", 0.87, SAW),)))
    found = follows(NOTHING, "", unsure)
    assert not found.links and [link.sku for link in found.suggestions] == ["A"]


def test_the_first_picture_of_a_code_opens_and_the_second_does_not() -> None:
    other = Match(Role("main"), (Link("B", "main", 0.98, SAW),))
    assert opens(A, None) and opens(A, other) and not opens(A, A) and not opens(NOTHING, other)
    assert {link.role for link in as_code_frame(A).links} == {"code-frame"}

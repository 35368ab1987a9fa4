"""The place that a name gives a picture: the same for editions of one picture, and for nothing else."""

import pytest

from schemas.links import LinksFacet
from services.linker.deciding import decided
from services.linker.slots import with_slot
from tests.fakes.hoodies import look


def placed(key: str, people: dict[str, str] | None = None, role: str | None = None) -> LinksFacet:
    folder, _, name = key.rpartition("/")
    found = look(name, folder)
    return with_slot(decided(found, people or {}, role), found, key)


@pytest.mark.parametrize(
    ("old", "new", "edition"),
    [
        ("mh01-black_main.jpg", "mh01-black_main_v2.jpg", 2),
        ("mh01-black_main.jpg", "mh01-black_main rev 3.jpg", 3),
        ("mh01-black_main.jpg", "autumn/MH01_Black_main_final.jpg", 0),
        ("mh01-black_back_2.jpg", "mh01-schwarz_back_2_retouched_20261101.jpg", 0),
        ("mh01-black/main.jpg", "mh01-black/main_v2.jpg", 2),
        ("mh01-black.jpg", "mh01-black_v2.jpg", 2),
        ("mh01-black_lifestyle_beach.jpg", "mh01-black_lifestyle_beach_neu.jpg", 0),
    ],
)
def test_an_edition_has_the_place_of_what_it_replaces(old: str, new: str, edition: int) -> None:
    assert placed(old).slot == placed(new).slot != ""
    assert placed(new).edition == edition


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mh01-black_main.jpg", "mh01-black_back.jpg"),
        ("mh01-black_main.jpg", "mh01-gray_main_v2.jpg"),
        ("mh01-black_alt1.jpg", "mh01-black_alt2.jpg"),
        ("mh01-black_main.jpg", "mh01-black_main_2.jpg"),
        ("mh01-black_lifestyle_beach.jpg", "mh01-black_lifestyle_city.jpg"),
    ],
)
def test_another_picture_has_another_place(one: str, other: str) -> None:
    assert placed(one).slot != placed(other).slot


def test_names_that_say_nothing_have_no_place() -> None:
    assert placed("mh01-black/IMG_0001.jpg").links and placed("mh01-black/IMG_0001.jpg").slot == ""
    assert placed("nothing_main.jpg").slot == ""


def test_what_a_person_placed_is_asked_no_more() -> None:
    linked = placed("mh01-black_main.jpg").links
    assert placed("mh01-black_main.jpg", role="back").slot == ""
    assert placed("mh01-black_main.jpg", {linked[0].sku: "rejected"}).slot == ""
    assert placed("mh01-black_main.jpg", {linked[0].sku: "confirmed"}).slot != ""

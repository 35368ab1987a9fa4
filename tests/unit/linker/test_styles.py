"""A SKU without its size is the code of its colour; a code that the list does not have says some colour, not all."""

from collections.abc import Sequence

import pytest

from services.linker.products import Look
from services.linker.styles import style_codes
from services.linker.variants import families
from services.pim.product import Product
from tests.fakes.hoodies import look, product, skus


def _family(key: str, skus: Sequence[str], colours: Sequence[str]) -> list[Product]:
    """SKUs end with their size."""
    both = zip(skus, colours, strict=True)
    sized = [({"color": colour, "size": sku.rpartition("-")[2]}, sku) for sku, colour in both]
    return [product(key, kind="model", name="Shoe"), *(product(sku, parent=key, axes=axes) for axes, sku in sized)]


RUNNER = _family(
    "ST100", ["ST100-001-41", "ST100-001-42", "ST100-100-41", "ST100-100-42"], ["Black", "Black", "White", "White"]
)
TROUSERS = _family("88213", ["88213-4001-S", "88213-4001-M", "88213-7002-S"], ["Marine", "Marine", "Oliv"])
BOOT = _family("CU-55", ["CU-55-BLA-41", "CU-55-BLA-42", "CU-55-WHI-41"], ["Black", "Black", "White"])
SHOES = [*RUNNER, *TROUSERS, *BOOT]
RUNNERS = {one.sku for one in RUNNER[1:]}


def _codes(products: list[Product]) -> set[tuple[str, Look]]:
    (family,) = families(products).values()
    return {(identity.key, identity.look) for identity, _ in style_codes(family)}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ST100-001_front.jpg", {"ST100-001-41", "ST100-001-42"}),
        ("ST100_100_main_v2.jpg", {"ST100-100-41", "ST100-100-42"}),
        ("ST100-001-43_main.jpg", {"ST100-001-41", "ST100-001-42"}),  # a size that is not in the list
        ("88213-4001_1.jpg", {"88213-4001-S", "88213-4001-M"}),
        ("88213_7002_back.jpg", {"88213-7002-S"}),
        ("CU-55-BLA_front.jpg", {"CU-55-BLA-41", "CU-55-BLA-42"}),
        ("cu55 whi.jpg", {"CU-55-WHI-41"}),  # the only size of its colour
    ],
)
def test_the_sku_without_its_size_means_its_colour(name: str, shown: set[str]) -> None:
    found = look(name, shop=SHOES)
    assert skus(found) == shown
    assert all(link.look for link in found.links)  # and no other colour shows it


def _glued(*codes: tuple[str, str]) -> list[Product]:
    """ST1000 with a code and a name for each colour, in two sizes."""
    sized = [(f"ST1000{code}{size}", {"color": name, "size": size}) for code, name in codes for size in ("41", "42")]
    return [product("ST1000", kind="model"), *(product(sku, parent="ST1000", axes=axes) for sku, axes in sized)]


@pytest.mark.parametrize("name", ["ST10000141_main.jpg", "st1000-0141.jpg", "ST1000 0141 back.jpg"])
def test_a_code_in_skus_without_separators_is_found_where_all_are_built_so(name: str) -> None:
    shop = _glued(("0141", "Black"), ("0142", "Red"))
    assert skus(look(name, shop=shop)) == {"ST1000014141", "ST1000014142"}
    assert skus(look("ST10000143_main.jpg", shop=shop)) == set()
    mixed = _glued(("0141", "Black"), ("0141", "Red"))
    assert skus(look(name, shop=mixed)) == set()


def test_such_skus_without_sizes_are_also_written_apart() -> None:
    shop = [product("ST1000", kind="model")]
    shop += [
        product(f"ST1000{code}", parent="ST1000", axes={"color": name})
        for code, name in (("0141", "Black"), ("0142", "Red"))
    ]
    assert skus(look("ST1000-0142_main.jpg", shop=shop)) == {"ST10000142"}


def test_its_reason_says_what_it_is() -> None:
    (why, *_) = look("ST100-001_front.jpg", shop=SHOES).links[0].evidence
    assert why.detail == "“ST100-001” in the file name is what the SKUs of ST100 in this colour have in common"


def test_two_colours_codes_in_one_name_are_a_conflict() -> None:
    found = look("CU-55-BLA_vs_CU-55-WHI.jpg", shop=SHOES)
    assert found.links == () and len(found.conflicts) == 1


def test_what_two_colours_share_and_a_size_are_no_codes() -> None:
    assert _codes(_family("MH01", ["MH01-1-A", "MH01-1-B"], ["Red", "Blue"])) == set()
    sized = [("MH01-S-Black", "Black"), ("MH01-M-Gray", "Gray")]
    axes = [{"color": colour, "size": sku.split("-")[1]} for sku, colour in sized]
    variants = [product(sku, parent="MH01", axes=axis) for (sku, _), axis in zip(sized, axes, strict=True)]
    assert {key for key, _ in _codes(variants)} == {"mh01black", "mh01gray"}


def test_a_code_of_the_colour_after_the_size_is_found_too() -> None:
    axes = [("001", "S", "Black"), ("001", "M", "Black"), ("002", "S", "Red")]
    shop = [
        product("MH01", kind="model"),
        *(product(f"MH01-{s}-{code}", parent="MH01", axes={"color": c, "size": s}) for code, s, c in axes),
    ]
    assert skus(look("mh01-001_main.jpg", shop=shop)) == {"MH01-S-001", "MH01-M-001"}
    assert skus(look("mh01-002_main.jpg", shop=shop)) == {"MH01-S-002"}


@pytest.mark.parametrize(
    "name",
    [
        "ST100-300_main.jpg",
        "ST100-300.jpg",
        "st100 xyz back.jpg",
        "ST100_K12.jpg",
        "ST100-0200_b.jpg",
    ],
)
def test_a_code_that_the_list_does_not_have_is_asked_about(name: str) -> None:
    found = look(name, shop=SHOES)
    assert found.links == () and {one.sku for one in found.suggestions} == RUNNERS
    assert "may be a colour of ST100" in found.suggestions[0].evidence[-1].detail


@pytest.mark.parametrize(
    ("name", "folder"), [("main.jpg", "ST100/300"), ("IMG_0001.jpg", "ST100-300"), ("300_front.jpg", "ST100")]
)
def test_so_it_is_in_folders(name: str, folder: str) -> None:
    assert look(name, folder, shop=SHOES).links == ()


def test_so_it_is_in_fields() -> None:
    assert look("IMG_0001.jpg", metadata={"xmp:sku": "ST100-300"}, shop=SHOES).links == ()


@pytest.mark.parametrize(
    "name",
    [
        "ST100.jpg", "ST100_main.jpg", "ST100_02.jpg", "ST100_0012.jpg", "ST100 copy (2).jpg", "ST100_group.jpg",
        "ST100_1200x1200.jpg", "ST100_360.jpg", "IMG_1234_ST100.jpg", "ST100_20260101.jpg", "ST100_b.jpg",
        "ST100_41.jpg", "ST100_v2.jpg", "ST100_alt1.jpg",
    ],
)  # fmt: skip
def test_views_counters_and_sizes_are_no_codes(name: str) -> None:
    assert [(link.sku, link.look) for link in look(name, shop=SHOES).links] == [("ST100", ())]


def test_a_variant_that_was_moved_to_another_model_is_not_meant_by_the_old_models_name() -> None:
    moved = [
        product("JUMPER-7", kind="model", name="Jumper"),
        product("JUMPER-7-S-RED", parent="JUMPER-7", axes={"color": "Red", "size": "S"}),
        product("CARDIGAN-8", kind="model", name="Cardigan"),
        product("JUMPER-7-S-BLUE", parent="CARDIGAN-8", axes={"color": "Blue", "size": "S"}),
    ]
    found = look("JUMPER-7_blue_front.jpg", shop=moved)
    assert not {link.sku for link in (*found.links, *found.suggestions)} & {"JUMPER-7-S-BLUE", "CARDIGAN-8"}
    assert skus(look("JUMPER-7-S-BLUE_front.jpg", shop=moved)) == {"JUMPER-7-S-BLUE"}

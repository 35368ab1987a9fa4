"""Imports are safe: what a list does not say stays, and what would go is told before it goes."""

import pytest

from services.pim.csv_source import read_products
from services.pim.importing import Difference, Standing, compare

HEADING = "sku,product_type,name,gtin,additional_attributes,configurable_variations\n"
GTINS = ("4006381333931", "4006381333948", "4006381333955")


def magento(models: int = 3) -> str:
    """Models after their variants, which only the models' lines name: as Magento exports."""
    lines = []
    for number in range(models):
        for at, size in enumerate("SML"):
            gtin = GTINS[at] if number == 0 else ""
            lines.append(f'H{number}-{size},simple,Hoodie-{size},{gtin},"size={size},color=Größe",')
        children = "|".join(f"sku=H{number}-{size},size={size},color=Größe" for size in "SML")
        lines.append(f'H{number},configurable,Hoodie,,,"{children}"')
    return HEADING + "\n".join(lines) + "\n"


def standing(text: str) -> dict[str, Standing]:
    listed = read_products("old.csv", text.encode())
    return {p.sku: Standing(p.kind, p.sku, p.gtin, p.parent, p.axes, p.files) for p in listed.products}


def submit(text: str | bytes, before: str = magento(), *, full: bool = False, follow: bool = True) -> Difference:
    data = text.encode() if isinstance(text, str) else text
    return compare(read_products("new.csv", data), standing(before), full=full, follow=follow)


def test_the_same_list_again_changes_nothing() -> None:
    found = submit(magento(), full=True)
    assert (found.removed, found.unlinked, found.turned, found.problems) == ((), (), (), ())
    assert len(found.products) == 12 and not found.too_much


def test_a_missing_row_stays_but_with_full() -> None:
    shorter = magento(2)
    assert submit(shorter).removed == ()
    found = submit(shorter, full=True)
    assert [one.sku for one in found.removed] == ["H2-S", "H2-M", "H2-L", "H2"]
    assert found.too_much and "of 12 products 4 go" in str(found)


def test_whatever_a_truncated_export_says_stands_already() -> None:
    """Cut after any byte: each product that is still sent is the one that stands."""
    whole = magento(2).encode()
    full = {p.sku: p for p in read_products("old.csv", whole).products}
    for cut in range(len(whole)):
        found = submit(whole[:cut], magento(2))
        assert all(product == full[product.sku] for product in found.products), whole[:cut]
        assert (found.removed, found.unlinked, found.turned) == ((), (), ()), whole[:cut]


def test_a_list_that_breaks_off_is_refused_with_its_line() -> None:
    (problem,) = submit("sku,name,gtin\nA,One,\nB,Tw", "sku\nA\n").problems
    assert (problem.line, "2 of 3 cells" in problem.cause) == (3, True)
    (problem,) = submit("sku,name\nA,Gr\u00f6\u00dfe\nB,\u00e4".encode()[:-1], "sku\nA\n").problems
    assert "breaks off in the middle of a letter" in problem.cause


def test_the_last_line_without_an_end_is_taken_where_nothing_can_be_lost() -> None:
    assert [p.sku for p in submit("sku,name\nA,One", "").products] == ["A"]
    found = submit("sku,name\nA,One", "sku,name\nA,One more\n")
    assert found.products == () and "no line end" in found.problems[0].cause


def test_more_than_two_percent_that_lose_their_links_ask() -> None:
    before = "sku,gtin,color,parent\n" + "".join(f"S{n},,Red,T\n" for n in range(99))
    assert not submit(before.replace("S7,,Red,T", "S7,,Blue,T"), before).too_much
    found = submit(before.replace(",Red,", ",,"), before)
    assert found.too_much and "… and 94 more" in str(found) and "S0 loses color Red" in str(found)
    gone = submit(f"sku,gtin,color,parent\nS0,{GTINS[0]},Red,\n", before)
    assert gone.unlinked == ("S0 loses model T",)  # a column says so


def test_a_gtin_that_a_product_of_an_earlier_list_has() -> None:
    found = submit(f"sku,gtin\nX,{GTINS[0]}\n", follow=False)
    (problem,) = found.problems
    assert (problem.line, problem.cause) == (2, f"The GTIN {GTINS[0]} belongs to H0-S, imported before, and to X.")
    assert found.products[0].gtin == GTINS[0]


def test_a_parent_that_nobody_knows_is_told_and_made() -> None:
    found = submit("sku,parent\nX-1,X\n")
    assert [(p.sku, p.kind) for p in found.products] == [("X-1", "product"), ("X", "model")]
    assert "The parent X of X-1 has no line of its own" in found.problems[0].cause
    assert submit("sku,parent\nX-1,H0\n").problems == ()


def test_models_that_name_each_other_across_two_lists() -> None:
    found = submit("sku,parent\nB,A\n", "sku,parent\nA,B\nB,\n")
    assert [p.parent for p in found.products] == [""]
    assert "B → A → B" in found.problems[0].cause and found.problems[0].line == 2


def test_a_product_that_became_a_model_leaves_no_second_record() -> None:
    found = submit("sku,parent\nA-1,A\nA,\n", "sku\nA\n")
    assert [(one.kind, one.sku) for one in found.turned] == [("product", "A")]


@pytest.mark.parametrize("full", [False, True])
def test_a_first_import_never_asks(full: bool) -> None:
    found = submit(magento(), "", full=full)
    assert not found.too_much and len(found.products) == 12


def test_a_circle_through_what_stands_is_told_once() -> None:
    found = submit("sku,parent\nA,B\nC,A\n", "sku,parent\nB,C\nC,\n")
    told = [one for one in found.problems if "each other" in one.cause]
    assert len(told) == 1 and "A → B → C → A" in told[0].cause and told[0].line == 2
    assert {one.sku: one.parent for one in found.products} == {"A": "", "C": ""}


def test_a_list_that_names_no_files_any_more_is_asked_about() -> None:
    """Pictures were found by them; that a product names others is an everyday change."""
    before = "sku,name,image\nA,Chair,a.jpg\nB,Desk,b.jpg\n"
    assert submit("sku,name,image\nA,Chair,c.jpg\nB,Desk,b.jpg\n", before).unlinked == ()
    assert submit("sku,name\nA,Chair\nB,Desk\n", before).unlinked == ()  # no column of them: they stay
    found = submit("sku,name,image\nA,Chair,\nB,Desk,\n", before)
    assert found.unlinked == ("A loses all files that it named", "B loses all files that it named") and found.too_much


SHOP = f"""sku,parent,gtin,color,size
T,,,,
T-RED-S,T,{GTINS[0]},Red,S
T-RED-M,T,,Red,M
T-BLUE-S,T,,Blue,S
MUG,,{GTINS[1]},,
"""


def names(found: Difference) -> dict[str, str]:
    return {sku: old.sku for sku, old in found.renamed}


@pytest.mark.parametrize("full", [False, True])
def test_another_sku_with_the_same_gtin_or_model_and_axes_is_followed(full: bool) -> None:
    text = SHOP.replace("T-RED-S", "1001").replace("T-RED-M", "1002").replace("MUG", "9000")
    found = submit(text, SHOP, full=full)
    assert names(found) == {"1001": "T-RED-S", "1002": "T-RED-M", "9000": "MUG"}
    assert (found.removed, found.unlinked, found.problems, found.too_much) == ((), (), (), False)
    assert {p.sku: p.formerly for p in found.products if p.formerly} == {
        "1001": ("T-RED-S",), "1002": ("T-RED-M",), "9000": ("MUG",),
    }  # fmt: skip
    assert "MUG is called 9000" in found.new_names


def test_a_model_with_another_sku_is_followed_by_its_variants() -> None:
    """With their SKUs as they were, or all of them new."""
    found = submit(SHOP.replace("T,,,,", "N,,,,").replace(",T,", ",N,"), SHOP, full=True)
    assert (names(found), found.unlinked) == ({"N": "T"}, ())
    text = SHOP.replace("T-", "N-").replace("T,,,,", "N,,,,").replace(",T,", ",N,")
    assert names(submit(text.replace("N-BLUE", "T-BLUE"), SHOP, full=True)) == {"N-RED-S": "T-RED-S"}


def test_what_may_be_another_product_is_not_followed() -> None:
    def follows(text: str, before: str = SHOP) -> bool:
        return bool(submit(text, before, full=True).renamed)

    assert not follows(SHOP + f"NEW,,{GTINS[1]},,\n")  # the old SKU is there, too
    assert not follows(SHOP.replace(f"MUG,,{GTINS[1]}", "CUP,,"))  # nothing in common
    two = SHOP.replace("MUG", "A") + f"B,,{GTINS[1]},,\n"
    assert not follows(two)  # which of them?
    other = SHOP.replace(f"T-RED-S,T,{GTINS[0]}", f"X,T,{GTINS[2]}")
    assert not follows(other)  # its GTIN says that it is another
    assert not submit(SHOP.replace("MUG", "CUP"), SHOP, full=True, follow=False).renamed


def test_a_rename_that_broke_off_is_finished() -> None:
    """The new name is there, and the old one was not taken away."""
    new = SHOP.replace("MUG", "CUP")
    there = standing(SHOP)
    there["CUP"] = Standing("product", "CUP", GTINS[1], formerly=("MUG",))
    found = compare(read_products("new.csv", new.encode()), there, full=False)
    assert names(found) == {"CUP": "MUG"}

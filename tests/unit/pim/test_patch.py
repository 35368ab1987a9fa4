"""A column that a list does not have keeps what stands; an empty cell of one that is there clears."""

from collections import UserDict
from collections.abc import Iterator, ValuesView
from dataclasses import replace

import pytest

from services.pim.csv_source import read_products
from services.pim.importing import Difference, Standing, compare, loses
from services.pim.list_mapping import ListMapping
from services.pim.product import Product

SHOP = """sku,parent,name,color,category,ASIN,Collection,Price,image
T,,Trainer,,Shoes,,,,
T-1,T,Trainer,Red,Shoes,B0ABCDEFGH,Summer,10,a.jpg
T-2,T,Trainer,Blue,Shoes,B0ABCDEFGI,Summer,10,b.jpg
"""


def standing(text: str = SHOP) -> dict[str, Standing]:
    listed = read_products("old.csv", text.encode())
    return {
        p.sku: Standing(
            p.kind, p.sku, p.gtin, p.parent, p.axes, p.files, name=p.name, category=p.category, attributes=p.attributes
        )
        for p in listed.products
    }


def submit(text: str, *, full: bool = False, mapping: ListMapping | None = None, before: str = SHOP) -> Difference:
    return compare(read_products("new.csv", text.encode(), mapping or ListMapping()), standing(before), full=full)


def named(found: Difference) -> dict[str, Product]:
    return {product.sku: product for product in found.products}


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("text", ["sku,name\nT,Trainer\nT-1,Trainer\nT-2,Trainer\n", "sku\nT\nT-1\nT-2\n"])
def test_a_column_that_is_not_there_keeps_what_stands(full: bool, text: str) -> None:
    found = submit(text, full=full)
    assert (found.removed, found.unlinked, found.turned, found.problems) == ((), (), (), ())
    assert named(found) == named(submit(SHOP, full=True))


def test_a_price_list_changes_prices() -> None:
    one = named(submit("sku,price\nT-1,12\n"))["T-1"]
    assert one.attributes == {"ASIN": "B0ABCDEFGH", "Collection": "Summer", "image": "a.jpg", "price": "12"}
    assert (one.parent, one.axes, one.files, one.category) == ("T", {"color": "Red"}, ("a.jpg",), "Shoes")


def test_an_empty_cell_clears_and_is_counted() -> None:
    text = "sku,name,color,category,asin,collection,image\nT-1,,,,,,\n"
    found = submit(text)
    one = named(found)["T-1"]
    assert (one.name, one.axes, one.category, one.files, one.attributes) == ("", {}, "", (), {"Price": "10"})
    assert one.parent == "T" and found.too_much
    lost = "color Red, ASIN B0ABCDEFGH, its name, its category, all its collections, all files that it named"
    assert found.unlinked == (f"T-1 loses {lost}",)


def test_rows_that_a_full_list_lacks_go() -> None:
    found = submit("sku\nT-1\nT-2\n", full=True)
    assert [one.sku for one in found.removed] == ["T"]
    assert found.unlinked == ("T-1 loses model T", "T-2 loses model T")


def test_a_product_under_another_sku_keeps_what_the_list_does_not_say() -> None:
    before = "sku,gtin,asin\nMUG,4006381333931,B0ABCDEFGH\n"
    found = submit("sku,gtin\nCUP,4006381333931\n", before=before)
    assert named(found)["CUP"].attributes == {"asin": "B0ABCDEFGH"} and found.unlinked == ()


def test_attributes_that_the_mapping_does_not_take_are_not_kept() -> None:
    """The list has the column, and its owner says that it is no attribute."""
    found = submit(SHOP, full=True, mapping=ListMapping(attributes=["ASIN"]))
    assert found.unlinked == ("T-1 loses all its collections", "T-2 loses all its collections")


def test_magentos_attributes_are_those_that_any_line_names() -> None:
    before = 'sku,additional_attributes\nA,"asin=B0ABCDEFGH,color=Red"\nB,color=Blue\n'
    one = named(submit("sku,additional_attributes\nA,size=M\nB,size=L\n", before=before))["A"]
    assert one.axes == {"color": "Red", "size": "M"} and one.attributes["asin"] == "B0ABCDEFGH"
    cleared = named(submit("sku,additional_attributes\nA,size=M\nB,color=Green\n", before=before))["A"]
    assert cleared.axes == {"size": "M"}


def test_another_name_category_or_collection_is_no_loss_another_asin_is() -> None:
    one = Standing("product", "A", name="Shoe", category="Men", attributes={"asin": "B0ABCDEFGH", "collection": "S"})
    other = Standing("product", "A", name="Boot", category="Kids", attributes={"asin": "B0ABCDEFGX", "collection": "W"})
    assert loses(other, one) == "A loses ASIN B0ABCDEFGH"


class Seen(tuple[Product, ...]):
    """Counts how often it is gone through."""

    times = 0

    def __iter__(self) -> Iterator[Product]:
        Seen.times += 1
        return super().__iter__()


class Stands(UserDict[str, Standing]):
    """Counts how often it is gone through."""

    times = 0

    def values(self) -> ValuesView[Standing]:
        Stands.times += 1
        return super().values()


def test_models_without_a_line_are_told_once_in_a_few_passes() -> None:
    listed = read_products("new.csv", ("sku,parent\n" + "".join(f"M{n}-S,M{n}\n" for n in range(200))).encode())
    Seen.times = 0
    (problem,) = compare(replace(listed, products=Seen(listed.products)), {}, full=False).problems
    assert Seen.times < 20, "not once a model"
    assert problem.line == 2 and "200 parents have no line of their own and are not known: M0 of M0-S;" in str(problem)
    assert "… and 195 more" in str(problem)


def test_models_alone_are_compared_in_a_few_passes() -> None:
    before = Stands(standing("sku,parent\n" + "".join(f"M{n}-S,M{n}\n" for n in range(200))))
    listed = read_products("new.csv", ("sku,name,parent\n" + "".join(f"M{n},New,\n" for n in range(200))).encode())
    Stands.times = 0
    found = compare(listed, before, full=False)
    assert Stands.times < 20, "not once a model"
    assert {product.kind for product in found.products} == {"model"} and found.turned == ()

"""Product lists of JSON lines."""

import pytest

from runtime.csv_text import UnreadableError
from services.pim.csv_source import of_rows
from services.pim.json_lines import rows
from services.pim.product import ProductList


def read(text: str) -> ProductList:
    found, problems = rows("p.jsonl", text.encode())
    return of_rows("p.jsonl", found, problems=problems)


def test_objects_need_not_have_the_same_names() -> None:
    listed = read('{"sku": "A", "name": "Shoe"}\n\n{"color": "Red", "sku": "B", "parent": "A", "tags": ["x", "y"]}\n')
    shoe, red = listed.products
    assert (shoe.sku, shoe.kind, shoe.name, shoe.axes) == ("A", "model", "Shoe", {})
    assert (red.parent, red.axes, red.attributes) == ("A", {"color": "Red"}, {"tags": "x, y"})
    assert listed.lines == {"A": 1, "B": 3} and listed.problems == ()


def test_axes_and_attributes_may_stand_inside() -> None:
    (one,) = read('{"sku": "A", "axes": {"color": "Red"}, "attributes": {"Vegan": true, "Weight": 4.0}}').products
    assert (one.axes, one.attributes) == ({"color": "Red"}, {"Vegan": "yes", "Weight": "4"})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"sku": "B"', "Expecting ',' delimiter (letter 12)"),
        ("[1]", "it is another value"),
        ('{"sku": NaN}', "NaN is no number"),
        ("[" * 100_000, "it is nested too deep"),
    ],
)
def test_a_line_that_is_no_object_is_told_and_left_out(line: str, said: str) -> None:
    listed = read(f'{{"sku": "A"}}\n{line}\n{{"sku": "C"}}\n')
    assert [product.sku for product in listed.products] == ["A", "C"]
    assert said in str(listed.problems[0]) and str(listed.problems[0]).startswith("p.jsonl, line 2: ")


def test_the_line_that_held_the_sku_is_told_where_it_is_no_object() -> None:
    listed = read('{"sku": "A"\n{"name": "Shoe"}\n')
    assert [str(one).partition(":")[0] for one in listed.problems] == ["p.jsonl, line 1", "p.jsonl, line 2"]
    assert "No column holds the SKU" in str(listed.problems[1])


def test_an_export_that_broke_off_changes_nothing() -> None:
    """At whichever of its bytes: what is left is whole lines, or it is refused."""
    data = '{"sku": "A", "name": "Größe"}\n{"sku": "B", "name": "Boot"}\n'.encode()
    whole = {"A": "Größe", "B": "Boot"}
    for end in range(1, len(data)):
        try:
            found, problems = rows("p.jsonl", data[:end])
        except UnreadableError as error:
            assert error.cure
            continue
        named = {product.sku: product.name for product in of_rows("p.jsonl", found, problems=problems).products}
        assert named.items() <= whole.items()

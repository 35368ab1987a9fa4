"""What `demo` and `submit` say of a product list of which nothing can be taken."""

from pathlib import Path

import pytest

from cli.feed import read_list
from cli.trouble import Trouble


@pytest.mark.parametrize(
    ("text", "cause", "cure"),
    [
        ("name,price\nShoe,10\n", "p.csv, line 1: No column holds the SKU.", "Columns found: name, price."),
        ("", "p.csv: The list is empty.", "heading"),
        ("sku,name\n,Shoe\n", "p.csv, line 2: The line has no SKU.", "Fill the SKU in."),
        ('sku,name\nA,"Shoe\n', "p.csv: From line 2 on", "Close the"),
    ],
)
def test_trouble_names_file_line_cause_and_cure(tmp_path: Path, text: str, cause: str, cure: str) -> None:
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(Trouble) as found:
        read_list(tmp_path / "p.csv")
    assert cause in found.value.cause
    assert cure in found.value.cure


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="cannot be read: No such file"):
        read_list(tmp_path / "p.csv")

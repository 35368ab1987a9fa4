"""CSV that a spreadsheet opens and does not run."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from runtime.csv_lines import STARTS_FORMULA, lines


def test_what_would_be_a_formula_is_text() -> None:
    assert lines([["=1+1", "+49", "-x", "@a", "MH01", -3, None]]) == "'=1+1,'+49,'-x,'@a,MH01,-3,\r\n"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
def test_every_cell_comes_back_and_none_begins_a_formula(cells: list[str]) -> None:
    (read,) = csv.reader(io.StringIO(lines([cells]), newline=""))
    assert [cell.removeprefix("'") for cell in read] == [cell.removeprefix("'") for cell in cells]
    assert not any(cell.startswith(STARTS_FORMULA) for cell in read)

"""The sizing page prints what is computed, and prices are the reader's."""

from bench.sizing import ASSETS, Prices, figure, rows, table
from cli.home import CHECKOUT


def test_the_page_has_the_table_that_is_computed() -> None:
    page = (CHECKOUT / "docs" / "sizing.md").read_text(encoding="utf-8")
    assert table(ASSETS, Prices()) in page, "python -m bench.sizing prints it"


def test_prices_change_the_cost_and_nothing_else() -> None:
    free = Prices(core_hour=0, object_gb=0, disk_gb=0, writes=0, currency="EUR")
    told, costless = dict(rows(10_000, Prices())), dict(rows(10_000, free))
    assert {what for what in told if told[what] != costless[what]} == {what for what in told if "cost" in what}
    assert {costless[what] for what in told if "cost" in what} == {"0 EUR"}
    only_writes = Prices(core_hour=0, object_gb=0, disk_gb=0, writes=0.01)
    assert dict(rows(1000, only_writes))["**cost of taking them, once**"] == "0.47 USD"


def test_two_digits_are_told() -> None:
    assert [figure(value) for value in (0.3935, 9.44, 944.4, 94444, 1)] == ["0.39", "9.4", "940", "94,000", "1.0"]

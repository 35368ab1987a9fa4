"""What a library of N assets asks for and costs, from what one was measured to take an asset (docs/sizing.md).

Prices are the reader's to give: the defaults are round numbers, and nobody's price list.

    python -m bench.sizing --assets 10000 1000000 --core-hour 0.05 --currency EUR
"""

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CPU_S, RENDER_S = 3.4, 1.1
"""CPU seconds an asset: all processes and servers, and render alone."""
LIBRARY_MB, INBOX_MB, DATABASE_MB, KAFKA_MB = 4.0, 0.22, 0.12, 0.16
"""On disk an asset, one copy."""
WRITES = 47
"""Objects that the library holds an asset: it was written to so often at least."""
COPIES = 3
"""Of Kafka's log."""
CORES, PARTITIONS = 2, 12
"""Of a worker of render for first waves, and of a topic: so many workers share it."""
ASSETS = (10_000, 1_000_000, 100_000_000)


@dataclass(frozen=True)
class Prices:
    """core_hour; object_gb and disk_gb a month; writes: a thousand requests that write."""

    core_hour: float = 0.05
    object_gb: float = 0.02
    disk_gb: float = 0.1
    writes: float = 0.005
    currency: str = "USD"


def rows(assets: int, prices: Prices) -> Iterator[tuple[str, str]]:
    """(what, how much) of a library of that size. Pure."""
    hours, most = assets * CPU_S / 3600, CORES * PARTITIONS
    library, inbox, database, kafka = (assets * mb / 1000 for mb in (LIBRARY_MB, INBOX_MB, DATABASE_MB, KAFKA_MB))
    once = hours * prices.core_hour + assets * WRITES / 1000 * prices.writes
    stored = (library + inbox) * prices.object_gb + (database + kafka * COPIES) * prices.disk_gb
    yield "CPU time to take them all", f"{figure(hours)} core hours"
    yield "with 2 cores, wholly used", _time(hours / 2)
    yield f"with {most} cores, the most that {PARTITIONS} partitions employ", _time(hours / most)
    yield "cores to take them all in 30 days", f"{math.ceil(hours / 720):,}"
    yield "all rendered anew (`render` alone)", f"{figure(assets * RENDER_S / 3600)} core hours"
    yield "library on disk, one copy", _size(library)
    yield "inbox on disk, one copy (0 with `PACKSHOT_RETENTION_DAYS`)", _size(inbox)
    yield "PostgreSQL", _size(database)
    yield f"Kafka, one copy; {COPIES} copies", f"{_size(kafka)}; {_size(kafka * COPIES)}"
    yield "writes to the store, at least", figure(assets * WRITES)
    yield "**cost of taking them, once**", f"{figure(once)} {prices.currency}"
    yield "**cost of keeping them, a month**", f"{figure(stored)} {prices.currency}"


def table(sizes: Sequence[int], prices: Prices) -> str:
    """Markdown, a column a size."""
    columns = [dict(rows(size, prices)) for size in sizes]
    head = f"| | {' | '.join(f'{size:,} assets' for size in sizes)} |\n|---|{'---|' * len(sizes)}\n"
    return head + "".join(f"| {what} | {' | '.join(one[what] for one in columns)} |\n" for what in columns[0])


def figure(value: float) -> str:
    """Two digits: nobody knows more."""
    if not value:
        return "0"
    digits = 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(0, digits)}f}"


def _time(hours: float) -> str:
    return f"{figure(hours)} hours" if hours < 48 else f"{figure(hours / 24)} days"


def _size(gb: float) -> str:
    return f"{figure(gb)} GB" if gb < 1000 else f"{figure(gb / 1000)} TB"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, nargs="+", default=list(ASSETS))
    for name in ("core_hour", "object_gb", "disk_gb", "writes"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=getattr(Prices, name))
    parser.add_argument("--currency", default=Prices.currency)
    given = vars(parser.parse_args())
    print(table(given.pop("assets"), Prices(**given)), end="")


if __name__ == "__main__":
    main()

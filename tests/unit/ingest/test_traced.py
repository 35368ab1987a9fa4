"""What ingest logs of a file is in its story: ingest knows its name before there is an asset, and logs no id."""

import json
import logging
from collections.abc import Iterator

import pytest

from cli.story import About, from_log, traces
from runtime import logs
from schemas.facet import Facet
from schemas.topics import ASSET_METADATA
from tests.unit.ingest.conftest import Ingest, jpeg
from tests.unit.ingest.test_failing import A, Odd, drop


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Lines as they are in ingest.log."""
    lines: list[str] = []

    class Written(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logs._Json().format(record))

    caplog.set_level(logging.INFO, "runtime")
    logging.getLogger("runtime").addHandler(handler := Written())
    yield lines
    logging.getLogger("runtime").removeHandler(handler)


async def test_tries_that_failed_at_ingest_are_told_of_that_file_alone(ingest: Ingest, written: list[str]) -> None:
    odd = Odd(ingest.world, ingest.spool)
    for key in (A, "shoot/b.jpg"):
        await drop(odd, key, jpeg(f"odd {key}"))
    first, second = (facet.asset_id for facet in odd.world.said(ASSET_METADATA, Facet))
    tried = [json.loads(line) for line in written if "failed: no such case" in line]
    assert [line["subject"] for line in tried] == ["inbox/shoot/a", "inbox/shoot/b"]
    assert not any(first in str(line) or second in str(line) for line in tried)
    own = frozenset(traces(written, first))
    assert own == {tried[0]["trace"]}
    for about in (About(first, "inbox/shoot/a", own), About(first, "inbox/shoot/a")):
        told = [moment.what for moment in from_log("ingest", written, about)]
        assert [what.partition(":")[0] for what in told] == ["try 1 of 1 failed", "given up"]

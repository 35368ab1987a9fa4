"""What the summary says of a refused file."""

from datetime import UTC, datetime

from cli.summary import _reason, percentile
from cli.watch import Seen
from schemas.facet import Facet


def refused(name: str, cause: str) -> Facet:
    return Facet(
        asset_id="018f2c5e-7b1a-7c3d-9e2f-0123456789ab",
        version=1,
        facet=name,
        revision=1,
        status="refused",
        cause=cause,
        cure="Send it again.",
        written=datetime.now(UTC),
    )


def test_the_cause_is_the_pages_whoever_was_quicker() -> None:
    tags, made = refused("tags", "Tags said no."), refused("renditions", "The file is cut off.")
    assert _reason(Seen({"tags": tags, "renditions": made})) == "The file is cut off. Send it again."
    assert _reason(Seen({"renditions": made, "tags": tags})) == "The file is cut off. Send it again."


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert percentile([], 0.5) is None
    assert percentile([0.002, 0.001], 0.5) == 1
    hundred = [number / 1000 for number in range(1, 101)]
    assert (percentile(hundred, 0.5), percentile(hundred, 0.95)) == (50, 95)

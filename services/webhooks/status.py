"""How an endpoint is, as a record that the API and the command line read."""

from datetime import UTC, datetime

from runtime.records import Draft
from schemas.delivery import Delivery, Lag
from schemas.webhook import STATUS, TARGET
from services.webhooks.handler import delivery_draft
from services.webhooks.queue import Stand

TRIED = "Mend the receiver: it is tried again by itself, after ten minutes at the latest."
GIVEN_UP = "Mend the receiver, then say so: `packshot webhooks replay {own}`, or change the endpoint."


def status_draft(
    own: str, stand: Stand, failing_since: datetime | None, cause: str | None, *, given_up: bool
) -> Draft[Delivery]:
    """`cause`: what went wrong last, where that is known."""
    lag = Lag(waiting=stand.waiting, oldest=stand.oldest, failing_since=failing_since, given_up=given_up)
    now, why = datetime.now(UTC), cause or "It has taken nothing since then."

    def make(revision: int) -> Delivery:
        return Delivery(
            target=TARGET + own,
            entity=STATUS + own,
            revision=revision,
            status="failed" if failing_since else "done",
            cause=why if failing_since else None,
            cure=(GIVEN_UP.format(own=own) if given_up else TRIED) if failing_since else None,
            lag=lag,
            written=now,
        )

    return delivery_draft(make)

"""What people answer about versions: `version:<number>` is replace, separate or discard. Pure."""

from collections.abc import Mapping

from runtime.publisher import Outgoing
from schemas.curation import ANSWERS, APPROVAL, HOLD, PURGE
from schemas.decision import Decision
from schemas.head import HeadFacet
from schemas.inbox import IngestJob
from schemas.names import stem
from schemas.topics import INGEST_JOBS
from services.curator.availability import no_rights, not_a_time
from services.curator.likeness import Look
from services.curator.restoring import outdated


def answers_of(fields: Mapping[str, object]) -> dict[int, str]:
    """Version → what a person said it is, from the curation's fields."""
    told = {name.removeprefix(ANSWERS): str(value) for name, value in fields.items() if name.startswith(ANSWERS)}
    return {int(number): value for number, value in told.items() if number.isdecimal()}


def verdicts_of(fields: Mapping[str, object]) -> dict[int, str]:
    """Version → why somebody rejected it; empty where it was approved. From the curation's fields."""
    told = {name.removeprefix(APPROVAL): value for name, value in fields.items() if name.startswith(APPROVAL)}
    return {int(number): _reason(value) for number, value in told.items() if number.isdecimal()}


def _reason(value: object) -> str:
    return str(value.get("reason") or "no reason given") if isinstance(value, dict) else ""


def objection(decision: Decision, head: HeadFacet | None, fields: Mapping[str, object]) -> str | None:
    """Why an answer cannot be taken, or None. It counts for the version it was made on, while that one is asked about.

    `fields`: the curation as it stands. A mind may be changed until the version is live or a picture of its own.
    """
    known = answers_of(fields)
    if cause := not_a_time(decision, fields) or no_rights(decision) or outdated(decision, head):
        return cause
    if decision.set.get(PURGE) and fields.get(HOLD) and HOLD not in decision.clear:
        return f"nothing of it may go: {fields[HOLD]}"
    for name in (*decision.set, *decision.clear):
        if name.startswith(APPROVAL) and head is not None and name == f"{APPROVAL}{head.live}":
            return f"version {head.live} is live by now"
        if not name.startswith(ANSWERS):
            continue
        number = int(name.removeprefix(ANSWERS)) if name.removeprefix(ANSWERS).isdecimal() else 0
        if decision.on_version not in (None, number):
            return f"{name} was decided while looking at version {decision.on_version}"
        if head is not None and number <= (head.live or 0):
            return f"version {head.live} is live by now"
        if known.get(number) == "separate":
            return f"version {number} is a separate picture by now"
        if number not in known and (head is None or head.asks != number):
            return f"nobody is asked about version {number}"
    return None


def job_event(asset_id: str, number: int, look: Look) -> Outgoing:
    """Ask ingest to make a picture of its own of that version. The same however often it is asked."""
    job = IngestJob(bucket=look.bucket, key=look.key, separate=number, reason="decision")
    return Outgoing(INGEST_JOBS, f"{job.bucket}/{stem(job.key)}", job, about=("separate", asset_id, number))

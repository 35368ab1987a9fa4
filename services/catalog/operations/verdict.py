"""Whether anything is lost, as far as it can be told. Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple

from services.catalog.operations.members import Drift

STALE = timedelta(hours=3)
"""After so long without a look at the originals (one an hour is due) nothing is known of them."""


class Verdict(NamedTuple):
    """look: what wants a person, a sentence each; unknown: what could not be asked. Neither: all is well.

    lost: whether something is not kept, as far as we know. checked: when all originals were last looked for.
    """

    look: list[str]
    unknown: list[str]
    lost: bool = False
    checked: datetime | None = None

    @property
    def words(self) -> str:
        """The answer in a word or two."""
        if self.lost:
            return "Yes, look"
        if self.look:
            return "Kept, but look"
        return "Not known" if self.unknown else "No"


def lost(failed: int, dead: int | None, drift: Drift | None, now: datetime) -> Verdict:
    """failed: files that failed by our own error. dead: dead letters that wait. None: could not be asked."""
    look = [f"Files that failed by our own error: {failed:,}. Each is kept; Try again does it anew."] if failed else []
    unknown: list[str] = []
    if dead is None:
        unknown.append("Whether dead letters wait: Kafka does not answer.")
    elif dead:
        look.append(f"Messages that could not be worked on: {dead:,}. Each is kept as a dead letter.")
    if drift is None:
        unknown.append("What the sweep found: ingest does not answer, or is not named in the setting members.")
        return Verdict(look, unknown)
    if gone := drift.stands.get("lost", 0):
        look.insert(0, f"Originals that are not in the store: {gone:,}. `packshot sweep --dry-run` names them.")
    if drift.checked is None or now - drift.checked > STALE:
        since = "for hours" if drift.checked else "since ingest was started"
        unknown.append(f"Whether every original is in the store: the sweep has not looked {since}.")
    if count := drift.stands.get("unreadable", 0):
        look.append(f"Records of names that cannot be read: {count:,}. Ingest's log names them; their files are kept.")
    if count := drift.stands.get("held_back", 0):
        look.append(
            f"Files that vanished from the inbox, too many at once to believe: {count:,}. The library keeps them; "
            "`packshot sweep --confirm-removals FOLDER` answers."
        )
    return Verdict(look, unknown, gone > 0, drift.checked)

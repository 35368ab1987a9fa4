"""Whether anything is lost, as far as it can be told. Pure."""

from typing import NamedTuple

from services.catalog.operations.members import Drift


class Verdict(NamedTuple):
    """look: what wants a person, a sentence each; unknown: what could not be asked. Neither: all is well."""

    look: list[str]
    unknown: list[str]

    @property
    def words(self) -> str:
        """The answer in a word or two."""
        if self.look:
            return "Kept, but look"
        return "Not known" if self.unknown else "No"


def lost(failed: int, dead: int | None, drift: Drift | None) -> Verdict:
    """failed: files that failed by our own error. dead: dead letters not sent again. None: could not be asked."""
    look = [f"Files that failed by our own error: {failed:,}. Each is kept; Try again does it anew."] if failed else []
    unknown: list[str] = []
    if dead is None:
        unknown.append("Whether dead letters wait: Kafka does not answer.")
    elif dead:
        look.append(f"Messages that could not be worked on: {dead:,}. Each is kept as a dead letter.")
    if drift is None:
        unknown.append("What the sweep found: ingest does not answer, or is not named in the setting members.")
        return Verdict(look, unknown)
    if count := drift.stands.get("unreadable", 0):
        look.append(f"Records of names that cannot be read: {count:,}. Ingest's log names them; their files are kept.")
    if count := drift.stands.get("held_back", 0):
        look.append(
            f"Files that vanished from the inbox, too many at once to believe: {count:,}. The library keeps them; "
            "`packshot sweep --confirm-removals FOLDER` answers."
        )
    return Verdict(look, unknown)

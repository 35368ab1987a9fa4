"""What a run of chaos found, as `--json` prints it."""

from dataclasses import dataclass, field

from cli.breaking.losing import Loss

WRONG = {
    "lost": "lost",
    "doubled": "doubled",
    "stale": "stale facts",
    "unfinished": "unfinished",
    "unlike_quiet": "other outputs than in the quiet run",
    "undone": "people's decisions that were acknowledged and are not there",
    "views_differ": "lines that differ between the catalogue, topics and archive",
    "dead_letters": "dead letters",
    "webhooks_twice": "webhooks sent twice",
    "pim_twice": "PIM writes sent twice",
    "pim_differs": "products that the PIM holds otherwise than our records say",
}
"""Lists of a report that must be empty, and what is in them, for people."""


@dataclass
class Broken:
    """A fault, and when the copy was itself again: all parts up, a file dropped after it finished.

    skipped: why this machine does not let us do it; told: what there is to tell of it.
    """

    at: float
    fault: str
    up_s: float | None = None
    finished_s: float | None = None
    skipped: str = ""
    told: str = ""


@dataclass
class Report:
    """The lists that WRONG names hold what is wrong, a line each. seed: of the faults, where drawn."""

    minutes: float
    seed: int | None = None
    files: int = 0
    uploads: int = 0
    upload_retries: int = 0
    broken: list[Broken] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    unlike_quiet: list[str] = field(default_factory=list)
    not_exact: list[str] = field(default_factory=list)
    """What the quiet run did not make the same each time, so that it is compared roughly."""
    decisions: int = 0
    """Pictures that an editor worded meanwhile."""
    undone: list[str] = field(default_factory=list)
    views_differ: list[str] = field(default_factory=list)
    view_lines: int = 0
    """Of the catalogue, the same three times: live, from the topics, from the archive."""
    dead_letters: list[str] = field(default_factory=list)
    webhooks: dict[str, int] = field(default_factory=dict)
    webhooks_twice: list[str] = field(default_factory=list)
    pim: dict[str, int] = field(default_factory=dict)
    pim_twice: list[str] = field(default_factory=list)
    pim_differs: list[str] = field(default_factory=list)
    files_a_minute: dict[str, float] = field(default_factory=dict)
    quiet_file_s: float | None = None
    """What one file took from its PUT until it was finished in the quiet run, the median."""
    losses: list[Loss] = field(default_factory=list)

    @property
    def faultless(self) -> bool:
        """Whether nothing is wrong."""
        return not any(getattr(self, name) for name in WRONG) and not any(
            one.differs or one.sent for one in self.losses
        )

    @property
    def share(self) -> float | None:
        """Pace under faults, of that in the quiet run: 1.0 is as fast. None where one of them is not known."""
        quiet, chaos = self.files_a_minute.get("quiet"), self.files_a_minute.get("chaos")
        return round(chaos / quiet, 2) if quiet and chaos is not None else None

    @property
    def slowest_s(self) -> float | None:
        """After which fault it took longest until a new file was finished; None where one took over a minute."""
        found = [one.finished_s for one in self.broken if not one.skipped]
        return None if None in found else max((one for one in found if one is not None), default=None)

    def after(self, one: Broken) -> float | None:
        """Seconds that a file dropped after that fault came later than in the quiet run; None: over a minute."""
        return None if one.finished_s is None else max(0.0, one.finished_s - (self.quiet_file_s or 0.0))

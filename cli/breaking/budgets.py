"""What a run is held to, each as passed or failed: that nothing is wrong, the pace under faults, and the recoveries."""

from collections.abc import Iterable
from dataclasses import dataclass

from cli.breaking.report import WRONG, Broken, Report

PACE = 0.6
"""Of the quiet run's."""
RECOVERY_S = 30.0
"""A file that is dropped as soon as a fault is over may be finished so much later than in the quiet run."""
LONG_MIN = 10.0
"""From so many minutes on, the times count. In fewer they are those of two or three faults, and of a machine that has
other things to do: CI's."""


@dataclass(frozen=True)
class Check:
    """found: as it is told. held: None where it cannot be known. counts: the exit status heeds it."""

    name: str
    limit: str
    found: str
    held: bool | None
    counts: bool = True

    @property
    def verdict(self) -> str:
        """For people."""
        word = {True: "passed", False: "FAILED", None: "not known"}[self.held]
        return word if self.counts else f"{word}, told only"


def checks(report: Report) -> list[Check]:
    """All that it is held to."""
    found = [_none(words, len(getattr(report, name))) for name, words in WRONG.items()]
    wrong = sum(bool(one.differs or one.sent) for one in report.losses)
    found += [_none("servers' losses that did not come back as they were", wrong)] if report.losses else []
    done = [one for one in report.broken if not one.skipped]
    if skipped := [one.fault for one in report.broken if one.skipped]:
        found.append(
            Check("faults that this machine does not let us do", "none", ", ".join(skipped), False, _long(report))
        )
    return [*found, _pace(report), _recovery(report, done)] if done else found


def held(found: Iterable[Check]) -> bool:
    """Whether all that counts has passed."""
    return all(one.held for one in found if one.counts)


def _none(words: str, many: int) -> Check:
    return Check(words, "none", str(many), many == 0)


def _pace(report: Report) -> Check:
    share = report.share
    found = "not known" if share is None else f"{share:.0%}"
    passed = None if share is None else share >= PACE
    return Check("pace under faults, of the quiet run's", f"at least {PACE:.0%}", found, passed, _long(report))


def _recovery(report: Report, done: list[Broken]) -> Check:
    name, limit = "a file dropped after a fault, later than in the quiet run", f"at most {RECOVERY_S:.0f} s"
    if report.quiet_file_s is None:
        return Check(name, limit, "not known", None, _long(report))
    waited = [(report.after(one), one.fault) for one in done]
    late = [fault for after, fault in waited if after is None or after > RECOVERY_S]
    after, worst = max(waited, key=lambda one: float("inf") if one[0] is None else one[0])
    told = "over a minute" if after is None else f"{after:.0f} s"
    return Check(name, limit, f"{told} ({worst}); {len(late)} of {len(done)} too late", not late, _long(report))


def _long(report: Report) -> bool:
    return report.minutes >= LONG_MIN

"""What a run of chaos found, for scripts and for people."""

from dataclasses import asdict

from cli.breaking.losing import Loss
from cli.breaking.report import Broken, Report
from cli.say import counted

SHOWN = 5
WORDS = {
    "lost": "lost",
    "doubled": "doubled",
    "stale": "stale facts",
    "unfinished": "unfinished",
    "unlike_quiet": "other outputs than in the quiet run",
    "views_differ": "lines that differ between the catalogue, topics and archive",
    "dead_letters": "dead letters",
    "webhooks_twice": "webhooks sent twice",
    "pim_twice": "PIM writes sent twice",
    "pim_differs": "products that the PIM holds otherwise than our records say",
}


def told(report: Report) -> dict[str, object]:
    """For scripts: counts, and of what is wrong the first few."""
    found = asdict(report)
    counts = {name: len(found[name]) for name in WORDS}
    examples = {name: found[name][:SHOWN] for name in WORDS if found[name]}
    rest = {name: value for name, value in found.items() if name not in WORDS}
    return {**rest, **counts, "share": report.share, "slowest_s": report.slowest_s, "examples": examples}


def table(report: Report) -> str:
    """For people."""
    lines = [f"{one.at:6.0f} s  {one.fault:<24} {_after(one)}" for one in report.broken]
    lines.append(
        f"{counted(report.files, 'file')}, {counted(report.uploads, 'upload')}, {counted(len(report.broken), 'fault')}."
    )
    pace = report.files_a_minute
    lines.append(f"Files finished a minute: {pace.get('quiet')} in the quiet run, {pace.get('chaos')} under faults.")
    lines.append(f"That is {report.share:.0%} of quiet." if report.share is not None else "No share of quiet is known.")
    lines.append(f"A new file was finished at the latest {_seconds(report.slowest_s)} after a fault.")
    lines.append(f"The catalogue has {counted(report.view_lines, 'line')}: live, from the topics and from the archive.")
    lines.append(f"{report.webhooks.get('messages')} webhooks, {report.pim.get('writes')} writes to the PIM.")
    for name, words in WORDS.items():
        wrong = getattr(report, name)
        lines += [f"{len(wrong)} {words}.", *(f"  {one}" for one in wrong[:SHOWN])]
    lines += [_lost_line(one) for one in report.losses]
    return "\n".join(lines)


def _lost_line(one: Loss) -> str:
    wrong = [*one.differs[:SHOWN], *one.sent]
    told = f"commands took {one.done_s} s, all was as before {one.same_s} s after the start"
    return "\n".join([f"lost {one.what:<14} {told}", *(f"  {line}" for line in wrong)])


def _after(one: Broken) -> str:
    if one.skipped:
        return f"skipped: {one.skipped}"
    told = f"{one.told}; " if one.told else ""
    return f"{told}all up after {_seconds(one.up_s)}, a new file finished after {_seconds(one.finished_s)}"


def _seconds(found: float | None) -> str:
    return "over a minute" if found is None else f"{found} s"

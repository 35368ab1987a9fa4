"""What a run of chaos found, for scripts and for people."""

from dataclasses import asdict

from cli.breaking.budgets import checks
from cli.breaking.losing import Loss
from cli.breaking.report import WRONG, Broken, Report
from cli.say import counted

SHOWN = 5


def told(report: Report) -> dict[str, object]:
    """For scripts: counts, and of what is wrong the first few."""
    found = asdict(report)
    counts = {name: len(found[name]) for name in WRONG}
    examples = {name: found[name][:SHOWN] for name in WRONG if found[name]}
    rest = {name: value for name, value in found.items() if name not in WRONG}
    held_to = [{**asdict(one), "verdict": one.verdict} for one in checks(report)]
    times = {"share": report.share, "slowest_s": report.slowest_s}
    return {**rest, **counts, **times, "checks": held_to, "examples": examples}


def table(report: Report) -> str:
    """For people."""
    lines = [f"{one.at:6.0f} s  {one.fault:<24} {_after(one)}" for one in report.broken]
    lines.append(
        f"{counted(report.files, 'file')}, {counted(report.uploads, 'upload')}, {counted(len(report.broken), 'fault')}."
    )
    pace = report.files_a_minute
    lines.append(f"Files finished a minute: {pace.get('quiet')} in the quiet run, {pace.get('chaos')} under faults.")
    lines.append(f"A new file was finished at the latest {_seconds(report.slowest_s)} after a fault.")
    lines.append(f"Compared roughly, for the quiet run made them otherwise each time: {_paths(report.not_exact)}.")
    lines.append(f"The catalogue has {counted(report.view_lines, 'line')}: live, from the topics and from the archive.")
    sent = f"{report.webhooks.get('messages')} webhooks, {report.pim.get('writes')} writes to the PIM"
    lines.append(f"{sent}, {report.decisions} pictures worded by an editor.")
    lines += [_lost_line(one) for one in report.losses]
    for name, words in WRONG.items():
        if wrong := getattr(report, name):
            lines += [f"{words}:", *(f"  {one}" for one in wrong[:SHOWN])]
    lines += [f"{one.verdict:<18} {one.name}: {one.found} ({one.limit})" for one in checks(report)]
    if report.seed is not None:
        lines.append(f"Faults were drawn; the same again: --seed {report.seed}")
    return "\n".join(lines)


def _paths(paths: list[str]) -> str:
    return ", ".join(paths[:SHOWN]) + (" …" if len(paths) > SHOWN else "") if paths else "nothing"


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

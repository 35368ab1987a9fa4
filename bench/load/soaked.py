"""What the diary of a soak comes to. Pure: it is computed from the lines alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from bench.load.arithmetic import Point, by_part, growth, slope
from cli.supervisor.service import SERVICES

LIMIT_MB, LIMIT_FDS = 1.0, 5
"""MB of resident memory a minute, and descriptors from the first to the last quarter."""
STEADY = 1.5
"""The last quarter's p99 may be so many times the first's."""
OURS = (*SERVICES, "supervisor")
GOOD = {"ready", "complete"}
Line = Mapping[str, Any]


def judged(lines: Sequence[Line], warm_s: float, *, shared: bool = False) -> dict[str, Any]:
    """The figures, and whether they hold. shared: the machine did other things too, so times are told only."""
    began = lines[0]["at"] + warm_s
    samples = [line for line in lines if line["kind"] == "sample" and line["at"] >= began]
    assert len(samples) > 1, f"no samples after {warm_s / 60:.0f} minutes of warm-up: give a shorter --warm"
    ended = samples[-1]["at"]
    states = next((line for line in lines if line["kind"] == "ended"), {})
    parts = dict(sorted(_parts(samples).items()))
    thumbnails = [(one["put"], one["seconds"]) for one in _of(lines, "thumbnail") if one["seconds"] >= 0]
    searches = [(one["at"], one["seconds"]) for one in _of(lines, "search") if "seconds" in one]
    lag = [(one["at"], float(sum(one["lag"].values()))) for one in samples]
    found: dict[str, Any] = {
        "minutes": round((ended - began) / 60, 1),
        "parts": parts,
        "thumbnail_p99_s": by_part(thumbnails, 0.99, began, ended),
        "search_p99_s": by_part(searches, 0.99, began, ended),
        "search_errors": sum("error" in one for one in _of(lines, "search")),
        "lag_p50": by_part(lag, 0.5, began, ended),
        "states": {side: states.get(side, {}) for side in ("good", "poison")},
        "puts_refused": states.get("puts_refused", 0),
        "done": states.get("done", {}),
    }
    wrong = _wrong(found) + ([] if shared else _slower(found))
    return found | {"wrong": wrong, "holds": not wrong}


def _of(lines: Sequence[Line], kind: str) -> list[Line]:
    return [line for line in lines if line["kind"] == kind]


def _parts(samples: Sequence[Line]) -> dict[str, dict[str, Any]]:
    """Part → its slopes; `restarts`: how often its process was another."""
    series: dict[str, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    pids: dict[str, list[int]] = defaultdict(list)
    for sample in samples:
        minute = sample["at"] / 60
        for name, held in sample["parts"].items():
            pids[name].append(held["pid"])
            for what in ("rss", "fds", "threads", "cpu_s"):
                series[name][what].append((minute, held[what]))
            if held["kids"] and name in OURS:
                pids[f"{name}+children"].append(0)
                for what in ("rss", "fds"):
                    series[f"{name}+children"][what].append((minute, held[f"kids_{what}"]))
    return {name: _figures(one, pids[name]) for name, one in series.items()}


def _figures(series: Mapping[str, Sequence[Point]], pids: Sequence[int]) -> dict[str, Any]:
    rss = series["rss"]
    return {
        "rss_mb": round(rss[-1][1] / 1e6, 1),
        "rss_mb_a_minute": round(slope(rss) / 1e6, 3),
        "rss_growth_mb": round(growth(rss) / 1e6, 1),
        "fds": series["fds"][-1][1],
        "fds_growth": growth(series["fds"]),
        "threads_growth": growth(series["threads"]) if "threads" in series else None,
        "cores": round(slope(series["cpu_s"]) / 60, 3) if "cpu_s" in series else None,
        "restarts": sum(one != other for one, other in pairwise(pids)),
    }


def _wrong(found: Mapping[str, Any]) -> list[str]:
    wrong = []
    for name, one in found["parts"].items():
        ours = name.removesuffix("+children") in OURS
        if ours and one["rss_mb_a_minute"] >= LIMIT_MB:
            wrong.append(f"{name} grows by {one['rss_mb_a_minute']} MB a minute")
        if ours and not name.endswith("+children") and one["fds_growth"] > LIMIT_FDS:
            wrong.append(f"{name} holds {one['fds_growth']:.0f} descriptors more")
        if one["restarts"]:
            wrong.append(f"{name} was restarted {one['restarts']} times")
    good, poison = found["states"]["good"], found["states"]["poison"]
    if not good:
        wrong.append("the run was cut off: no file's end was counted")
    if found["search_errors"]:
        wrong.append(f"{found['search_errors']} searches failed")
    if found["puts_refused"]:
        wrong.append(f"{found['puts_refused']} files were not taken by the store")
    wrong += [f"{count} good files are {state}" for state, count in good.items() if state not in GOOD]
    wrong += [f"{count} broken files are {state}" for state, count in poison.items() if state not in GOOD | {"refused"}]
    return wrong


def _slower(found: Mapping[str, Any]) -> list[str]:
    """Times that are not what they were at the beginning."""
    wrong = []
    for what, name in (("thumbnails", "thumbnail_p99_s"), ("searches", "search_p99_s")):
        first, last = found[name][0], found[name][-1]
        if first is None or last is None:
            wrong.append(f"too few {what} to say whether they stay as fast")
        elif last > STEADY * first:
            wrong.append(f"p99 of {what} went from {first:.2f} s to {last:.2f} s")
    return wrong


def told(found: Mapping[str, Any]) -> str:
    """For people."""
    lines = [f"{'':22}{'MB':>8}{'MB/min':>9}{'MB grown':>10}{'fds':>6}{'grown':>7}{'threads':>9}{'cores':>7}"]
    for name, one in found["parts"].items():
        threads = f"{one['threads_growth']:+.0f}" if one["threads_growth"] is not None else ""
        cores = f"{one['cores']:.3f}" if one["cores"] is not None else ""
        figures = f"{one['rss_mb']:8.1f}{one['rss_mb_a_minute']:+9.3f}{one['rss_growth_mb']:+10.1f}"
        lines.append(f"{name:22}{figures}{one['fds']:6.0f}{one['fds_growth']:+7.0f}{threads:>9}{cores:>7}")
    quarters = {"PUT to thumbnail, p99": found["thumbnail_p99_s"], "search, p99": found["search_p99_s"]}
    for name, values in quarters.items():
        each = ", ".join("–" if value is None else f"{value:.2f} s" for value in values)
        lines.append(f"{name} by quarter: {each}")
    lines.append(f"messages behind, median by quarter: {found['lag_p50']}")
    lines.append(f"{found['minutes']} minutes after the warm-up; done: {found['done']}; files: {found['states']}")
    return "\n".join([*lines, *(found["wrong"] or ["It holds."])])

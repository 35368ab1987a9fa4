"""`python -m tests.drill.silence`: no fault, but a burst of files, and then nothing for a while. Is anybody called?

The rules are as they are. `--record` writes what Prometheus saw as a test for promtool, which asks that of the rules as
they are then, in no time. Wants Prometheus.
"""

import argparse
import asyncio
import re
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import yaml

from cli.say import say
from tests.drill.run import Drill, drilling, unasked
from tests.e2e.pictures import picture
from tests.prometheus import FOLDER

STEP_S = 15
LAG = "packshot_consumer_lag"
LEFT = {"packshot_certificate_ends_seconds", "packshot_disk_free_bytes"}
"""The first is compared with the clock, which begins at 0 in promtool; the disk of a drill's copy is a small one."""
ONLY = {"le": "60.0", "stage": "ready", "status": "failed"}
"""What the rules ask of labels; the other lines are many, and nobody looks at them."""
DONE_S = 3600.0
Series = dict[tuple[tuple[str, str], ...], dict[int, float]]
"""Labels → step → value."""


def main() -> int:
    """0 where nobody was called."""
    parser = argparse.ArgumentParser(prog="python -m tests.drill.silence", description=__doc__)
    parser.add_argument("--files", type=int, default=300, help="that come at once (300)")
    parser.add_argument("--minutes", type=float, default=10.0, help="of quiet after them (10)")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write what was seen, for promtool")
    args = parser.parse_args()

    async def run() -> list[str]:
        async with drilling(1.0) as drill:
            began = time.time()
            await burst(drill, args.files)
            say(f"{args.files} files are done after {time.time() - began:.0f} s; {args.minutes} minutes of nothing")
            await asyncio.sleep(args.minutes * 60)
            if args.record:
                args.record.write_text(recorded(await seen(drill, began, time.time())))
            return await unasked(drill, [])

    for name in (called := asyncio.run(run())):
        print(f"{name} fired", file=sys.stderr)
    return 1 if called else 0


async def burst(drill: Drill, files: int) -> None:
    """All at once, until nothing waits any more. Raises AssertionError where it does not come to an end."""
    names = [f"burst/{number}.jpg" for number in range(files)]
    for start in range(0, files, 50):
        await drill.copy.put({name: picture(start + at, 96, 72) for at, name in enumerate(names[start : start + 50])})
    end = time.monotonic() + DONE_S
    while await drill.prometheus.ask(f"sum({LAG}) > 0") or not await _all_ready(drill, files):
        assert time.monotonic() < end, f"the burst is not worked off after {DONE_S:.0f} s"
        await asyncio.sleep(STEP_S)


async def _all_ready(drill: Drill, files: int) -> bool:
    return bool(await drill.prometheus.ask(f'packshot_put_to_ready_seconds_count{{stage="ready"}} >= {files}'))


def asked() -> list[str]:
    """Metrics that the rules ask for."""
    text = (FOLDER / "rules.yml").read_text(encoding="utf-8")
    found = re.findall(r"\b(?:packshot|process)_\w+|\bup\b(?=\{)", text)
    return sorted(set(found) - LEFT)


async def seen(drill: Drill, began: float, ended: float) -> Series:
    """All of these, every few seconds of that time."""
    found: Series = defaultdict(dict)
    for metric in asked():
        whole = await drill.prometheus.api(
            "query_range", query=f'{metric}{{job="packshot"}}', start=str(began), end=str(ended), step=str(STEP_S)
        )
        for line in whole["result"]:
            labels = {name: text for name, text in line["metric"].items() if name != "partition"}
            if any(labels.get(name, text) != text for name, text in ONLY.items()):
                continue
            values = found[tuple(sorted(labels.items()))]
            for at, value in line["values"]:  # of a lag, all partitions together
                step = round((float(at) - began) / STEP_S)
                values[step] = values.get(step, 0.0) + float(value)
    return found


def recorded(series: Series) -> str:
    """A test for promtool: of what was seen no alert comes."""
    last = max(step for values in series.values() for step in values)
    lines = [
        {"series": _name(dict(labels)), "values": _values([values.get(step) for step in range(last + 1)])}
        for labels, values in sorted(series.items())
    ]
    nothing = {"expr": 'count_over_time(ALERTS{alertstate="firing"}[1d])', "eval_time": f"{last * STEP_S}s"}
    test = {"interval": f"{STEP_S}s", "input_series": lines, "promql_expr_test": [nothing | {"exp_samples": []}]}
    whole = {
        "rule_files": ["../../deploy/prometheus/rules.yml"],
        "evaluation_interval": f"{STEP_S}s",
        "group_eval_order": ["packshot-recorded", "packshot"],
        "tests": [test],
    }
    return "# Written by python -m tests.drill.silence.\n" + yaml.safe_dump(whole, width=10_000, sort_keys=False)


def _name(labels: dict[str, str]) -> str:
    name = labels.pop("__name__")
    return f"{name}{{{','.join(f'{key}={value!r}' for key, value in sorted(labels.items()))}}}".replace("'", '"')


def _values(values: Sequence[float | None]) -> str:
    return " ".join(_run(value, len(list(same))) for value, same in groupby(values))


def _run(value: float | None, times: int) -> str:
    said = "_" if value is None else f"{value:.10g}"
    if times == 1:
        return said
    return f"{said}x{times}" if value is None else f"{said}x{times - 1}"


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.drill`: brings about the fault of each alert on a copy of its own, and mends it by the runbook.

Every window and patience of the rules is a factor shorter (--faster, 12), so that a run takes half an hour; with 1 they
are as they are. Words choose faults whose name holds one of them. Wants Prometheus.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict

from tests.drill.faults import FAULTS
from tests.drill.run import all_of, drilling, unasked, wrong


def main() -> int:
    """0 where all was as it has to be."""
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    parser.add_argument("words", nargs="*", help="only faults whose name holds one of these")
    parser.add_argument("--faster", type=float, default=12.0, metavar="FACTOR")
    args = parser.parse_args()
    chosen = [one for one in FAULTS if not args.words or any(word in one.name for word in args.words)]

    async def run() -> list[str]:
        async with drilling(args.faster) as drill:
            found = await all_of(drill, chosen, strictly=True)
            others = await unasked(drill, chosen)
        for one in found:
            print(json.dumps(asdict(one)), flush=True)
        return wrong(found, chosen) + [f"{name} fired without a fault for it" for name in others]

    for line in (told := asyncio.run(run())):
        print(line, file=sys.stderr)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())

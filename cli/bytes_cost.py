"""what bytes cost in a month: sent, saved, heaviest, stored for nothing, and an estimate of carbon with its model

examples:
  packshot bytes                        the running month
  packshot bytes 2026-10 --json         another one, all of the report
"""

import argparse
import json
from typing import Any

from cli import home as homes
from cli.api import ask
from cli.say import counted, say

NAME = "bytes"
PATH = "v1/bytes"


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument("month", nargs="?", default="", help="2026-10 (default: the running one)")
    parser.add_argument("--json", action="store_true", help="one JSON object: the whole report")


def run(args: argparse.Namespace) -> int:
    """Asks the API of the running copy."""
    report = ask(homes.current(), "GET", f"{PATH}?month={args.month}" if args.month else PATH)
    if args.json:
        print(json.dumps(report, ensure_ascii=False))
        return 0
    for one in report["channels"]:
        print(f"{one['channel'] or 'sizes on the fly':<18} {_line(one)}")
    for one in report["heaviest"][:5]:
        print(f"{one['bytes']:>14,} B  {one['name'] or one['asset_id']} {one['preset']}  {one['advice']}")
    unused = report["unused"]
    say(f"{report['month']}: {_line(report['total'])}")
    say(f"Unused by all that is known: {counted(unused['files'], 'original')}, {unused['bytes']:,} B.")
    if not unused["counted_since"] or unused["counted_since"] > unused["since"]:
        say(f"What was sent is counted since {unused['counted_since'] or 'now'}: some may have been sent before.")
    say(f"{report['model']} {report['source']}")
    return 0


def _line(one: dict[str, Any]) -> str:
    grams = one["sent"]["grams"]
    return (
        f"{one['requests']:,} answers, {one['sent']['bytes']:,} B, {grams['low']:,.1f} to {grams['high']:,.1f} g CO2e; "
        f"saved {one['saved_jpeg']['bytes']:,} B against plain JPEGs"
    )

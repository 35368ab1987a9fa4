"""what in the library deserves somebody's work, by rule

Errors stand first: they keep products from being sold, or show the wrong thing. What is to be done stands beside each.

examples:
  packshot audit                        all rules, and how much each finds
  packshot audit no-main                what one rule finds
  packshot audit --json                 all findings of all usual rules, a JSON object a line
"""

import argparse
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from cli import home as homes
from cli.api import ask
from cli.home import Home
from cli.say import counted, say

NAME = "audit"
PATH = "v1/audit"


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument("rule", nargs="?", help="only what this rule finds")
    parser.add_argument("--json", action="store_true", help="one JSON object a finding, a line each")


def run(args: argparse.Namespace) -> int:
    """Asks the API of the running copy."""
    home = homes.current()
    rules = ask(home, "GET", PATH)
    if not args.rule and not args.json:
        return _overview(rules)
    names = [args.rule] if args.rule else [rule["rule"] for rule in rules if rule["usual"]]
    number = 0
    for name in names:
        for finding in _findings(home, name):
            number += 1
            print(json.dumps(finding, ensure_ascii=False) if args.json else f"{finding['id']}  {finding['detail']}")
    say(f"{counted(number, 'finding')}.")
    return 0


def _overview(rules: list[dict[str, Any]]) -> int:
    for rule in rules:
        if rule["usual"] or rule["count"]:
            count = "…" if rule["count"] is None else rule["count"]
            print(f"{rule['severity']:<8} {count:>6}  {rule['rule']:<14} {rule['title']}. {rule['cure']}")
    say("`packshot audit RULE` shows what it finds. Counts are made in spare time, … is not counted yet.")
    return 0


def _findings(home: Home, rule: str) -> Iterator[dict[str, Any]]:
    cursor: str | None = ""
    while cursor is not None:
        page = ask(home, "GET", f"{PATH}/{quote(rule)}?limit=500&cursor={quote(cursor)}")
        about = {name: page["rule"][name] for name in ("rule", "severity", "title", "cure", "of")}
        yield from ({**about, **finding} for finding in page["items"])
        cursor = page["next"]

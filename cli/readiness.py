"""which products are ready for a channel, and what is in the way of the others

Each product that is for sale is judged by the channel's rules, on the files that would go out:
  ready     every place that the channel needs is filled by a file that fits
  fixable   work that is still to come mends it: a rendition being made, a picture being looked at
  person    a machine cannot judge it: somebody looks, and says so on the picture's page or by the API
  blocked   something must be photographed, dropped or changed; the cure stands beside it

examples:
  packshot readiness                                 the channels that there are
  packshot readiness --channel amazon                a line a product, and how many of each
  packshot readiness --channel amazon MH01 --json    one model's variants, everything that was found
  packshot readiness --channel google-merchant --on 2027-01-31     by rules that begin later
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from cli import home as homes
from cli.api import ask
from cli.home import Home
from cli.say import counted, say

NAME = "readiness"
PATH = "v1/readiness"
MARKS = {"ready": "✓", "fixable": "…", "person": "?", "blocked": "✗"}


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument("q", nargs="?", default="", help="part of a SKU or a name (default: all products)")
    parser.add_argument("--channel", help="amazon, google-merchant, webshop …; without: the list of them")
    parser.add_argument("--market", default="", help="only what may be shown in this market")
    parser.add_argument("--on", default="", metavar="DATE", help="by the rules of that day: 2027-01-31")
    parser.add_argument("--state", choices=list(MARKS), help="only products of this state")
    parser.add_argument("--json", action="store_true", help="one JSON object a product, a line each")


def run(args: argparse.Namespace) -> int:
    """Asks the API of the running copy."""
    home = homes.current()
    if not args.channel:
        return _channels(home)
    counts: Counter[str] = Counter()
    for verdict in _verdicts(home, args):
        counts[verdict["state"]] += 1
        if args.state in (None, verdict["state"]):
            print(json.dumps(verdict, ensure_ascii=False) if args.json else _line(verdict))
    told = ", ".join(f"{counts[state]} {state}" for state in MARKS if counts[state])
    say(f"{counted(counts.total(), 'product')} on {args.channel}{': ' if told else ''}{told}.")
    return 0


def _channels(home: Home) -> int:
    for one in ask(home, "GET", "v1/channels"):
        ahead = f"; new rules from {one['ahead']}" if one["ahead"] else ""
        print(f"{one['channel']:<18} {one['title']}, rules since {one['since']}{ahead}")
    say("`packshot readiness --channel NAME` judges all products.")
    return 0


def _verdicts(home: Home, args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    asked = {"channel": args.channel, "market": args.market, "on": args.on, "q": args.q, "limit": "200"}
    cursor: str | None = ""
    while cursor is not None:
        named = {name: value for name, value in {**asked, "cursor": cursor}.items() if value}
        page = ask(home, "GET", f"{PATH}?{urlencode(named)}")
        yield from page["items"]
        cursor = page["next"]


def _line(verdict: dict[str, Any]) -> str:
    findings = [
        finding
        for place in verdict["places"]
        for finding in (*place["findings"], *(one for picture in place["pictures"] for one in picture["findings"]))
        if finding["state"] == verdict["state"] != "ready"
    ]
    first = f"  {findings[0]['cause']} {findings[0]['cure']}".rstrip() if findings else ""
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"{MARKS[verdict['state']]} {verdict['sku']:<24} {verdict['state']:<8}{first}{more}"

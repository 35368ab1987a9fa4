"""what channels are handed over: feeds of all products that are ready, with the addresses of their pictures

A channel fetches its feed itself, at /v1/feeds/CHANNEL/FORMAT: by HTTP Basic (any name, and a key of the role `channel`
as the password) or with the key as a bearer token. This command shows the same, or writes it to a file.

examples:
  packshot feed                                              the formats, how drops stand, what to fetch again
  packshot feed google-merchant google                       Google Merchant Center, supplemental feed
  packshot feed shopify shopify --out images.csv             Shopify's product images
  packshot feed amazon amazon-zip --record --out amazon.zip  files under Amazon's names, which you hand over
  packshot feed webshop json --since 20261129T101500123456Z  only what is given otherwise since that run
"""

import argparse
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

from cli import home as homes
from cli.api import ask, fetch
from cli.home import Home
from cli.say import counted, say
from cli.trouble import Trouble

NAME = "feed"
PATH = "v1/feeds"


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument("channel", nargs="?", help="`packshot readiness` lists them")
    parser.add_argument("format", nargs="?", help="google, meta, shopify, json, amazon-zip, gs1-zip or zip")
    parser.add_argument("--market", default="", help="only what may be shown in this market")
    parser.add_argument("--doubt", action="store_true", help="you answer for what no machine can judge (role approver)")
    parser.add_argument("--language", default="", help="of alternative texts (default: en)")
    parser.add_argument("--record", action="store_true", help="the channel has this from now on: you hand it over")
    parser.add_argument("--since", default="", metavar="RUN", help="only what is given otherwise since that run")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it there (default: standard output)")


def run(args: argparse.Namespace) -> int:
    """Asks the API of the running copy."""
    home = homes.current()
    if not args.channel:
        return _formats(home)
    if not args.format:
        raise Trouble("A feed has a format.", f"`packshot feed` lists them: packshot feed {args.channel} json")
    asked = {
        "market": args.market,
        "doubt": "true" if args.doubt else "",
        "record": "true" if args.record else "",
        "language": args.language,
    }
    named = {name: value for name, value in {**asked, "since": args.since}.items() if value}
    feed = f"{PATH}/{quote(args.channel, safe='')}/{quote(args.format, safe='')}"
    path = f"{feed}?{urlencode(named)}"
    size = _to_file(home, path, args.out) if args.out else fetch(home, path, sys.stdout.buffer)
    say(f"{size:,} bytes{f' in {args.out}' if args.out else ''}. `packshot readiness` says what was left out, and why.")
    of_feed = {name: value for name, value in named.items() if name in ("market", "doubt")}
    for run in ask(home, "GET", f"{feed}/runs?{urlencode({**of_feed, 'own': 'true'})}")[:1]:
        for note in run["notes"]:
            say(f"  {note}")
    return 0


def _to_file(home: Home, path: str, file: Path) -> int:
    """What broke off is no file of that name: a channel would take it for the whole."""
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as out:
            size = fetch(home, path, out)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return size


def _formats(home: Home) -> int:
    for one in ask(home, "GET", f"{PATH}/formats"):
        print(f"{one['name']:<12} {one['about']} ({', '.join(one['channels'])})")
    for one in ask(home, "GET", "v1/handovers"):
        how = f"{one['cause']} (since {one['failing_since'][:16]})" if one["cause"] else "all is there"
        say(f"drop {one['name']}: {one['channel']} as {one['format']} to {one['place']}: {how}")
        for note in one["notes"]:
            say(f"  {note}")
    if found := ask(home, "GET", f"{PATH}/recalls"):
        say(f"{counted(len(found), 'picture')} went out and should be there no more, until the feed is fetched again:")
        for one in found:
            say(f"  {one['feed']}  {one['sku']}  {one['name'] or one['asset_id']}: {one['why']}")
    return 0

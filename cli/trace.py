"""tell one asset's story: when it came, what was made of it, who decided what, and what went wrong on the way

Times are this machine's, beside them the time since the file was dropped. A line marked ! is a warning: a try that
failed, a wait for a server, a message that was buried. What the services logged is told where this copy's logs still
have it, dead letters for 30 days; everything else comes from the archive, however old it is.

examples:
  packshot trace "autumn/TRAINER-RED_front.jpg"              by its name in the inbox, or the end of it
  packshot trace 9efdbe18-6d30-56bc-9012-69b5cb8b272e        by its id (the page copies it)
  packshot trace TRAINER-RED_front.jpg --json                for scripts
"""

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from cli import home as homes
from cli.api import ask
from cli.elsewhere import elsewhere
from cli.home import Home
from cli.say import say
from cli.servers.seaweed import BUCKETS
from cli.story import GIVEN_UP, About, Moment, from_history, from_letters, from_log, standing, traces, waiting, written
from cli.trouble import Trouble
from schemas.names import stem

NAME = "trace"
LETTERS = 500
"""The newest of all."""
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def add(parser: argparse.ArgumentParser) -> None:
    """ASSET [--json]."""
    parser.add_argument("asset", help="an asset's id, or its name in the inbox")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace) -> int:
    """0; raises Trouble where no asset, or more than one, is meant."""
    home = homes.current()
    letters = _letters(home)
    asset = ask(home, "GET", f"v1/assets/{quote(_meant(home, args.asset, letters))}")
    letters = [one for one in letters if one["about"] == asset["key"] or one["page"] == f"/assets/{asset['id']}"]
    moments = from_history(asset["history"]) + from_letters(letters)
    if elsewhere(home):
        say("what the services logged is not on this machine: this is what the archive says")
    moments += _logged(home, asset, GIVEN_UP if letters else "")
    if args.json:
        told = [asdict(moment) | {"at": moment.at.isoformat()} for moment in sorted(moments)]
        named = {name: asset[name] for name in ("id", "key", "state", "live", "newest", "cause", "cure")}
        print(json.dumps({**named, "story": told, "dead_letters": letters}, ensure_ascii=False))
        return 0
    print(f"{asset['key']}  {asset['id']}")
    print("\n".join([*written(moments, _start(asset, moments)), *standing(asset), *waiting(letters)]))
    return 0


def _logged(home: Home, asset: dict[str, Any], without: str) -> list[Moment]:
    """What this machine's logs still have: first whose traces are the asset's, then what belongs to these."""
    logs = sorted(home.logs.glob("*.log*"))
    own = frozenset(trace for log in logs for trace in traces(_lines(log), asset["id"]))
    about = About(asset["id"], f"{BUCKETS[0]}/{stem(asset['key'])}", own)
    return [one for log in logs for one in from_log(log.name.split(".")[0], _lines(log), about, without=without)]


def _letters(home: Home) -> list[dict[str, Any]]:
    """The newest of all; none while Kafka is away, which is said."""
    try:
        found: list[dict[str, Any]] = ask(home, "GET", f"v1/dead-letters?limit={LETTERS}")["items"]
    except Trouble as trouble:
        say(f"dead letters cannot be looked at now, so this story is without them: {trouble.cause}")
        return []
    return found


def _meant(home: Home, said: str, letters: list[dict[str, Any]]) -> str:
    if _ID.fullmatch(said):
        return said
    found = ask(home, "GET", f"v1/assets?{urlencode({'q': said, 'limit': 50})}")["items"]
    same = [one for one in found if one["key"] == said] or [one for one in found if one["key"].endswith(said)]
    if len(same) == 1:
        return str(same[0]["id"])
    if same:
        names = "\n  ".join(f"{one['id']}  {one['key']}" for one in same)
        raise Trouble(f"{len(same)} assets end in {said!r}:\n  {names}\n", "Name one by its whole name or its id.")
    if buried := next((one for one in letters if one["about"].endswith(said)), None):
        cause = f"{said!r} became no asset: {buried['group']} gave it up. {buried['cause']}"
        raise Trouble(cause, waiting([buried | {"again": False}])[0])
    raise Trouble(f"No asset is named {said!r}.", "`packshot submit` drops it; the page's search finds its name.")


def _start(asset: dict[str, Any], moments: list[Moment]) -> datetime:
    """When the newest version was dropped; a story that begins before it has times below zero."""
    return datetime.fromisoformat(asset["arrived"]) if asset["arrived"] else min(moments).at


def _lines(log: Path) -> Iterator[str]:
    with log.open(encoding="utf-8", errors="replace") as source:
        yield from source

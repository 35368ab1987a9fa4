"""endpoints outside that are told what is live and what products show

Messages are signed by the rules of Standard Webhooks: docs/webhooks.md. The secret is shown once.

examples:
  packshot webhooks                                       all endpoints: how far behind, and why
  packshot webhooks add https://shop.example.com/hook     all events, from now on
  packshot webhooks add https://cdn.example.com/hook --event asset.replaced --event asset.withdrawn
  packshot webhooks replay 3f2a9c0d11e2 --since 2026-11-28T00:00Z   again, whatever changed since then
  packshot webhooks replay 3f2a9c0d11e2 --entity product/MH01-M-Black
  packshot webhooks rotate 3f2a9c0d11e2                   another secret; for a day both sign
  packshot webhooks disable 3f2a9c0d11e2                  what changes meanwhile is sent after `enable`
  packshot webhooks remove 3f2a9c0d11e2                   for good
"""

import argparse
from typing import Any

from cli import home as homes
from cli.api import ask
from cli.say import counted, say
from schemas.webhook import EVENTS

NAME = "webhooks"
PATH = "v1/webhooks"


def add(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions (default: list)")
    actions.add_parser("list", help="all endpoints")
    made = actions.add_parser("add", help="make an endpoint")
    made.add_argument("url", help="https://…")
    made.add_argument(
        "--event", action="append", default=[], choices=EVENTS, help="only this one; repeatable (default: all)"
    )
    again = actions.add_parser("replay", help="send again, as it is now")
    again.add_argument("id", help="as the list shows it")
    again.add_argument("--since", metavar="TIME", help="whatever changed since then, 2026-11-28T00:00Z (default: all)")
    again.add_argument("--entity", metavar="NAME", help="only asset/ID, product/SKU or shoot/FOLDER")
    for name, what in (("rotate", "another secret"), ("enable", "send again"), ("disable", "send nothing")):
        actions.add_parser(name, help=what).add_argument("id", help="as the list shows it")
    actions.add_parser("remove", help="end an endpoint").add_argument("id", help="as the list shows it")


def run(args: argparse.Namespace) -> int:
    """Does it by the API."""
    home, own = homes.current(), f"{PATH}/{getattr(args, 'id', '')}"
    match args.action:
        case "add":
            _secret(ask(home, "POST", PATH, {"url": args.url, **({"events": args.event} if args.event else {})}))
        case "replay":
            wanted = {"since": args.since, "entity": args.entity}
            ask(home, "POST", f"{own}/replays", {name: value for name, value in wanted.items() if value})
            say("It will be sent. `packshot webhooks` shows how much is left.")
        case "rotate":
            _secret(ask(home, "POST", f"{own}/rotations"))
        case "enable" | "disable":
            ask(home, "PATCH", own, {"enabled": args.action == "enable"})
        case "remove":
            ask(home, "DELETE", own)
            say(f"{args.id} is told nothing more, within seconds.")
        case _:
            _list(ask(home, "GET", PATH))
    return 0


def _secret(made: dict[str, Any]) -> None:
    print(made["secret"])
    say(f"{made['url']}: {', '.join(made['events'])}; id {made['id']}. The secret is not shown again.")


def _list(found: list[dict[str, Any]]) -> None:
    for one in found:
        behind = f"{one['waiting']} waiting, {one['lag_seconds']:.0f} s behind" if one["waiting"] else "up to date"
        print(f"{one['id']}  {one['state']:<9} {behind:<30} {one['url']}  {', '.join(one['events'])}")
        if one["cause"]:
            print(f"    since {one['failing_since'][:16]}: {one['cause']}. {one['cure']}")
    say(f"{counted(len(found), 'webhook')}. `packshot webhooks --help` says what can be done.")

"""who may use the API and the page: keys for programs, links for people

A key is shown once; Packshot keeps a hash of it. Roles, each with what those before it may:
  channel    products, their media and renditions
  viewer     see everything, download originals
  editor     tags, links, roles, crops, texts, uploads, retry
  approver   approve and reject; what a new version is; that a picture fits a channel
  manager    folder profiles, purge and hold, the order of a product's media, naming rules, fields of your own
  admin      keys, sign-in links and webhooks

examples:
  packshot keys                                        all keys, without their secrets
  packshot keys add "Shop front" --role channel        a key for a program, good for a year
  packshot keys add Studio --role editor --folder autumn --days 30   sees and fills that folder only
  packshot keys add Agency --brand Luma                sees what is of that brand
  packshot keys revoke 3f2a9c0d11e2                    it opens nothing any more, within seconds
  packshot keys link Anna --role editor                signs Anna's browser in, once, within 15 minutes
  packshot keys link Ben --brand Luma                  the same, to what is of that brand
"""

import argparse
from typing import Any

from cli import home as homes
from cli.api import ask
from cli.say import counted, say
from services.catalog.api.roles import LADDER
from services.catalog.scope import Scope

NAME = "keys"
PATH = "v1/keys"


def add(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions (default: list)")
    made = actions.add_parser("add", help="make a key for a program")
    made.add_argument("name", help="who uses it: it stands beside each change")
    made.add_argument("--role", choices=LADDER, default="viewer", help="what it may (default: viewer)")
    made.add_argument("--days", type=int, default=365, help="so long it opens (default: 365)")
    _limited(made)
    actions.add_parser("revoke", help="end a key").add_argument("id", help="as the list shows it")
    link = actions.add_parser("link", help="a link that signs somebody's browser in once")
    link.add_argument("name", help="who: it stands beside each change")
    link.add_argument("--role", choices=LADDER[1:], default="viewer", help="what they may (default: viewer)")
    _limited(link)


def _limited(to: argparse.ArgumentParser) -> None:
    to.add_argument("--folder", action="append", default=[], metavar="FOLDER", help="only this folder; repeatable")
    to.add_argument("--brand", action="append", default=[], metavar="BRAND", help="only this brand; repeatable")
    to.add_argument(
        "--collection", action="append", default=[], metavar="ID", help="only this collection, by id; repeatable"
    )


def _scope(args: argparse.Namespace) -> dict[str, list[str]]:
    return {"folders": args.folder, "brands": args.brand, "collections": args.collection}


def run(args: argparse.Namespace) -> int:
    """Does it by the API."""
    home = homes.current()
    match args.action:
        case "add":
            wanted = {"name": args.name, "role": args.role, "days": args.days, **_scope(args)}
            made = ask(home, "POST", PATH, wanted)
            print(made["key"])
            say(f"{made['name']}: {made['role']} until {made['expires'][:10]}, id {made['id']}. It is not shown again.")
        case "revoke":
            ask(home, "DELETE", f"{PATH}/{args.id}")
            say(f"{args.id} opens nothing any more, within seconds.")
        case "link":
            wanted = {"name": args.name, "role": args.role, **_scope(args)}
            print(ask(home, "POST", "v1/sign-in-links", wanted)["url"])
        case _:
            _list(ask(home, "GET", PATH))
    return 0


def _list(keys: list[dict[str, Any]]) -> None:
    for key in keys:
        state = "revoked" if key["revoked"] else f"until {key['expires'][:10]}"
        scope = Scope.of(key)
        where = f"  {scope.words}" if scope.limited else ""
        print(f"{key['id']}  {key['role']:<9} {state:<17} {key['name']}{where}")
    say(f"{counted(len(keys), 'key')}. `packshot keys --help` says what roles may.")

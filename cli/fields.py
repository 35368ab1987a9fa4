"""fields of your own for pictures: their type, their choices, where they are required

A value is given on a picture's page or by the API (`field:<name>`), and found with `/?field=season:SS27`.
A category counts with all below it; `*` is every picture. `flag=field-missing` finds where one is empty.

examples:
  packshot fields                                                    all of them
  packshot fields set season "Season" choice --choice SS27 --choice FW27 --required-for Men/Shoes
  packshot fields set weight "Weight, kg" number
  packshot fields remove season                                      shown nowhere any more; its values are kept
"""

import argparse
from typing import Any, get_args
from urllib.parse import quote

from cli import home as homes
from cli.api import ask
from cli.say import counted, say
from services.catalog.own_fields.definition import Type

NAME = "fields"
PATH = "v1/fields"


def add(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions (default: list)")
    made = actions.add_parser("set", help="define a field, or change one")
    made.add_argument("name", help="as addresses have it: letters from a to z, digits, underlines")
    made.add_argument("title", help="as people read it")
    made.add_argument("type", choices=get_args(Type), help="choice: one of them; choices: several")
    made.add_argument("--choice", action="append", default=[], metavar="TEXT", help="repeatable")
    made.add_argument(
        "--required-for", action="append", default=[], metavar="CATEGORY", help="of products; `*`: all; repeatable"
    )
    actions.add_parser("remove", help="show a field nowhere any more").add_argument("name")


def run(args: argparse.Namespace) -> int:
    """Does it by the API."""
    home = homes.current()
    match args.action:
        case "set":
            wanted = {"title": args.title, "type": args.type, "choices": args.choice, "required_for": args.required_for}
            ask(home, "PUT", f"{PATH}/{quote(args.name, safe='')}", wanted)
            say(f"{args.name} is a field, within seconds.")
        case "remove":
            ask(home, "DELETE", f"{PATH}/{quote(args.name, safe='')}")
            say(f"{args.name} is shown nowhere any more, within seconds. Its values are kept.")
        case _:
            _list(ask(home, "GET", PATH))
    return 0


def _list(fields: list[dict[str, Any]]) -> None:
    for field in fields:
        more = f"  {', '.join(field['choices'])}" if field["choices"] else ""
        needed = f"  required for {', '.join(field['required_for'])}" if field["required_for"] else ""
        print(f"{field['name']:<16} {field['type']:<8} {field['title']}{more}{needed}")
    say(f"{counted(len(fields), 'field')}. `packshot fields --help` says how one is defined.")

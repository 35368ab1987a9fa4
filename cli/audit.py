"""what in the library deserves somebody's work, by rule

Errors stand first: they keep products from being sold, or show the wrong thing. What is to be done stands beside each.

examples:
  packshot audit                        all rules, and how much each finds
  packshot audit no-main                what one rule finds
  packshot audit --json                 all findings of all usual rules, a JSON object a line; with --all of all rules
  packshot audit --assigned me          what was given to you, or to another name
  packshot audit blurred --assign anna ID …    give findings to somebody; - is nobody
  packshot audit twins --fix            mend all of a rule's findings that one click mends, or those of these IDs
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
from cli.trouble import Trouble

NAME = "audit"
PATH = "v1/audit"
AT_ONCE = 200


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument("rule", nargs="?", help="only what this rule finds")
    parser.add_argument("ids", nargs="*", metavar="ID", help="assets' ids or SKUs, with --assign and --fix")
    parser.add_argument("--json", action="store_true", help="one JSON object a finding, a line each")
    parser.add_argument("--all", action="store_true", help="rules that are off by default, too")
    acts = parser.add_mutually_exclusive_group()
    acts.add_argument("--assigned", metavar="NAME", help="what was given to somebody; me: to you")
    acts.add_argument("--assign", metavar="NAME", help="give findings of the rule to somebody; -: to nobody")
    acts.add_argument("--fix", action="store_true", help="do what one click does, in one batch that can be taken back")


def run(args: argparse.Namespace) -> int:
    """Asks the API of the running copy."""
    home = homes.current()
    if args.assigned:
        return _assigned(home, args.assigned, as_json=args.json)
    if args.assign or args.fix:
        return _act(home, args)
    rules = ask(home, "GET", PATH)
    if not args.rule and not args.json:
        return _overview(rules, everything=args.all)
    names = [args.rule] if args.rule else [rule["rule"] for rule in rules if rule["usual"] or args.all]
    number = 0
    for name in names:
        for finding in _findings(home, name):
            number += 1
            print(json.dumps(finding, ensure_ascii=False) if args.json else _line(finding))
    say(f"{counted(number, 'finding')}.")
    return 0


def _line(finding: dict[str, Any]) -> str:
    by = f"  ({finding['assigned']} looks after it)" if finding["assigned"] else ""
    return f"{finding['id']}  {finding['file'] or ''}  {finding['detail']}{by}"


def _assigned(home: Home, name: str, *, as_json: bool) -> int:
    found = ask(home, "GET", f"{PATH}/assigned?to={quote(name)}")
    for one in found:
        print(json.dumps(one, ensure_ascii=False) if as_json else f"{one['rule']['rule']:<14} {_line(one)}")
    say(f"{counted(len(found), 'finding')}.")
    return 0


def _act(home: Home, args: argparse.Namespace) -> int:
    """What one click does, for several; in parts that the API takes."""
    if not args.rule or (args.assign and not args.ids):
        raise Trouble("It is not said of what.", "Name the rule, and with --assign the ids: `packshot audit RULE`.")
    wanted = args.ids or [one["id"] for one in _findings(home, args.rule) if one["fix"]]
    for start in range(0, len(wanted), AT_ONCE):
        body: dict[str, Any] = {"subjects": wanted[start : start + AT_ONCE]}
        if args.assign:
            done = ask(home, "POST", f"{PATH}/{quote(args.rule)}/assign", body | {"to": _nobody(args.assign)})
            say(
                f"{counted(len(done['subjects']), 'finding')} given to {done['to'] or 'nobody'}, batch {done['batch']}."
            )
            continue
        done = ask(home, "POST", f"{PATH}/{quote(args.rule)}/fix", body)
        say(f"{counted(len(done['fixed']), 'finding')} mended, batch {done['batch']}.")
        for subject, why in done["left"].items():
            say(f"{subject}: {why}")
    return 0


def _nobody(name: str) -> str | None:
    return None if name == "-" else name


def _overview(rules: list[dict[str, Any]], *, everything: bool) -> int:
    for rule in rules:
        if rule["usual"] or rule["count"] or everything:
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

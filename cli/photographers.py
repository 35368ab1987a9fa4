"""keys of the store for people who may put files into one folder of the inbox, and do nothing else

Who has such a key can neither look nor delete: not even in that folder, where the same name again makes a new version.
It works with every S3 client, within seconds, also while everything runs. (A key of the API, an upload link and the
page are other ways in: `packshot keys`, docs/sharing.md.)

examples:
  packshot photographers                                who has a key, and for which folder
  packshot photographers add anna --folder autumn/anna  a new key pair; the secret is shown once
  packshot photographers remove anna                    it opens nothing any more
"""

import argparse
import json
import os
import signal
from collections.abc import Sequence

from cli import home as homes
from cli import secrets as secret_store
from cli.home import Home
from cli.say import counted, say
from cli.servers import photographers as people
from cli.servers.seaweed_settings import write_identities
from cli.supervisor import status_file
from cli.trouble import Trouble

NAME = "photographers"


def add(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions (default: list)")
    made = actions.add_parser("add", help="make a key pair")
    made.add_argument("name", help="whose it is")
    made.add_argument("--folder", required=True, metavar="FOLDER", help="of the inbox")
    made.add_argument("--json", action="store_true", help="print the pair as one JSON object")
    actions.add_parser("remove", help="end a key pair").add_argument("name", help="as the list shows it")


def run(args: argparse.Namespace) -> int:
    """0 when the store knows it, or will at its next start."""
    home = homes.current().make()
    data = home.data / "seaweed"
    known = people.load(data)
    match args.action:
        case "add":
            if any(one.name == args.name for one in known):
                raise Trouble(f"{args.name} has a key.", f"First `packshot photographers remove {args.name}`.")
            made = people.fresh(args.name, args.folder)
            _tell(home, [*known, made])
            pair = {"access_key": made.access_key, "secret_key": made.secret_key}
            print(json.dumps(pair) if args.json else "\n".join(pair.values()))
            say(f"{made.name} may put files below {made.folder}/ of the bucket {people.INBOX}.")
        case "remove":
            left = [one for one in known if one.name != args.name]
            if left == known:
                raise Trouble(f"Nobody is called {args.name}.", "`packshot photographers` lists them.")
            _tell(home, left, [one for one in known if one.name == args.name])
            say(f"{args.name}'s key opens nothing any more.")
        case _:
            for one in known:
                print(f"{one.name:<20} {one.folder}/")
            say(f"{counted(len(known), 'photographer')} with a key of the store.")
    return 0


def _tell(home: Home, known: list[people.Photographer], ended: Sequence[people.Photographer] = ()) -> None:
    """Kept, and told to the store where it runs: it reads who may what again at SIGHUP."""
    data = home.data / "seaweed"
    data.mkdir(parents=True, exist_ok=True)
    people.save(data, known)
    write_identities(data, secret_store.load(home.root / "secrets.json").s3_keys, ended)
    for part in status_file.read(home):
        if part.name == "s3" and part.pid:
            os.kill(part.pid, signal.SIGHUP)

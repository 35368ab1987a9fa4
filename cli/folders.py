"""what holds for what is dropped into a folder: owner, approval, editions, brand, market, naming, rights

A file names folders of the inbox; what a folder leaves open, the one above it says:
  folders:
    autumn: {owner: anna@example.com, approval: review, brand: Luma}
    autumn/final: {approval: auto, naming: studio}

With `approval: review` a picture goes live when somebody has approved it (on the page, key a); `auto` is when it is
ready. With `editions: join` a file like `x_main_v2.jpg` is at once the next version of the picture that it is named
after; `ask` is when a person says so. It all counts for what is dropped afterwards; `naming`, for what is there, too:
the naming rule that the folder's files are read by (its name, or a pattern; docs/linking.md).

examples:
  packshot folders                     those in use
  packshot folders check mine.yaml     whether a file holds
  packshot folders apply mine.yaml     use it from now on
"""

import argparse
from pathlib import Path

from cli import home as homes
from cli.api import ask
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.folders import FoldersError, read_folders

NAME = "folders"
PATH = "v1/folders"


def add(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions (default: show those in use)")
    for action, what in (("check", "whether a file holds"), ("apply", "use a file from now on")):
        actions.add_parser(action, help=what).add_argument("file", type=Path, help="YAML, as above")


def run(args: argparse.Namespace) -> int:
    """Does it."""
    if args.action is None:
        print(ask(homes.current(), "GET", PATH)["text"] or "folders: {}", end="")
        return 0
    text = _read(args.file)
    folders = read_folders(args.file.name, text)
    if args.action == "apply":
        ask(homes.current(), "PUT", PATH, {"text": text})
    what = "in use" if args.action == "apply" else "right"
    say(f"The profiles of {counted(len(folders.said), 'folder')} are {what}.")
    return 0


def _read(file: Path) -> str:
    """Raises Trouble."""
    try:
        text = file.read_text("utf-8")
        read_folders(file.name, text)
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.", "Name a file that is there.") from error
    except (FoldersError, UnicodeDecodeError) as error:
        raise Trouble(str(error), "Mend the file, then do this again.") from error
    return text

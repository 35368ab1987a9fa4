"""drop files into the inbox, or import a product list (.csv)

A .csv that is named itself is a product list: its products go to the linker and the catalogue. A .csv inside a folder
goes into the inbox with its pictures, where it describes the files of that folder (columns such as file, sku, role);
one without a column of file names is refused there and imports nothing: name it itself.

examples:
  packshot submit ~/shoot/autumn                 a folder: every file in it, under the folder's name
  packshot submit TRAINER-RED_front.jpg          single files
  packshot submit products.csv                   a product list: its products go to the linker and the catalogue
"""

import argparse
import asyncio
from pathlib import Path

from cli import feed
from cli import home as homes
from cli.connect import settings_of
from cli.say import counted, say
from cli.supervisor import status_file
from cli.trouble import Trouble

NAME = "submit"


def add(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, folders, or product lists (.csv)")
    parser.add_argument("--under", default="", metavar="FOLDER", help="folder of the inbox that single files go to")


def run(args: argparse.Namespace) -> int:
    """0 when all of it was taken and acknowledged."""
    home = homes.current()
    if not status_file.read(home):
        raise Trouble("Nothing runs yet.", "Run `packshot up` first.")
    settings = settings_of(home)
    for path in args.paths:
        if path.suffix.lower() == ".csv":
            listed = feed.read_list(path)
            for problem in listed.problems:
                say(str(problem))
            asyncio.run(feed.import_products(settings, listed))
            say(f"{path.name}: {counted(len(listed.products), 'product')} sent")
            continue
        if not path.exists():
            raise Trouble(f"There is no {path}.", "Check the path.")
        folder, files = (path, feed.files_in(path)) if path.is_dir() else (path.parent, [path])
        under = path.resolve().name if path.is_dir() else args.under
        for put in feed.put_all(settings, folder, files, under):
            say(f"dropped {put.key} ({put.size / 1e6:.1f} MB)")
    return 0

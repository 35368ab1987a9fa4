"""drop files into the inbox, or import a product list (.csv, .jsonl, .xlsx)

A list that is named itself is a product list: its products go to the linker and the catalogue. A .csv inside a folder
goes into the inbox with its pictures, where it describes the files of that folder (columns such as file, sku, role);
one without a column of file names is refused there and imports nothing: name it itself.

A list adds and changes; what it has no row or no column for stays. Given as the whole (--full), products without a
row are removed. An import that would remove, or take links from, more than 2 % of the products stops, says which, and
does so only with --yes. A product that has another SKU than before, and the same GTIN or model and axes, takes its
pictures and decisions along: with --full, or where you say --yes. --new takes such SKUs for other products.

examples:
  packshot submit ~/shoot/autumn                 a folder: every file in it, under the folder's name
  packshot submit TRAINER-RED_front.jpg          single files
  packshot submit products.csv                   a product list: its products go to the linker and the catalogue
  packshot submit products.xlsx                  the first sheet that has a column of SKUs
  packshot submit s3://exports/products.csv      a product list in a bucket of the store
  packshot submit export.jsonl --mapping m.yaml  columns of other names: `sku: Article`, `axes: {material: Upper}`
  packshot submit --full products.csv            the whole list: products that it does not name are removed
"""

import argparse
import asyncio
from pathlib import Path

from cli import feed
from cli import home as homes
from cli.bucket_lists import brought
from cli.connect import settings_of
from cli.elsewhere import elsewhere
from cli.lists import is_list, mapping_of, read_list
from cli.product_lists import Asked, import_list
from cli.say import counted, say
from cli.supervisor.status_file import must_run
from cli.trouble import Trouble
from runtime.config import Settings
from services.pim.product import ProductList

NAME = "submit"


def add(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, folders, or product lists (.csv, .jsonl, .xlsx; or s3://…)"
    )
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="which column of the list is what: a YAML file")
    parser.add_argument("--under", default="", metavar="FOLDER", help="folder of the inbox that single files go to")
    parser.add_argument(
        "--full", action="store_true", help="the whole list: products that it does not name are removed"
    )
    parser.add_argument("--yes", action="store_true", help="import it also where much would be removed or unlinked")
    parser.add_argument("--new", action="store_true", help="a new SKU is a new product, whatever GTIN it has")


def run(args: argparse.Namespace) -> int:
    """0 when all of it was taken and acknowledged."""
    home = homes.current()
    if not elsewhere(home):
        must_run(home)
    settings = settings_of(home)
    lists = [word for word in args.paths if is_list(Path(word))]
    if args.mapping and not lists:
        raise Trouble("--mapping was given without a product list.", "Give it with a .csv, .jsonl or .xlsx.")
    mapping = mapping_of(args.mapping)
    if args.full and len(lists) != 1:
        raise Trouble(f"--full was given with {len(lists)} product lists.", "Give it with the one list that is whole.")
    for word in args.paths:
        if word in lists:
            with brought(settings, word) as path:
                _import(settings, read_list(path, mapping), Asked(args.full, args.yes, args.new))
        else:
            _drop(settings, Path(word), args.under)
    return 0


def _drop(settings: Settings, path: Path, under: str) -> None:
    if not path.exists():
        raise Trouble(f"There is no {path}.", "Check the path.")
    folder, files = (path, feed.files_in(path)) if path.is_dir() else (path.parent, [path])
    for put in feed.put_all(settings, folder, files, path.resolve().name if path.is_dir() else under):
        say(f"dropped {put.key} ({put.size / 1e6:.1f} MB)")


def _import(settings: Settings, listed: ProductList, asked: Asked) -> None:
    difference = asyncio.run(import_list(settings, listed, asked))
    for problem in difference.problems:
        say(str(problem))
    if difference.renamed:
        say(difference.new_names)
    removed = f", {len(difference.removed)} removed" if asked.full else ""
    same = f", {difference.unchanged} as they were" if difference.unchanged else ""
    say(f"{listed.file}: {counted(len(difference.products), 'product')} sent{removed}{same}")

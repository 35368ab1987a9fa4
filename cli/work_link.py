"""which product does each file show, and why? By file name and folder; opens no picture

A picture of one colour belongs to all its sizes. The model shows one of its colours, that with most pictures among
these files: only those name it as well. The pipeline chooses by the same rule, from all the pictures that it has.

Naming rules say where the names of a folder hold the SKU (docs/linking.md). A dry run changes nothing: it tells which
names the rules match, which not and where they leave a doubt, and which rules could be learnt from links that stand.

examples:
  packshot link --products products.csv --files ~/shoot
  packshot link --products products.csv --files names.txt --json      one JSON object a line and file
  packshot link --products articles.xlsx --mapping own.yaml --files ~/shoot      columns of other names
  packshot link --products products.csv --files ~/shoot --rules naming.yaml --dry-run
  packshot link --rules naming.yaml --dry-run      the same on the names and products of the library
  packshot link --dry-run                          of the rules in use, and what could be learnt
  packshot link --rules naming.yaml --apply        use these rules from now on
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cli import link_rules
from cli.link_library import Library
from cli.lists import mapping_of, read_list
from cli.say import counted
from cli.trouble import Trouble
from runtime.csv_text import UTF16_MARKS
from services.linker.catalogue import Catalogue
from services.linker.dry_run import found_by
from services.linker.match import Link, Match
from services.linker.media import MediaLink, model_media
from services.linker.rules import NO_RULES, Rules
from services.pim.importing import implied

NAME = "link"
_SKIPPED = {"thumbs.db", "desktop.ini", "packshot-report.csv"}
_SKIPPED_ENDINGS = (".csv", ".xmp", ".part", ".filepart", ".tmp", ".txt")


def add(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--products", type=Path, metavar="FILE", help="product list (.csv, .jsonl, .xlsx)")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="which column of the list is what: a YAML file")
    parser.add_argument("--files", type=Path, metavar="DIR|LIST", help="folder, or a list of names")
    parser.add_argument("--rules", type=Path, metavar="FILE", help="naming rules (YAML)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and file; a dry run's report last")
    parser.add_argument(
        "--dry-run", action="store_true", help="what the rules do to the names, and what could be learnt"
    )
    parser.add_argument("--apply", action="store_true", help="use the rules in the library from now on")


def run(args: argparse.Namespace) -> int:
    """0 when the files were compared. Raises Trouble for what cannot be read, and for a list without a product."""
    if args.apply and (args.rules is None or args.dry_run or args.products or args.files):
        raise Trouble("--apply is given with --rules alone.", "Try the rules with --dry-run first, then --apply them.")
    if args.mapping and not args.products:
        raise Trouble("--mapping was given without a product list.", "Give it with --products.")
    if args.apply or (args.dry_run and not args.products and not args.files):
        return link_rules.on_library(args.rules, apply=args.apply, as_json=args.json)
    if not args.products or not args.files:
        raise Trouble("--products and --files go together.", "Give both; --dry-run without both looks at the library.")
    return _on_files(args)


def _on_files(args: argparse.Namespace) -> int:
    rules = link_rules.load(args.rules)[0] if args.rules else NO_RULES
    listed = read_list(args.products, mapping_of(args.mapping))
    try:
        names = list(_names(args.files))
    except OSError as error:
        cause = f"{args.files} cannot be read: {error.strerror}."
        raise Trouble(cause, "Name a folder of pictures, or a text file with a name a line.") from error
    except UnicodeDecodeError as error:
        number = 1 + error.object[: error.start].decode(error.encoding, "replace").count("\n")
        cure = "Name a folder of pictures, or a text file with a name a line, saved as UTF-8 or UTF-16."
        raise Trouble(f"{args.files}, line {number}: this is no text in {error.encoding.upper()}.", cure) from error
    for problem in (*listed.problems, *implied(listed, listed.implied)):
        print(problem, file=sys.stderr)
    catalogue = Catalogue(listed.products)
    found = link_files(names, catalogue, rules)
    if args.json or not args.dry_run:
        for line in _json_lines(found) if args.json else _table(found):
            print(line)
    if args.dry_run:
        linked = {name: {link.sku for link in one.links} for name, one in found.items() if one.links}
        link_rules.tell(Library(catalogue, names, linked), rules, NO_RULES, as_json=args.json)
    return 0


def link_files(names: Iterable[str], catalogue: Catalogue, rules: Rules = NO_RULES) -> dict[str, Match]:
    """Name as given → its match. A model keeps the pictures of the one colour that it is shown in."""
    found: dict[str, Match] = {}
    for name in names:
        found[name] = found_by(name.replace("\\", "/"), catalogue, rules)[1]
    models: dict[str, list[MediaLink]] = {}
    for name, one in found.items():
        for link in one.links:
            if link.level == "model":
                media = MediaLink(name, link.role, link.confidence, link.position, link.look, name)
                models.setdefault(link.sku, []).append(media)
    shown = {
        (sku, media.asset)
        for sku, links in models.items()
        for media in model_media(links, variants=catalogue.looks_of(sku))
    }
    return {name: _shown(name, one, shown) for name, one in found.items()}


def _shown(name: str, one: Match, shown: set[tuple[str, str]]) -> Match:
    alone = all(link.level == "model" for link in one.links)
    links = tuple(link for link in one.links if alone or link.level != "model" or (link.sku, name) in shown)
    return Match(one.role, links, one.suggestions, one.conflicts)


def _names(files: Path) -> Iterator[str]:
    """Relative names under a folder, sorted; or the lines of a list."""
    if not files.is_dir():
        data = files.read_bytes()
        text = data.decode("utf-16" if data.startswith(UTF16_MARKS) else "utf-8-sig")
        yield from (line for line in text.splitlines() if line.strip())
        return
    for path in sorted(files.rglob("*")):
        name = path.name.casefold()
        skipped = name.startswith(".") or name in _SKIPPED or name.endswith(_SKIPPED_ENDINGS)
        if path.is_file() and not skipped:
            yield path.relative_to(files).as_posix()


def _json_lines(found: dict[str, Match]) -> Iterator[str]:
    for name, one in found.items():
        line = {
            "file": name,
            "links": [_link(link) for link in one.links],
            "suggestions": [_link(link) for link in one.suggestions],
            "conflicts": [
                {"skus": list(c.skus), "cause": c.cause, "evidence": [vars(e) for e in c.evidence]}
                for c in one.conflicts
            ],
        }
        yield json.dumps(line, ensure_ascii=False)


def _link(link: Link) -> dict[str, Any]:
    evidence = [{"kind": reason.kind, "detail": reason.detail} for reason in link.evidence]
    return {"sku": link.sku, "role": link.role, "confidence": link.confidence, "evidence": evidence}


def _table(found: dict[str, Match]) -> Iterator[str]:
    width = min(max(map(len, found), default=4), 48)
    for name, one in found.items():
        skus = [link.sku for link in one.links]
        if skus:
            more = f" and {len(skus) - 1} more" if len(skus) > 1 else ""
            said = f"{one.role.role:<11} {skus[0]}{more}  {one.links[0].confidence:.2f}  {_why(one.links[0])}"
        elif one.conflicts:
            said = f"{'conflict':<11} {one.conflicts[0].cause}"
        elif one.suggestions:
            said = f"{'perhaps':<11} {', '.join(link.sku for link in one.suggestions)}  {_why(one.suggestions[0])}"
        else:
            said = f"{'–':<11} no product is named"
        yield f"{name:<{width}}  {said}"
    linked = sum(bool(one.links) for one in found.values())
    asked = sum(bool(one.suggestions) and not one.links for one in found.values())
    torn = sum(bool(one.conflicts) for one in found.values())
    yield f"{counted(len(found), 'file')}: {linked} linked, {asked} with suggestions, {torn} in conflict"


def _why(link: Link) -> str:
    return "; ".join(reason.detail for reason in link.evidence)

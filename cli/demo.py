"""the main job: photographs dropped into the bucket become renditions, tags and SKU links

Sets up and starts what is missing, imports a product list, drops photographs into the inbox through S3, shows live
what becomes of each, and ends with a summary and a one-time sign-in link to the page. Without FOLDER it uses a small
sample catalogue. It stays up until Ctrl-C, which stops everything cleanly.

examples:
  packshot demo                                        the sample catalogue
  packshot demo ~/shoot --products products.csv        your own pictures and products
  packshot demo ~/shoot --products products.csv --exit --json      for scripts
"""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from cli import cpu, feed, settle, setup_steps, sign_in, summary
from cli import home as homes
from cli.connect import admin_key_of, settings_of
from cli.home import Home
from cli.lists import read_list
from cli.progress import Progress
from cli.say import Announcer, counted, say
from cli.supervisor import lifecycle, status_file
from cli.watch import FINAL, Watch
from runtime.config import Settings
from services.pim.product import ProductList

NAME = "demo"
STILL_S = 30.0
"""How long nothing may change before what is left is called waiting."""
NAMED = 3
"""Files that a line names."""


def add(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="pictures; default: a sample catalogue")
    parser.add_argument("--products", type=Path, metavar="FILE", help="product list (CSV) that they belong to")
    parser.add_argument("--exit", action="store_true", help="stop everything after the summary")
    parser.add_argument("--json", action="store_true", help="print the summary as one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when nothing failed (a refused file is work done), else 1."""
    home = homes.current().make()
    folder, products, late = _input(args, home)
    paths = feed.files_in(folder)
    listed = read_list(products) if products else None
    setup_steps.run_missing(home, say)
    began_here = status_file.supervisor_pid(home) is None
    try:
        lifecycle.bring_up(home, Announcer())
        found = asyncio.run(_drop(home, folder, paths, listed, late))
        if args.exit and began_here:
            found |= {"url": None}  # it ends with the page
        sys.stdout.write(json.dumps(found) + "\n" if args.json else summary.table(found))
        sys.stdout.flush()
        if found["later"]:
            when = "once it is `up` again" if args.exit and began_here else "in spare time"
            say(f"of {counted(found['later'], 'file')} more formats, codes and text are still to come, {when}.")
        _tell_open(found)
        if not args.exit:
            _stay(home, found["url"])
    finally:
        if began_here:
            lifecycle.bring_down(home, lambda _: None)
            say("all stopped.")
    return status_of(found)


def status_of(found: dict[str, Any]) -> int:
    """0 when all that was dropped has come to an end, and none failed; a file that is waited for is no failure."""
    return 1 if found["assets"]["failed"] or found["unfinished"] else 0


def _tell_open(found: dict[str, Any]) -> None:
    """Which files have come to no end, and why."""
    for name in found["empty"]:
        say(f"{name} is empty: it may still grow, so it is waited for ten minutes (PACKSHOT_EMPTY_S). Drop it whole.")
    if names := found["unfinished_files"]:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        say(
            f"{counted(len(names), 'file')} had no news for {STILL_S:.0f} s and {'is' if len(names) == 1 else 'are'} "
            f"not ready ({', '.join(names[:NAMED])}{more}): see `packshot status` and `packshot dlq list`."
        )


def _input(args: argparse.Namespace, home: Home) -> tuple[Path, Path | None, Path | None]:
    if args.folder:
        return args.folder, args.products, None
    from cli import sample

    root = sample.build(home.root / "sample")
    return root / "pictures", args.products or root / "products.csv", root / "products-late.csv"


def _stay(home: Home, url: str) -> None:
    say(f"sign in once with this link: {url}")
    say("everything stays up until Ctrl-C.")
    try:
        while status_file.supervisor_pid(home) is not None:
            time.sleep(1)
        say("it was stopped from elsewhere.")
    except KeyboardInterrupt:
        say("stopping …")


async def _drop(
    home: Home, folder: Path, paths: list[Path], listed: ProductList | None, late: Path | None
) -> dict[str, Any]:
    settings, under = settings_of(home), folder.resolve().name
    watch, stopping = Watch(settings.kafka, settings.inbox_bucket), asyncio.Event()
    follower = asyncio.create_task(watch.follow(stopping))
    try:
        if listed:
            await _import(settings, listed)
        before, began = cpu.measure(status_file.read(home)), time.monotonic()
        puts = await _put(settings, folder, paths, under, watch, follower)
        seconds = time.monotonic() - began
        after = cpu.measure(status_file.read(home))
        if late:
            await _arrive_late(settings, late, watch, follower)
        say("waiting until all links are settled …")
        await settle.queues_empty(settings.kafka)
        await settle.watch_still(watch)
    finally:
        stopping.set()
        await follower
    # A job that was under way before is counted when it ends: of a part that did little else that is too much.
    spent = {name: max(0.0, after[name] - before[name]) for name in after}
    puts = [put for put in puts if watch.is_asset(put)]
    return summary.summarise(puts, watch, under, spent, seconds, sign_in.link(home, admin_key_of(home)))


async def _import(settings: Settings, listed: ProductList) -> None:
    for problem in listed.problems:
        say(str(problem))
    say(f"importing {counted(len(listed.products), 'product')} …")
    await feed.import_products(settings, listed)
    await settle.group_empty(settings.kafka, "pim")


async def _put(
    settings: Settings, folder: Path, paths: list[Path], under: str, watch: Watch, follower: "asyncio.Task[None]"
) -> list[feed.Put]:
    puts: list[feed.Put] = []
    progress, loop = Progress(len(paths)), asyncio.get_running_loop()

    def put() -> None:
        for one in feed.put_all(settings, folder, paths, under):
            loop.call_soon_threadsafe(puts.append, one)

    putting = loop.run_in_executor(None, put)
    changed, last = loop.time(), tuple[str, ...]()
    while True:
        if follower.done():
            follower.result()
        progress.show(puts, watch)
        now = tuple(watch.state(one) for one in puts)
        if now != last:
            changed, last = loop.time(), now
        all_there = putting.done() and len(puts) == len(paths)
        if all_there and (all(one in FINAL for one in now) or loop.time() - changed > STILL_S):
            break
        if putting.done():
            putting.result()
        await asyncio.sleep(0.05)
    progress.show(puts, watch, last=True)
    return puts


async def _arrive_late(settings: Settings, late: Path, watch: Watch, follower: "asyncio.Task[None]") -> None:
    listed = read_list(late)
    skus = [product.sku for product in listed.products]
    if all(watch.media.get(sku) for sku in skus):
        return  # it came in an earlier run
    say(f"a product arrives late ({', '.join(skus)}): its pictures have been waiting for it …")
    await feed.import_products(settings, listed)
    for _ in range(100):
        if follower.done() or all(watch.media.get(sku) and watch.media[sku].items for sku in skus):
            break
        await asyncio.sleep(0.1)
    for sku in skus:
        media = watch.media.get(sku)
        say(f"{sku} has {counted(len(media.items) if media else 0, 'picture')} now")

"""Puts every question of the proof to a copy that has come to rest, and writes the answers into the report."""

from collections.abc import Sequence

from cli.breaking import proof, views
from cli.breaking.ledger import Ledger
from cli.breaking.load import Dropped, Load
from cli.breaking.outputs import Output, outputs
from cli.breaking.quiet import Quiet
from cli.breaking.report import Report
from cli.say import say
from runtime.config import Settings
from runtime.s3_store import Store


async def made(store: Store, settings: Settings, load: Load, files: Sequence[Dropped], ledger: Ledger) -> list[Output]:
    """What was made of these files so far."""
    return await outputs(store.bucket(settings.library_bucket), files, [load.sku(file) for file in files], ledger)


async def prove(store: Store, settings: Settings, load: Load, ledger: Ledger, quiet: Quiet, report: Report) -> None:
    """Of all that was dropped."""
    files = list(load.files.values())
    report.files, report.uploads = len(files), sum(len(file.sent) for file in files)
    report.upload_retries, report.dead_letters = load.tries, ledger.dead
    say(f"proving it for {report.files} files …")
    inbox, library = store.bucket(settings.inbox_bucket), store.bucket(settings.library_bucket)
    report.lost = await proof.lost(inbox, library, files)
    report.doubled = await proof.doubled(inbox, library, files, ledger)
    report.stale = await proof.stale(library, files, ledger)
    report.unfinished = proof.unfinished(files, ledger)
    report.not_exact = quiet.loose
    found = await made(store, settings, load, files, ledger)
    report.unlike_quiet = [line for one in found for line in quiet.differs(one)]
    report.view_lines, report.views_differ = await views.compared(settings)

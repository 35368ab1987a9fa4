"""The part of `packshot link` that is about naming rules: reading a file, the report of a dry run, using rules."""

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from cli.connect import settings_of
from cli.home import current
from cli.link_library import Library, naming_in_use, read_library, rules_in_use
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.outage import Unavailable
from runtime.s3_store import Store
from services.linker.by_folder import strange, with_folders
from services.linker.dry_run import OUTCOMES, Report, rehearse
from services.linker.proposal import Proposed, propose
from services.linker.rules import Rules
from services.linker.rules_file import KEY, RulesError, read_rules

WORDS = "Their words are explained in docs/linking.md."
PROPOSED = {"name", "folder", "pattern"}
"""Fields of a rule that can be learnt."""
SHOWN = 5
"""Proposals that the terminal shows; JSON has all."""


def load(path: Path) -> tuple[Rules, str]:
    """The rules of a file, and its text. Raises Trouble."""
    try:
        text = path.read_text("utf-8")
        return read_rules(path.name, text), text
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise Trouble(f"{path} is no text in UTF-8.", "Save it as UTF-8.") from error
    except RulesError as error:
        raise Trouble(str(error), WORDS) from error


def on_library(file: Path | None, *, apply: bool, as_json: bool) -> int:
    """A dry run over the library's names, by these rules or those in use; `apply`: use them from now on."""
    rules = load(file) if file else None
    try:
        return asyncio.run(_on_library(rules, apply=apply, as_json=as_json))
    except Unavailable as error:
        raise Trouble(str(error), "Start the servers with `packshot up`, then run this again.") from error


async def _on_library(given: tuple[Rules, str] | None, *, apply: bool, as_json: bool) -> int:
    settings = settings_of(current())
    store = Store(settings)
    try:
        bucket = store.bucket(settings.library_bucket)
        # Rules that do not hold any more are no hindrance to giving others.
        before = Rules() if apply else await rules_in_use(bucket)
        naming = await naming_in_use(bucket)
        if apply and given:
            _with_all_named(given[0], naming)
            await bucket.put(KEY, given[1].encode(), content_type="application/yaml")
            say(f"{counted(len(given[0].all), 'rule')} in use within seconds; what they read otherwise is linked anew.")
            return 0
        library = await read_library(settings)
    finally:
        store.close()
    rules, in_use = (with_folders(one, naming) for one in (given[0] if given else before, before))
    tell(library, rules, in_use, as_json=as_json)
    return 0


def _with_all_named(rules: Rules, naming: Mapping[str, str]) -> None:
    """Raises Trouble where a folder's profile names a rule that these do not have."""
    if faults := list(strange(rules, naming)):
        cure = "Keep the rules that profiles name, or change the profiles first: `packshot folders`."
        raise Trouble("\n".join(faults), cure)


def tell(library: Library, rules: Rules, before: Rules, *, as_json: bool) -> None:
    """The report of a dry run, on standard output."""
    report = rehearse(library.keys, library.catalogue, rules, before)
    proposals = propose(library.keys, library.linked, library.catalogue)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(report, proposals), ensure_ascii=False) + "\n")
        return
    for line in (*_told(report), *_offered(proposals)):
        sys.stdout.write(line + "\n")


def _as_json(report: Report, proposals: list[Proposed]) -> dict[str, object]:
    examples = {name: [{"file": key, "why": why} for key, why in report.examples[name]] for name in OUTCOMES}
    proposed = [
        {**one.rule.model_dump(include=PROPOSED), "right": one.right, "wrong": one.wrong, "more": one.more}
        for one in proposals
    ]
    counts: dict[str, object] = {name: report.counts[name] for name in OUTCOMES}
    return {"dry_run": counts | {"changed": len(report.changed), "examples": examples, "proposal": proposed}}


def _told(report: Report) -> Iterator[str]:
    for name in OUTCOMES:
        yield f"{name:<10} {counted(report.counts[name], 'file')}"
        yield from (f"  {key}  {why}" for key, why in report.examples[name])
    yield f"{counted(len(report.changed), 'file')} would be linked otherwise than by now"
    yield from (f"  {key}" for key in report.changed[:SHOWN])


def _offered(proposals: list[Proposed]) -> Iterator[str]:
    if not proposals:
        yield "No rule can be learnt: too few linked names of one shape say the SKU that they are linked to."
        return
    yield "Learnt from links that stand; take what you want of it as your rules file:"
    yield "rules:"
    for one in proposals[:SHOWN]:
        also = f", fits {one.more} more" if one.more else ""
        yield f"  # {one.example}: reads {one.right} linked names right, {one.wrong} otherwise{also}"
        fields = one.rule.model_dump(exclude_defaults=True)
        text = yaml.safe_dump([fields], sort_keys=False, allow_unicode=True, width=1000)
        yield from (f"  {line}" for line in text.splitlines())

"""One asset's story: what the API tells of it and what the logs of this machine say, in order of time. Pure."""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.told import called, ended
from schemas.names import stem

TOLD = "runtime.told"
"""Logger of the lines that say a facet came; the asset's history says the same, for good."""

GIVEN_UP = "runtime.deadletter"
"""Of those that say a message was buried; the dead letter itself says why."""

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, order=True)
class Moment:
    """Something that happened. `by` is a person, or the service whose log tells it."""

    at: datetime
    what: str
    by: str = ""
    why: str = ""
    trouble: bool = False


def from_history(items: Iterable[dict[str, Any]]) -> list[Moment]:
    """The `history` of the API's asset."""
    return [Moment(datetime.fromisoformat(i["at"]), i["what"], i["by"], i["why"]) for i in items]


@dataclass(frozen=True)
class About:
    """What a log's lines are known by to be of one asset. traces: of its lines, hexadecimal."""

    asset_id: str
    source: str = ""
    """Key of its jobs at ingest: `<bucket>/<stem of its name>`."""
    traces: frozenset[str] = frozenset()

    def meant(self, subject: str, trace: str) -> bool:
        """Whether a line is of it: by its id; by its name, where ingest had no id yet; else by its trace.

        What a trace began with may be a list of many files: of these each has its own lines.
        """
        if self.asset_id in subject:
            return True
        if _ID.search(subject):
            return False
        name = subject.removeprefix("/buckets/")
        if name.startswith(f"{self.source.partition('/')[0]}/"):
            return self.source in (name, stem(name))
        return trace in self.traces


def traces(lines: Iterable[str], asset_id: str) -> set[str]:
    """Of the lines that name the asset: by these, what others say of its files and products belongs to it."""
    said = (_said(line) for line in lines if asset_id in line)
    return {one["trace"] for one in said if one and asset_id in str(one.get("subject", "")) and one.get("trace")}


def from_log(service: str, lines: Iterable[str], about: About, *, without: str = "") -> list[Moment]:
    """What a service logged while it worked on the asset: retries, waits for a server, burials.

    without: the logger of lines that others tell.
    """
    marks = (about.asset_id, about.source or about.asset_id, *about.traces)
    found = (_logged(service, line, about, {TOLD, without}) for line in lines if any(mark in line for mark in marks))
    return [moment for moment in found if moment]


def _said(line: str) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
        datetime.fromisoformat(said["time"])
    except (ValueError, KeyError, TypeError):
        return None  # not one of our lines: a traceback, a server's own words
    return dict(said)


def _logged(service: str, line: str, about: About, without: Collection[str]) -> Moment | None:
    said = _said(line)
    if said is None or said.get("logger") in without:
        return None
    if not about.meant(str(said.get("subject", "")), str(said.get("trace", ""))):
        return None
    at = datetime.fromisoformat(said["time"])
    message = str(said.get("message", "")).partition("\n")[0]  # what a decoder said last is in `packshot logs`
    return Moment(at, message, service, trouble=said.get("level") in ("warning", "error"))


def from_letters(letters: Iterable[dict[str, Any]]) -> list[Moment]:
    """The API's dead letters of the asset."""
    return [Moment(datetime.fromisoformat(i["buried"]), _buried(i), i["group"], i["cause"], True) for i in letters]


def _buried(letter: dict[str, Any]) -> str:
    tries = letter["attempts"]
    after = f" after {tries} tries" if tries > 1 else ""
    return f"given up{after}, a dead letter{', sent again since' if letter['again'] else ''}"


def waiting(letters: Iterable[dict[str, Any]]) -> list[str]:
    """What to do about those that were not sent again."""
    lines = []
    for one in letters:
        if one["again"]:
            continue
        cure = f"packshot dlq replay {one['topic']}" if one["replayable"] else "packshot rebuild --from topic"
        show = f"packshot dlq show {one['topic']} {one['partition']} {one['offset']}"
        lines.append(f"A dead letter of {one['group']} waits: `{show}`; once the cause is mended, `{cure}`.")
    return lines


def written(moments: list[Moment], start: datetime) -> list[str]:
    """A line a moment, the oldest first: local time, time since `start`, what, by whom, why."""
    rows = []
    for moment in sorted(moments):
        by = f"  [{moment.by}]" if moment.by else ""
        why = f": {moment.why}" if moment.why else ""
        mark = "!" if moment.trouble else " "
        since = span((moment.at - start).total_seconds())
        rows.append(f"{moment.at.astimezone():%Y-%m-%d %H:%M:%S} {since:>9} {mark} {moment.what}{why}{by}")
    return rows


def span(seconds: float) -> str:
    """`+0.4 s`, `+3 min`, `+2 h`, `+5 d`: as exact as people need it."""
    sign, s = ("+" if seconds >= 0 else "-"), abs(seconds)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if s >= 2 * size:
            return f"{sign}{s / size:.0f} {unit}"
    return f"{sign}{s:.1f} s"


def standing(asset: dict[str, Any]) -> list[str]:
    """How it stands now: state, what is live, what is wrong and the cure, what is still owed."""
    live = f"version {asset['live']} is live" if asset["live"] else "nothing is live"
    lines = [f"Now: {asset['state']}, {live}."]
    newest = next((one for one in asset["versions"] if one["version"] == asset["newest"]), None)
    facets = (newest or {}).get("facets", [])
    bad = [facet for facet in facets if facet["status"] != "done"]
    if asset["cause"] not in [facet["cause"] for facet in bad]:
        lines += [asset[name] for name in ("cause", "cure") if asset[name]]
    lines += [f"{ended(f['facet'], f['status'])}. {_sentence(f['cause'])} {f['cure'] or ''}".rstrip() for f in bad]
    there = {facet["facet"] for facet in facets}
    owed = [called(n) for f in facets for n in f["owes"] if n not in there and asset["state"] != "complete"]
    if owed:
        lines.append(f"Still to come: {', '.join(dict.fromkeys(owed))}.")
    return list(dict.fromkeys(lines))


def _sentence(cause: str | None) -> str:
    """Errors of our own end without a full stop."""
    return f"{cause}." if cause and cause[-1] not in ".!?" else cause or ""

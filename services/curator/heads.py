"""Which version is live: a first version when ready, a successor when nothing of its renditions is owed. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from runtime.states import FIRST_WAVE, State, is_list, state_of, unpaid
from schemas.facet import Facet
from schemas.head import HeadFacet
from schemas.rights import NOTHING as NO_RIGHTS
from schemas.rights import Said, folder_of
from schemas.tags import TAGS_LATER, TAGS_SHOTS
from services.curator.likeness import Look, unlike

Statuses = Mapping[str, tuple[str, bool]]
"""Facet → (status, whether what it owes to a later wave is still owed)."""


@dataclass(frozen=True)
class Version:
    """What is known of one version. `revisions`: of each facet, because records may be read again."""

    facets: dict[str, tuple[str, bool]]
    revisions: dict[str, int] = field(default_factory=dict)
    look: Look = field(default_factory=Look)
    arrived: str = ""
    """When its bytes came into the inbox, as its `file` facet says."""
    review: bool = False
    """Its folder's profile wants it approved before it goes live."""
    taken_from: str | None = None
    """The asset that it came from, as an edition of this one."""
    heir: str | None = None
    """The asset that goes on with this one. kept: as an edition of it, which may be split again."""
    kept: bool = False
    restored: bool = False
    """A person wanted it back: so they have looked at it."""
    rights: Said = NO_RIGHTS
    """What its folder's profile says of licence and consent."""
    owes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet → names of the facets that pay what it owes; one that is there has paid, whatever its status."""

    def with_(self, facet: Facet) -> "Version":
        """With one more facet; an older record of one that is known changes nothing."""
        if facet.revision < self.revisions.get(facet.facet, 0):
            return self
        owes = {**self.owes, facet.facet: tuple(facet.owes)}
        facets = {**self.facets, facet.facet: (facet.status, False)}
        if is_list(facet.facet, facet.data):
            facets = dict.fromkeys(FIRST_WAVE, ("done", False)) | facets
        facets |= {name: (facets[name][0], bool(unpaid(names, facets))) for name, names in owes.items()}
        known = replace(
            self,
            facets=facets,
            revisions={**self.revisions, facet.facet: facet.revision},
            look=self.look.with_(facet),
            owes=owes,
        )
        return known._of_file(facet.data) if facet.facet == "file" else known

    def _of_file(self, data: Mapping[str, Any]) -> "Version":
        """With what ingest says of where its bytes came from, and who goes on with them."""
        kept, profile = data.get("edition_of"), data.get("profile") or {}
        return replace(
            self,
            arrived=str(data.get("arrived", "")),
            review=profile.get("approval") == "review" and not data.get("restored"),
            rights=folder_of(profile),
            restored=bool(data.get("restored")),
            taken_from=data.get("taken_from"),
            heir=data.get("merged_into") or kept,
            kept=bool(kept),
        )


def state(facets: Statuses) -> State:
    """State of a version; `waiting` is the asset's, see `head`."""
    statuses = {name: status for name, (status, _) in facets.items()}
    return state_of(statuses, owes=any(owes for _, owes in facets.values()))


class Live(NamedTuple):
    """Which version the shop sees, and since when."""

    version: int | None = None
    since: datetime | None = None


NOTHING = Live()
ASKED = "A picture came as {name} again and looks nothing like the live one: camera counters repeat."
TO_APPROVE = "It is ready, and its folder wants somebody to approve it."
APPROVE_CURE = "Approve it, or reject it with a reason."
REJECTED = "It was rejected: {reason}"
REJECTED_CURE = "Drop the new picture under the same name."
NO_VERDICTS: Mapping[int, str] = {}
CURE = "Say whether it replaces that one, is a separate picture, or is to be discarded."


def head(
    versions: Mapping[int, Version],
    live: Live,
    answers: Mapping[int, str],
    now: datetime,
    apart: Collection[int] = (),
    verdicts: Mapping[int, str] = NO_VERDICTS,
) -> HeadFacet:
    """The head, given what is live now and what people answered about versions; `now`: when a version goes live.

    apart: editions that were split again. Where one of them is live, the version before it is again.

    verdicts: version → why it was rejected, empty where it was approved; only versions of folders under review need
    one. What goes live may answer a question about a later version: each is judged against the one that is live then.
    """
    if live.version in apart:
        live = NOTHING
    answers = {**answers, **dict.fromkeys(apart, "separate")}
    found = _judged(versions, live, answers, now, verdicts)
    while found.live != live.version:
        live = Live(found.live, found.live_since)
        found = _judged(versions, live, answers, now, verdicts)
    return found


def _judged(
    versions: Mapping[int, Version], live: Live, answers: Mapping[int, str], now: datetime, verdicts: Mapping[int, str]
) -> HeadFacet:
    rejected = {n for n, reason in verdicts.items() if reason}
    left_out = {n for n, said in answers.items() if said in ("separate", "discard")} | rejected
    out = sorted(n for n in versions if n != live.version and n in left_out)
    # Whoever hears of two versions at once judges as if they had come one after the other.
    ready = [n for n in versions if n not in out and _is_fit(versions[n].facets)]
    before = live.version or min(ready, default=None)
    asked = [n for n in versions if n not in out and n not in answers and _asks(versions, n, before)]
    for number in sorted(set(versions) - {*out, *asked}, reverse=True):
        if number == live.version:
            break
        facets = versions[number].facets
        if not _is_approved(versions, number, verdicts):
            continue  # what was approved before goes live meanwhile
        if _is_fit(facets) and (live.version is None or not facets["renditions"][1]):
            live = Live(number, now)
            break
    newest = max(set(versions) - set(out), default=max(versions))
    # A question about what is older than the live version is none any more.
    asks = max((n for n in asked if n > (live.version or 0)), default=None)
    later = [n for n in ready if n > (live.version or 0) and n not in asked]
    approves = max((n for n in later if not _is_approved(versions, n, verdicts)), default=None)
    waiting, cure = _question(versions, newest, asks, approves, verdicts)
    return HeadFacet(
        live=live.version,
        live_since=live.since,
        newest=newest,
        state="waiting" if waiting and newest in (asks, approves, *rejected) else state(versions[newest].facets),
        asks=asks,
        approves=approves,
        waiting=waiting,
        cure=cure,
        out=out,
    )


def _is_approved(versions: Mapping[int, Version], number: int, verdicts: Mapping[int, str]) -> bool:
    return not versions[number].review or verdicts.get(number) == ""


def _question(
    versions: Mapping[int, Version], newest: int, asks: int | None, approves: int | None, verdicts: Mapping[int, str]
) -> tuple[str | None, str | None]:
    """What is waited for, and how to go on; nothing where nobody is."""
    if asks is not None:
        return ASKED.format(name=PurePosixPath(versions[asks].look.key).name), CURE
    if approves is not None:
        return TO_APPROVE, APPROVE_CURE
    if reason := verdicts.get(newest):
        return REJECTED.format(reason=reason), REJECTED_CURE
    return None, None


def _is_fit(facets: Statuses) -> bool:
    """Whether it may go live: what later waves of tags could not find is shown, and holds nothing back."""
    told = {name: said for name, said in facets.items() if name not in (TAGS_LATER, TAGS_SHOTS)}
    return state(told) in ("ready", "complete")


def _asks(versions: Mapping[int, Version], number: int, live: int | None) -> bool:
    """Whether a person has to say what this version is; known once it is tagged and linked."""
    if live is None or number <= live or live not in versions:
        return False
    if versions[number].taken_from or versions[number].restored:
        return False  # a person said what it is
    facets = versions[number].facets
    told = all(facets.get(name, ("", False))[0] in ("done", "refused") for name in ("tags", "links"))
    if not told or state(facets) in ("refused", "failed"):
        return False
    return unlike(versions[number].look, versions[live].look)

"""Facets → `head`; decisions → `curation` and facts. Keyed by entity, so one curator sees all of one asset."""

import logging
from collections import OrderedDict
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from runtime import metrics
from runtime.assets import announced, read_facet
from runtime.deliver import Saying
from runtime.fence import Seen, Watch, clock, look
from runtime.likeness import far
from runtime.objects import Bucket
from runtime.publisher import Outgoing
from runtime.records import Draft, facet_draft
from runtime.steps import step
from schemas.curation import PURGE, CurationFacet
from schemas.decision import Decision, Fact
from schemas.facet import UNVERSIONED, Facet, facet_object
from schemas.file import FileFacet
from schemas.head import ENDED, HeadFacet
from schemas.rights import NOTHING as NO_RIGHTS
from schemas.topics import ASSET_INGESTED, FACTS
from services.curator.answers import answers_of, job_event, objection, verdicts_of
from services.curator.availability import FIELDS, RIGHTS, with_rights
from services.curator.editions import edition_jobs, said_of, split_again
from services.curator.ending import ended, heir_of, mark, tell_ingest
from services.curator.fold import Folded, fold
from services.curator.heads import NOTHING, Live, Version, head
from services.curator.history import arrived, decided, went_live, write
from services.curator.rerun import again
from services.curator.restoring import Restore, restore_jobs, restore_of

log = logging.getLogger(__name__)
KNOWN = 5000
"""Assets whose state is kept in memory; others are read from the archive again."""


@dataclass
class Asset:
    """What the curator knows of one asset."""

    versions: dict[int, Version] = field(default_factory=dict)
    said: HeadFacet | None = None
    published: bool = False
    """Whether this process has published `said`: archived is not published, a crash may lie between."""
    seen: Seen = field(default_factory=lambda: Seen(None))
    """The archived head that `said` is."""
    answers: dict[int, str] = field(default_factory=dict)
    """What people said that versions are."""
    verdicts: dict[int, str] = field(default_factory=dict)
    """Why they rejected versions; empty for those that they approved."""
    curated: int = 0
    """Revision of the curation that `answers`, `purged` and `framed_on` are from."""
    framed_on: dict[str, int] = field(default_factory=dict)
    """Decision that renditions are made by → the version it was made on."""
    purged: bool = False
    instead: str = ""
    """Where it is purged: the asset that goes on with its photograph."""
    editions: dict[str, str] = field(default_factory=dict)
    """Asset → whether people say that its picture is a newer edition of this one's."""
    fields: dict[str, Any] = field(default_factory=dict)
    """What people say of when and where it may be given."""
    restore: Restore | None = None
    """The version that people want back."""
    read_at: int = 0
    """How often all had been forgotten when it was read."""

    @property
    def live(self) -> Live:
        """What is live by the head that was said last."""
        return Live(self.said.live, self.said.live_since) if self.said else NOTHING

    @property
    def heir(self) -> Version | None:
        """The version that says that another asset goes on with this one."""
        return next((version for version in self.versions.values() if version.heir), None)

    def learn(self, facet: Facet) -> None:
        """Take in one record; an older one changes nothing."""
        if facet.facet == "curation" and facet.revision >= self.curated:
            fields = facet.data.get("fields", {})
            self.answers, self.verdicts = answers_of(fields), verdicts_of(fields)
            self.purged, self.curated = bool(fields.get(PURGE)), facet.revision
            self.instead = heir_of(fields)
            self.framed_on, self.editions = facet.data.get("framed_on", {}), said_of(fields)
            self.fields = {name: fields[name] for name in (*FIELDS, *RIGHTS) if name in fields}
            self.restore = restore_of(fields)
        elif facet.facet not in UNVERSIONED:
            self.versions[facet.version] = self.versions.get(facet.version, Version({})).with_(facet)


class Curator:
    """The handlers, with the assets seen lately."""

    def __init__(self, library: Bucket) -> None:
        self._library = library
        self._assets: OrderedDict[str, Asset] = OrderedDict()
        self._watch = Watch()
        self._forgotten = 0
        """How often all was forgotten: what was read before is not remembered after."""

    async def facet(self, facet: Facet) -> Saying:
        """A facet was published (or a person's answer was folded): does another version go live?"""
        if facet.facet in UNVERSIONED and facet.facet != "curation":
            return
        asset = await self._asset(facet.asset_id)
        asset.learn(facet)
        if note := arrived(facet):
            await write(self._library, note)
        if not asset.versions:
            return
        for work in await self._unlike(asset, facet):
            yield work
        found = _judged(asset, facet.written)
        for job in _jobs(facet, asset, found) if facet.facet == "curation" else []:
            yield job
        if found == asset.said and asset.published:
            return
        if asset.said is None and found.state == "working":
            return  # a head says what is live, or why nothing is: so far there is neither
        step("curator.judged")
        newest = asset.versions[found.newest].look
        if told := tell_ingest(facet.asset_id, found, newest, asset.said):
            yield told
        self._assets.pop(facet.asset_id, None)  # whatever stops the write: what we know is read again
        yield replace(_facet(facet.asset_id, "head", found.model_dump(mode="json")), seen=asset.seen)
        await self._note(facet.asset_id, found, asset.said if asset.published else None)
        if found.live is not None and found.live != asset.live.version:
            _count_ready(asset.versions[found.live])
        asset.said, asset.published = found, True
        self._remember(facet.asset_id, asset)

    async def _unlike(self, asset: Asset, facet: Facet) -> list[Outgoing]:
        """Work, where a version was rendered by a decision on another before anybody knew that it looks different."""
        if facet.facet not in ("tags", "renditions"):
            return []
        looks = {number: version.look.hash for number, version in asset.versions.items()}
        own = looks.get(facet.version)
        wrong = {name for name, on in asset.framed_on.items() if on != facet.version and far(looks.get(on), own)}
        made = await read_facet(self._library, facet.asset_id, facet.version, "renditions") if wrong else None
        if made is None or asset.purged or not wrong & set(made.data.get("framed", [])):
            return []
        return await self._rerun(facet.asset_id, facet.version, "unlike")

    async def _rerun(self, asset_id: str, version: int, about: str) -> list[Outgoing]:
        file = await read_facet(self._library, asset_id, version, "file")
        event = announced(asset_id, version, FileFacet.model_validate(file.data)) if file else None
        return [Outgoing(ASSET_INGESTED, asset_id, event, (about, version))] if event is not None else []

    async def _note(self, asset_id: str, found: HeadFacet, before: HeadFacet | None) -> None:
        """What follows from a head. before: the one this process said last; an earlier life's may not be noted."""
        note = went_live(asset_id, found)
        if note and note != (before and went_live(asset_id, before)):
            await write(self._library, note)
        if before is None or {found.state, before.state} & set(ENDED):
            await mark(self._library, asset_id, found)

    def _remember(self, asset_id: str, asset: Asset) -> None:
        """Unless all was forgotten since it was read: others may have judged it meanwhile."""
        if asset.read_at == self._forgotten:
            self._assets[asset_id] = asset

    def forget(self) -> None:
        """Partitions move: whoever comes back to an asset reads it from the archive."""
        self._assets.clear()
        self._forgotten += 1

    async def _asset(self, asset_id: str) -> Asset:
        if self._watch.silent():
            self.forget()  # we may have been out meanwhile, and know it only later
        if asset_id in self._assets:
            self._assets.move_to_end(asset_id)
            self._assets[asset_id].seen.at = clock()
            return self._assets[asset_id]
        asset = Asset(read_at=self._forgotten)
        asset.seen = await look(self._library, facet_object(asset_id, 0, "head"))
        if asset.seen.stored:
            asset.said = HeadFacet.model_validate(Facet.model_validate_json(asset.seen.stored.body).data)
        for info in await self._library.listing(f"facets/{asset_id}/"):
            if info.key.split("/")[-1] in ("head.json", "rights.json"):
                continue
            if stored := await self._library.get(info.key):
                asset.learn(Facet.model_validate_json(stored.body))
        self._remember(asset_id, asset)
        while len(self._assets) > KNOWN:
            self._assets.popitem(last=False)
        return asset

    async def decide(self, decision: Decision) -> Saying:
        """A person decided something."""
        kind, _, name = decision.entity.partition("/")
        if not await self._is_folded(decision, kind, name):  # said again with another time, it is no other decision
            await write(self._library, decided(decision))
        step("curator.remembered")
        if kind == "asset":
            if not await self._library.listing(f"facets/{name}/"):
                log.warning("decision %s is about %s, which has ended or never was", decision.id, decision.entity)
                return
            known = await read_facet(self._library, name, 0, "head")
            head_now = HeadFacet.model_validate(known.data) if known else None
            yield _curation(name, decision, head_now)
            for version in again(decision, head_now):
                for work in await self._rerun(name, version, decision.id):
                    yield work
        else:
            yield _fact(kind, name, decision)

    async def _is_folded(self, decision: Decision, kind: str, name: str) -> bool:
        if kind == "asset":
            curation = await read_facet(self._library, name, 0, "curation")
            return curation is not None and decision.id in curation.data.get("decisions", [])
        stored = await self._library.get(_fact_object(kind, name))
        return stored is not None and decision.id in Fact.model_validate_json(stored.body).decisions


def _judged(asset: Asset, now: datetime) -> HeadFacet:
    apart = split_again(asset.editions, asset.versions)
    found = head(asset.versions, asset.live, asset.answers, now, apart, asset.verdicts)
    into, kept = (asset.heir.heir, asset.heir.kept) if asset.heir else (None, False)
    found = ended(found, asset.versions, purged=asset.purged, heir=asset.instead, merged_into=into, kept=kept)
    said = asset.versions.get(found.live or found.newest)
    return with_rights(found, asset.fields, said.rights if said else NO_RIGHTS)


def _jobs(curation: Facet, asset: Asset, found: HeadFacet) -> list[Outgoing]:
    """What ingest has to do because of what people decided."""
    asset_id, separate = curation.asset_id, [n for n in found.out if asset.answers.get(n) == "separate"]
    jobs = [job_event(asset_id, number, asset.versions[number].look) for number in separate]
    jobs += restore_jobs(asset_id, asset.restore, asset.versions)
    return jobs + edition_jobs(curation, asset.editions, asset.versions)


def _count_ready(version: Version) -> None:
    if version.arrived:
        waited = (datetime.now(UTC) - datetime.fromisoformat(version.arrived)).total_seconds()
        metrics.READY_SECONDS.labels("ready").observe(max(0.0, waited))


def _folded(data: dict[str, Any]) -> Folded:
    return Folded(data.get("fields", {}), data.get("refused", []), data.get("framed_on", {}), data.get("decisions", []))


def _facet(asset_id: str, name: str, data: dict[str, Any]) -> Draft[Facet]:
    now = datetime.now(UTC)

    def make(revision: int) -> Facet:
        return Facet(asset_id=asset_id, version=0, facet=name, revision=revision, status="done", written=now, data=data)

    return facet_draft(make)


def _fact_object(kind: str, name: str) -> str:
    """Quoted: a SKU may hold anything."""
    return f"facts/{kind}/{quote(name, safe='')}.json"


def _curation(asset_id: str, decision: Decision, known: HeadFacet | None) -> Draft[Facet]:
    """Folded onto what stands in the archive when it is written: a curator that was away takes nothing back."""

    def grown(standing: Facet | None, revision: int) -> Facet:
        before = _folded(standing.data if standing else {})
        shown = (known.live or known.newest) if known else None
        folded = fold(before, decision, partial(objection, decision, known), decision.on_version or shown)
        curation = CurationFacet(**asdict(folded))
        return _facet(asset_id, "curation", curation.model_dump(mode="json")).make(revision)

    return replace(_facet(asset_id, "curation", {}), fold=grown)


def _fact(kind: str, name: str, decision: Decision) -> Draft[Fact]:
    now = datetime.now(UTC)

    def grown(standing: Fact | None, revision: int) -> Fact:
        folded = fold(_folded(standing.model_dump() if standing else {}), decision)
        return Fact(
            kind=kind,
            id=name,
            revision=revision,
            fields=folded.fields,
            refused=folded.refused,
            decisions=folded.decisions,
            written=now,
        )

    def make(revision: int) -> Fact:
        return grown(None, revision)

    return Draft(FACTS, f"{kind}/{name}", _fact_object(kind, name), Fact, make, fold=grown)

"""Folds what the API said into the catalogue's view, as the curator does."""

from typing import Any

from schemas.decision import Decision, Fact
from services.curator.fold import Folded, fold
from tests.integration.catalog_stage import NOON, Stage, change, facet


class Folding:
    """Facts of some kinds, by id, and curations where `asset` is among them. before: of an asset, its fields so far."""

    def __init__(self, stage: Stage, *kinds: str, before: dict[str, dict[str, Any]] | None = None) -> None:
        self._stage, self._kinds = stage, kinds
        self._facts = {("asset", own): Folded(fields) for own, fields in (before or {}).items()}
        self._read: set[str] = set()

    async def __call__(self) -> list[Decision]:
        """Take in what was said since; returns that."""
        every = map(Decision.model_validate, self._stage.said("decisions"))  # of one partition after the other
        said = [one for one in every if one.id not in self._read]
        self._read |= {one.id for one in said}
        for one in said:
            kind, _, own = one.entity.partition("/")
            if kind in self._kinds:
                done = self._facts[kind, own] = fold(self._facts.get((kind, own), Folded()), one)
                await self._stage.put([change(_record(kind, own, done))])
        return said


def _record(kind: str, own: str, done: Folded) -> Any:
    revision = len(done.decisions) + 1
    if kind == "asset":
        return facet(own, "curation", {"fields": done.fields, "refused": done.refused}, revision=revision)
    return Fact(kind=kind, id=own, revision=revision, fields=done.fields, written=NOON)

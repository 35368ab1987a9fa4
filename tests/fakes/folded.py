"""Folds what the API said into the catalogue's view, as the curator does."""

from schemas.decision import Decision, Fact
from services.curator.fold import Folded, fold
from tests.integration.catalog_stage import NOON, Stage, change


class Folding:
    """Facts of one kind, by id."""

    def __init__(self, stage: Stage, kind: str) -> None:
        self._stage, self._kind = stage, kind
        self._facts: dict[str, Folded] = {}
        self._read = 0

    async def __call__(self) -> list[Decision]:
        """Take in what was said since; returns that."""
        said = [Decision.model_validate(one) for one in self._stage.said("decisions")][self._read :]
        self._read += len(said)
        for one in said:
            kind, _, own = one.entity.partition("/")
            if kind != self._kind:
                continue
            done = self._facts[own] = fold(self._facts.get(own, Folded()), one)
            told = Fact(kind=kind, id=own, revision=len(done.decisions), fields=done.fields, written=NOON)
            await self._stage.put([change(told)])
        return said

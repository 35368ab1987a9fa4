"""Counts what each rule finds, one rule at a time and in spare time only: for the page's overview and Prometheus."""

import time
from collections.abc import Mapping

from runtime import metrics
from runtime.database import Database
from services.catalog.audits.find import count
from services.catalog.audits.rules import rules

FRESH_S = 600.0
"""So long a count stands before its rule is asked again."""


class Counted:
    """The last count of each rule; of one that was not asked yet there is none."""

    def __init__(self, database: Database | None = None) -> None:
        self._database = database
        self._counts: dict[str, int] = {}
        self._asked: dict[str, float] = {}

    @property
    def counts(self) -> Mapping[str, int]:
        """Rule → findings."""
        return self._counts

    async def step(self) -> bool:
        """Ask the rule whose count is oldest; False while all are fresh. Raises Unavailable."""
        if self._database is None:
            return False
        rule = min(rules().values(), key=lambda one: self._asked.get(one.name, 0.0))
        if time.monotonic() - self._asked.get(rule.name, -FRESH_S) < FRESH_S:
            return False
        self._counts[rule.name] = await count(self._database, rule)
        self._asked[rule.name] = time.monotonic()
        metrics.AUDIT_FINDINGS.labels(rule.name, rule.severity).set(self._counts[rule.name])
        return True

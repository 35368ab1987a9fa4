"""Counts what each rule finds, one rule at a time and in spare time only: for the page's overview and Prometheus."""

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from runtime import metrics
from runtime.database import Database
from runtime.objects import Bucket
from services.catalog.audits import trend
from services.catalog.audits.find import BadRule, count
from services.catalog.audits.rules import Rule, load_rules

log = logging.getLogger(__name__)
FRESH_S = 600.0
"""So long a count stands before its rule is asked again."""


class Counted:
    """The last count of each rule; of one that was not asked yet, or cannot be, there is none.

    With `library`, each day's first whole count is kept there.
    """

    def __init__(
        self,
        database: Database | None = None,
        rules: Mapping[str, Rule] | None = None,
        library: Bucket | None = None,
    ) -> None:
        self._database, self._library = database, library
        self.rules = load_rules() if rules is None else rules
        self._counts: dict[str, int] = {}
        self._asked: dict[str, float] = {}
        self._kept = ""

    @property
    def counts(self) -> Mapping[str, int]:
        """Rule → findings."""
        return self._counts

    async def step(self) -> bool:
        """Ask the rule whose count is oldest; False while all are fresh. Raises Unavailable."""
        if self._database is None:
            return False
        rule = min(self.rules.values(), key=lambda one: self._asked.get(one.name, 0.0))
        if time.monotonic() - self._asked.get(rule.name, -FRESH_S) < FRESH_S:
            return False
        try:
            self._counts[rule.name] = await count(self._database, rule)
            metrics.AUDIT_FINDINGS.labels(rule.name, rule.severity).set(self._counts[rule.name])
        except BadRule as error:  # an operator's own: the others go on
            self._counts.pop(rule.name, None)
            log.error("%s", error)
        self._asked[rule.name] = time.monotonic()
        await self._keep()
        return True

    async def _keep(self) -> None:
        day = datetime.now(UTC).date().isoformat()
        if self._library is not None and self._asked.keys() == self.rules.keys() and day != self._kept:
            await trend.keep(self._library, day, self._counts)
            self._kept = day

"""Counts what each rule finds, one rule at a time and in spare time only: after each change, and now and then.

The first time that all were asked on a day is the nightly run: what each rule found is kept (trend.py, nights.py).
Of a view that is being filled nothing is kept: it is asked again when it holds all.
"""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from runtime import metrics
from runtime.database import Database
from runtime.objects import Bucket
from services.catalog.audits import nights, trend
from services.catalog.audits.find import BadRule, count, every
from services.catalog.audits.rules import Rule, load_rules

log = logging.getLogger(__name__)
FRESH_S = 600.0
"""So long a count stands where nothing has changed: some rules ask for the day."""
REST_S, SHARE = 15.0, 20.0
"""After a change a rule is asked again when so long has passed, and so many times what asking it took."""


class Counted:
    """The last count of each rule; of one that was not asked yet, or cannot be, there is none.

    With `library`, each day's first whole count is kept there, with what was found. filling: whether the view is.
    """

    def __init__(
        self,
        database: Database | None = None,
        rules: Mapping[str, Rule] | None = None,
        library: Bucket | None = None,
        filling: Callable[[], object] = lambda: False,
    ) -> None:
        self._database, self._library, self._filling = database, library, filling
        self.rules = load_rules() if rules is None else rules
        self._counts: dict[str, int] = {}
        self._asked: dict[str, float] = {}
        self._took: dict[str, float] = {}
        self._changed_at = 0.0
        self._half: set[str] = set()
        """Rules that were asked while the view was filled."""
        self._kept = ""
        self._night: dict[str, list[str] | None] = {}

    @property
    def counts(self) -> Mapping[str, int]:
        """Rule → findings."""
        return self._counts

    def changed(self) -> None:
        """Records have come in: what was counted may be otherwise by now."""
        self._changed_at = time.monotonic()

    async def step(self) -> bool:
        """Ask the rule that has waited longest; False while all counts stand. Raises Unavailable."""
        if self._database is None:
            return False
        rule = min(self.rules.values(), key=lambda one: self._asked_at(one.name) or 0.0)
        if not self._is_due(rule.name, time.monotonic()):
            return await self._keep(self._database)
        half, began = self._filling(), time.monotonic()
        try:
            self._counts[rule.name] = await count(self._database, rule)
            metrics.AUDIT_FINDINGS.labels(rule.name, rule.severity).set(self._counts[rule.name])
        except BadRule as error:  # an operator's own: the others go on
            self._counts.pop(rule.name, None)
            log.error("%s", error)
        self._asked[rule.name], self._took[rule.name] = began, time.monotonic() - began
        (self._half.add if half or self._filling() else self._half.discard)(rule.name)
        return True

    def _asked_at(self, name: str) -> float | None:
        """None where it is still to be asked of a view that holds all."""
        return None if name in self._half and not self._filling() else self._asked.get(name)

    def _is_due(self, name: str, now: float) -> bool:
        asked = self._asked_at(name)
        if asked is None or now - asked >= FRESH_S:
            return True
        return self._changed_at >= asked and now - asked >= max(REST_S, SHARE * self._took[name])

    async def _keep(self, database: Database) -> bool:
        """Once a day, a rule at a time; False where the day has its run."""
        day = datetime.now(UTC).date().isoformat()
        if self._filling():
            self._night = {}
            return False
        if self._library is None or day == self._kept or self._asked.keys() != self.rules.keys():
            return False
        left = [rule for name, rule in self.rules.items() if name in self._counts and name not in self._night]
        if left:
            self._night[left[0].name] = await self._names(database, left[0])
            return True
        await nights.keep(self._library, day, {name: ids for name, ids in self._night.items() if ids is not None})
        await trend.keep(self._library, day, self._counts)
        self._kept, self._night = day, {}
        return True

    async def _names(self, database: Database, rule: Rule) -> list[str] | None:
        """None where that cannot be told: a night without the rule, since without findings all would seem mended."""
        try:
            return await every(database, rule, nights.MOST)
        except BadRule as error:
            log.error("%s", error)
            return None

"""Two nights, and who looks after what → a report. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from schemas.report import AuditReport, RuleWeek, WorstProduct
from services.catalog.audits.assigned import Given
from services.catalog.audits.nights import MOST, Night
from services.catalog.audits.rules import Rule

WORST = 10


def report(
    day: str,
    since: str,
    now: Night,
    before: Night,
    counts: Mapping[str, int],
    rules: Mapping[str, Rule],
    given: Iterable[Given],
    products: Mapping[str, Collection[str]],
    names: Mapping[str, str],
    made: datetime,
    to: Iterable[str] = (),
) -> AuditReport:
    """now, before: what was found; counts: how much, beyond what a night names too; products: asset → its SKUs; names:
    SKU → name. Usual rules only.
    """
    usual = [rule for rule in rules.values() if rule.usual and (rule.name in now or rule.name in counts)]
    weeks, people = [], Counter[str]()
    held = {(one.rule, one.subject): str(one.fields.get("to") or "") for one in given}
    for rule in usual:
        is_found = now.get(rule.name, ())
        by = [held[rule.name, one] for one in is_found if held.get((rule.name, one))]
        people.update(by)
        weeks.append(_week(rule, now.get(rule.name), before.get(rule.name), counts.get(rule.name, 0), len(by)))
    return AuditReport(
        day=day, since=since, rules=[one for one in weeks if one.count or one.closed],
        worst=_worst(usual, now, products, names), people=dict(people.most_common()), to=list(to), made=made,
    )  # fmt: skip


def _week(rule: Rule, now: Sequence[str] | None, before: Sequence[str] | None, counted: int, assigned: int) -> RuleWeek:
    """now, before: None where the rule could not be asked that night."""
    known = all(found is not None and len(found) < MOST for found in (now, before))
    is_found, was = set(now or ()), set(before or ())
    return RuleWeek(
        rule=rule.name,
        title=rule.title,
        severity=rule.severity,
        count=len(is_found) if now is not None and len(now) < MOST else max(counted, len(is_found)),
        new=len(is_found - was) if known else 0,
        closed=len(was - is_found) if known else 0,
        compared=known,
        assigned=assigned,
    )


def _worst(
    rules: Iterable[Rule], now: Night, products: Mapping[str, Collection[str]], names: Mapping[str, str]
) -> list[WorstProduct]:
    errors, all_ = Counter[str](), Counter[str]()
    for rule in rules:
        for one in now.get(rule.name, ()):
            skus = [one] if rule.of == "product" else products.get(one, ())
            all_.update(skus)
            if rule.severity == "error":
                errors.update(skus)
    worst = sorted(all_, key=lambda sku: (-errors[sku], -all_[sku], sku))[:WORST]
    return [WorstProduct(sku=sku, name=names.get(sku, ""), errors=errors[sku], findings=all_[sku]) for sku in worst]

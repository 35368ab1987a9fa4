"""The table of docs/metrics.md, from runtime/metrics.py and from who counts."""

import re
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from runtime import metrics

CHECKOUT = Path(__file__).resolve().parent.parent


def known() -> dict[str, MetricWrapperBase]:
    """Constant in runtime/metrics.py → metric."""
    return {name: value for name, value in vars(metrics).items() if isinstance(value, MetricWrapperBase)}


def exposed(metric: MetricWrapperBase) -> str:
    """As it stands on /metrics: a counter's name ends with _total."""
    return f"{metric._name}_total" if metric._type == "counter" else metric._name


def counted_by() -> dict[str, set[str]]:
    """Constant → who sets it: `runtime` (so every service that does such work), or the service."""
    found: dict[str, set[str]] = {name: set() for name in known()}
    for file in sorted([*CHECKOUT.glob("runtime/**/*.py"), *CHECKOUT.glob("services/**/*.py")]):
        package, *rest = file.relative_to(CHECKOUT).parts
        for name in re.findall(r"\bmetrics\.([A-Z_]+)\b", file.read_text()):
            if name in found:
                found[name].add(package if package == "runtime" else rest[0])
    return found


def text() -> str:
    """The table."""
    lines = ["| metric | type | labels | what it says | counted by |", "|---|---|---|---|---|"]
    who = counted_by()
    for name, metric in known().items():
        labels = ", ".join(f"`{label}`" for label in metric._labelnames)
        by = ", ".join(sorted(who[name])) or "nobody yet: always empty"
        lines.append(f"| `{exposed(metric)}` | {metric._type} | {labels} | {metric._documentation} | {by} |")
    return "\n".join(lines)

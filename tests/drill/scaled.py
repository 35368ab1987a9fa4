"""The rules and boards of deploy/ at another pace: every window and patience a factor shorter, thresholds as given."""

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from deploy import boards
from tests.prometheus import FOLDER

LEAST_MS = 4_000
"""A rate wants some samples, which are a second apart."""
UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000}
THRESHOLDS: Mapping[str, str] = {
    "packshot_webhooks_lag_seconds > 180": "packshot_webhooks_lag_seconds > 20",
    "packshot_webhooks_lag_seconds > 3600": "packshot_webhooks_lag_seconds > 60",
    "packshot_drop_failing_seconds) > 1800": "packshot_drop_failing_seconds) > 20",
    '"Kafka", "", "")) > 60': '"Kafka", "", "")) > 15',
    'process_start_time_seconds{job="packshot"}[10m]': 'process_start_time_seconds{job="packshot"}[40m]',
    "packshot_stalled_seconds[5m])) > 180": "packshot_stalled_seconds[5m])) > 20",
    "packshot_children_killed_total[15m])) > 20": "packshot_children_killed_total[15m])) > 8",
    'disk="scratch"}) < 5e9': 'disk="scratch"}) < 6e7',
    'disk!="scratch"}) < 5e9': 'disk!="scratch"}) < 6e7',
}
"""What nobody waits an hour for, what a part takes however fast the rules are, and the small disk of a drill's copy."""
BOUNDS: Mapping[float | None, float] = {2e10: 8e7, 5e9: 6e7}
"""Of that disk, on the boards."""


def shorter(written: str, factor: float) -> str:
    """`15m` → milliseconds."""
    number, unit = re.fullmatch(r"(\d+)([smh])", written).groups()  # type: ignore[union-attr]
    return f"{max(1, round(int(number) * UNITS[unit] / factor))}ms"


def query(text: str, factor: float) -> str:
    """A query at that pace, which asks for what `rules` records."""

    def window(found: re.Match[str]) -> str:
        ms = max(LEAST_MS, int(shorter(found[2], factor).removesuffix("ms")))
        return f"{found[1]}{ms}ms"

    for as_written, here in THRESHOLDS.items():
        text = text.replace(as_written, here)
    return re.sub(r"(\[|offset )(\d+[smh])\b", window, text).replace("packshot:", "fast:")


def name(alert: str) -> str:
    """Of the same alert at another pace."""
    return alert.replace("Packshot", "Fast")


def rules(file: Path, factor: float) -> Path:
    """Writes rules.yml at that pace: `PackshotDown` is `FastDown`, so that both can be asked side by side."""
    said = yaml.safe_load((FOLDER / "rules.yml").read_text(encoding="utf-8"))
    for group in said["groups"]:
        group["name"] = group["name"].replace("packshot", "fast")
        for rule in group["rules"]:
            rule["expr"] = query(rule["expr"], factor)
            if "for" in rule:
                rule["for"] = shorter(rule["for"], factor)
            if "alert" in rule:
                rule["alert"] = name(rule["alert"])
            else:
                rule["record"] = rule["record"].replace("packshot:", "fast:")
    file.write_text(yaml.safe_dump(said, width=1000), encoding="utf-8")
    return file


def panels(factor: float) -> dict[str, tuple[str, list[tuple[str, float | None]]]]:
    """Of the overview, each panel with bounds: title → query, and colours with the value from which on they hold."""
    found = {}
    for panel in boards.boards()["overview.json"]["panels"]:
        if panel["type"] == "stat":
            steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
            asked = query(panel["targets"][0]["expr"], factor)
            found[panel["title"]] = (
                asked,
                [(step["color"], BOUNDS.get(step["value"], step["value"])) for step in steps],
            )
    return found


def colour(steps: list[tuple[str, float | None]], value: float) -> str:
    """As Grafana does it: the last whose bound is reached."""
    return [name for name, bound in steps if bound is None or value >= bound][-1]

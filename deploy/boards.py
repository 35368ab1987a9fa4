"""`python -m deploy.boards`: writes Grafana's boards from deploy/grafana/boards.yaml. A test compares them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "grafana"
WIDTH = 24
SIZES = {"stat": (4, 4), "time": (12, 8), "bars": (12, 8), "table": (12, 8)}
"""How it is drawn → columns of 24 and rows."""
TYPES = {"stat": "stat", "time": "timeseries", "bars": "bargauge", "table": "table"}
SOURCE = {"type": "prometheus", "uid": "${source}"}


def boards() -> dict[str, dict[str, Any]]:
    """File name → what Grafana imports."""
    said = yaml.safe_load((FOLDER / "boards.yaml").read_text(encoding="utf-8"))
    return {f"{name}.json": _board(name, board) for name, board in said.items()}


def queries() -> Iterator[tuple[str, str]]:
    """(board and panel, query) of all."""
    for file, board in boards().items():
        for panel in board["panels"]:
            yield from ((f"{file}: {panel['title']}", target["expr"]) for target in panel["targets"])


def text(board: dict[str, Any]) -> str:
    """As it is written."""
    return json.dumps(board, indent=1, ensure_ascii=False) + "\n"


def _board(name: str, said: dict[str, Any]) -> dict[str, Any]:
    source = {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    return {
        "uid": f"packshot-{name}",
        "title": said["title"],
        "description": said["about"],
        "tags": ["packshot"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "15s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": [source]},
        "links": [{"type": "dashboards", "tags": ["packshot"], "title": "Packshot", "asDropdown": False}],
        "panels": list(_panels(said["panels"])),
    }


def _panels(said: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    x = y = height = 0
    for number, panel in enumerate(said, 1):
        across, down = SIZES[panel["draw"]]
        if x + across > WIDTH:
            x, y, height = 0, y + height, 0
        yield {**_panel(panel), "id": number, "gridPos": {"x": x, "y": y, "w": across, "h": down}}
        x, height = x + across, max(height, down)


def _panel(said: dict[str, Any]) -> dict[str, Any]:
    instant = said["draw"] != "time"
    asked = [said, *said.get("more", [])]
    targets = [
        {"refId": chr(65 + place), "expr": one["ask"], "legendFormat": one.get("name", "__auto"), "instant": instant}
        | {"range": not instant, "datasource": SOURCE, "format": "table" if said["draw"] == "table" else "time_series"}
        for place, one in enumerate(asked)
    ]
    options: dict[str, Any] = {"stat": {"colorMode": "background"}, "bars": {"orientation": "horizontal"}}.get(
        said["draw"], {}
    )
    defaults = {"unit": said.get("unit", "short"), "thresholds": {"mode": "absolute", "steps": _steps(said)}}
    return {
        "type": TYPES[said["draw"]],
        "title": said["title"],
        "datasource": SOURCE,
        "targets": targets,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": options,
    }


def _steps(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Colours by value, the lowest first. `least`: small is bad."""
    bounds = [(colour, said[name]) for name, colour in (("amber", "orange"), ("red", "red")) if name in said]
    if not said.get("least"):
        return [{"color": "green", "value": None}, *({"color": c, "value": v} for c, v in bounds)]
    rising = sorted(bounds, key=lambda one: one[1])
    colours = [*(colour for colour, _ in rising), "green"]
    values = [None, *(value for _, value in rising)]
    return [{"color": colour, "value": value} for colour, value in zip(colours, values, strict=True)]


def main() -> None:
    """Write all."""
    for file, board in boards().items():
        (FOLDER / file).write_text(text(board), encoding="utf-8")
        print(f"deploy/grafana/{file}")


if __name__ == "__main__":
    main()

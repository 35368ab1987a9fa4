"""Prometheus' rules and Grafana's boards against the code: names, ports, runbooks; and promtool's proofs."""

import re
import subprocess
from typing import Any

import pytest
import yaml

from cli import ports
from cli.home import CHECKOUT
from cli.supervisor.service import SERVICES
from deploy import boards, docs_metrics
from tests.prometheus import FOLDER, program

RULES = [rule for group in yaml.safe_load((FOLDER / "rules.yml").read_text())["groups"] for rule in group["rules"]]
ALERTS = [rule for rule in RULES if "alert" in rule]
TESTS = yaml.safe_load((FOLDER / "rules_test.yml").read_text())["tests"]
PROCESS = {
    "process_start_time_seconds",
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
    "process_open_fds",
}
ASKED = [(rule.get("alert", rule.get("record")), rule["expr"]) for rule in RULES] + list(boards.queries())


def slug(heading: str) -> str:
    """As a Markdown renderer names a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


SOON_S = 300
"""From a fault to somebody being called, seconds."""
AT_ONCE = {
    "PackshotRestarts": 600,
    "PackshotCageMissing": 360,
    "PackshotFailures": 900,
    "PackshotHintsMissing": 3600,
    "PackshotChildrenDie": 900,
}
"""Their windows are how long they remember: they fire with the sample that passes their bound."""
EXCUSED = {"PackshotLate, soon": 660, "PackshotWebhookBehind": 3660}
"""What excuses the first looks so far back; the second takes so long only where some are taken meanwhile."""
AFTER = {"PackshotDeadLettersWait": 1200}
"""Goes on where one that calls at once is over."""
SLOW = {"PackshotDropFailing": 1800, "PackshotBehind": 1500, "PackshotBehind, later": 7800, "PackshotLate": 3720}
"""docs/architecture.md says why these cannot be told from a burst any sooner."""


def rule_name(rule: dict[str, Any]) -> str:
    """Of those that bear one name, with the label that they differ in."""
    return ", ".join([rule["alert"], *(rule["labels"][label] for label in ("work", "seen") if label in rule["labels"])])


def seconds(written: str) -> int:
    """`15m`."""
    return int(written[:-1]) * {"s": 1, "m": 60, "h": 3600}[written[-1]]


def window(query: str) -> int:
    """The longest that a query looks back, seconds; through what is recorded, too."""
    recorded = {rule["record"]: rule["expr"] for rule in RULES if "record" in rule}
    asked = re.findall(r"([\w:]+)(?:{[^}]*})?(?:\[(\w+)\])?(?: offset (\w+))?", query)
    return max(
        seconds(wide or "0s") + seconds(back or "0s") + (window(recorded[name]) if name in recorded else 0)
        for name, wide, back in asked
    )


def threshold(query: str) -> int:
    """The longest that anything must have lasted, seconds."""
    return max((int(bound) for bound in re.findall(r"_seconds\)* > (\d+)", query)), default=0)


def test_who_is_called_is_called_within_minutes_or_it_is_said_why_not() -> None:
    takes = {
        rule_name(rule): max(window(rule["expr"]), threshold(rule["expr"])) + seconds(rule.get("for", "0s"))
        for rule in ALERTS
    }
    assert {name: longest for name, longest in takes.items() if longest > SOON_S} == AT_ONCE | EXCUSED | AFTER | SLOW
    told = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## Not built yet")[2]
    assert {name for name in SLOW if f"*{name.partition(',')[0]}*" not in told} == set()


def test_a_service_that_is_not_there_is_missed() -> None:
    (rule,) = [rule for rule in RULES if rule.get("record") == "packshot:absent"]
    assert " or ".join(f'absent(up{{job="packshot",service="{name}"}})' for name in SERVICES) == rule["expr"]


def test_prometheus_looks_where_the_services_answer() -> None:
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    asked = {
        entry["labels"]["service"]: entry["targets"]
        for job in config["scrape_configs"]
        for entry in job["static_configs"]
    }
    assert asked == {name: [f"127.0.0.1:{ports.DEFAULTS[name]}"] for name in SERVICES}
    assert all((FOLDER / file).exists() for file in config["rule_files"])


@pytest.mark.parametrize(("what", "query"), ASKED, ids=[what for what, _ in ASKED])
def test_only_metrics_that_are_counted_are_asked_for(what: str, query: str) -> None:
    metrics, counted = docs_metrics.known(), docs_metrics.counted_by()
    known = {docs_metrics.exposed(metric) for name, metric in metrics.items() if counted[name]} | PROCESS
    recorded = {rule["record"] for rule in RULES if "record" in rule}
    named = set(re.findall(r"\b(?:packshot|process)[_:][\w:]+", query)) - recorded
    assert {re.sub("_(bucket|count|sum)$", "", name) for name in named} <= known
    assert named or any(name in query for name in (*recorded, "up{", "ALERTS"))


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_each_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    labels = {label for value in docs_metrics.known().values() for label in value._labelnames} | {"service", "instance"}
    assert set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])) <= labels
    assert rule["labels"]["severity"] in ("page", "warn")
    page = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert rule["annotations"]["runbook"] in {slug(heading) for heading in re.findall(r"^#+ (.+)$", page, re.M)}


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_each_alert_is_proven_to_fire_and_to_clear(rule: dict[str, Any]) -> None:
    proofs = [one for test in TESTS for one in test.get("alert_rule_test", []) if one["alertname"] == rule["alert"]]
    fires = [one["eval_time"] for one in proofs if one.get("exp_alerts")]
    silent = [int(one["eval_time"][:-1]) for one in proofs if not one.get("exp_alerts")]
    assert fires
    assert min(silent) < int(fires[0][:-1]) < max(silent)


@pytest.mark.parametrize(
    "command",
    [
        ("check", "rules", "rules.yml"),
        ("test", "rules", "rules_test.yml"),
        ("check", "config", "prometheus.yml"),
        ("check", "config", "compose.yml"),
    ],
)
def test_promtool_is_content(command: tuple[str, ...]) -> None:
    if (promtool := program("promtool")) is None:
        pytest.skip("no promtool on this machine")
    done = subprocess.run([promtool, *command], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_somebody_is_called_for_each_severity_and_led_to_the_runbook() -> None:
    """By the example for Alertmanager."""
    config = yaml.safe_load((FOLDER / "alertmanager.yml").read_text())
    receivers = {one["name"]: one for one in config["receivers"]}
    (urgent,) = config["route"]["routes"]
    called = {re.fullmatch(r'severity="(\w+)"', *urgent["matchers"])[1]: urgent["receiver"]}  # type: ignore[index]
    called["warn"] = config["route"]["receiver"]
    assert called == {severity: severity for severity in {rule["labels"]["severity"] for rule in ALERTS}}
    assert receivers.keys() == set(called.values())
    template = "".join((FOLDER / name).read_text() for name in config["templates"])
    assert '{{ template "packshot.docs" . }}#{{ .Annotations.runbook }}' in template
    for one in receivers.values():
        assert all(f'define "{name}"' in template for name in re.findall(r'template "([\w.]+)"', str(one)))


@pytest.mark.parametrize("file", boards.boards())
def test_boards_are_as_written(file: str) -> None:
    """`python -m deploy.boards` writes them."""
    assert (boards.FOLDER / file).read_text(encoding="utf-8") == boards.text(boards.boards()[file])


def test_panels_lie_beside_each_other() -> None:
    for board in boards.boards().values():
        taken: set[tuple[int, int]] = set()
        for panel in board["panels"]:
            at = panel["gridPos"]
            cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
            assert not cells & taken and max(x for x, _ in cells) < boards.WIDTH
            taken |= cells


def test_what_is_too_little_is_red_below() -> None:
    panels = {panel["title"]: panel for panel in boards.boards()["storage.json"]["panels"]}
    steps = panels["Room left"]["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(step["color"], step["value"]) for step in steps] == [("red", None), ("orange", 5e9), ("green", 2e10)]

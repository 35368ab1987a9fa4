"""A metric that is not in runtime/metrics.py fails here: it would be in no table, or served by nobody."""

import ast

from cli.home import CHECKOUT
from deploy import docs_metrics
from runtime import metrics

MAKERS = {"runtime/metrics.py"}
"""Where metrics are made."""
READERS = {
    "runtime/health.py": {"Gauge", "generate_latest"},
    "services/catalog/operations/members.py": {"Sample", "text_string_to_metric_families"},
    "deploy/docs_metrics.py": {"MetricWrapperBase"},
}
"""Who needs something of the client to show or to read what there is."""
PACKAGES = ("schemas", "runtime", "services", "cli", "deploy")


def imported(source: str) -> set[str]:
    """Names from Prometheus' client that a module imports; the client itself where it is imported whole."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names if one.name.startswith("prometheus_client")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("prometheus_client"):
            found |= {one.name for one in node.names}
    return found


def test_metrics_are_made_in_one_place() -> None:
    files = [file for package in PACKAGES for file in sorted((CHECKOUT / package).rglob("*.py"))]
    found = {str(file.relative_to(CHECKOUT)): imported(file.read_text(encoding="utf-8")) for file in files}
    assert {name: names for name, names in found.items() if names and name not in MAKERS} == READERS


def test_what_is_served_is_what_the_table_has() -> None:
    served = {family.name for family in metrics.REGISTRY.collect() if not family.name.startswith("process_")}
    assert served == {metric._name for metric in docs_metrics.known().values()}

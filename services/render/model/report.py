"""The validation report that goes with a model: the Khronos validator's findings and our own measures."""

import json
from typing import Any


def report_bytes(report: dict[str, Any], facts: dict[str, Any]) -> bytes:
    """The report as JSON. The validator's clock and file name are left out: the same model, the same bytes.

    So is the program's own name for itself, which may be a person's and has a serial number.
    """
    kept = {name: value for name, value in report.items() if name not in ("uri", "validatedAt")}
    if "info" in kept:
        kept["info"] = {name: value for name, value in kept["info"].items() if name != "generator"}
    return json.dumps({"facts": facts, "khronos": kept}, sort_keys=True, indent=1).encode()

"""A work for the models' cage that tries what a hostile model would make the tools do."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

READ = "process.stdout.write(require('fs').readFileSync({!r}).subarray(0, 4).toString('hex'))"
CALL = (
    "require('net').connect({port}, '127.0.0.1').on('connect', () => process.exit(0))"
    ".on('error', (error) => { process.stderr.write(String(error)); process.exit(1) })"
)


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """{"node": program} and {"read": path} or {"port": number} → what node, started here, ended with."""
    script = READ.format(job["read"]) if "read" in job else CALL.replace("{port}", str(job["port"]))
    done = subprocess.run([job["node"], "-e", script], cwd=folder, capture_output=True, timeout=20, check=False)
    yield {"code": done.returncode, "said": done.stdout.decode(), "error": done.stderr.decode(errors="replace")[-500:]}

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

# What a reader does that is not asked to keep to one file: glTF's own library, as its users call it.
FOLLOW = (
    "import({module!r}).then(({{NodeIO}}) => new NodeIO().read({path!r})).then((model) => "
    "process.stdout.write(Buffer.from(model.getRoot().listBuffers().length ? "
    "model.getRoot().listAccessors()[0].getArray().buffer : []).toString('hex')))"
    ".catch((error) => {{ process.stderr.write(String(error)); process.exit(1) }})"
)


def follow(module: str, path: str) -> str:
    """A script that opens a model and all that it names, and says the numbers of its first accessor."""
    return FOLLOW.format(module=module, path=path)


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """{"node": program} and {"read" or "follow": path} or {"port": number} → what node, started here, ended with."""
    if "follow" in job:
        (folder / "model.gltf").write_text(job["model"])
        script = follow(job["module"], str(folder / job["follow"]))
    else:
        script = READ.format(job["read"]) if "read" in job else CALL.replace("{port}", str(job["port"]))
    done = subprocess.run([job["node"], "-e", script], cwd=folder, capture_output=True, timeout=20, check=False)
    yield {"code": done.returncode, "said": done.stdout.decode(), "error": done.stderr.decode(errors="replace")[-500:]}

"""A worker's cages, started by a process of its own: prints what was tried in there and what came of it, as JSON."""

import asyncio
import ctypes
import json
import sys
from pathlib import Path
from typing import Any

from runtime import metrics
from runtime.jobs import Cages, Limits
from runtime.verdict import CageIncomplete
from services.render.pools import pools

CLONE_NEWUSER, CLONE_NEWNS = 0x10000000, 0x00020000
_libc = ctypes.CDLL(None, use_errno=True)


def _errno(name: str, *args: int) -> int:
    return ctypes.get_errno() if getattr(_libc, name)(*args) == -1 else 0


async def main(folder: Path, foreign: str) -> dict[str, Any]:
    """foreign: a file that the cage must not read."""
    found: dict[str, Any] = {
        "outside": {"unshare": _errno("unshare", CLONE_NEWUSER), "mount": _errno("mount", 0, 0, 0, 0, 0)}
    }
    tried = Cages("tests.work.cage_work:work", size=1, scratch=folder, limits=Limits(seconds=20))
    try:
        async with pools(folder, 1, Limits(), {"image"}) as made:
            found["render"] = made.pool("image").report.as_dict()
        await tried.start()
    except CageIncomplete as error:
        told = {part: metrics.CAGE_MISSING.labels(part)._value.get() for part in ("landlock", "seccomp")}
        return {**found, "refused": str(error), "told": told}
    async with tried.lease() as cage:
        for act, job in {"read": {"paths": [foreign]}, "write": {"paths": [f"{foreign}.new"]}, "network": {}}.items():
            found[act] = [value async for value in cage.run({"act": act, **job})]
        (cage.folder / "own").write_text("own")
        found["own"] = [value async for value in cage.run({"act": "read", "paths": [str(cage.folder / "own")]})]
    await tried.close()
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))))

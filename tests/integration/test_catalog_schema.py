"""The API against its own description: whatever is asked of any route, it answers as that says."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI

from runtime.web import Web
from tests.integration.catalog_client import KEY

pytestmark = [pytest.mark.broker, pytest.mark.timeout(600)]
UNSAID = "positive_data_acceptance"
"""A check that asks too much: that a SKU must be known, or a day lie ahead, is nothing that a schema can say."""
EXAMPLES = 2
STREAM = "/v1/live"
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428, 429]
"""Of what is no request. 412 is one: what must match is looked at before the body is read."""


async def test_no_route_does_what_its_description_does_not_say(
    app: FastAPI, tmp_path: Path, unused_tcp_port: int
) -> None:
    """Live changes are a stream without an end: they are left out."""
    described = app.openapi()
    assert STREAM in described["paths"]
    described["paths"] = {path: said for path, said in described["paths"].items() if path != STREAM}
    (tmp_path / "openapi.json").write_text(json.dumps(described))
    (tmp_path / "schemathesis.toml").write_text(f"[checks.negative_data_rejection]\nexpected-statuses = {REFUSALS}\n")
    web = Web(app, "127.0.0.1", unused_tcp_port)
    serving = asyncio.create_task(web.run())
    tried = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", "openapi.json"),
        *("--url", f"http://127.0.0.1:{unused_tcp_port}", "--header", f"Authorization: {KEY['Authorization']}"),
        *("--max-examples", str(EXAMPLES), "--phases", "examples,coverage,fuzzing", "--exclude-checks", UNSAID),
        *("--seed", "1", "--request-timeout", "20", "--generation-database", "none", "--no-color"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await tried.communicate()
    web.stop()
    await serving
    assert tried.returncode == 0, out.decode().partition("FAILURES")[2][:6000]
    assert f"Tested: {sum(len(said) for said in described['paths'].values())}" in out.decode()

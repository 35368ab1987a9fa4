"""What a service is told of its doors, which two copies on one machine must not share."""

import json
from pathlib import Path

import pytest

from cli import ports
from cli.servers.process import Process
from cli.supervisor.service import Service

TABLE = ports.DEFAULTS | {"http": 18480, "hooks": 18482}


@pytest.mark.parametrize(
    ("name", "door"), [("catalog", {"PACKSHOT_HTTP_PORT": "18480"}), ("pim", {"PACKSHOT_HOOKS_PORT": "18482"})]
)
def test_it_listens_where_its_copy_has_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, door: dict[str, str]
) -> None:
    told: dict[str, str] = {}
    monkeypatch.setattr(Process, "spawn", lambda _self, _command, *, env, **_: told.update(env))
    service = Service(name, tmp_path / "log", TABLE, {"PACKSHOT_SPOOL": str(tmp_path)})
    service.start()
    assert door.items() <= told.items(), json.dumps(sorted(told))
    always = {int(*door.values())} - {TABLE["hooks"]}  # pim listens to webhooks only where a PIM has some
    assert {TABLE[port] for port in service.port_names} == {TABLE[name]} | always

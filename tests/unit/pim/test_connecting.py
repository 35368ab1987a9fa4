"""Which PIMs a service asks is what the settings say; half a setting is told."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from pydantic import ValidationError

from runtime.memory_store import MemoryBucket
from services.pim.config import PimSettings
from services.pim.connector import Connector
from services.pim.connectors import connected as connected_by
from services.pim.mapping_file import MappingError
from services.pim.poller import Poller
from tests.fakes.world import World

AKENEO = {
    "akeneo_url": "https://pim", "akeneo_client_id": "c", "akeneo_secret": "s", "akeneo_user": "u",
    "akeneo_password": "p",
}  # fmt: skip
SALSIFY = {"salsify_organisation": "s-1", "salsify_token": "t"}
WISEPIM = {"wisepim_token": "t"}


async def connected(**settings: object) -> list[Connector]:
    async with AsyncExitStack() as stack:
        return await connected_by(PimSettings.model_validate(settings), MemoryBucket("library"), stack)


def paths(connector: Connector) -> list[str]:
    world = World()
    poller = Poller(connector.source, world.library, world.publisher.publish, lambda: True, 1, 1)
    return [route.path for route in connector.routes(poller)] if connector.routes else []


async def test_none_and_all() -> None:
    assert await connected() == []
    found = await connected(**AKENEO, **SALSIFY, **WISEPIM)
    assert [(one.source.system, one.routes, one.target) for one in found] == [
        ("akeneo", None, None), ("salsify", None, None), ("wisepim", None, None),
    ]  # fmt: skip


async def test_webhooks_where_they_are_set() -> None:
    hooks = {"akeneo_events_secret": "x", "wisepim_secret": "x", "salsify_hook_url": "https://a/webhooks/salsify"}
    found = await connected(**AKENEO, **SALSIFY, **WISEPIM, **hooks)
    assert [paths(one) for one in found] == [["/webhooks/akeneo"], ["/webhooks/salsify"], ["/webhooks/wisepim"]]


@pytest.mark.parametrize(
    "half",
    [{"akeneo_url": "https://pim"}, {"salsify_token": "t"}, {"salsify_hook_url": "https://a"}, {"wisepim_secret": "x"}],
)
def test_half_a_setting_is_told(half: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="PACKSHOT_"):
        PimSettings.model_validate(half)


@pytest.mark.parametrize(("system", "given"), [("salsify", SALSIFY), ("wisepim", WISEPIM)])
async def test_a_slip_in_a_mapping_file(tmp_path: Path, system: str, given: dict[str, str]) -> None:
    (tmp_path / "m.yaml").write_text("gtin: UPC\nskus: Id\n")
    with pytest.raises(MappingError, match="line 2: skus"):
        await connected(**given, **{f"{system}_mapping": tmp_path / "m.yaml"})

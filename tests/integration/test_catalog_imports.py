"""Import by address: asked for, fetched by a worker, dropped into the inbox, and told what became of it."""

from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from runtime.room import Room
from schemas.web_import import KIND
from services.catalog.api.access import COOKIE, Access
from services.catalog.inbound.fetching import Fetcher, Refused
from services.catalog.inbound.importing import Importing
from services.catalog.scope import Scope
from tests.fakes.folded import Folding
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import Stage

pytestmark = pytest.mark.broker
URL = "https://studio.example.com/a/TRAINER-RED%20main.jpg?token=secret"


async def ask(client: httpx.AsyncClient, *items: dict[str, Any], status: int = 202, **more: Any) -> Any:
    answer = await client.post("/v1/imports", json={"items": list(items), **more}, headers=KEY)
    assert answer.status_code == status, answer.text
    return answer.json()


class Web:
    """What lies at addresses; what is an error comes to nothing, once for each time it is named."""

    def __init__(self, *answers: bytes | Refused) -> None:
        self.answers, self.asked = list(answers), list[str]()

    async def __call__(self, url: str, path: Path) -> int:
        self.asked.append(url)
        answer = self.answers.pop(0)
        if isinstance(answer, Refused):
            raise answer
        return path.write_bytes(answer)


def worker(stage: Stage, spool: Path, web: Web, *, may: bool = True) -> Importing:
    asked = cast(Fetcher, web)
    room = Room(spool, 5000)
    return Importing(stage.database, stage.inbox, stage.publisher, asked, spool, room, 1000, lambda: may, 0)


async def test_a_file_is_fetched_and_lies_in_the_inbox(client: httpx.AsyncClient, stage: Stage, tmp_path: Path) -> None:
    fold, web = Folding(stage, KIND), Web(b"jpeg!")
    [made] = await ask(client, {"url": URL}, folder="/autumn/")
    assert (made["key"], made["status"]) == ("autumn/TRAINER-RED main.jpg", "waiting")
    assert "secret" not in made["url"]
    await fold()
    idle = worker(stage, tmp_path, Web(), may=False)
    await idle.step()
    assert not idle._running, "of several processes one fetches"
    busy = worker(stage, tmp_path, web)
    await busy.step()
    await busy.settled()
    await busy.step()
    assert web.asked == [URL], "the view does not know yet that it is done, and it is not fetched again"
    stored = await stage.inbox.get("autumn/TRAINER-RED main.jpg")
    assert stored and stored.body == b"jpeg!" and not list(tmp_path.iterdir())
    await fold()
    told = await get(client, f"/v1/imports/{made['id']}")
    assert (told["status"], told["bytes"], told["by"]) == ("done", 5, "admin")
    assert [one["id"] for one in await get(client, "/v1/imports")] == [made["id"]]
    after = worker(stage, tmp_path, web)
    await after.step()
    assert not after._running


async def test_what_cannot_be_had_says_why(client: httpx.AsyncClient, stage: Stage, tmp_path: Path) -> None:
    fold = Folding(stage, KIND)
    busy, away = Refused("Its server answers 503.", "Again.", again=True), Refused("It is empty.", "Look.")
    web = Web(busy, b"jpeg!", away, busy, busy, busy)
    for number in range(3):
        await ask(client, {"url": f"https://studio.example.com/{number}.jpg"})
        await fold()
        one = worker(stage, tmp_path, web)
        await one.step()
        await one.settled()
        await fold()
    told = {item["key"]: (item["status"], item["cause"]) for item in await get(client, "/v1/imports")}
    assert told == {
        "0.jpg": ("done", None),
        "1.jpg": ("refused", "It is empty."),
        "2.jpg": ("refused", "Its server answers 503."),
    }
    assert not web.answers and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"url": "https://169.254.169.254/latest/a.jpg"}, "items.0.url: 169.254.169.254 is in a private network."),
        ({"url": "https://[64:ff9b::a00:1]/a.jpg"}, "PACKSHOT_IMPORT_PRIVATE"),
        ({"url": "https://①②⑦。0。0。1/a.jpg"}, "items.0.url: 127.0.0.1 is in a private network."),
        ({"url": "https://127.1/a.jpg"}, "items.0.url: 127.1 is no plain name or address."),
        ({"url": "http://studio.example.com/a.jpg"}, "does not begin with https://"),
        ({"url": "file:///etc/passwd"}, "does not begin with https://"),
        ({"url": "https://studio.example.com/"}, "items.0.key: The address ends in no file's name."),
        ({"url": "https://studio.example.com/..%2F..%2F.jpg"}, "items.0.key"),
        ({"url": URL, "key": "../x.jpg"}, "items.0.key: Folders have names"),
        ({"url": URL, "key": "a/.DS_Store"}, "items.0.key"),
    ],
)
async def test_what_may_not_be_is_refused_at_once(
    client: httpx.AsyncClient, stage: Stage, item: dict[str, Any], said: str
) -> None:
    assert said in (await ask(client, item, status=422))["detail"]
    assert not stage.broker.records("decisions")


async def test_who_is_limited_imports_where_it_may(client: httpx.AsyncClient, stage: Stage) -> None:
    made = await ask(client, {"url": URL, "key": "spring/a.jpg"})
    await Folding(stage, KIND)()
    client.cookies.set(COOKIE, Access("secret").session("anna", "editor", Scope(("autumn",))))
    own = {"Sec-Fetch-Site": "same-origin"}
    for key, status in (("autumn/a.jpg", 202), ("spring/a.jpg", 403)):
        body = {"items": [{"url": URL, "key": key}]}
        assert (await client.post("/v1/imports", json=body, headers=own)).status_code == status
    assert (await client.get(f"/v1/imports/{made[0]['id']}")).status_code == 404
    client.cookies.set(COOKIE, Access("secret").session("bob", "viewer"))
    assert (await client.get("/v1/imports")).status_code == 403

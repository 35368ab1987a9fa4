"""A list of SKUs and GTINs over a real PostgreSQL: found, without a picture, missing."""

from typing import Any

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from tests.integration.catalog_client import FIRST, KEY, SECOND
from tests.integration.catalog_stage import Stage, change, media, product

pytestmark = pytest.mark.broker
GTIN = "4006700500013"


async def look_up(client: httpx.AsyncClient, body: dict[str, Any], status: int = 200) -> Any:
    answer = await client.post("/v1/lookup", json=body, headers=KEY)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture(autouse=True)
async def mug(stage: Stage) -> None:
    """A product with a GTIN, and one that the PIM has removed."""
    told = product("MUG", "Mug").model_copy(update={"gtin": GTIN})
    gone = product("OLD", "Old mug").model_copy(update={"status": "removed"})
    await stage.put([change(one) for one in (told, gone, media("RED-42", FIRST, SECOND, revision=2))])


async def test_skus_models_and_gtins(client: httpx.AsyncClient) -> None:
    asked = f"red-42\nRED, 0{GTIN}\nOLD;nothing\nred-43"
    found = await look_up(client, {"text": asked})
    assert [(one["asked"], one["sku"], one["pictures"]) for one in found["found"]] == [
        ("red-42", "RED-42", 2),
        ("RED", "RED", 2),
    ]
    assert found["found"][1]["thumbnail"].startswith(f"/v1/assets/{FIRST}/")
    assert [(one["asked"], one["sku"]) for one in found["without_picture"]] == [
        (f"0{GTIN}", "MUG"),
        ("red-43", "RED-43"),
    ]
    assert found["missing"] == ["OLD", "nothing"]


async def test_as_a_file(client: httpx.AsyncClient) -> None:
    body = {"codes": ["MUG", "=1+1", "RED"]}
    answer = await client.post("/v1/lookup?format=csv", json=body, headers=KEY)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines()[1:] == [
        f"MUG,without picture,MUG,{GTIN},Mug,0,0,,",
        "'=1+1,missing,,,,0,0,,",
        "RED,found,RED,,Trainer,2,0,,",
    ]


async def test_what_is_nearly_right_is_told_with_what_may_be_meant(client: httpx.AsyncClient, stage: Stage) -> None:
    black = product("MH01-L-Black", "Hoodie")
    await stage.put([change(one) for one in (black, product("MH02", "Tee"), product("MH02-L", "Tee"))])
    wrong = f"{GTIN[:-1]}9"
    found = await look_up(client, {"text": f"MH 02\nmh01 l black\nMH01-L-Blak\nXX-1\n{wrong}\nMUG\nMUG\nXX-1"})
    assert found["missing"] == ["MH 02", "mh01 l black", "MH01-L-Blak", "XX-1", wrong] and found["repeated"] == 2
    assert [(one["asked"], one["sku"]) for one in found["guesses"]] == [
        ("MH 02", "MH02"),
        ("mh01 l black", "MH01-L-Black"),
        ("MH01-L-Blak", "MH01-L-Black"),
        (wrong, None),
    ]
    assert "ends with 3" in found["guesses"][3]["why"]
    client.cookies.set(COOKIE, Access("secret").session())
    page = await client.post(
        "/lookup", data={"codes": f"MH 02\n{wrong}\nRED\nRED"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert "Did you mean" in page.text and "check digit is wrong" in page.text and "1 line repeated" in page.text


async def test_what_is_no_list(client: httpx.AsyncClient) -> None:
    assert "1 to 10,000" in (await look_up(client, {"text": " \n,"}, 422))["detail"]
    assert "200 letters" in (await look_up(client, {"text": "x" * 201}, 422))["detail"]
    assert "1 to 10,000" in (await look_up(client, {"text": "\n".join(map(str, range(10_001)))}, 422))["detail"]


async def test_the_page(client: httpx.AsyncClient) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    own = {"Sec-Fetch-Site": "same-origin"}
    assert 'name="codes"' in (await client.get("/lookup")).text
    page = (await client.post("/lookup", data={"codes": "RED\nMUG\n<b>"}, headers=own)).text
    assert "1 found" in page and "1 without a picture" in page and "1 missing" in page and "<b>&" not in page
    assert "<code>&lt;b&gt;</code>" in page
    answer = await client.post("/lookup", data={"codes": "RED", "as": "csv"}, headers=own)
    assert answer.text.splitlines()[1] == "RED,found,RED,,Trainer,2,0,,"
    assert "Name 1 to" in (await client.post("/lookup", data={"codes": " "}, headers=own)).text
    assert (
        await client.post("/lookup", data={"codes": "RED"}, headers={"Sec-Fetch-Site": "cross-site"})
    ).status_code == 403

"""The Python client is what the API's description says, and asks as it should."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.client.packshot_client import Client, Problem
from deploy.client_code import described, generated
from deploy.client_models import model, type_of
from deploy.client_routes import method, routes

Answer = Callable[[httpx.Request], httpx.Response]


def test_it_is_not_stale() -> None:
    """`python -m deploy.client_code` writes it."""
    assert {file.name: file.read_text() == text for file, text in generated().items()} == {
        "models.py": True,
        "routes.py": True,
    }


def test_every_route_has_a_method() -> None:
    names = {one["operationId"] for verbs in described()["paths"].values() for one in verbs.values()}
    assert names - set(dir(Client)) == {"get_drop", "drop_file"}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "array", "items": {"$ref": "#/components/schemas/A-Input"}}, "list[AInput]"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "str | None"),
        ({"enum": ["a", "b"]}, 'Literal["a", "b"]'),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "dict[str, int]"),
        ({"type": "object"}, "dict[str, Any]"),
        ({"title": "x"}, "Any"),
    ],
)
def test_types(schema: dict[str, Any], kind: str) -> None:
    assert type_of(schema) == kind


def test_what_it_cannot_tell_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="no type"):
        type_of({"oneOf": [{"type": "string"}]})
    with pytest.raises(ValueError, match="no name for a field"):
        model("A", {"properties": {"from": {"type": "string"}}})
    one = {"operationId": "x", "summary": "X", "responses": {"200": {}}}
    with pytest.raises(ValueError, match="no way to send image/png"):
        method("post", "/x", {**one, "requestBody": {"content": {"image/png": {"schema": {"type": "string"}}}}})
    with pytest.raises(ValueError, match="two routes are called x"):
        routes({"/x": {"get": one}, "/y": {"get": one}})


def client(answer: Answer) -> tuple[Client, list[float]]:
    """One that asks nobody, and how long it would have waited."""
    waited: list[float] = []
    http = httpx.Client(transport=httpx.MockTransport(answer))
    return Client("http://packshot.test/", "pk_x", http=http, wait=waited.append), waited


def test_it_asks_with_its_key_and_what_is_meant() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"items": [], "next": None})

    packshot, _ = client(answer)
    assert list(packshot.every_asset(sku=["A", "B"], q="red hoodie")) == []
    assert str(asked[0].url) == "http://packshot.test/v1/assets?q=red+hoodie&sku=A&sku=B"
    assert asked[0].headers["authorization"] == "Bearer pk_x"
    packshot.get_product("MH01/ä?x")
    assert asked[1].url.raw_path == b"/v1/products/MH01/%C3%A4%3Fx"
    packshot.decide("a", {"set": {"role": "back"}}, idempotency_key="k")
    assert json.loads(asked[2].content) == {"set": {"role": "back"}} and asked[2].headers["idempotency-key"] == "k"


def test_a_change_says_what_was_looked_at() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"id": "a"}, headers={"ETag": '"seen"'})

    packshot, _ = client(answer)
    packshot.get_collection("a")
    packshot.change_collection("a", {"note": "new"}, if_match=packshot.etag)
    assert asked[1].headers["if-match"] == '"seen"' and "if-match" not in asked[0].headers


def test_what_is_too_much_is_tried_again_as_late_as_it_is_told() -> None:
    answers = [httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(503), httpx.Response(200, json=[])]
    packshot, waited = client(lambda _: answers.pop(0))
    assert packshot.list_keys() == [] and waited == [7.0, 1.0]
    packshot, waited = client(lambda _: httpx.Response(503, headers={"Retry-After": "9999"}, json={"detail": "Away."}))
    with pytest.raises(Problem, match="503: Away") as caught:
        packshot.list_keys()
    assert waited == [60.0] * 3 and caught.value.status == 503


def test_problems_are_raised_with_what_was_said() -> None:
    said = {"detail": "limit: too much", "errors": [{"at": "limit", "problem": "too much"}]}
    packshot, waited = client(lambda _: httpx.Response(422, json=said))
    with pytest.raises(Problem) as caught:
        packshot.list_assets(limit=9999)
    assert (caught.value.detail, caught.value.more["errors"], waited) == (said["detail"], said["errors"], [])
    packshot, _ = client(lambda _: httpx.Response(502, text="<html>"))
    with pytest.raises(Problem, match="502: Bad Gateway"), packshot.get_original("a"):
        pass


def test_changes_come_one_by_one() -> None:
    text = ': hello\n\nevent: asset\ndata: {"id": "a"}\n\nevent: again\ndata: {}\n\n'
    packshot, _ = client(lambda _: httpx.Response(200, text=text))
    assert list(packshot.changes()) == [("asset", {"id": "a"}), ("again", {})]


def test_a_big_file_goes_in_parts_and_one_that_breaks_off_goes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.client.packshot_client.client.IN_PARTS", 3)
    path, stored, broken = tmp_path / "film.mp4", {}, [True]
    path.write_bytes(b"abcdefgh")

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "store":
            if broken.pop() if broken else False:
                raise httpx.ReadError("broken off")
            stored[request.url.path] = request.content
            return httpx.Response(200, headers={"ETag": f'"{request.url.path}"'})
        said = json.loads(request.content)
        if request.url.path.endswith("/parts"):
            return httpx.Response(200, json=[{"number": n, "url": f"http://store/{n}"} for n in said["numbers"]])
        if request.url.path.endswith("/completion"):
            assert request.url.params["key"] == "a.mp4"
            assert said == {"bytes": 8, "etags": {"1": '"/1"', "2": '"/2"', "3": '"/3"'}}
            return httpx.Response(200, json={"key": "a.mp4", "bytes": 8})
        return httpx.Response(201, json={"upload": "u", "key": "a.mp4", "part_bytes": 3, "parts": 3})

    packshot, waited = client(answer)
    assert packshot.upload_file(path, "a.mp4") == "a.mp4"
    assert stored == {"/1": b"abc", "/2": b"def", "/3": b"gh"} and waited == [1.0]

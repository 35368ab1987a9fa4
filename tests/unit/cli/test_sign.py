"""`packshot sign`: addresses that delivery takes, and what to do about others."""

import json
from email.message import Message
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlsplit

import pytest

from cli.app import main
from services.delivery.signing import refusal

KEY = "a-key-of-this-shop"
SIZE = "/p/CHAIR/main/web/w400,h300,fill.webp"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ON_THE_FLY", "PUBLIC_URL"):
        monkeypatch.delenv(f"PACKSHOT_{name}", raising=False)
    monkeypatch.setenv("PACKSHOT_HOME", str(tmp_path))
    monkeypatch.setenv("PACKSHOT_PUBLIC_PORT", "8999")
    monkeypatch.setenv("PACKSHOT_SIGN_KEYS", f"{KEY},the-key-before-it")


def opens(url: str) -> bool:
    split = urlsplit(url)
    return refusal(split.path.encode(), dict(parse_qsl(split.query)), (KEY.encode(),), 0.0) is None


def test_what_it_prints_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign", SIZE, "https://media.example.com/p/a b%2Fc/main/web/h200.jpg", "--days", "30"]) == 0
    told = capsys.readouterr()
    here, there = told.out.split()
    assert here.startswith(f"http://127.0.0.1:8999{SIZE}?e=") and opens(here)
    assert there.startswith("https://media.example.com/p/a%20b%2Fc/main/web/h200.jpg?e=") and opens(there)
    assert "PACKSHOT_ON_THE_FLY" in told.err


@pytest.mark.parametrize(
    ("status", "title", "said"),
    [(403, "Presets only", "makes no sizes"), (403, "Not signed", ""), (404, "Nothing", "None answers there")],
)
def test_it_asks_the_delivery_that_runs(
    status: int, title: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(url: str, timeout: float) -> None:
        assert url == f"http://127.0.0.1:8999{SIZE}"
        raise HTTPError(url, status, title, Message(), BytesIO(json.dumps({"title": title}).encode()))

    monkeypatch.setattr("urllib.request.urlopen", answer)
    assert main(["sign", SIZE]) == 0
    told = capsys.readouterr().err
    assert said in told if said else told == ""


def test_it_is_for_where_the_world_reaches_delivery(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACKSHOT_PUBLIC_URL", "https://media.example.com/")
    monkeypatch.setenv("PACKSHOT_ON_THE_FLY", "true")
    assert main(["sign", SIZE]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"https://media.example.com{SIZE}?s=") and told.err == ""


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("/p/CHAIR/main/web.jpg", "has no size"),
        (f"{SIZE}?v=3", "has no size"),
        ("/p/CHAIR.json", "has no size"),
        ("/p/CHAIR/main/web/x400.webp", "no word of a size"),
        ("CHAIR", "no address"),
    ],
)
def test_what_is_no_size_is_told(address: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign", address]) == 1
    told = capsys.readouterr()
    assert why in told.err and "Cure:" in told.err and told.out == ""


def test_keys_that_are_none_are_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKSHOT_SIGN_KEYS", "short")
    assert main(["sign", SIZE]) == 1
    assert "16 letters" in capsys.readouterr().err

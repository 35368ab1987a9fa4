"""Drops as they are written: slips are told, and keys are only named."""

from pathlib import Path

import pytest

from services.catalog.channels.load import load_channels
from services.catalog.drops.model import DropsError, load_drops, secret

CHANNELS = load_channels()
GOOD = """
drops:
  - name: shop
    channel: amazon
    format: zip
    s3: {url: "https://s3.example.com", bucket: out, prefix: in/now, access_key: "env:A", secret_key: "file:/s"}
  - name: market
    channel: shopify
    format: shopify
    sftp: {host: drop.example.com, user: us, folder: in, key_file: /k, known_hosts: /h}
"""


def read(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "drops.yaml"
    path.write_text(text)
    return [one.place for one in load_drops(path, CHANNELS)]


def test_places_are_told_without_keys(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD) == ["https://s3.example.com/out/in/now", "sftp://us@drop.example.com:22/in"]
    assert load_drops(None, CHANNELS) == []


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("channel: amazon", "channel: nosuch", "no channel nosuch"),
        ("name: market", "name: shop", "two drops are named shop"),
        ("format: zip", "format: nosuch", "no format nosuch"),
        ("host: drop.example.com", 'host: "-oProxyCommand=x"', "host"),
        ("user: us", "user: -l", "user"),
        ("folder: in", 'folder: "in\\nrm x"', "folder"),
        ('url: "https://s3.example.com"', 'url: "https://a:b@s3.example.com"', "url"),
        ("    format: shopify\n", "", "format"),
        ("format: shopify", "format: google", "shopify is handed over as shopify, json, zip, not as google"),
        ("sftp:", "ftp:", "ftp"),
        ("drops:", "drops: [", "line"),
    ],
)
def test_slips_are_told_with_the_place(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    with pytest.raises(DropsError, match=said):
        read(tmp_path, GOOD.replace(was, becomes))
    with pytest.raises(DropsError, match="PACKSHOT_DROPS"):
        load_drops(tmp_path / "none.yaml", CHANNELS)


def test_keys_come_from_the_environment_or_a_file_and_are_in_no_message(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("s3cret\n")
    assert secret(f"file:{path}", {}) == "s3cret" and secret("env:KEY", {"KEY": "s3cret"}) == "s3cret"
    for where in ("env:NONE", "file:/nowhere", "s3cret"):
        with pytest.raises(DropsError) as told:
            secret(where, {"KEY": "s3cret"})
        assert "s3cret" not in str(told.value)

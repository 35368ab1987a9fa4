"""Addresses that others give us lead to the internet or nowhere."""

import pytest

from runtime.outbound import NotAllowed, check, is_public
from tests.unit.runtime.spellings import OURS

INNER = [
    "https://127.0.0.1/", "https://localhost/", "https://a.localhost/", "https://10.1.2.3/", "https://192.168.1.1/",
    "https://172.16.0.1/", "https://100.64.0.1/", "https://169.254.169.254/latest/meta-data", "https://0.0.0.0/",
    "https://[::1]/", "https://[fe80::1]/", "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/", "https://224.0.0.1/",
    "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[::]/", "https://[::127.0.0.1]/",
    "https://[64:ff9b:1::7f00:1]/", "https://[64:ff9b::c0a8:1]/", "https://[2002:c0a8:1::1]/", "https://[::ffff:0:a00:1]/",
    "https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", "https://[2a00::5efe:10.0.0.1]/", "https://[2a00::200:5efe:a00:1]/",
    "https://[fec0::1]/", "https://[5f00::1]/", "https://[3fff::1]/", "https://[ff02::1]/", "https://[2001:db8::1]/",
    "https://192.88.99.1/", "https://198.18.0.1/", "https://240.0.0.1/", "https://255.255.255.255/", "https://192.0.0.8/",
]  # fmt: skip
ODD = [
    "http://shop.example.com/", "ftp://shop.example.com/", "file:///etc/passwd", "https://", "shop.example.com",
    "https://user:word@shop.example.com/", "https://shop.example.com/#x", "https://shop.example.com/a b",
    "https://shop.example.com:99999/", "https://[::1", "https://shop.example.com/" + "x" * 1000,
]  # fmt: skip

NAMES = ["https://bücher.example/", "https://a_b.example.com./", "https://0x.example.com/", "https://①.example.com/"]


@pytest.mark.parametrize("url", [*INNER, *ODD, *OURS])
def test_refused(url: str) -> None:
    with pytest.raises(NotAllowed):
        check(url, private=False)


def test_taken() -> None:
    for url in ("https://shop.example.com/hook?a=1", "https://93.184.215.14:8443/", "https://[2606:4700::1]/", *NAMES):
        assert check(url, private=False) == url
    assert [check(url, private=True) for url in ("http://localhost:9000/", INNER[3])]
    with pytest.raises(NotAllowed):
        check("ftp://localhost/", private=True)
    with pytest.raises(NotAllowed, match="four decimal numbers"):
        check("http://127.1/", private=True)


def test_public() -> None:
    assert is_public("8.8.8.8") and not is_public("255.255.255.255")
    inside = ("::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2a00:1450:4001::5efe:8.8.8.8")
    assert all(map(is_public, ("2606:4700::1", *inside)))

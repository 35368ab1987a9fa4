"""The page *Status* inside the app: which of its lines say that something is not well."""

import asyncio
import re
import urllib.error
import urllib.request

from cli.say import say
from cli.servers.process import tail
from tests.drill.copy import Copy

TILE = re.compile(r'<div class="tile-answer"><dt>(.*?)</dt><dd class="(\w*)">', re.S)
ROW = re.compile(r'<tr><th scope="row">(\w+)</th><td class="why-cell"><span class="state state-(\w+)">')


async def unwell(copy: Copy) -> set[str]:
    """Questions whose answer is a warning, and services that are not well."""
    try:
        text = await asyncio.to_thread(_read, copy)
    except urllib.error.HTTPError as error:
        log = tail(copy.home.logs / "catalog.log", 5)
        say(f"the page answers {error.code}: {log}")
        return {"no page"}
    tiles = {question for question, look in TILE.findall(text) if look == "warn"}
    return tiles | {service for service, state in ROW.findall(text) if state != "ready"}


def _read(copy: Copy) -> str:
    url = f"http://127.0.0.1:{copy.ports()['http']}/status"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {copy.key}"})
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return str(answer.read().decode())

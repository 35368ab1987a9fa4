"""Asks the API of a running copy, with its admin key."""

import http.client
import json
import urllib.error
import urllib.request
from typing import Any, BinaryIO

from cli.connect import admin_key_of, page_of
from cli.home import Home
from cli.trouble import Trouble

AWAY = "`packshot status` says what runs, `packshot up` starts it (where others keep it: what keeps it)."


def ask(home: Home, method: str, path: str, body: object = None) -> Any:
    """The answer's JSON, None for an empty one. Raises Trouble with what the API says against it."""
    headers = {"Authorization": f"Bearer {admin_key_of(home)}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    url = page_of(home) + path
    request = urllib.request.Request(url, method=method, headers=headers, data=data)  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise Trouble(_told(error), "Mend what it names, then do this again.") from error
    except (OSError, http.client.HTTPException) as error:  # URLError, or it breaks off within the answer
        why = getattr(error, "reason", error)
        raise Trouble(f"The API at {url} does not answer: {why}.", AWAY) from error
    return json.loads(text) if text else None


def fetch(home: Home, path: str, out: BinaryIO) -> int:
    """Copy what the API sends, as it comes; returns bytes. Raises Trouble as `ask` does, and where it breaks off."""
    url = page_of(home) + path
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {admin_key_of(home)}"})  # noqa: S310
    size = 0
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own address
            while block := answer.read(1 << 16):
                size += out.write(block)
    except urllib.error.HTTPError as error:
        raise Trouble(_told(error), "Mend what it names, then do this again.") from error
    except (urllib.error.URLError, http.client.HTTPException) as error:
        raise Trouble(f"The API at {url} does not answer to the end: {error}.", AWAY) from error
    return size


def _told(error: urllib.error.HTTPError) -> str:
    """The problem's own words."""
    try:
        return str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, TypeError):
        return f"The API answers {error.code} {error.reason}."

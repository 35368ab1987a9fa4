"""The client: every route of the API, and what people do with several of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import httpx

from .asking import TRIES
from .models import AssetItem
from .problem import Problem
from .routes import Routes

IN_PARTS = 64 * 1024 * 1024
"""Bytes of a file that is sent in parts."""


class Client(Routes):
    """Of one Packshot. Use it as a context manager, or `close` it."""

    def upload_file(self, path: Path, key: str) -> str:
        """Drop a file into the inbox under that name; returns the name as it lies there. The bytes go to the object
        store, those of big files in parts, of which one that breaks off is sent again. Raises Problem.
        """
        size = path.stat().st_size
        if size > IN_PARTS:
            return self._upload_parts(path, key, size)
        allowed = self.upload({"key": key})
        with path.open("rb") as file:
            self._put(allowed["url"], file, size, path)
        return allowed["key"]

    def _upload_parts(self, path: Path, key: str, size: int) -> str:
        begun = self.begin_multipart({"key": key, "bytes": size})
        upload, key, long = begun["upload"], begun["key"], begun["part_bytes"]
        etags: dict[str, str] = {}
        with path.open("rb") as file:
            for number in range(1, begun["parts"] + 1):
                block = file.read(long)
                signed = self.sign_parts(upload, {"numbers": [number]}, key=key)
                etags[str(number)] = self._put(signed[0]["url"], block, len(block), path)
        self.complete_multipart(upload, {"bytes": size, "etags": etags}, key=key)
        return key

    def _put(self, url: str, body: bytes | BinaryIO, size: int, path: Path) -> str:
        """The ETag that the store answers. What is in memory is sent again where the connection breaks."""
        for last in (*[False] * (TRIES - 1), True):
            try:
                answer = self._http.put(url, content=body, headers={"Content-Length": str(size)})
            except httpx.TransportError:
                if last or not isinstance(body, bytes):
                    raise
                self._wait(1.0)
            else:
                break
        if answer.status_code >= 300:
            raise Problem(answer.status_code, f"The object store does not take {path}: {answer.text[:200]}", {})
        return str(answer.headers.get("ETag", ""))

    def every_asset(self, **filters: Any) -> Iterator[AssetItem]:
        """All that these filters find, page after page. `filters`: as `list_assets` takes them. Raises Problem."""
        cursor: str | None = None
        while True:
            page = self.list_assets(cursor=cursor, **filters)
            yield from page["items"]
            cursor = page.get("next")
            if cursor is None:
                return

    def changes(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(event, data) of what changes from now on, until the connection ends. Raises Problem."""
        with self.live() as stream:
            event = ""
            for line in stream.iter_lines():
                name, _, value = line.partition(":")
                if name == "event":
                    event = value.strip()
                elif name == "data":
                    yield event, json.loads(value)

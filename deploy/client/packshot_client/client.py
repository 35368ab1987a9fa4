"""The client: every route of the API, and what people do with several of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .models import AssetItem, UploadAnswer
from .problem import Problem
from .routes import Routes


class Client(Routes):
    """Of one Packshot. Use it as a context manager, or `close` it."""

    def upload_file(self, path: Path, key: str) -> UploadAnswer:
        """Drop a file into the inbox under that name. The bytes go to the object store. Raises Problem."""
        allowed = self.upload({"key": key})
        with path.open("rb") as file:
            answer = self._http.put(allowed["url"], content=file, headers={"Content-Length": str(path.stat().st_size)})
        if answer.status_code >= 300:
            raise Problem(answer.status_code, f"The object store does not take {path}: {answer.text[:200]}", {})
        return allowed

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

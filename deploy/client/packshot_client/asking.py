"""How the API is asked: the key, what is too much or away is tried again, problems are raised."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import httpx

from .problem import Problem

TRIES = 4
LATER = (429, 503)
"""Asked too often, or a server that it needs is away: nothing was done."""


class Asking:
    """Base of the client. `wait`: sleeps so many seconds; `http`: a client with other settings, such as a proxy."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        http: httpx.Client | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = http or httpx.Client(timeout=httpx.Timeout(60, connect=10))
        self._url, self._wait = url.rstrip("/"), wait
        self._headers = {"Authorization": f"Bearer {key}"}
        self.etag = ""
        """Of what was answered last: hand it over as `if_match`, and a change is made only to what you looked at."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of its connections."""
        self._http.close()

    def _ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        """An answer that was read. Raises Problem, and httpx's errors where nothing answers."""
        for last in (*[False] * (TRIES - 1), True):
            answer = self._http.request(method, self._url + path, **self._how(how))
            if answer.status_code not in LATER or last:
                break
            self._wait(_seconds(answer))
        if answer.status_code >= 300:
            raise Problem.of(answer)
        self.etag = answer.headers.get("ETag", "")
        return answer

    @contextmanager
    def _stream(self, method: str, path: str, **how: Any) -> Iterator[httpx.Response]:
        """An answer that is read block by block. Raises Problem."""
        asked = self._http.stream(method, self._url + path, follow_redirects=True, **self._how(how))
        with asked as answer:
            if answer.status_code >= 300:
                answer.read()
                raise Problem.of(answer)
            yield answer

    def _how(self, how: Mapping[str, Any]) -> dict[str, Any]:
        """Without what was left out."""
        params = {name: value for name, value in how.get("params", {}).items() if value is not None}
        headers = {name: value for name, value in how.get("headers", {}).items() if value is not None}
        return {**how, "params": params, "headers": {**self._headers, **headers}}


def _seconds(answer: httpx.Response) -> float:
    told = answer.headers.get("Retry-After", "")
    return min(float(told), 60.0) if told.isdecimal() else 1.0

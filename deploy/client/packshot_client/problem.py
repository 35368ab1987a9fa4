"""What the API says against a request."""

from typing import Any

import httpx


class Problem(Exception):
    """An answer of RFC 9457. `more`: what it says besides, such as `errors` of 422."""

    def __init__(self, status: int, detail: str, more: dict[str, Any]) -> None:
        super().__init__(f"{status}: {detail}")
        self.status, self.detail, self.more = status, detail, more

    @classmethod
    def of(cls, answer: httpx.Response) -> "Problem":
        """From an answer that was read; one of a proxy between has no JSON."""
        try:
            said = answer.json()
        except ValueError:
            said = {}
        known = said if isinstance(said, dict) else {}
        return cls(answer.status_code, str(known.get("detail") or answer.reason_phrase), known)

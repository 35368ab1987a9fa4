"""A list that streams as CSV, a file to the browser."""

from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse


class CsvAnswer(StreamingResponse):
    """Lines as they are made, under a file's name."""

    media_type = "text/csv; charset=utf-8"

    def __init__(self, lines: AsyncIterator[str], name: str, status_code: int = 200) -> None:
        """`status_code`: FastAPI's description of a route looks for it here."""
        super().__init__(lines, status_code, {"Content-Disposition": f'attachment; filename="{name}"'})

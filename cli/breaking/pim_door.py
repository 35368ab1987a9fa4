"""The HTTP side of the PIM that chaos has."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cli.breaking.pim import API, Pim


class Door(BaseHTTPRequestHandler):
    """One request. `pim`: whose door it is."""

    pim: Pim

    def do_GET(self) -> None:
        """A question."""
        found = self.pim.asked(self.path)
        self._answer(404 if found is None else 200, json.dumps(found))

    def do_POST(self) -> None:
        """A file, or the wish for a token."""
        body = self._body()
        if not self.path.startswith(API):
            self._answer(200, json.dumps({"access_token": "chaos", "expires_in": 3600, "refresh_token": "chaos"}))
            return
        code = self.pim.uploaded(body, self.headers["Content-Type"])
        self._done(201, "", f"{self.pim.url}{API}media-files/{code}")

    def do_PATCH(self) -> None:
        """Changes of products."""
        self._done(200, self.pim.patched(self._body()))

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _done(self, status: int, text: str, location: str = "") -> None:
        if not self.pim.mute:  # else the connection just ends
            self._answer(status, text, location)

    def _answer(self, status: int, text: str, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def pim_with(skus: Sequence[str]) -> Iterator[Pim]:
    """Listens on a free port of this machine."""
    pim = Pim(skus)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Door,), {"pim": pim}))
    pim.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield pim
    finally:
        server.shutdown()

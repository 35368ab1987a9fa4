"""A shop's webhook endpoint: notes what it is sent, and says which of it came twice as something new."""

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any


class Receiver:
    """`url` while it is open. A retry comes under the id that it had; receivers drop those."""

    def __init__(self) -> None:
        self.url = ""
        self.retries = 0
        self.sent: Counter[str] = Counter()
        """Event and what it is of → how often it came, retries too."""
        self._seen: set[str] = set()
        self.said: dict[str, list[str]] = defaultdict(list)
        """Event and what it is of → data of each, as JSON."""

    def take(self, identity: str, message: dict[str, Any]) -> None:
        """One POST."""
        data = message.get("data", {})
        about = f"{message.get('type')} {data.get('asset_id') or data.get('sku') or data.get('folder')}"
        self.sent[about] += 1
        if identity in self._seen:
            self.retries += 1
            return
        self._seen.add(identity)
        self.said[about].append(json.dumps(data, sort_keys=True))

    @property
    def messages(self) -> int:
        """Different ones."""
        return len(self._seen)

    def twice(self) -> list[str]:
        """What was said again though nothing had changed."""
        return [
            f"{about}: {now[:120]}" for about, said in self.said.items() for was, now in pairwise(said) if was == now
        ]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listens on a free port of this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            receiver.take(self.headers.get("webhook-id", ""), json.loads(body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()

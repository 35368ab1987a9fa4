"""A small caching proxy, as a CDN is one: it keeps what `Cache-Control` lets it keep, and forgets by surrogate key."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Kept:
    """An answer, and until when it may be given without asking."""

    status: int
    headers: Message
    body: bytes
    until: float

    @property
    def keys(self) -> set[str]:
        return set((self.headers.get("Surrogate-Key") or "").split())


@dataclass
class Cache:
    """In front of `origin`. hits: answers that the origin was not asked for; purged: keys it was told to forget."""

    origin: str
    url: str = ""
    hits: int = 0
    purged: set[str] = field(default_factory=set)
    kept: dict[str, Kept] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str) -> Kept:
        """From what is kept, or from the origin."""
        with self.lock:
            known = self.kept.get(path)
            if known and time.monotonic() < known.until:
                self.hits += 1
                return known
        began = time.monotonic()
        try:
            with urllib.request.urlopen(self.origin + path, timeout=10) as got:  # noqa: S310 - our own address
                found = Kept(got.status, got.headers, got.read(), began + age(got.headers))
        except urllib.error.HTTPError as error:
            found = Kept(error.code, error.headers, error.read(), began + age(error.headers))
        with self.lock:
            self.kept[path] = found
        return found

    def forget(self, keys: set[str]) -> None:
        """All answers that have one of these."""
        with self.lock:
            self.purged |= keys
            self.kept = {path: one for path, one in self.kept.items() if not one.keys & keys}


def age(headers: Message) -> float:
    """Seconds that a shared cache may keep it."""
    said = dict(part.strip().partition("=")[::2] for part in (headers.get("Cache-Control") or "").split(","))
    return 0.0 if "no-store" in said or "private" in said else float(said.get("max-age") or 0)


@contextmanager
def caching(origin: str) -> Iterator[Cache]:
    """It runs on a port of its own, in threads."""
    cache = Cache(origin)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = cache.answer(self.path)
            self.send_response(found.status)
            for name in ("Content-Type", "ETag", "Cache-Control"):
                if value := found.headers.get(name):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            cache.forget(set(json.loads(body)["surrogate_keys"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    cache.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield cache
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

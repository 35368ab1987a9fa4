"""A headless Chromium by the WebDriver protocol, and a small server that gives byte ranges."""

import json
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

MEDIA = {".mp4": "video/mp4", ".m4s": "video/iso.segment", ".m3u8": "application/vnd.apple.mpegurl"}
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio",
         "--autoplay-policy=no-user-gesture-required"]  # fmt: skip
PAGE = b"<!doctype html><meta charset=utf-8><title>player</title><video id=v></video>"


def there() -> bool:
    """Whether this machine has one."""
    return bool(shutil.which("chromedriver") and (shutil.which("chromium") or shutil.which("google-chrome")))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server of that folder's files."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = folder / Path(self.path).name
            body = path.read_bytes() if path.is_file() else PAGE
            wanted = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            start = int(wanted[1]) if wanted else 0
            end = int(wanted[2] or len(body) - 1) if wanted else len(body) - 1
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Type", MEDIA.get(path.suffix, "text/html"))
            self.send_header("Accept-Ranges", "bytes")
            if wanted:
                self.send_header("Content-Range", f"bytes {start}-{end}/{len(body)}")
            self.send_header("Content-Length", str(end + 1 - start))
            self.end_headers()
            self.wfile.write(body[start : end + 1])

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


class Browser:
    """One session."""

    def __init__(self, address: str) -> None:
        self._address = address
        options = {"args": FLAGS, "binary": shutil.which("chromium") or shutil.which("google-chrome")}
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        self._session = self._call("POST", "/session", wanted)["sessionId"]

    def open(self, url: str) -> None:
        """Go there."""
        self._call("POST", f"/session/{self._session}/url", {"url": url})

    def run(self, script: str, *arguments: object, seconds: float = 50.0) -> Any:
        """Run an asynchronous script; its last argument is called with the answer."""
        self._call("POST", f"/session/{self._session}/timeouts", {"script": int(seconds * 1000)})
        return self._call("POST", f"/session/{self._session}/execute/async", {"script": script, "args": arguments})

    def close(self) -> None:
        """End it."""
        self._call("DELETE", f"/session/{self._session}")

    def _call(self, method: str, path: str, body: object = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(  # noqa: S310 - our own driver
            self._address + path, data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - our own driver
            return json.loads(answer.read())["value"]


@contextmanager
def browser() -> Iterator[Browser]:
    """A session; driver and browser end with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL)
    try:
        session = _begun(f"http://127.0.0.1:{port}")
        try:
            yield session
        finally:
            session.close()
    finally:
        driver.terminate()
        driver.wait()


def _begun(address: str) -> Browser:
    for _ in range(100):
        try:
            return Browser(address)
        except urllib.error.URLError:
            time.sleep(0.2)
    raise TimeoutError("chromedriver did not answer")

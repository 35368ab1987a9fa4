"""A headless Chromium over its debugging pipe (no driver, no port), and a small server that gives byte ranges."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

MEDIA = {".mp4": "video/mp4", ".m4s": "video/iso.segment", ".m3u8": "application/vnd.apple.mpegurl"}
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio",
         "--autoplay-policy=no-user-gesture-required", "--no-first-run", "--remote-debugging-pipe"]  # fmt: skip
PAGE = b"<!doctype html><meta charset=utf-8><title>player</title><video id=v></video>"


def program() -> str | None:
    """This machine's, where it has one."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def served(folder: Path, page: bytes = PAGE) -> Iterator[str]:
    """The address of a server of that folder's files. page: what any other address shows."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = folder / Path(self.path).name
            body = path.read_bytes() if path.is_file() else page
            wanted = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            start = int(wanted[1]) if wanted else 0
            end = min(int(wanted[2] or len(body) - 1), len(body) - 1) if wanted else len(body) - 1
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
    """One page of it. write, read: the pipe's ends, each message ended by a NUL."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = write, read
        self._asked, self._rest = 0, b""
        self._page: str | None = None
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._page = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")

    def open(self, url: str) -> None:
        """Go there, and wait until it is loaded."""
        self._call("Page.navigate", url=url)
        self._until(lambda told: told.get("method") == "Page.loadEventFired")

    def sign_in(self, url: str, name: str, value: str) -> None:
        """Have that cookie there."""
        self._call("Network.setCookie", url=url, name=name, value=value)

    def run(self, script: str, *arguments: object) -> Any:
        """Run an asynchronous script; its last argument is called with the answer."""
        words = ", ".join(map(json.dumps, arguments))
        code = f"new Promise(done => (function() {{ {script} }})({words}{', ' if words else ''}done))"
        answer = self._call("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def close(self) -> None:
        """End it."""
        self._page = None
        self._call("Browser.close")

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._asked += 1
        number = self._asked
        said = {"id": number, "method": method, "params": parameters}
        os.write(self._write, json.dumps(said | ({"sessionId": self._page} if self._page else {})).encode() + b"\0")
        answer = self._until(lambda told: told.get("id") == number)
        assert "error" not in answer, (method, answer["error"])
        found: dict[str, Any] = answer["result"]
        return found

    def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            while b"\0" not in self._rest:
                more = os.read(self._read, 65536)
                if not more:
                    raise EOFError("chromium ended")
                self._rest += more
            line, _, self._rest = self._rest.partition(b"\0")
            if wanted(told := json.loads(line)):
                return dict(told)


@contextmanager
def browser() -> Iterator[Browser]:
    """A page; the browser ends with the block."""
    found = program()
    assert found is not None
    ours = [os.pipe(), os.pipe()[::-1]]
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as folder:
        # It reads its orders from descriptor 3 and writes its answers to 4: ours are moved out of the way of those.
        theirs = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end, _ in ours]
        command = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'
        words = ["bash", "-c", command, "bash", *map(str, theirs), found, *FLAGS, f"--user-data-dir={folder}"]
        process = subprocess.Popen(words, pass_fds=theirs, stderr=subprocess.DEVNULL)
        for end in (*theirs, *(end for end, _ in ours)):
            os.close(end)
        try:
            page = Browser(ours[0][1], ours[1][1])
            yield page
            page.close()
        finally:
            process.kill()
            process.wait()
            for _, end in ours:
                os.close(end)

"""nginx as a caching proxy, as its own documentation has it: it keeps what `Cache-Control` and `Vary` let it keep."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.e2e.member import free_port

CONF = """
daemon off; master_process off; pid {folder}/pid; error_log stderr warn;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/kept levels=1 keys_zone=kept:1m max_size=10m use_temp_path=off;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {origin};
      proxy_cache kept;
      proxy_cache_key $request_uri;
      add_header X-Cache $upstream_cache_status always;
    }}
  }}
}}
"""


def program() -> str | None:
    """This machine's, where it has one."""
    return shutil.which("nginx", path="/usr/sbin:/usr/bin") or shutil.which("nginx")


@asynccontextmanager
async def caching(origin: str, folder: Path) -> AsyncIterator[str]:
    """Its address. `X-Cache` of its answers says HIT where the origin was not asked."""
    port, conf = free_port(), folder / "nginx.conf"
    conf.write_text(CONF.format(folder=folder, port=port, origin=origin))
    command = (program() or "nginx", "-p", str(folder), "-c", str(conf), "-e", "stderr")
    process = await asyncio.create_subprocess_exec(*command)
    try:
        await _answers(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(port: int, process: asyncio.subprocess.Process) -> None:
    for _ in range(300):
        assert process.returncode is None, f"nginx ended with {process.returncode}"
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return
    raise AssertionError("nginx does not answer")

"""Whether the page stutters while somebody scrolls through all of 10,000 results, in this machine's Chromium.

    python -m bench.page_scroll [--assets 10000] [--step 120] [--trace FILE]

It starts a PostgreSQL of its own, fills the catalogue's view, and scrolls the library by `step` pixels a frame until
its end; thumbnails come from memory. Then it scrolls as many plain coloured boxes of the same size in the same browser:
what those take is the machine's, not ours. `--trace` keeps Chromium's time line of the library, to be looked at there.
"""

import argparse
import asyncio
import io
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from PIL import Image

from bench.database import spare_database
from bench.search_latency import fill
from runtime.database import Database
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.app import create_app
from services.catalog.api.deps import Deps
from services.catalog.config import CatalogSettings
from services.catalog.ddl import SCHEMA, ddl
from services.catalog.live import Live
from services.catalog.queries.filters import Filters
from tests.chromium import chromium, window
from tests.integration.catalog_door import listening

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page
    from starlette.types import ASGIApp, Receive, Scope, Send

FRAME_MS = 1000 / 60
LONGEST_S = 600
TIMELINE = ["devtools.timeline", "v8.execute", "blink", "cc", "disabled-by-default-devtools.timeline"]
CELL = """() => {
  const cell = document.querySelector(".cell"), {width, height} = cell.getBoundingClientRect();
  return [getComputedStyle(cell.parentElement).getPropertyValue("--columns"), width, height];
}"""
PLAIN = """([count, columns, width, height]) => {
  document.body.innerHTML = "<main style='display:grid;gap:8px'></main>";
  const list = document.querySelector("main");
  list.style.gridTemplate = `none / repeat(${columns}, ${width}px)`;
  list.style.gridAutoRows = `${height}px`;
  for (let n = 0; n < count; n++) {
    list.append(Object.assign(document.createElement("div"), {className: "cell"}));
    list.lastChild.style.background = `hsl(${n * 47 % 360} 40% 60%)`;
  }
}"""
SCROLL = """async ([step, longest]) => {
  const tasks = [], frames = [], began = performance.now();
  const lasted = list => list.map(one => one.duration);
  new PerformanceObserver(list => tasks.push(...lasted(list.getEntries()))).observe({type: "longtask"});
  performance.setResourceTimingBufferSize(100000);
  await new Promise(done => {
    let before = performance.now();
    requestAnimationFrame(function next(now) {
      frames.push(now - before); before = now;
      scrollBy(0, step);
      const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
      const over = (end && !document.querySelector("[data-more]")) || now - began > longest * 1000;
      if (over) done(); else requestAnimationFrame(next);
    });
  });
  const cells = lasted(performance.getEntriesByType("resource").filter(one => one.name.includes("/cells?")));
  const shown = document.querySelectorAll(".cell").length, seconds = (performance.now() - began) / 1000;
  return {frames, tasks, cells, shown, seconds};
}"""


def picture() -> bytes:
    """A thumbnail, as large as ours are."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize((320, 320)).convert("RGB").save(made, "WEBP", quality=80)
    return made.getvalue()


class Thumbnails:
    """Answers for renditions before the app is asked: what fetches and checks them is not what is measured."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app, self._body = app, picture()

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """A picture, or what the app says."""
        if "/renditions/" not in scope.get("path", ""):
            await self._app(scope, receive, send)
            return
        headers = [(b"content-type", b"image/webp"), (b"content-length", str(len(self._body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self._body})


def told(name: str, values: Sequence[float]) -> str:
    """A line of the median and the slow ones, in milliseconds."""
    if len(values) < 2:
        return f"{name}: {len(values)}"
    parts = statistics.quantiles(values, n=100)
    few = f"p50 {parts[49]:.1f}, p95 {parts[94]:.1f}, p99 {parts[98]:.1f}, most {max(values):.1f} ms"
    return f"{name}: {len(values)}, {few}"


async def _nothing_near(_text: str, _asked: Filters) -> tuple[str, ...]:
    return ()


def tell(found: dict[str, Any]) -> None:
    """Print what one scroll took."""
    frames = found["frames"]
    slow, tenth = sum(frame > 1.5 * FRAME_MS for frame in frames), len(frames) // 10
    print(told("frames", frames) + f"; over {1.5 * FRAME_MS:.0f} ms: {slow / len(frames):.1%}")
    print(told("frames of the first tenth", frames[:tenth]))
    print(told("frames of the last tenth", frames[-tenth:]))
    print(told("tasks over 50 ms", found["tasks"]))


async def scrolled(browser: "Browser", page: "Page", step: int, trace: str | None = None) -> dict[str, Any]:
    """To the end of the page. trace: a file for what the browser records meanwhile."""
    if trace:
        await browser.start_tracing(page=page, path=trace, categories=TIMELINE)
    found = await page.evaluate(SCROLL, [step, LONGEST_S])
    if trace:
        await browser.stop_tracing()
    return dict(found)


async def measure(url: str, assets: int, step: int, trace: str | None) -> None:
    """Fill, scroll, print."""
    database = Database(url, searching=True)
    await database.make(SCHEMA, ddl())
    await fill(url, assets)
    nothing = cast(Any, None)
    parts = (nothing, nothing, nothing, Access("secret"), Live(url), _nothing_near, nothing, nothing)
    app = create_app(Deps(CatalogSettings(admin_key="secret", database_url=url), database, *parts))
    app.add_middleware(Thumbnails)
    session = {COOKIE: Access("secret").session()}
    async with listening(app) as address, chromium() as program, window(program, address, session) as page:
        await page.goto("/", wait_until="domcontentloaded")
        first = await page.evaluate("performance.getEntriesByType('navigation')[0].responseEnd")
        shape = await page.evaluate(CELL)
        ours = await scrolled(program, page, step, trace)
        await page.goto("about:blank")
        await page.evaluate(PLAIN, [ours["shown"], *shape])
        plain = await scrolled(program, page, step)
    await database.close()
    print(f"first page: {first:.0f} ms; {ours['shown']:,} pictures passed in {ours['seconds']:.0f} s")
    tell(ours)
    print(told("requests of 60 more", ours["cells"]))
    print(f"plain boxes: {plain['shown']:,} passed in {plain['seconds']:.0f} s")
    tell(plain)


def main() -> None:
    """Start PostgreSQL, measure, stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=10_000)
    parser.add_argument("--step", type=int, default=120)
    parser.add_argument("--trace", metavar="FILE")
    args = parser.parse_args()
    with spare_database() as url:
        asyncio.run(measure(url, args.assets, args.step, args.trace))


if __name__ == "__main__":
    main()

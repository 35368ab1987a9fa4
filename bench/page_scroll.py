"""Whether the page stutters while somebody scrolls through all of 10,000 results, in this machine's Chromium.

    python -m bench.page_scroll [--assets 10000] [--step 120]

It starts a PostgreSQL of its own, fills the catalogue's view, and scrolls the library by `step` pixels a frame until
its end. Pictures are answered by the browser's driver: what is measured is the page and the server behind it.
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
    from playwright.async_api import Route

FRAME_MS = 1000 / 60
LONGEST_S = 600
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


def told(name: str, values: Sequence[float]) -> str:
    """A line of the median and the slow ones, in milliseconds."""
    if len(values) < 2:
        return f"{name}: {len(values)}"
    parts = statistics.quantiles(values, n=100)
    few = f"p50 {parts[49]:.1f}, p95 {parts[94]:.1f}, p99 {parts[98]:.1f}, most {max(values):.1f} ms"
    return f"{name}: {len(values)}, {few}"


async def _nothing_near(_text: str, _asked: Filters) -> tuple[str, ...]:
    return ()


async def measure(url: str, assets: int, step: int) -> None:
    """Fill, scroll, print."""
    database = Database(url, searching=True)
    await database.make(SCHEMA, ddl())
    await fill(url, assets)
    nothing, body = cast(Any, None), picture()
    parts = (nothing, nothing, nothing, Access("secret"), Live(url), _nothing_near, nothing, nothing)
    app = create_app(Deps(CatalogSettings(admin_key="secret", database_url=url), database, *parts))

    async def thumbnail(route: "Route") -> None:
        await route.fulfill(body=body, content_type="image/webp")

    session = {COOKIE: Access("secret").session()}
    async with listening(app) as address, chromium() as program, window(program, address, session) as page:
        await page.route("**/renditions/**", thumbnail)
        await page.goto("/", wait_until="domcontentloaded")
        first = await page.evaluate("performance.getEntriesByType('navigation')[0].responseEnd")
        found = await page.evaluate(SCROLL, [step, LONGEST_S])
    await database.close()
    slow = sum(frame > 1.5 * FRAME_MS for frame in found["frames"])
    print(f"first page: {first:.0f} ms; {found['shown']:,} pictures passed in {found['seconds']:.0f} s")
    print(told("frames", found["frames"]) + f"; over {1.5 * FRAME_MS:.0f} ms: {slow / len(found['frames']):.1%}")
    tenth = len(found["frames"]) // 10
    print(told("frames of the first tenth", found["frames"][:tenth]))
    print(told("frames of the last tenth", found["frames"][-tenth:]))
    print(told("tasks over 50 ms", found["tasks"]))
    print(told("requests of 60 more", found["cells"]))


def main() -> None:
    """Start PostgreSQL, measure, stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=10_000)
    parser.add_argument("--step", type=int, default=120)
    args = parser.parse_args()
    with spare_database() as url:
        asyncio.run(measure(url, args.assets, args.step))


if __name__ == "__main__":
    main()

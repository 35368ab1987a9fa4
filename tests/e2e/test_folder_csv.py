"""A list beside the pictures says what they show; before them or after them, corrected, or not usable."""

import pytest

from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(240)]


async def linked(seen: Watch, prefix: str, wanted: dict[str, list[str]]) -> None:
    """Wait until these keys are linked to just these SKUs."""

    def missing() -> list[str]:
        assets = seen.assets(prefix)
        found = {key: seen.links(assets[key]) if key in assets else None for key in wanted}
        return [f"{key} is linked to {found[key]}, not {skus}" for key, skus in wanted.items() if found[key] != skus]

    await seen.until(missing)


async def test_skus_of_a_list_link(pipeline: Pipeline, prefix: str) -> None:
    """The names say nothing. One picture is there before the list, one comes after it; then the list is corrected."""
    await pipeline.run(*ALL)
    skus = [f"ZQ-{prefix[1:5]}-{number}".upper() for number in (71, 82, 93)]
    early, late, table = f"{prefix}/IMG_0001.jpg", f"{prefix}/IMG_0002.jpg", f"{prefix}/shoot.csv"
    async with pipeline.watch() as seen:
        await pipeline.products(*skus)
        await pipeline.drop([(early, picture(401))])
        await seen.settle([early])
        rows = f"Filename;SKU;Role\nIMG_0001.jpg;{skus[0]};front\nimg_0002;{skus[1]};back\n"
        await pipeline.drop([(table, rows.encode("utf-16"))])
        await linked(seen, prefix, {early: [skus[0]]})
        await pipeline.drop([(late, picture(402))])
        await pipeline.hint(table)  # the loose name is understood once the file is there
        await linked(seen, prefix, {early: [skus[0]], late: [skus[1]]})
        await pipeline.drop([(table, f"file,sku\nIMG_0001.jpg,{skus[2]}\nIMG_0002.jpg,{skus[1]}\n".encode())])
        await linked(seen, prefix, {early: [skus[2]], late: [skus[1]]})
        await seen.quiet()
        head = seen.head(seen.assets(prefix)[early])
        assert (head["live"], head["newest"], head["state"]) == (1, 1, "complete")
        assert table not in seen.assets(prefix), "a good list is no asset"
        assert not seen.dead


async def test_a_product_list_in_the_inbox_is_refused_until_it_is_mended(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    table = f"{prefix}/products.csv"
    async with pipeline.watch() as seen:
        await pipeline.drop([(table, b"sku,name\nX-1,Hat\n")])
        await seen.settle([table])
        facet = seen.facet(seen.assets(prefix)[table], 1, "file")
        assert facet is not None
        assert "No column holds file names (line 1)" in facet["cause"]
        assert "packshot submit" in facet["cure"]
        assert seen.state(table) == "refused"
        await pipeline.drop([(table, b"file,sku\nhat.jpg,X-1\n")])
        await seen.until(lambda: [] if seen.state(table) == "complete" else [f"{table} is {seen.state(table)}"])
        await seen.quiet()
        assert seen.facet(seen.assets(prefix)[table], 1, "links") is None
        assert not seen.dead

"""The audit over a real PostgreSQL: each rule finds the fault planted for it, and nothing in a clean picture."""

import dataclasses
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from schemas.base import Contract
from schemas.facet import Facet
from services.catalog.api.access import COOKIE, Access
from services.catalog.audits.counted import Counted
from services.catalog.audits.find import BadRule, understood
from services.catalog.audits.rules import AuditsError, load_rules
from services.catalog.queries import handed
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import NOON, Stage, change, facet, fact, media, picture, product

pytestmark = pytest.mark.broker
RULES = load_rules()
CLEAN, FAULTY = "70000000-0000-5000-8000-000000000000", "80000000-0000-5000-8000-000000000000"
OLD = "2020-01-01T00:00:00Z"
SEEN = {"kind": "packshot", "background": "near white", "box": [0.1, 0.1, 0.8, 0.8], "people": False}
PARTS = {"sharpness": 90, "exposure": 90, "compression": 90, "cast": 90}


def shown(asset: str, sku: str = "MUG-A", *, sha: str | None = None, **more: Any) -> list[Contract]:
    """A picture without a fault; `more`: fields of facets, by the facet's name."""
    facets = {one.facet: one for one in picture(asset, f"autumn/{asset[0]}_main.jpg", sku=sku)}
    sha256 = sha or asset[0] * 64
    size = {"sha256": sha256, "width": 2000, "height": 1500}
    extra: dict[str, dict[str, Any]] = {
        "file": {"sha256": sha256, "profile": {"rights": "Own photographs"}},
        "renditions.first": size,
        "renditions": size,
        "tags": {"composition": SEEN, "quality": {"score": 90, "parts": PARTS}},
    }
    facets["tags.later"] = facet(asset, "tags.later", more.pop("later", {}))
    return [
        one.model_copy(update={"data": {**one.data, **extra.get(name, {}), **more.get(name, {})}})
        for name, one in facets.items()
    ]


def parts(**low: int) -> dict[str, Any]:
    return {"quality": {"score": 20, "parts": {**PARTS, **low}}}


def sold(sku: str, **more: Any) -> Contract:
    return product(sku, "Mug").model_copy(update=more)


OF_CUP = media("CUP-B", CLEAN)
"""It has a main picture, so that this is not what is wrong."""


def other_main(sha: str) -> list[Contract]:
    return [*shown(FAULTY, "CUP-B", sha=sha), sold("CUP-B"), media("CUP-B", FAULTY)]


CODE = {"format": "ean-13", "text": "4006381333931", "gtin": "4006381333931"}
GUESS = {"sku": "MUG-A", "role": "main", "confidence": 0.6, "evidence": [{"kind": "filename", "detail": "x"}]}
CLASH = {"skus": ["MUG-A", "CUP-B"], "cause": "Two names.", "evidence": []}
SMALL: dict[str, Any] = {name: {"width": 700, "height": 500} for name in ("renditions", "renditions.first")}
REFUSED = facet(
    FAULTY, "file", {"key": "a.jpg", "bucket": "inbox", "arrived": OLD}, status="refused", cause="It is no picture."
)
NEEDED = {"title": "Season", "type": "text", "required_for": ["*"]}
OTHER, THIRD = "90000000-0000-5000-8000-000000000000", "a0000000-0000-5000-8000-000000000000"
RED = {"colours": [{"name": "red", "hex": "#c00000", "share": 0.9}]}
PALE = {"colours": [{"name": "pink", "hex": "#f0a0a0", "share": 0.9}]}
USED = {"place": "Catalogue, page 7", "channel": "print", "seen": OLD, "by": "x"}
SALE = {"text": "SALE", "confidence": 0.95, "box": [0, 0, 0.2, 0.05]}
RULED = {"key": "ruled/x.jpg"}
BY_RULE = {"sku": "MUG-A", "role": "main", "confidence": 0.97, "evidence": [{"kind": "rule", "detail": "x"}]}
READ: dict[str, Any] = {"file": RULED, "links": {"links": [BY_RULE]}}


def successor() -> list[Contract]:
    """The second version of the picture with the fault."""
    second = [one.model_copy(update={"version": 2}) for one in shown(FAULTY) if one.facet != "head"]  # type: ignore[attr-defined]
    since = {"live": 2, "live_since": NOON.isoformat()}
    return [*second, facet(FAULTY, "head", {**since, "newest": 2, "state": "complete"}, revision=2)]


def asked_long_ago() -> list[Contract]:
    """Nobody has answered what the linker asked about it."""
    links = facet(FAULTY, "links", {"suggestions": [GUESS]}, written=OLD)
    return [links if isinstance(one, Facet) and one.facet == "links" else one for one in shown(FAULTY, "")]


NEWER: dict[str, dict[str, Any]] = {
    "refused": {"state": "refused"},
    "to approve": {"state": "waiting", "approves": 2},
    "ready": {"state": "ready"},
}
"""What a head says of a second version that is not live."""


def beside(newer: str, **more: Any) -> list[Contract]:
    """That version, a picture but where it was refused; `more`: fields of its facets."""
    second = [one.model_copy(update={"version": 2}) for one in shown(FAULTY, **more) if one.facet != "head"]  # type: ignore[attr-defined]
    if newer == "refused":
        second = [facet(FAULTY, "file", {"key": "a.jpg"}, version=2, status="refused", cause="It is no picture.")]
    said = {"live": 1, "newest": 2, **NEWER[newer]}
    return [*second, facet(FAULTY, "head", said, revision=2, written=datetime.now(UTC))]


FAULTS: dict[str, Callable[[], list[Contract]]] = {
    "refused": lambda: [REFUSED],
    "no-main": lambda: [sold("BARE")],
    "contradiction": lambda: shown(FAULTY, links={"conflicts": [CLASH]}),
    "other-code": lambda: [*shown(FAULTY, later={"barcodes": [CODE]}), sold("CUP-B", gtin=CODE["gtin"]), OF_CUP],
    "shared-main": lambda: other_main(CLEAN[0] * 64),
    "unlinked": lambda: shown(FAULTY, ""),
    "waiting": asked_long_ago,
    "blurred": lambda: shown(FAULTY, tags=parts(sharpness=5)),
    "too-dark": lambda: shown(FAULTY, tags=parts(exposure=5)),
    "burnt-out": lambda: shown(
        FAULTY, tags={"quality": {"parts": {**PARTS, "exposure": 5}, "clipped_highlights": 0.4}}
    ),
    "small": lambda: shown(FAULTY, **SMALL),
    "cut-off": lambda: shown(FAULTY, tags={"composition": {**SEEN, "cut_off": ["left"]}}),
    "twins": lambda: shown(FAULTY, sha=CLEAN[0] * 64),
    "cast": lambda: shown(FAULTY, tags=parts(cast=5)),
    "compressed": lambda: shown(FAULTY, tags=parts(compression=5)),
    "discontinued": lambda: [*shown(FAULTY, "CUP-B"), sold("CUP-B", status="removed")],
    "unused": lambda: shown(FAULTY, "", file={"arrived": OLD}),
    "ground": lambda: shown(FAULTY, tags={"composition": {**SEEN, "background": "scene"}}),
    "no-rights": lambda: shown(FAULTY, file={"profile": {}}),
    "no-consent": lambda: shown(FAULTY, tags={"composition": {**SEEN, "people": True}}),
    "transparent": lambda: shown(FAULTY, tags={"composition": {**SEEN, "background": "transparent"}}),
    "laid-over": lambda: shown(FAULTY, later={"text": [SALE]}),
    "other-colour": lambda: [
        *shown(FAULTY, "CUP-B", tags=RED),
        *(sold(sku, parent="CUP", axes={"colour": colour}) for sku, colour in (("CUP-B", "Blue"), ("CUP-R", "Red"))),
        *(OF_CUP, media("CUP-R", CLEAN)),
    ],
    "other-role": lambda: shown(FAULTY, tags={"composition": {**SEEN, "view": "back", "view_confidence": 0.95}}),
    "old-pack": lambda: [
        *shown(FAULTY, "CUP-B", later={"barcodes": [CODE]}),
        sold("CUP-B", gtin="4006381333948"),
        OF_CUP,
    ],
    "superseded": lambda: [*shown(FAULTY), *successor(), facet(FAULTY, "curation", {"fields": {"used:1": USED}})],
    "no-alt": lambda: [*shown(FAULTY, "CUP-B"), product("CUP-B", ""), OF_CUP],
    "drift": lambda: [*shown(FAULTY, "CUP-B", tags=RED), *shown(OTHER, "CUP-B", tags=PALE), sold("CUP-B"), OF_CUP],
    "enlarged": lambda: shown(FAULTY, later={"detail": {"fine": 5}}),
    "misnamed": lambda: [
        *shown(FAULTY, file=RULED),
        *(one for asset in (OTHER, THIRD) for one in shown(asset, **READ)),
    ],
    "before-pack": lambda: [*shown(FAULTY, "CUP-B"), sold("CUP-B", attributes={"pack_changed": "2026-11-24"}), OF_CUP],
    "alt-language": lambda: [
        *shown(FAULTY, "CUP-B"),
        *shown(OTHER, "CUP-C"),
        *(sold(sku, attributes={"name-de_DE": "Becher"}, revision=9) for sku in ("MUG-A", "CUP-C", "RED-42")),
        *(sold("CUP-B"), OF_CUP, media("CUP-C", CLEAN)),
    ],
    "field-missing": lambda: [*shown(FAULTY), fact("field", "season").model_copy(update={"fields": NEEDED})],
}
COMPARED = (
    "INSERT INTO catalog.likeness (asset_id, version, likeness_key, arrived) VALUES ($1, 1, 'k', now()) "
    "ON CONFLICT DO NOTHING"
)
ALSO = {"unused": {"unlinked"}}
"""What such a fault is as well."""


async def found(client: httpx.AsyncClient) -> dict[str, set[str]]:
    """Rule → what it finds of ours."""
    pages = {name: await get(client, f"/v1/audit/{name}") for name in RULES}
    ours = {CLEAN, FAULTY, "MUG-A", "CUP-B", "BARE"}
    return {name: ids for name, page in pages.items() if (ids := {one["id"] for one in page["items"]} & ours)}


async def paired(stage: Stage) -> None:
    """As if they had been compared: one photograph. A picture that changes is compared anew."""
    async with stage.database.transaction() as connection:
        for asset in (CLEAN, FAULTY):
            await connection.execute(COMPARED, asset)
        await connection.execute("INSERT INTO catalog.same_pair VALUES ($1, $2, true, 0.9)", CLEAN, FAULTY)


@pytest.fixture
async def clean(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(one) for one in (*shown(CLEAN), sold("MUG-A"), media("MUG-A", CLEAN))])
    assert await found(client) == {}


@pytest.mark.parametrize("rule", FAULTS)
@pytest.mark.usefixtures("clean")
async def test_a_planted_fault_is_found_by_its_rule_alone(rule: str, client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(one) for one in FAULTS[rule]()])
    assert (await found(client)).keys() - ALSO.get(rule, set()) == {rule}


@pytest.mark.parametrize("newer", NEWER)
@pytest.mark.usefixtures("clean")
async def test_what_the_shop_has_is_judged_while_another_version_is_to_come(
    newer: str, client: httpx.AsyncClient, stage: Stage
) -> None:
    seen = {
        "tags": {**parts(sharpness=5), "composition": {**SEEN, "cut_off": ["left"]}},
        "renditions": SMALL["renditions"],
    }
    await stage.put([change(one) for one in shown(FAULTY, sha=CLEAN[0] * 64, later={"text": [SALE]}, **seen)])
    wrong = {"blurred", "cut-off", "laid-over", "small", "twins"}
    assert (await found(client)).keys() == wrong
    await stage.put([change(one) for one in beside(newer, sha="e" * 64)])
    assert (await found(client)).keys() - {"refused"} == wrong


@pytest.mark.usefixtures("clean")
async def test_what_people_took_out_of_the_inbox_is_judged_as_long_as_the_shop_has_it(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    gone: dict[str, Any] = {"file": {"removed": ["autumn/8_main.jpg"]}, "tags": parts(sharpness=5)}
    await stage.put([change(one) for one in shown(FAULTY, sha=CLEAN[0] * 64, **gone)])
    assert await found(client) == {"blurred": {FAULTY}}, "a copy that is gone is no copy"


@pytest.mark.usefixtures("clean")
async def test_a_version_that_the_shop_has_not_is_no_finding(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(one) for one in shown(FAULTY)])
    faulty: dict[str, Any] = {"later": {"text": [SALE]}, "tags": parts(sharpness=5), "links": {"links": []}}
    await stage.put([change(one) for one in beside("to approve", sha=CLEAN[0] * 64, **faulty)])
    assert await found(client) == {}
    live = facet(FAULTY, "head", {"live": 2, "newest": 2, "state": "complete"}, revision=3)
    await stage.put([change(live)])
    assert (await found(client)).keys() == {"unlinked", "twins"}


def test_every_rule_has_its_fault() -> None:
    # Pairs come from comparing pictures, what is out from feeds, what is asked for from delivery: tests of their own.
    assert RULES.keys() - FAULTS.keys() == {"alike", "elsewhere", "still-out", "unasked"}


@pytest.mark.usefixtures("clean")
async def test_a_colour_that_is_not_there_is_found_without_a_variant_that_has_it(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    blue = sold("CUP-B", attributes={"colour": "Blue"})
    await stage.put([change(one) for one in (*shown(FAULTY, "CUP-B", tags=RED), blue, OF_CUP)])
    assert await found(client) == {"other-colour": {FAULTY}}
    both = {"colours": [*RED["colours"], {"name": "blue", "hex": "#0000c0", "share": 0.2}]}
    tags = {"composition": SEEN, "quality": {"score": 90, "parts": PARTS}, **both}
    await stage.put([change(facet(FAULTY, "tags", tags, revision=2))])
    assert await found(client) == {}, "a part of it is blue"


@pytest.mark.usefixtures("clean")
async def test_a_model_without_pictures_is_one_finding(client: httpx.AsyncClient, stage: Stage) -> None:
    sizes = [sold(f"BARE-{size}", parent="BARE", axes={"size": size}) for size in "LMS"]
    await stage.put([change(one) for one in sizes])
    bare = [one for one in (await get(client, "/v1/audit/no-main"))["items"] if one["id"].startswith("BARE")]
    assert [(one["id"], one["detail"]) for one in bare] == [("BARE-L", "Mug, and 2 more of BARE")]
    front = {"links": [{**GUESS, "sku": "BARE-M", "role": "front", "confidence": 0.97}]}
    await stage.put([change(one) for one in shown(FAULTY, links=front)])
    bare = [one for one in (await get(client, "/v1/audit/no-main"))["items"] if one["id"].startswith("BARE")]
    assert [(one["id"], bool(one["fix"])) for one in bare] == [("BARE-L", False), ("BARE-M", True)]


@pytest.mark.usefixtures("clean")
async def test_a_library_in_which_nobody_has_said_rights_is_told_by_folder(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    silent: dict[str, Any] = {"file": {"profile": {}, "arrived": "2026-11-22T12:00:00Z"}}
    await stage.put([change(one) for one in (*shown(FAULTY, **silent), *shown(CLEAN, file={"profile": {}}))])
    gone = [facet(CLEAN, "file", {**shown(CLEAN)[0].data, "profile": {}}, revision=2)]  # type: ignore[attr-defined]
    await stage.put([change(one) for one in gone])
    page = await get(client, "/v1/audit/no-rights")
    assert [(one["id"], one["detail"]) for one in page["items"]] == [
        (FAULTY, "3 of autumn; nobody has said any of anything")
    ]


@pytest.mark.usefixtures("clean")
async def test_what_the_linker_let_go_of_when_the_pim_removed_its_product_is_not_for_sale(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    await stage.put([change(one) for one in shown(FAULTY, "CUP-B", file={"key": "autumn/CUP-B_main.jpg"})])
    await stage.put([change(sold("CUP-B", status="removed"))])
    await stage.put([change(facet(FAULTY, "links", {"links": []}, revision=2))])
    assert await found(client) == {"discontinued": {FAULTY}}
    [one] = (await get(client, "/v1/audit/discontinued"))["items"]
    assert one["detail"] == "CUP-B, by its name" and one["fix"] == "Let it end now"
    await stage.put(
        [change(facet(FAULTY, "head", {"live": 1, "state": "complete", "available_until": OLD}, revision=2))]
    )
    assert await found(client) == {}, "it has ended"
    await stage.put([change(one) for one in (sold("CUP-B", revision=2), OF_CUP)])
    assert await found(client) == {"unlinked": {FAULTY}}, "it is sold again"


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize(("sku", "key"), [("CUP-1", "CUP-10_main.jpg"), ("2024", "2024/main.jpg"), ("CUP", "CUP.jpg")])
async def test_another_name_is_not_that_of_a_removed_product(
    sku: str, key: str, client: httpx.AsyncClient, stage: Stage
) -> None:
    await stage.put([change(one) for one in (*shown(FAULTY, "", file={"key": key}), sold(sku, status="removed"))])
    assert await found(client) == {"unlinked": {FAULTY}}


@pytest.mark.usefixtures("clean")
async def test_what_the_pim_switched_off_is_not_for_sale_and_what_is_not_on_yet_is_no_finding(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    async def sent(month: str) -> None:
        async with stage.database.transaction() as connection:
            await connection.execute("INSERT INTO catalog.sent VALUES ($1, $2, 1, 'web', '', 1, 9)", month, FAULTY)

    off = sold("CUP-B", attributes={"enabled": "false"})
    await stage.put([change(one) for one in (*shown(FAULTY, "CUP-B"), off, OF_CUP)])
    await sent(f"{datetime.now(UTC):%Y-%m}")
    assert "discontinued" not in await found(client), "a shop tries its pictures before it sells"
    await sent("2020-01")
    assert (await found(client))["discontinued"] == {FAULTY}
    await stage.put([change(sold("CUP-B", revision=2))])
    assert "discontinued" not in await found(client)


@pytest.mark.usefixtures("clean")
async def test_a_products_picture_that_nobody_has_asked_for_is_told_where_it_is_counted(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    async def sent(asset: str, month: str) -> None:
        async with stage.database.transaction() as connection:
            await connection.execute(
                "INSERT INTO catalog.sent VALUES ($1, $2, 1, 'web', 'webshop', 1, 9) ON CONFLICT DO NOTHING",
                month,
                asset,
            )

    await stage.put([change(one) for one in shown(FAULTY, file={"arrived": OLD})])
    assert await found(client) == {}, "nothing is counted yet"
    await sent(CLEAN, "2026-01")
    assert await found(client) == {"unasked": {FAULTY}}
    await sent(FAULTY, f"{datetime.now(UTC):%Y-%m}")
    assert await found(client) == {}


@pytest.mark.usefixtures("clean")
async def test_an_edited_copy_is_found_and_of_two_products_it_is_an_error(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    await stage.put([change(one) for one in other_main("9" * 64)])
    await paired(stage)
    assert await found(client) == {"shared-main": {CLEAN, FAULTY}}


@pytest.mark.usefixtures("clean")
async def test_a_copy_of_nothing_else_is_a_copy_and_of_another_product_an_error(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    back = {"links": [{**GUESS, "role": "back"}]}
    await stage.put([change(one) for one in shown(FAULTY, sha="9" * 64, links=back)])
    await paired(stage)
    assert await found(client) == {"alike": {FAULTY}}
    other = {"links": [{**GUESS, "sku": "CUP-B", "role": "back"}]}
    await stage.put([change(facet(FAULTY, "links", other, revision=2)), change(sold("CUP-B")), change(OF_CUP)])
    await paired(stage)
    assert await found(client) == {"elsewhere": {CLEAN, FAULTY}}


@pytest.mark.usefixtures("clean")
async def test_what_a_feed_gave_and_would_not_give_now_is_still_out(client: httpx.AsyncClient, stage: Stage) -> None:
    await handed.keep(stage.database, "shopify.json", [("MUG-A", CLEAN, 1)], NOON)
    assert await found(client) == {}
    await stage.put([change(media("MUG-A", revision=2))])
    assert (await found(client))["still-out"] == {CLEAN}
    await handed.keep(stage.database, "shopify.json", [], NOON)
    assert "still-out" not in await found(client)


OWN = """
rules:
  - {name: heavy, severity: notice, title: A file is heavy, cure: Leave it.,
     find: "SELECT id, bytes || ' B' AS detail FROM asset WHERE bytes > 4"}
  - {name: writes, severity: notice, title: It writes, cure: Mend it.,
     find: "SELECT id, nextval('counts')::text AS detail FROM asset"}
"""


@pytest.mark.usefixtures("clean")
async def test_rules_of_ones_own_are_asked_and_only_read(
    app: FastAPI, client: httpx.AsyncClient, stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    own = load_rules(tmp_path)
    counted = Counted(stage.database, own, stage.library)
    app.state.deps = dataclasses.replace(app.state.deps, audited=counted)
    async with stage.database.transaction() as connection:
        await connection.execute("CREATE SEQUENCE IF NOT EXISTS catalog.counts")
    while await counted.step():
        pass
    assert counted.counts["heavy"] >= 1 and "writes" not in counted.counts
    assert {one["id"] for one in (await get(client, "/v1/audit/heavy"))["items"]} >= {CLEAN}
    assert "a rule only reads" in (await get(client, "/v1/audit/writes", 409))["detail"]
    (_day, counts), *_ = (await get(client, "/v1/audit/trend")).items()
    assert counts["heavy"] == counted.counts["heavy"]
    with pytest.raises(BadRule, match="nowhere"):
        bad = own["heavy"].model_copy(update={"name": "bad", "find": "SELECT id, 'x' AS detail FROM nowhere"})
        await understood(stage.database, [bad])
    await stage.library.put("audit/2026-01-01.json", b'{"heavy": 7}')
    client.cookies.set(COOKIE, Access("secret").session())
    assert 'aria-label="7 on 2026-01-01"' in (await client.get("/audit")).text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("rules: 1", "Begin with `rules:`"),
        ("rules: [{name: x}]", "rule x"),
        ("rules: [{name: Über, severity: error, title: t, cure: c, find: f}]", "name"),
        ("rules: [", "own.yaml"),
    ],
)
def test_a_rule_that_does_not_hold_names_file_and_rule(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(text)
    with pytest.raises(AuditsError, match=re.escape(why)) as error:
        load_rules(tmp_path)
    assert "own.yaml" in str(error.value)


async def test_ours_are_understood(stage: Stage) -> None:
    await understood(stage.database, RULES.values())


@pytest.mark.usefixtures("clean")
async def test_what_was_put_off_is_left_alone_until_its_day(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(one) for one in (*shown(FAULTY, tags=parts(sharpness=5)), sold("BARE"))])
    wanted = {"until": "2999-01-01", "reason": "It is sold out in May."}
    for path in (f"blurred/{FAULTY}", "no-main/BARE"):
        answer = await client.post(f"/v1/audit/{path}/put-off", json=wanted, headers=KEY)
        assert answer.status_code == 202, answer.text
    said = stage.said("decisions")[-2:]
    assert [one["entity"] for one in said] == [f"asset/{FAULTY}", "product/BARE"]
    fields = said[0]["set"]
    assert fields == {"audit:blurred": wanted}
    bare = fact("product", "BARE").model_copy(update={"fields": said[1]["set"]})
    await stage.put([change(facet(FAULTY, "curation", {"fields": fields})), change(bare)])
    assert await found(client) == {}
    past = {"audit:blurred": {"until": "2020-01-01", "reason": "x"}}
    await stage.put([change(facet(FAULTY, "curation", {"fields": past}, revision=2))])
    assert await found(client) == {"blurred": {FAULTY}}


@pytest.mark.usefixtures("clean")
async def test_nothing_is_put_off_that_is_not_found(client: httpx.AsyncClient) -> None:
    wanted = {"until": "2999-01-01", "reason": "x"}
    for path, status in ((f"blurred/{CLEAN}", 404), ("nothere/x", 404), ("no-main/NOT-THERE", 404)):
        assert (await client.post(f"/v1/audit/{path}/put-off", json=wanted, headers=KEY)).status_code == status
    early = {"until": "2020-01-01", "reason": "x"}
    assert (await client.post(f"/v1/audit/blurred/{CLEAN}/put-off", json=early, headers=KEY)).status_code == 422
    assert (await client.get("/v1/audit")).status_code == 401


@pytest.mark.usefixtures("clean")
async def test_the_page_and_the_count_say_the_same(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(one) for one in shown(FAULTY, tags=parts(sharpness=5))])
    counted = Counted(stage.database)
    while await counted.step():
        pass
    assert counted.counts["blurred"] == 1 and counted.counts.keys() == RULES.keys()
    client.cookies.set(COOKIE, Access("secret").session())
    overview, page = (await client.get("/audit")).text, (await client.get("/audit?rule=blurred")).text
    assert "not sharp" in overview and "Photograph it again." in overview
    assert f"/assets/{FAULTY}" in page and "sharpness 5 of 100" in page

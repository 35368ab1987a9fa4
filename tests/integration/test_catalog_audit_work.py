"""What is done with findings: mended by a click, given to somebody, told of once a week; over a real PostgreSQL."""

import json
from datetime import date
from typing import Any

import httpx
import pytest

from schemas.report import AuditReport
from services.catalog.api.access import COOKIE, Access
from services.catalog.audits import nights
from services.catalog.audits.counted import Counted
from services.catalog.audits.reporting import Reporting, stored
from services.catalog.audits.rules import load_rules
from services.catalog.queries.copies import copies
from tests.fakes.steps import Killed, Steps, install
from tests.integration.catalog_client import KEY, get
from tests.integration.catalog_stage import Stage, change, facet, fact, media
from tests.integration.test_catalog_audit import CLASH, CLEAN, FAULTY, SEEN, beside, found, parts, shown, sold

pytestmark = pytest.mark.broker
RULES = load_rules()


@pytest.fixture
async def clean(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(one) for one in (*shown(CLEAN), sold("MUG-A"), media("MUG-A", CLEAN))])
    assert await found(client) == {}


async def said(client: httpx.AsyncClient, path: str, body: dict[str, Any] | None = None, status: int = 202) -> Any:
    answer = await client.post(f"/v1/audit/{path}", json=body or {}, headers=KEY)
    assert answer.status_code == status, answer.text
    return answer.json()


async def folded(stage: Stage, *, revision: int = 1) -> None:
    """As the curator folds all decisions about what is no asset."""
    fields: dict[str, dict[str, Any]] = {}
    for one in stage.said("decisions"):
        if not one["entity"].startswith("asset/"):
            kept = fields.setdefault(one["entity"], {})
            kept.update(one["set"])
            for name in one["clear"]:
                kept.pop(name, None)
    for entity, kept in fields.items():
        kind, _, name = entity.partition("/")
        await stage.put([change(fact(kind, name, revision).model_copy(update={"fields": kept}))])


@pytest.mark.usefixtures("clean")
async def test_a_finding_is_given_to_somebody_listed_and_taken_back(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(one) for one in shown(FAULTY, tags=parts(sharpness=5))])
    done = await said(client, f"blurred/{FAULTY}/assign", {"to": "anna", "note": "Soon"})
    assert done["to"] == "anna" and done["subjects"] == [FAULTY]
    await folded(stage)
    [one] = await get(client, "/v1/audit/assigned?to=anna")
    assert (one["id"], one["rule"]["rule"], one["note"], one["open"]) == (FAULTY, "blurred", "Soon", True)
    assert await get(client, "/v1/audit/assigned?to=me") == []
    assert [one["assigned"] for one in (await get(client, "/v1/audit/blurred"))["items"]] == ["anna"]
    assert (await get(client, "/v1/audit/blurred?assigned=-"))["items"] == []
    client.cookies.set(COOKIE, Access("secret").session())
    assert "looked after by anna" in (await client.get("/audit/mine?to=anna")).text
    assert "Nothing is open" in (await client.get("/audit/mine")).text
    assert "looked after by anna" in (await client.get("/audit?rule=blurred")).text
    undone = await client.post(f"/v1/batches/{done['batch']}/undo", headers=KEY)
    assert undone.json()["undone"] == 1
    await folded(stage, revision=2)
    assert await get(client, "/v1/audit/assigned?to=anybody") == []


@pytest.mark.usefixtures("clean")
async def test_mine_is_not_that_of_another_of_my_name(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(one) for one in shown(FAULTY, tags=parts(sharpness=5))])
    own = {"Sec-Fetch-Site": "same-origin"}
    client.cookies.set(COOKIE, Access("secret").session("anna", "editor", id="account/1"))
    taken = await client.post(f"/v1/audit/blurred/{FAULTY}/assign", json={"to": "me"}, headers=own)
    assert taken.status_code == 202
    await folded(stage)
    for who, mine in (("account/1", [FAULTY]), ("account/2", []), ("", [])):
        client.cookies.set(COOKIE, Access("secret").session("anna", "editor", id=who))
        assert [one["id"] for one in (await client.get("/v1/audit/assigned")).json()] == mine
        by_name = (await client.get("/v1/audit/assigned?to=anna")).json()
        assert [one["id"] for one in by_name] == [FAULTY]
    given = {"to": "anna", "note": "Please"}
    assert (await client.post(f"/v1/audit/blurred/{FAULTY}/assign", json=given, headers=own)).status_code == 202
    await folded(stage, revision=2)
    for who in ("account/1", "account/2"):
        client.cookies.set(COOKIE, Access("secret").session("anna", "editor", id=who))
        assert len((await client.get("/v1/audit/assigned")).json()) == 1, "a name is all that was given"


@pytest.mark.usefixtures("clean")
async def test_what_is_mended_shows_no_more_but_when_asked_for(client: httpx.AsyncClient, stage: Stage) -> None:
    blurred = shown(FAULTY, tags=parts(sharpness=5))
    await stage.put([change(one) for one in blurred])
    await said(client, f"blurred/{FAULTY}/assign", {"to": "me"})
    await folded(stage)
    await stage.put([change(one.model_copy(update={"revision": 2})) for one in shown(FAULTY)])
    assert await get(client, "/v1/audit/assigned") == []
    [one] = await get(client, "/v1/audit/assigned?done=true")
    assert one["open"] is False and one["detail"] == "sharpness 5 of 100"
    await said(client, "blurred/assign", {"to": "anna", "subjects": [FAULTY]}, 404)


@pytest.mark.usefixtures("clean")
async def test_one_click_mends_and_is_taken_back_as_one(client: httpx.AsyncClient, stage: Stage) -> None:
    seen = {"composition": {**SEEN, "view": "back", "view_confidence": 0.95}}
    await stage.put([change(one) for one in shown(FAULTY, tags=seen)])
    [one] = (await get(client, "/v1/audit/other-role"))["items"]
    assert one["fix"] == "Give it the role that it shows" and one["file"] == "autumn/8_main.jpg"
    done = await said(client, f"other-role/{FAULTY}/fix")
    assert done["fixed"] == [FAULTY] and done["left"] == {}
    [decision] = [json.loads(record.value or b"")["data"] for record in stage.told()]
    assert decision["entity"] == f"asset/{FAULTY}" and decision["set"] == {"role": "back"}
    assert decision["batch"] == done["batch"]
    await said(client, f"blurred/{FAULTY}/fix", status=409)
    await said(client, f"other-role/{CLEAN}/fix", status=404)


@pytest.mark.usefixtures("clean")
async def test_copies_are_merged_one_click_each_and_those_of_different_products_never_many(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    apart = "b0000000-0000-5000-8000-000000000000"
    await stage.put([change(one) for one in shown(FAULTY, "", sha=CLEAN[0] * 64)])
    done = await said(client, "twins/fix", {"subjects": [FAULTY]})
    assert done["fixed"] == [FAULTY]
    purged = [json.loads(record.value or b"")["data"] for record in stage.told()]
    assert [(one["entity"], list(one["set"])) for one in purged] == [(f"asset/{FAULTY}", ["purge", "heir"])]
    family = [sold(f"POT-{n}", parent="POT") for n in "ST"]
    pots = [*shown(FAULTY, "POT-S", sha="c" * 64), *shown(apart, "POT-T", sha="c" * 64)]
    await stage.put([change(one.model_copy(update={"revision": 2})) for one in pots] + [change(one) for one in family])
    done = await said(client, "twins/fix", {"subjects": [apart]})
    assert done["batch"] is None and "different products" in done["left"][apart]
    assert (await said(client, f"twins/{apart}/fix"))["fixed"] == [apart]


@pytest.mark.usefixtures("clean")
async def test_a_product_gets_its_first_picture_as_main(client: httpx.AsyncClient, stage: Stage) -> None:
    link = {"sku": "BARE", "role": "front", "confidence": 0.9, "evidence": []}
    await stage.put([change(one) for one in (*shown(FAULTY, "BARE", links={"links": [link]}), sold("BARE"))])
    await said(client, "no-main/BARE/fix")
    [decision] = [json.loads(record.value or b"")["data"] for record in stage.told()]
    assert decision["entity"] == f"asset/{FAULTY}" and decision["set"] == {"role": "main"}


async def told(stage: Stage) -> list[AuditReport]:
    """Reports that were said."""
    said = [one for one in stage.said("decisions") if one["entity"].startswith("report/")]
    return [AuditReport.model_validate(one["set"]) for one in said]


@pytest.mark.usefixtures("clean")
async def test_a_report_is_made_once_a_week_whatever_is_killed(
    client: httpx.AsyncClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    await stage.put([change(one) for one in shown(FAULTY, tags=parts(sharpness=5))])
    today = [date(2026, 12, 1)]  # a Tuesday: that of Monday is due

    def reporting() -> Reporting:
        args = (stage.database, stage.library, stage.publisher, RULES, "monday", ["anna@example.com"])
        return Reporting(*args, today=lambda: today[0])

    assert not await reporting().step()  # there was no night yet
    await nights.keep(stage.library, "2026-11-24", {"blurred": ["gone", CLEAN], "no-main": []})
    assert not await reporting().step()  # nor one since it is due
    await nights.keep(stage.library, "2026-12-01", {"blurred": [FAULTY, CLEAN], "no-main": ["BARE"]})
    steps.kill_at("audit.reported", 1)
    with pytest.raises(Killed):
        await reporting().step()
    assert await told(stage) == []
    # Whoever comes after says what was written, though something else is found by now; and so after the next death.
    await nights.keep(stage.library, "2026-12-02", {"blurred": []})
    steps.kill_at("audit.told", 1)
    with pytest.raises(Killed):
        await reporting().step()
    assert await reporting().step()
    one, again = await told(stage)
    assert one == again == await stored(stage.library, "2026-11-30")
    assert (one.since, one.total("new"), one.total("closed"), one.to) == ("2026-11-24", 2, 1, ["anna@example.com"])
    ids = {one["id"] for one in stage.said("decisions") if one["entity"].startswith("report/")}
    assert len(ids) == 1  # folding it twice is folding it once
    await folded(stage)
    assert not await reporting().step()
    today[0] = date(2026, 12, 8)
    await nights.keep(stage.library, "2026-12-08", {"blurred": []})
    assert await reporting().step()
    assert await get(client, "/v1/audit/reports") == ["2026-12-07", "2026-11-30"]
    assert (await get(client, "/v1/audit/reports/2026-11-30"))["since"] == "2026-11-24"
    client.cookies.set(COOKIE, Access("secret").session())
    assert "Report of 2026-11-30" in (page := (await client.get("/audit/report?day=2026-11-30")).text)
    assert "MUG-A" in page and "not sharp" in page
    assert (await client.get("/audit/report?day=2026-01-01")).status_code == 404
    assert (await client.get("/audit/report?day=x")).status_code == 404


@pytest.mark.usefixtures("clean")
async def test_a_change_is_counted_soon_and_the_night_is_kept_once(
    client: httpx.AsyncClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await client.get("/v1/audit/reports/latest", headers=KEY)).status_code == 404
    client.cookies.set(COOKIE, Access("secret").session())
    assert "No night was kept yet" in (await client.get("/audit/report")).text
    counted = Counted(stage.database, RULES, stage.library)
    while await counted.step():
        pass
    [day] = await nights.days(stage.library)
    assert counted.counts["blurred"] == 0 and (await nights.night(stage.library, day))["blurred"] == []
    await stage.put([change(one) for one in shown(FAULTY, tags=parts(sharpness=5))])
    assert not await counted.step()  # nobody has told it
    counted.changed()
    monkeypatch.setattr("services.catalog.audits.counted.REST_S", 0.0)
    monkeypatch.setattr("services.catalog.audits.counted.SHARE", 0.0)
    for _ in RULES:
        assert await counted.step()
    assert counted.counts["blurred"] == 1
    assert (await nights.night(stage.library, day))["blurred"] == []  # as it was that night
    assert "Report as it stands" in (await client.get("/audit/report")).text


async def twin(client: httpx.AsyncClient) -> Any:
    """The finding about the faulty one; the sample has others."""
    items = (await get(client, "/v1/audit/twins"))["items"]
    return next(one for one in items if one["id"] == FAULTY)


@pytest.mark.usefixtures("clean")
async def test_a_pair_has_both_pictures_and_says_which_a_click_keeps(client: httpx.AsyncClient, stage: Stage) -> None:
    smaller = {name: {"width": 800, "height": 600} for name in ("renditions", "renditions.first")}
    await stage.put([change(one) for one in shown(FAULTY, "", sha=CLEAN[0] * 64, **smaller)])
    one = await twin(client)
    assert (one["picture"], one["other"], one["other_file"]) == (FAULTY, CLEAN, "autumn/7_main.jpg")
    assert (one["keeps"], one["stays"], bool(one["fix"])) == (CLEAN, "", True)
    client.cookies.set(COOKIE, Access("secret").session())
    page = (await client.get("/audit?rule=twins")).text
    assert (
        all(f'<a href="/assets/{own}" tabindex' in page for own in (FAULTY, CLEAN))
        and "Kept:" in page
        and "7_main.jpg</a> (2000 × 1500 px)" in page
    )
    assert f"/audit/compare?rule=twins&amp;id={FAULTY}" in page
    both = await client.get(f"/audit/compare?rule=twins&id={FAULTY}")
    assert both.status_code == 200 and "into the bin" in both.text and both.text.count("<figure>") == 2
    assert (await client.get(f"/audit/compare?rule=twins&id={CLEAN}")).status_code == 404
    held = {"fields": {"hold": "A claim"}}
    await stage.put([change(facet(FAULTY, "curation", held))])
    one = await twin(client)
    assert (one["keeps"], one["fix"]) == (None, None) and "on hold" in one["stays"]
    assert "Not by a click: 8_main.jpg is on hold" in (await client.get("/audit?rule=twins")).text


@pytest.mark.usefixtures("clean")
async def test_copies_are_judged_as_the_shop_has_them_and_stay_while_a_version_waits(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    sizes: dict[str, dict[str, Any]] = {
        size: {name: {"width": width, "height": 600} for name in ("renditions", "renditions.first")}
        for size, width in (("small", 800), ("large", 9000))
    }
    live = shown(FAULTY, "", sha=CLEAN[0] * 64, tags={"quality": {"score": 10}}, **sizes["small"])
    newer: dict[str, dict[str, Any]] = {**sizes["large"], "links": {"conflicts": [CLASH]}}
    await stage.put([change(one) for one in live])
    await stage.put([change(one) for one in beside("to approve", sha="e" * 64, **newer)])
    one = await twin(client)
    assert (one["keeps"], one["fix"]) == (None, None) and "newer version of 8_main.jpg" in one["stays"]
    assert "newer version" in (await said(client, "twins/fix", {"subjects": [FAULTY]}))["left"][FAULTY]
    [judged] = (await copies(stage.database, [FAULTY])).values()
    assert (judged.pixels, judged.quality, judged.skus, judged.roles) == (800 * 600, 10, [], [])
    await stage.put([change(one.model_copy(update={"revision": 3})) for one in beside("refused")])
    client.cookies.set(COOKIE, Access("secret").session())
    listed, both, clash = [
        (await client.get(f"/audit{page}")).text
        for page in ("?rule=twins", f"/compare?rule=twins&id={FAULTY}", "?rule=contradiction")
    ]
    first, second = (f"{FAULTY}/renditions/thumbnail?version={n}" for n in (1, 2))
    assert first in listed and second not in listed + both
    assert f"{FAULTY}/renditions/web?version=1" in both and "<dd>800 × 600 px" in both and "<dd>10</dd>" in both
    assert second in clash, "that rule judges the newest"
    assert (await twin(client))["keeps"] == CLEAN, "what was refused waits for nothing"


@pytest.mark.usefixtures("clean")
async def test_a_finding_about_a_product_has_one_of_its_pictures(client: httpx.AsyncClient, stage: Stage) -> None:
    link = {"sku": "BARE", "role": "front", "confidence": 0.9, "evidence": []}
    await stage.put([change(one) for one in (*shown(FAULTY, "BARE", links={"links": [link]}), sold("BARE"))])
    await stage.put([change(sold("NONE"))])
    items = (await get(client, "/v1/audit/no-main"))["items"]
    pictures = {one["id"]: one["picture"] for one in items}
    assert pictures["BARE"] == FAULTY and pictures["NONE"] is None
    client.cookies.set(COOKIE, Access("secret").session())
    assert f'href="/assets/{FAULTY}"' in (await client.get("/audit?rule=no-main")).text


@pytest.mark.usefixtures("clean")
async def test_several_findings_are_put_off_in_one_batch(client: httpx.AsyncClient, stage: Stage) -> None:
    apart = "b0000000-0000-5000-8000-000000000000"
    blurred = [*shown(FAULTY, tags=parts(sharpness=5)), *shown(apart, tags=parts(sharpness=5))]
    await stage.put([change(one) for one in blurred])
    wanted = {"until": "2999-01-01", "reason": "In May", "subjects": [FAULTY, apart, CLEAN]}
    done = await said(client, "blurred/put-off", wanted)
    assert done["subjects"] == [FAULTY, apart]
    told = [json.loads(record.value or b"")["data"] for record in stage.told()]
    assert {one["entity"]: one["batch"] for one in told} == dict.fromkeys(
        (f"asset/{FAULTY}", f"asset/{apart}"), done["batch"]
    )
    assert told[0]["set"] == {"audit:blurred": {"until": "2999-01-01", "reason": "In May"}}
    await said(client, "blurred/put-off", {**wanted, "subjects": [CLEAN]}, 404)
    await said(client, "blurred/put-off", {**wanted, "until": "2020-01-01"}, 422)


@pytest.mark.usefixtures("clean")
async def test_who_may_put_a_product_s_finding_off_may_take_that_back(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(sold("NONE"))])
    client.cookies.set(COOKIE, Access("secret").session("anna", "editor", id="account/1"))
    wanted = {"until": "2999-01-01", "reason": "In May", "subjects": ["NONE"]}
    ours = {"Sec-Fetch-Site": "same-origin"}
    done = await client.post("/v1/audit/no-main/put-off", json=wanted, headers=ours)
    assert done.status_code == 202, done.text
    await folded(stage)
    undone = await client.post(f"/v1/batches/{done.json()['batch']}/undo", headers=ours)
    assert undone.status_code == 202 and undone.json()["undone"] == 1, undone.text

"""The shot list: which pictures are asked for, and that a file so named is linked to what was asked for."""

from datetime import date

import pytest

from schemas.readiness import State
from services.catalog.channels.load import load_channels
from services.catalog.channels.model import RuleSet, Slot
from services.catalog.channels.shot_list import Same, Shot, file_name, shots
from services.catalog.channels.verdict import Finding, Picture, Place, Readiness
from services.linker.catalogue import Catalogue
from services.linker.evidence import read_evidence
from services.linker.match import Match, match
from tests.fakes.hoodies import GRAY, SHOP, skus

DAY = date(2026, 11, 29)
MAIN = Slot(name="main", roles=["main", "front"], least=1)
MORE = Slot(name="further", roles=["front", "back", "detail", "size-chart"], advised=2)
CHANNELS = load_channels(None)
ROLES = sorted({role for channel in CHANNELS.values() for slot in channel.rules[-1].slots for role in slot.roles})


def rules(*slots: Slot) -> RuleSet:
    return RuleSet(since=DAY, source=["here"], read="2026-11", slots=list(slots))


def picture(role: str, state: State = "ready", cause: str = "") -> Picture:
    findings = [Finding(rule="longer_side", state=state, cause=cause)] if cause else []
    return Picture(
        asset_id="a", version=1, name=f"x_{role}.jpg", role=role, preset=None, state=state, findings=findings
    )


def place(slot: Slot, *pictures: Picture, missing: bool = True) -> Place:
    few = Finding(rule="least", state="blocked", cause=f"{slot.name}: too few.")
    return Place(
        slot=slot.name, state="ready", least=slot.least, advised=slot.advised, pictures=list(pictures),
        missing=slot.roles if missing else [], findings=[few] if missing else [],
    )  # fmt: skip


def asked(channel: str, slots: list[Slot], places: list[Place]) -> list[Shot]:
    verdict = Readiness(sku="RED-42", channel=channel, on=DAY, since=DAY, state="blocked", places=places)
    return shots(Same(("RED-42", "RED-43"), "Trainer"), [(verdict, rules(*slots))])


def test_what_is_required_comes_first_and_no_more_is_asked_for_than_is_wanted() -> None:
    found = asked("shop", [MORE, MAIN], [place(MORE, picture("front")), place(MAIN)])
    assert [(one.role, one.file, one.needs[0].required) for one in found] == [
        ("main", "RED-42_main.jpg", True),
        ("back", "RED-42_back.jpg", False),
    ]
    assert found[0].skus == ["RED-42", "RED-43"]


def test_one_that_does_not_fit_is_asked_for_again_and_says_why() -> None:
    (found,) = asked("shop", [MAIN], [place(MAIN, picture("main", "blocked", "640 pixels; 1000 are needed."))])
    assert found.role == "main" and "x_main.jpg: 640 pixels" in found.needs[0].why


def test_what_another_place_has_is_not_asked_for_again_under_the_name_that_it_has() -> None:
    found = asked("shop", [MAIN, MORE], [place(MAIN, picture("front"), missing=False), place(MORE)])
    assert [one.role for one in found] == ["back", "detail"]
    film = Slot(name="film", roles=["front"], advised=1, kind="video")
    (also,) = asked("shop", [MAIN, film], [place(MAIN, picture("front"), missing=False), place(film)])
    assert also.file == "RED-42_front.mp4"


def test_a_name_that_a_picture_of_another_role_has_is_not_asked_for() -> None:
    moved = picture("detail").model_copy(update={"name": "red-42_BACK.jpg"})
    found = asked("shop", [MORE], [place(MORE, picture("front"), moved)])
    assert found == []
    found = asked("shop", [MAIN, MORE], [place(MAIN, moved), place(MORE)])
    assert [one.file for one in found][-1] == "RED-42_back_2.jpg"


def test_of_a_picture_elsewhere_nothing_is_told_but_that_it_does_not_fit() -> None:
    hidden = picture("main", "blocked", "Licence of Studio X ended.").model_copy(update={"asset_id": "", "name": "?"})
    (found,) = asked("shop", [MAIN], [place(MAIN, hidden)])
    assert "does not fit" in found.needs[0].why and "Studio" not in found.needs[0].why


def test_where_nothing_is_missing_nothing_is_asked_for() -> None:
    assert asked("shop", [MAIN], [place(MAIN, picture("main"), missing=False)]) == []


def test_channels_that_want_the_same_picture_share_it() -> None:
    pair = [
        (Readiness(sku="A", channel=name, on=DAY, since=DAY, state="blocked", places=[place(MAIN)]), rules(MAIN))
        for name in ("shop", "amazon")
    ]
    (found,) = shots(Same(("A",), ""), pair)
    assert [need.channel for need in found.needs] == ["shop", "amazon"]


def named(sku: str, role: str) -> Match:
    evidence = read_evidence(file_name(sku, role), "somewhere")
    return match(evidence, Catalogue(SHOP).candidates(evidence))


@pytest.mark.parametrize("role", ROLES)
def test_a_file_that_is_named_so_shows_that_role_of_all_sizes(role: str) -> None:
    found = named("MH01-S-Gray", role)
    assert skus(found) == GRAY and found.role.role == role


def test_the_second_of_a_role_is_linked_as_well() -> None:
    found = named("MH01-S-Gray", "back_2")
    assert skus(found) == GRAY and found.role.role == "back"


@pytest.mark.parametrize("sku", ["TRAINER-RED", "A1", "304.096.29", "CRÈME-BRÛLÉE-9", "WX2041-S-Black"])
def test_however_a_sku_is_written_its_file_finds_it(sku: str) -> None:
    assert sku in skus(named(sku, "back"))


def test_a_name_is_one_name() -> None:
    assert file_name("../a b/c:d", "main") == "a-b-c-d_main.jpg"

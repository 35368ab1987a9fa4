"""Words, numbers and schemes that tell which side a picture shows."""

import pytest

from schemas.roles import ROLES
from services.linker.codes import coded, gtin14
from services.linker.evidence import read_evidence
from services.linker.match import match
from services.linker.roles import WORDS


@pytest.mark.parametrize(
    ("name", "role", "position"),
    [
        ("mh01-black_main.jpg", "main", 0),
        ("mh01-black_back.jpg", "back", 0),
        ("mh01-black_alt1.jpg", "additional", 1),
        ("mh01-black_alt_2.jpg", "additional", 2),
        ("mp07-blue_side_a.jpg", "side", 1),
        ("mt02-white_sideb.jpg", "side", 2),
        ("mp05-blue_outfit.jpg", "lifestyle", 0),
        ("x_Rückseite.jpg", "back", 0),
        ("x close-up.jpg", "detail", 0),
        ("x_size-chart.png", "size-chart", 0),
        ("x.jpg", "main", 0),
        ("x_1.jpg", "main", 1),
        ("x_3.jpg", "additional", 3),
        ("x (3).jpg", "additional", 3),
        ("x copy (3).jpg", "main", 0),
        ("x_main (2).jpg", "main", 2),
        ("x_v2.jpg", "main", 0),
        ("IMG_2041 x_front.jpg", "front", 0),
        ("x.PT07.jpg", "additional", 7),
    ],
)
def test_role_of_a_name(name: str, role: str, position: int) -> None:
    found = match(read_evidence(name), []).role
    assert (found.role, found.position) == (role, position)


def test_the_folder_is_asked_where_the_name_is_silent() -> None:
    assert match(read_evidence("IMG_2041.jpg", "shoes/lifestyle"), []).role.role == "lifestyle"
    assert match(read_evidence("x_back.jpg", "shoes/lifestyle"), []).role.role == "back"


@pytest.mark.parametrize(
    ("stem", "kind", "role", "position"),
    [
        ("09520123450199_A1N1", "gs1-name", "main", 0),
        ("09520123450199_A1N0", "gs1-name", "main", 0),
        ("09520123450199_C1N1_s02", "gs1-name", "front", 2),
        ("09520123450199_c7l1", "gs1-name", "back", 0),
        ("09520123450199_A9N1", "gs1-name", "bottom", 0),
        ("09520123450199_A1NA", "gs1-name", "packaging", 0),
        ("09520123450199_E1C1_s12", "gs1-name", "frame-360", 12),
        ("B00XI87KV8.MAIN", "amazon-name", "main", 0),
        ("9520123450199.PT02", "amazon-name", "additional", 2),
        ("9520123450199.TOPP", "amazon-name", "top", 0),
    ],
)
def test_schemes(stem: str, kind: str, role: str, position: int) -> None:
    found = coded(stem)
    assert found is not None
    assert (found.kind, found.role.role, found.role.position) == (kind, role, position)


@pytest.mark.parametrize("stem", ["09520123450198_A1N1", "09520123450199_X1N1", "B00XI87KV8.main2", "mh01-black_main"])
def test_what_is_no_scheme(stem: str) -> None:
    assert coded(stem) is None


def test_gtins_have_a_length_and_a_check_digit() -> None:
    assert gtin14("9520123450199") == gtin14("09520123450199") == "09520123450199"
    assert gtin14("96385074") == "00000096385074"
    assert gtin14("9520123450198") == gtin14("123456") == gtin14("00000000") == gtin14("²²²²²²²²") == ""


def test_every_role_has_a_place() -> None:
    assert set(WORDS) <= set(ROLES)


@pytest.mark.parametrize(
    ("name", "told", "role", "position"),
    [
        ("mh01-black.jpg", "back", "back", 0),
        ("mh01-black_main.jpg", "Back view", "back", 0),
        ("mh01-black_02.jpg", "back", "back", 2),
        ("mh01-black_alt3.jpg", "additional", "additional", 3),
        ("mh01-black_alt3.jpg", "alt 5", "additional", 5),
        ("04006381333931_A1N1.jpg", "detail", "detail", 0),
        ("mh01-black_main.jpg", "size-chart", "size-chart", 0),
        ("mh01-black_main.jpg", "frame-360", "frame-360", 0),
        ("mh01-black_side.jpg", "no such role", "side", 0),
        ("mh01-black_side.jpg", "", "side", 0),
    ],
)
def test_what_a_list_says_wins_over_the_name(name: str, told: str, role: str, position: int) -> None:
    found = match(read_evidence(name, beside={"role": told}), []).role
    assert (found.role, found.position) == (role, position)


def test_an_embedded_word_role_is_no_list() -> None:
    assert match(read_evidence("x_side.jpg", "", {"role": "back"}), []).role.role == "side"


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("x.mp4", "video"), ("x_front.MOV", "video"), ("x.glb", "model-3d"), ("x_back.usdz", "model-3d"),
        ("x.pdf", "manual"), ("x_main.pdf", "manual"), ("x_size-chart.pdf", "size-chart"), ("x_360_2.jpg", "frame-360"),
    ],
)  # fmt: skip
def test_a_film_a_model_or_a_document_is_no_picture_of_a_side(name: str, role: str) -> None:
    assert match(read_evidence(name), []).role.role == role


def test_what_somebody_wrote_down_counts_before_the_ending() -> None:
    assert match(read_evidence("x_front.mp4", beside={"role": "lifestyle"}), []).role.role == "lifestyle"

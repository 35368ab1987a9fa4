"""What is seen on a picture: plain backgrounds, the product on them, crops that keep it, white that becomes white."""

from collections.abc import Callable
from itertools import pairwise

import pytest
import pyvips

from services.render.facts import Crop, Focal
from services.render.image.geometry import Box, Sight, frame
from services.render.image.steps.ground import ground_of, leaning, product_box
from services.render.recipe import Recipe
from tests.unit.render.conftest import Render

Packshot = Callable[..., pyvips.Image]


def packshot(ground: list[int], left: int, top: int, width: int, height: int, size: tuple[int, int]) -> pyvips.Image:
    """A dark red box on a plain, slightly noisy background."""
    noise = pyvips.Image.gaussnoise(*size, sigma=1.5, mean=0, seed=3)
    image = (pyvips.Image.black(*size, bands=3) + ground + noise).cast("uchar").copy(interpretation="srgb")
    return image.copy_memory().draw_rect([120, 20, 30], left, top, width, height, fill=True)


def png(image: pyvips.Image) -> bytes:
    return bytes(image.pngsave_buffer())


@pytest.fixture
def square(recipe: Recipe) -> Recipe:
    return recipe.model_copy(update={"mode": "fill", "gravity": "product", "width": 100, "height": 100})


@pytest.mark.parametrize("colour", [[245, 246, 244], [90, 110, 100], [255, 255, 255]])
def test_a_product_on_a_plain_background_is_found(colour: list[int]) -> None:
    image = packshot(colour, 60, 40, 100, 200, (240, 300))
    ground = ground_of(image)
    assert ground is not None and all(abs(a - b) <= 2 for a, b in zip(ground.colour, colour, strict=True))
    box = product_box(image, ground)
    assert box is not None
    assert (box.left, box.top, box.width, box.height) == pytest.approx((60, 40, 100, 200), abs=4)


def test_a_busy_picture_has_no_plain_background(scene: pyvips.Image) -> None:
    assert ground_of(scene) is None
    assert product_box(scene, None) is None


def detail(ground: list[int]) -> pyvips.Image:
    """A striped garment that leaves its picture on all sides but in the upper left corner, where the background is."""
    stripes = (pyvips.Image.xyz(240, 300).extract_band(1) % 40 > 20).ifthenelse([120, 20, 30], [60, 70, 160])
    image = stripes.cast("uchar").copy(interpretation="srgb").copy_memory()
    return image.draw_rect(ground, 0, 0, 70, 70, fill=True)


def test_a_detail_on_a_studios_white_is_a_product() -> None:
    found = ground_of(detail([255, 255, 255]))
    assert found is not None and found.colour == (255, 255, 255)
    box = product_box(detail([255, 255, 255]), found)
    assert box is not None and (box.width, box.height) == (240, 300)


@pytest.mark.parametrize("colour", [[246, 246, 246], [90, 110, 100]])
def test_a_piece_of_another_colour_is_no_background(colour: list[int]) -> None:
    assert ground_of(detail(colour)) is None


def test_light_that_fades_is_no_background() -> None:
    window = detail([255, 255, 255]).draw_rect([240, 240, 240], 45, 0, 25, 70, fill=True)
    assert ground_of(window) is None


def test_the_specks_of_a_carpet_are_no_product() -> None:
    noise = pyvips.Image.gaussnoise(240, 300, sigma=6, mean=110, seed=5)
    carpet = noise.bandjoin([noise - 60, noise - 60]).cast("uchar").copy(interpretation="srgb").copy_memory()
    image = carpet.draw_rect([240, 240, 235], 60, 40, 100, 200, fill=True)
    ground = ground_of(image)
    assert ground is not None and ground.spread > 0
    box = product_box(image, ground)
    assert box is not None
    assert (box.left, box.top, box.width, box.height) == pytest.approx((60, 40, 100, 200), abs=4)


def test_an_empty_sheet_has_no_product() -> None:
    image = packshot([250, 250, 250], 10, 10, 1, 1, (200, 200))
    assert product_box(image, ground_of(image)) is None


def test_a_cut_out_is_where_it_is_opaque() -> None:
    alpha = pyvips.Image.black(200, 100).copy_memory().draw_rect([255], 20, 30, 60, 40, fill=True)
    image = packshot([0, 0, 0], 0, 0, 9, 9, (200, 100)).bandjoin(alpha)
    box = product_box(image, None)
    assert box is not None
    assert (box.left, box.top, box.width, box.height) == pytest.approx((20, 30, 60, 40), abs=4)


@pytest.mark.parametrize(("foot", "down"), [(0, 0.0), (20, 0.0), (90, 1.0), (130, 1.0)])
def test_the_edge_that_cuts_is_told_from_one_that_is_touched(foot: int, down: float) -> None:
    """A body cut at its waist is as wide there; below are shoes, or their shadow."""
    image = packshot([250, 250, 250], 60, 0, 80, 380, (200, 400))
    image = image.draw_rect([225, 225, 225], 40, 380, 120, 20, fill=True)
    image = image.draw_rect([20, 20, 20], 40, 380, foot, 20, fill=True) if foot else image
    assert leaning(image, ground_of(image)) == (0.5, down)


def test_a_crop_moves_to_keep_the_product(square: Recipe) -> None:
    product = Box(0, 700, 300, 200)
    box = frame(square, 600, 1000, Sight(product=product)).box
    assert (box.width, box.height) == (600, 600)
    assert box.top <= 700 and box.top + box.height >= 900


def test_where_no_crop_keeps_it_all_of_it_is_shown_and_padded(square: Recipe, render: Render) -> None:
    image = packshot([210, 215, 220], 60, 10, 80, 380, (200, 400))
    made = render(png(image), square)
    assert made.width == made.height
    box = product_box(made, ground_of(made))
    assert box is not None and box.width == pytest.approx(20, abs=4)
    for x, y in ((1, 50), (50, 0), (50, 99), (98, 50)):
        assert made.getpoint(x, y) == pytest.approx([210, 215, 220], abs=6)


@pytest.mark.parametrize(
    ("product", "left"),
    [
        (Box(200, 20, 300, 960), 35),  # in the middle of the sheet
        (Box(0, 20, 300, 960), 0),
        (Box(300, 20, 300, 960), 70),
        (Box(0, 20, 600, 960), 20),  # on both sides: in the middle
    ],
)
def test_what_leaves_the_picture_stays_at_that_edge(square: Recipe, product: Box, left: float) -> None:
    made = frame(square, 600, 1000, Sight(product=product))
    assert made.canvas == (100, 100) and made.width < 100
    start = made.place[0] * (100 - made.width)
    assert start + (product.left - made.box.left) * made.scale == pytest.approx(left, abs=1)


def test_no_hairline_is_padded(square: Recipe) -> None:
    assert frame(square, 1000, 995, Sight(product=Box(0, 0, 1000, 995))).canvas == (100, 100)
    assert frame(square, 1000, 995, Sight(product=Box(0, 0, 1000, 995))).width == 100


def test_a_persons_focal_point_wins_over_the_product(square: Recipe) -> None:
    product = Sight(product=Box(0, 700, 300, 200))
    focal = square.model_copy(update={"focal": Focal(x=0.5, y=0.0)})
    assert frame(focal, 600, 1000, product).box.top == 0


def test_trim_takes_the_margins_away_and_a_persons_crop_wins(recipe: Recipe) -> None:
    trimmed = recipe.model_copy(update={"trim": True})
    product = Sight(product=Box(100, 100, 200, 400))
    assert frame(trimmed, 1000, 1000, product).box.width == pytest.approx(224)
    cropped = trimmed.model_copy(update={"crop": Crop(width=0.5)})
    assert frame(cropped, 1000, 1000, product).box == Box(0, 0, 500, 1000)


def test_a_trimmed_product_fills_its_canvas_but_for_the_margin(recipe: Recipe, render: Render) -> None:
    wanted = {"trim": True, "mode": "pad", "background": "#ffffff", "margin": 0.1, "width": 200, "height": 200}
    image = packshot([255, 255, 255], 500, 300, 200, 400, (1200, 1000))
    made = render(png(image), recipe.model_copy(update=wanted))
    box = product_box(made, ground_of(made))
    assert (made.width, made.height) == (200, 200) and box is not None
    assert box.height == pytest.approx(160 / 1.06, abs=5)


@pytest.mark.parametrize(("given", "white"), [([246, 244, 240], True), ([180, 180, 180], False)])
def test_nearly_white_becomes_white_and_grey_stays(
    recipe: Recipe, render: Render, given: list[int], white: bool
) -> None:
    image = packshot(given, 40, 40, 60, 60, (200, 200))
    made = render(png(image), recipe.model_copy(update={"whiten": True, "width": 200, "height": 200}))
    assert (min(made.getpoint(5, 5)) >= 250) == white
    assert made.getpoint(70, 70) == pytest.approx([120, 20, 30], abs=4)


def test_a_light_part_of_the_product_is_not_whitened(recipe: Recipe, render: Render) -> None:
    image = packshot([244, 243, 240], 40, 40, 120, 120, (200, 200)).draw_rect(
        [238, 236, 230], 70, 70, 60, 60, fill=True
    )
    made = render(png(image), recipe.model_copy(update={"whiten": True, "width": 200, "height": 200}))
    assert made.getpoint(100, 100) == pytest.approx([238, 236, 230], abs=2)
    for x in (2, 20, 34, 166, 180, 197):  # up to the product's edge
        assert min(made.getpoint(x, 100)) >= 250


def test_a_hole_in_the_product_is_whitened(recipe: Recipe, render: Render) -> None:
    image = packshot([244, 243, 240], 40, 40, 120, 120, (200, 200)).draw_rect(
        [244, 243, 240], 80, 80, 40, 40, fill=True
    )
    made = render(png(image), recipe.model_copy(update={"whiten": True, "width": 200, "height": 200}))
    assert min(made.getpoint(100, 100)) >= 250


def test_a_shadow_keeps_its_slope(recipe: Recipe, render: Render) -> None:
    slope = pyvips.Image.xyz(200, 200).extract_band(0).linear([-0.5, -0.5, -0.5], [244, 244, 244])
    image = packshot([244, 244, 244], 10, 10, 1, 1, (200, 400)).insert(slope.cast("uchar"), 0, 100)
    made = render(png(image), recipe.model_copy(update={"whiten": True, "width": 200, "height": 400, "quality": 100}))
    tones = [made.crop(x, 190, 4, 20).avg() for x in range(0, 196, 4)]
    assert tones[0] >= 250 and tones[-1] < 160
    assert all(a - b < 8 for a, b in pairwise(tones))  # no edge where the backdrop ends

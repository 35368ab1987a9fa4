"""The camera sees all of the model, and the studio is white above and darker below."""

from pathlib import Path

import numpy as np
import pytest

from services.render.model.measure import Measures
from services.render.model.stills import RISE, VIEW_ANGLE, Camera, View
from services.render.model.studio import HEIGHT, WIDTH, write_studio


def measures(size: tuple[float, float, float]) -> Measures:
    return Measures(size, (10.0, 20.0, 30.0), 12, 24, 1, 1, 0, 0, 0)


@pytest.mark.parametrize("size", [(1, 1, 1), (5, 0.1, 0.1), (0.01, 3, 0.01), (0.001, 0.002, 0.003)])
@pytest.mark.parametrize("turn", [0, 30, 90, 200])
def test_every_corner_is_in_the_frame(size: tuple[float, float, float], turn: float) -> None:
    camera, view = Camera(measures(size)), View(turn, RISE)
    back = camera.direction(view)
    eye = camera.middle + back * camera.distance(view)
    right = np.cross([0, 1, 0], back) / np.linalg.norm(np.cross([0, 1, 0], back))
    up = np.cross(back, right)
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    seen = camera.middle + signs * np.array(size) / 2 - eye
    depth = -(seen @ back)
    reach = np.maximum(abs(seen @ right), abs(seen @ up)) / (depth * np.tan(np.radians(VIEW_ANGLE / 2)))
    assert (depth > 0).all() and reach.max() <= 1
    assert reach.max() > 0.5  # and not lost in the distance


def test_the_studio_is_a_radiance_picture(tmp_path: Path) -> None:
    write_studio(tmp_path / "studio.hdr")
    data = (tmp_path / "studio.hdr").read_bytes()
    head, _, pixels = data.partition(f"-Y {HEIGHT} +X {WIDTH}\n".encode())
    assert head.startswith(b"#?RADIANCE") and len(pixels) == 4 * HEIGHT * WIDTH
    rows = np.frombuffer(pixels, np.uint8).reshape(HEIGHT, WIDTH, 4).astype(float)
    light = rows[..., 0] * 2.0 ** (rows[..., 3] - 136)
    assert light[: HEIGHT // 3].mean() > 2 * light[-HEIGHT // 4 :].mean() > 0

"""Pictures of a model: f3d draws them without a screen (EGL on the processor), lit as in a studio."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyvips

from runtime.refusal import Refused
from services.render.model.accessors import Array
from services.render.model.measure import Measures
from services.render.model.plan import TURNTABLE_SIDE, VIEWS
from services.render.model.studio import write_studio

POSTER_SIDE = 2048
OVERSAMPLED = 1.25  # drawn larger, then shrunk: smooth edges. Time and memory grow with its square
VIEW_ANGLE = 25.0  # degrees: like a 85 mm lens, without the wide angle's bulge
POSTER_TURN, RISE = 30.0, 14.0  # degrees to the side, and above the horizon
MARGIN = 0.88  # share of the frame that the model may fill


@dataclass(frozen=True)
class View:
    """Where the camera is: degrees around the model from its front (+Z), degrees above the horizon."""

    turn: float
    rise: float


class Camera:
    """Looks at the middle of the model; near enough to fill the frame, the same distance all around."""

    def __init__(self, measures: Measures) -> None:
        self._half = np.array(measures.size_m) / 2
        self.middle = np.array(measures.low) + self._half

    def direction(self, view: View) -> Array:
        """Unit vector from the middle to the camera."""
        turn, rise = math.radians(view.turn), math.radians(view.rise)
        return np.array([math.sin(turn) * math.cos(rise), math.sin(rise), math.cos(turn) * math.cos(rise)])

    def distance(self, view: View) -> float:
        """From where every corner of the box around the model is inside the frame, in metres."""
        back = self.direction(view)
        right = np.cross([0.0, 1.0, 0.0], back)
        right /= np.linalg.norm(right)
        up = np.cross(back, right)
        signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
        corners = signs * self._half
        reach = np.maximum(np.abs(corners @ right), np.abs(corners @ up))
        return float((corners @ back + reach / (math.tan(math.radians(VIEW_ANGLE / 2)) * MARGIN)).max())


class Studio:
    """f3d's engine, made once a child: it takes a second. Raises RuntimeError where EGL is not there."""

    def __init__(self, folder: Path) -> None:
        """folder: where it may keep its light."""
        import f3d  # heavy, and only there with the extra

        f3d.Log.set_verbose_level(f3d.Log.QUIET)
        self._engine: Any = f3d.Engine.create_egl()
        options = self._engine.options
        options["render.background.color"] = [1.0, 1.0, 1.0]
        options["render.grid.enable"] = False
        options["ui.axis"] = False
        self._light = folder / "studio.hdr"
        options["render.hdri.file"] = str(self._light)
        options["render.hdri.ambient"] = True
        options["render.light.intensity"] = 1.0
        options["scene.up_direction"] = [0.0, 1.0, 0.0]

    def warm(self) -> None:
        """Draw nothing once: the tables of light are worked out at the first picture."""
        write_studio(self._light)
        self._engine.window.size = 64, 64
        self._engine.window.render_to_image(no_background=True)

    def show(self, path: Path, *, see_through: bool) -> None:
        """Put a GLB before the camera. see_through: sort what lies behind glass. Raises Refused when f3d cannot."""
        write_studio(self._light)  # the folder is emptied after each job
        options = self._engine.options
        options["render.effect.blending.mode"] = "ddp" if see_through else "none"
        self._engine.scene.clear()
        try:
            self._engine.scene.add(str(path))
        except RuntimeError as error:
            raise Refused("The model cannot be drawn.", "Export it once more as GLB and drop that.") from error

    def draw(self, camera: Camera, view: View, side: int, distance: float, *, opaque: bool) -> pyvips.Image:
        """A square picture, RGBA, in memory; white behind instead of nothing where `opaque`."""
        window = self._engine.window
        window.size = round(side * OVERSAMPLED), round(side * OVERSAMPLED)
        eye = camera.middle + camera.direction(view) * distance
        window.camera.focal_point = tuple(map(float, camera.middle))
        window.camera.position = tuple(map(float, eye))
        window.camera.view_up = (0.0, 1.0, 0.0)
        window.camera.view_angle = VIEW_ANGLE
        drawn = window.render_to_image(no_background=not opaque)
        content = np.frombuffer(drawn.content, np.uint8).reshape(drawn.height, drawn.width, drawn.channel_count)
        image = pyvips.Image.new_from_array(np.ascontiguousarray(content[::-1])).copy(interpretation="srgb")
        if image.hasalpha():
            return image.premultiply().resize(1 / OVERSAMPLED).unpremultiply().cast("uchar").copy_memory()
        return image.resize(1 / OVERSAMPLED).cast("uchar").copy_memory()


def poster(studio: Studio, camera: Camera, *, opaque: bool) -> pyvips.Image:
    """The picture that stands for the model: from the front, a little to the side and from above."""
    view = View(POSTER_TURN, RISE)
    return studio.draw(camera, view, POSTER_SIDE, camera.distance(view), opaque=opaque)


def turntable(studio: Studio, camera: Camera, wanted: list[int], *, opaque: bool) -> Iterator[pyvips.Image]:
    """The wanted ones of `VIEWS` pictures once around; 1 is the front."""
    views = [View(360.0 * number / VIEWS, RISE) for number in range(VIEWS)]
    distance = max(camera.distance(view) for view in views)
    for number in wanted:
        yield studio.draw(camera, views[number - 1], TURNTABLE_SIDE, distance, opaque=opaque)

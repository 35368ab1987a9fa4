"""What a model that looks at pictures is fed. Whoever asks one has the same of a picture, so that numbers compare."""

from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime as ort
import pyvips
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from runtime import pixels

DECODED = 512
"""Pixels a side that a picture is opened at."""


class Input(BaseModel):
    """What the graph is fed. size: side in pixels of a square sRGB picture; crop: the middle part of it that is kept.
    fit: `cover` cuts off what does not fit into the square, `stretch` squeezes all of it in, `contain` puts
    black beside it.

    A `uint8` input takes 0..255 as they are; a `float32` one (value / 255 - mean) / std, by channel.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    size: int = Field(gt=0, le=1024)
    layout: Literal["nhwc", "nchw"]
    dtype: Literal["uint8", "float32"]
    crop: float = Field(default=0.875, gt=0, le=1)
    fit: Literal["cover", "stretch", "contain"] = "cover"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)


def flat(path: Path) -> pyvips.Image:
    """The picture on white, 8-bit sRGB of at most DECODED pixels, 3 bands. Raises Refused."""
    pixels.open_checked(path)
    return on_white(pixels.thumbnail(path, DECODED))


def on_white(picture: pyvips.Image) -> pyvips.Image:
    """3 bands, in memory."""
    return picture.flatten(background=[255, 255, 255]).copy_memory() if picture.bands == 4 else picture


def view(picture: pyvips.Image, wanted: Input) -> NDArray[np.uint8] | NDArray[np.float32]:
    """The picture's square in the form that the graph takes, with a batch of one."""
    pixels: NDArray[np.uint8] = _square(picture, wanted).numpy()
    if wanted.layout == "nchw":
        pixels = np.ascontiguousarray(pixels.transpose(2, 0, 1))
    if wanted.dtype == "uint8":
        return pixels[None]
    channels = (3, 1, 1) if wanted.layout == "nchw" else (1, 1, 3)
    mean, std = (np.array(values, np.float32).reshape(channels) for values in (wanted.mean, wanted.std))
    scaled: NDArray[np.float32] = ((pixels / np.float32(255) - mean) / std).astype(np.float32)
    return scaled[None]


def _square(picture: pyvips.Image, wanted: Input) -> pyvips.Image:
    if wanted.fit == "stretch":
        return picture.thumbnail_image(wanted.size, height=wanted.size, size="force")
    if wanted.fit == "contain":
        fitted = picture.thumbnail_image(wanted.size, height=wanted.size, size="both")
        return fitted.gravity("centre", wanted.size, wanted.size, extend="black")
    whole = max(wanted.size, round(wanted.size / wanted.crop))
    square = picture.thumbnail_image(whole, height=whole, size="both", crop="centre")
    margin = (whole - wanted.size) // 2
    return square.crop(margin, margin, wanted.size, wanted.size)


def options() -> ort.SessionOptions:
    """One thread, and little memory."""
    wanted = ort.SessionOptions()
    wanted.intra_op_num_threads = 1
    wanted.inter_op_num_threads = 1
    wanted.log_severity_level = 3
    # Grown by what a picture needs, not by doubling: a child stays small.
    wanted.add_session_config_entry("session.use_device_allocator_for_initializers", "1")
    return wanted

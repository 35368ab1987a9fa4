"""Attention: where the eye goes, found once on a small copy and used by every crop."""

from services.render.image.geometry import frame, wants_attention
from services.render.image.picture import Source
from services.render.image.steps.resize import level
from services.render.recipe import Focal

SMALL = 320  # pixels: the longer side of the copy; the answer does not change above it
WINDOW = 0.5  # of the shorter side: the size of thing that is looked for


def find_attention(source: Source) -> None:
    """Set `source.attention` and lay the frames out anew, if any recipe without a person's focal point wants it."""
    if not any(wants_attention(recipe) for recipe in source.recipes):
        return
    scale = min(1.0, SMALL / max(source.width, source.height))
    small = level(source, max(1, round(source.width * scale)), max(1, round(source.height * scale)))
    if small.hasalpha():
        small = small.flatten(background=[255, 255, 255])
    side = max(1, round(min(small.width, small.height) * WINDOW))
    _crop, found = small.smartcrop(side, side, interesting="attention", attention_x=True, attention_y=True)
    x, y = found["attention_x"] / small.width, found["attention_y"] / small.height
    source.attention = Focal(x=min(max(x, 0.0), 1.0), y=min(max(y, 0.0), 1.0))
    source.frames = [frame(recipe, source.width, source.height, source.attention) for recipe in source.recipes]

"""Cut: says so where a crop leaves out much of what stands out, for a person may want another preset or focal point."""

from services.render.image.geometry import Box, wants_attention
from services.render.image.picture import Output, Source
from services.render.image.steps.saliency import outside

MUCH = 0.08  # of what stands out: both legs of trousers, a sleeve


def say_what_is_cut(source: Source, output: Output) -> None:
    """Note it on a crop that nobody has chosen."""
    if source.salient is None or not wants_attention(output.recipe):
        return
    box = output.frame.box
    window = Box(box.left / source.width, box.top / source.height, box.width / source.width, box.height / source.height)
    if (share := outside(source.salient, window)) >= MUCH:
        output.note(
            f"The crop leaves out {100 * share:.0f} % of what stands out. Set a focal point, or show all of it."
        )

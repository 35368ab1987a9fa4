"""Every file that render makes is sent as what it is."""

from runtime.ranges import BINARY, type_of
from services.render.model.plan import CONTENT_TYPES
from services.render.recipe import EXTENSIONS
from services.render.video.recipe import MEDIA


def test_every_ending_that_render_gives_has_its_type() -> None:
    for name, ending in EXTENSIONS.items():
        assert type_of(f"renditions/s/print-cmyk.{ending}") == f"image/{name}"
    for ending, kind in (MEDIA | CONTENT_TYPES).items():
        assert type_of(f"renditions/s/x.{ending}") == kind
    assert type_of("renditions/s/x.exe") == BINARY

"""What a link's page shows large: a film that plays, else the largest picture that browsers show, of what it gives."""

from services.catalog.queries.packs import File
from services.catalog.share.shown import MOST_LARGE, larger


def files(*wanted: tuple[str, str, int]) -> dict[str, File]:
    return {
        preset: File("a", preset, f"renditions/x/{preset}.{ending}", size, "", False, ending)
        for preset, ending, size in wanted
    }


def test_a_film_plays_in_the_size_that_is_made_for_it() -> None:
    made = files(("web", "jpg", 9), ("preview", "mp4", 1), ("web-mp4", "mp4", 5))
    assert larger(made, ["preview", "web", "web-mp4"]) == made["web-mp4"]
    assert larger(made, ["preview", "web"]) == made["preview"], "the link gives nothing else"


def test_of_pictures_the_largest_that_browsers_show() -> None:
    made = files(
        ("web", "jpg", 9), ("zoom", "webp", 20), ("print-cmyk", "tif", 99), ("original", "jpg", MOST_LARGE + 1)
    )
    assert larger(made, list(made)) == made["zoom"]
    assert larger(made, ["cmyk"]) is None and larger({}, ["web"]) is None

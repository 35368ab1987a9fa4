"""Names in a pack: safe everywhere, each once, and what is missing said by name."""

import pytest

from services.catalog.pack.contents import contents
from services.catalog.pack.names import Named, safe, stems
from services.catalog.queries.packs import File, Picture


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\temp\\x", "C-temp-x"),
        ("-rf", "rf"),
        (".hidden.", "hidden"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("Größe 42/blau", "Größe-42-blau"),
        ("a\0b\nc\u202egpj", "a-b-c-gpj"),
        ("???", "picture"),
        ("x" * 300, "x" * 80),
    ],
)
def test_no_name_leads_anywhere(text: str, name: str) -> None:
    assert safe(text) == name


def test_pictures_of_one_product_and_role_are_counted_and_no_two_are_called_the_same() -> None:
    found = stems(
        [
            Named("1", "a.jpg", "A/B", "front"),
            Named("2", "b.jpg", "a-b", "front"),
            Named("3", "A-B_front_2.jpg"),
            Named("4", "x.jpg", "A/B", ""),
            Named("5", "IMG_1.JPG"),
            Named("6", "img_1.png"),
            Named("7", "y.jpg", "MH01", "main", ("Black", "size 42/43")),
            Named("8", "z.jpg", "MH01", "main", ("Red",)),
        ]
    )
    assert found == {
        "1": "A-B_front_1", "2": "a-b_front_2", "3": "A-B_front_2_2", "4": "A-B_main_1", "5": "IMG_1", "6": "img_1_2",
        "7": "MH01-Black-size-42-43_main_1", "8": "MH01-Red_main_1",
    }  # fmt: skip


def test_a_folder_a_preset_where_there_are_several_and_a_line_for_what_is_not_there() -> None:
    pictures = [Picture(Named("1", "a.jpg", "RED", "main"), 2, "ready"), Picture(Named("2", "b.jpg"), None, "waiting")]
    files = [
        File("1", "web", "renditions/x/w.jpg", 9, "", False, "jpg"),
        File("1", "hls", "renditions/x/m.m3u8", 9, "", True, "m3u8"),
    ]
    one = contents(pictures, files, ["web"])
    assert [entry.name for entry in one.entries] == ["RED_main_1.jpg"]
    assert one.missing == ["b (b.jpg): not in this pack, for it may not be given now (it is waiting)."]
    more = contents(pictures[:1], files, ["web", "zoom", "hls"])
    assert [entry.name for entry in more.entries] == ["web/RED_main_1.jpg"]
    assert [line.partition(": ")[2] for line in more.missing] == [
        "there is no zoom of it.",
        "its hls is a stream of many files, which has an address of its own.",
    ]

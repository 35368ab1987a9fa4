"""A slip in the mapping file is told with file, line and cure."""

from pathlib import Path

import pytest

from services.pim.akeneo.mapping import DEFAULT, Mapping, read
from services.pim.mapping_file import MappingError

WRITE = "write:\n  - attribute: main\n    kind: image\n    of: main\n    preset: web\n    owner: packshot\n"


def test_the_default_is_what_an_empty_one_is(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("")
    assert read(DEFAULT) == read(tmp_path / "m.yaml") == Mapping()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("sku: sku\nnam: title\n", 2, "nam: Extra inputs"),
        ("sku: [a]\n", 1, "sku: Input should be a valid string"),
        ("axes:\n  color: red one\n", 2, "axes.color: String should match"),
        (WRITE + "    size: 3\n", 7, "write.0.size: Extra inputs"),
        (WRITE.replace("    owner: packshot\n", ""), 2, "write.0.owner: Field required"),
        (WRITE.replace("image", "link"), 2, "kind link needs a url with {asset}"),
        (WRITE.replace("image", "link") + "    url: https://x/{sku}\n", 2, "url may name {asset}"),
        (WRITE.replace("image", "assets"), 2, "kind assets needs a family"),
        (WRITE + "    family: packshots\n", 2, "other kinds have neither"),
        (WRITE.replace("of: main", "of: all"), 2, "of all is for kind assets"),
        (WRITE + WRITE.removeprefix("write:\n"), 1, "write names main twice"),
        (WRITE.replace("of: main", "of: 0"), 4, "write.0.of"),
        ("sku: a: b\n", 1, "mapping values are not allowed here"),
        ("- a\n", 1, "the file: Input should be a valid dictionary"),
    ],
)
def test_slips(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(text)
    with pytest.raises(MappingError) as found:
        read(file)
    assert f"{file}, line {line}: " in str(found.value) and said in str(found.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"No such file.*PACKSHOT_AKENEO_MAPPING"):
        read(tmp_path / "none.yaml")

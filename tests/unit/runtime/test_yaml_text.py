"""What is wrong with YAML is told with its line and cure, whatever is wrong with it."""

import pytest

from runtime.yaml_text import NotYaml, loaded


def test_what_it_says() -> None:
    assert loaded("a: [1, x]") == {"a": [1, "x"]}
    assert loaded("") is None


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb: [1, 2\nc: 3", 3, "expected ',' or ']'"),
        ("a:\n\tb: 1", 2, "cannot start any token"),
        ("a: 2026-13-40", 0, "month"),
        ("a: \x07", 0, "special characters are not allowed"),
    ],
)
def test_what_is_wrong_is_told(text: str, line: int, said: str) -> None:
    with pytest.raises(NotYaml) as found:
        loaded(text)
    assert found.value.line == line and said in str(found.value) and "Mend the YAML there" in str(found.value)

"""Text in pictures, and in which language."""

from pathlib import Path

import pytest
import pyvips

from services.tagger import text
from services.tagger.look import Look

WORDS = "GREY OAT DRINK 450 ml\nOhne Zucker, mit Hafer aus der Region"


@pytest.fixture
def label(tmp_path: Path) -> Path:
    words = pyvips.Image.text(WORDS, dpi=150).invert()
    page = words.embed(60, 60, words.width + 120, words.height + 120, extend="white")
    page.copy(interpretation="b-w").jpegsave(str(tmp_path / "label.jpg"))
    return tmp_path / "label.jpg"


def test_a_label_is_read_line_by_line(label: Path) -> None:
    found = text.find(Look(label))
    said = ["".join(line["text"].split()) for line in found["text"]]
    assert said == ["".join(line.split()) for line in WORDS.splitlines()]
    assert found["language"] == "de"
    left, top, width, height = found["text"][0]["box"]
    assert 0 < left < 0.3 and 0 < top < 0.5 and 0.3 < width < 0.8 and 0 < height < 0.3


def test_where_no_text_is_none_is_told(packshot: Path) -> None:
    assert text.find(Look(packshot)) == {"text": [], "language": None, "words": ""}


def test_a_documents_own_text_needs_no_reading(packshot: Path) -> None:
    found = text.find(Look(packshot, "Assembly \0 instructions\n\nTighten the screws with the key that is enclosed."))
    assert [line["text"] for line in found["text"]] == [
        "Assembly instructions",
        "Tighten the screws with the key that is enclosed.",
    ]
    assert found["language"] == "en"


def test_every_word_of_a_document_is_kept_once(packshot: Path) -> None:
    pages = "\f".join(f"Step {number}: tighten the SCREW_{number}." for number in range(2000))
    words = text.find(Look(packshot, pages))["words"].split()
    assert words[:6] == ["step", "0", "tighten", "the", "screw", "1"] and words.count("step") == 1
    assert "1999" in words, "what stands behind the lines that are shown"
    longer = text.find(Look(packshot, " ".join(f"word{number}" for number in range(20_000))))["words"]
    assert len(longer) <= text.MOST_WORDS and longer.endswith(longer.split()[-1]) and longer.split()[-1][:4] == "word"


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Der Schuh passt sehr gut und ist bequem", "de"),
        ("Chaussures de course pour hommes, très légères", "fr"),
        ("Zapatillas para correr, muy ligeras y cómodas", "es"),
        ("XL", None),
        ("4006381333931 4006381333931 40063813", None),
    ],
)
def test_language(said: str, language: str | None) -> None:
    assert text.language(said) == language

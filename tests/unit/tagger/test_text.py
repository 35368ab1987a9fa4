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


@pytest.mark.parametrize(
    ("said", "confidence", "is_told"),
    [
        ("E", 0.79, False), ("1", 0.88, False), ("CVC", 0.68, False), ("P. 3", 0.8, False), ("--", 1.0, False),
        ("GAP", 0.99, True), ("OAT DRINK", 0.61, True), ("OAT DRINK", 0.59, False),
    ],
)  # fmt: skip
def test_a_short_line_has_to_be_surer(said: str, confidence: float, *, is_told: bool) -> None:
    assert text.believed(said, confidence) is is_told


@pytest.mark.parametrize(
    ("said", "confidence", "is_told"),
    [("GAP", 0.97, True), ("ddidas", 0.95, False), ("RICK!", 0.95, False), ("51120", 0.7, True), ("A-12", 0.7, True)],
)
def test_a_word_that_is_all_there_is_to_read_is_told_where_it_is_sure(
    said: str, confidence: float, *, is_told: bool
) -> None:
    assert text.believed_alone(said, confidence) is is_told


@pytest.mark.media
@pytest.mark.timeout(180)
def test_folds_and_seams_say_nothing(media: Path) -> None:
    """Clothes on which nothing can be read; of the first three a letter was told each."""
    luma = [media / "luma" / "images" / f"{name}.jpg" for name in ("mh07-gray_main", "ms07-green_main")]
    home = sorted(media.glob("clothing/longsleeve/0c6472ac*.jpg"))
    plain = sorted((media / "luma" / "images").glob("mj*_main.jpg"))[:3]
    assert [len(luma), len(home), len(plain)] == [2, 1, 3]
    told = {path.name: text.find(Look(path))["text"] for path in (*luma, *home, *plain)}
    assert all(lines == [] for lines in told.values()), told


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

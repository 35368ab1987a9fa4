"""Text: a small look whether there is any, then PP-OCR by rapidocr on one thread; a document has its own text.

What it says is told line by line, and in which language, where there is enough of it.
"""

import re
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.tagger.look import Look

GLANCE = 416  # pixels: 0.17 s tell whether there is text
FULL = 960  # pixels: what is read
LEAST = 0.6  # confidence of a line
SHORT, LEAST_SHORT = 3, 0.9  # letters and digits; folds and seams are taken for one, two or three of them
LEAST_LONE = 0.96  # of a word that is all there is: below it all of seven were misread, above none of ten
LARGEST = 0.5  # share of the picture: a garment on a plain ground is taken for one large letter
MOST_LINES = 60
MOST_TEXT = 4000  # characters of a document's text that the facet holds
MOST_WORDS = 50_000  # characters of its different words: a manual of a hundred pages has half of that
LEAST_LETTERS = 20  # of which a language is told
LANGUAGES = ["de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sv", "zh"]
"""Of shops that we know; short labels would else be Latin or Swahili."""


def find(look: Look) -> dict[str, Any]:
    """{"text": lines from the top, "language": of all of them or None, "words": of a document all, each once}."""
    lines = _written(look.text) if look.text else _read(look)
    told = language(" ".join(line["text"] for line in lines))
    return {"text": lines, "language": told, "words": _words(look.text or "")}


def _words(text: str) -> str:
    words = " ".join(dict.fromkeys(re.findall(r"[^\W_]+", text.lower())))
    return words if len(words) <= MOST_WORDS else words[:MOST_WORDS].rpartition(" ")[0]


def language(text: str) -> str | None:
    """ISO 639-1, or None where there is too little text."""
    if sum(letter.isalpha() for letter in text) < LEAST_LETTERS:
        return None
    return str(_languages().classify(text)[0])


def _written(text: str) -> list[dict[str, Any]]:
    """A document's own text needs no reading."""
    lines = [" ".join(line.split()) for line in text[:MOST_TEXT].replace("\0", " ").splitlines()]
    return [{"text": line, "confidence": 1.0} for line in lines if line][:MOST_LINES]


def _read(look: Look) -> list[dict[str, Any]]:
    engine = _engine()
    glance = _pixels(look, GLANCE)
    places = engine(glance, use_det=True, use_cls=False, use_rec=False).boxes
    if places is None or all(_share(np.asarray(place), glance) > LARGEST for place in places):
        return []
    seen = _pixels(look, FULL)
    found = engine(seen, use_det=True, use_cls=True, use_rec=True)
    if found.boxes is None or found.txts is None:
        return []
    size = np.array([seen.shape[1], seen.shape[0]])
    lines = zip(found.txts, found.scores, found.boxes, strict=True)
    told = [
        _line(text, score, np.asarray(box) / size)
        for text, score, box in lines
        if believed(text, float(score)) and _share(np.asarray(box), seen) <= LARGEST
    ]
    if len(told) == 1 and not believed_alone(told[0]["text"], told[0]["confidence"]):
        return []
    return sorted(told, key=lambda line: (line["box"][1], line["box"][0]))[:MOST_LINES]


def believed(text: str, confidence: float) -> bool:
    """Whether a line that was read is said: a short one has to be surer."""
    signs = sum(sign.isalnum() for sign in text)
    return signs > 0 and confidence >= (LEAST_SHORT if signs <= SHORT else LEAST)


def believed_alone(text: str, confidence: float) -> bool:
    """Whether the only line of a picture is said: one word of letters has no neighbour that bears it out."""
    return confidence >= LEAST_LONE or not text.strip("!?.,-'’").isalpha()


def _line(text: str, score: float, corners: NDArray[Any]) -> dict[str, Any]:
    low, high = corners.min(axis=0).clip(0, 1), corners.max(axis=0).clip(0, 1)
    box = [round(float(side), 4) for side in (*low, *(high - low))]
    return {"text": text.strip(), "confidence": round(float(score), 3), "box": box}


def _share(corners: NDArray[Any], seen: NDArray[np.uint8]) -> float:
    across, down = (float(side) for side in np.ptp(corners, axis=0))
    return across * down / float(seen.shape[0] * seen.shape[1])


def _pixels(look: Look, side: int) -> NDArray[np.uint8]:
    """uint8 [h, w, 3], blue first, as the models were trained."""
    return np.ascontiguousarray(look.flat(side).numpy()[:, :, ::-1])


@lru_cache(maxsize=1)
def _engine() -> Any:
    """Loaded by the first picture that needs it: many children never do."""
    from rapidocr import RapidOCR

    one = {f"EngineConfig.onnxruntime.{name}_op_num_threads": 1 for name in ("intra", "inter")}
    bounded = {"Det.limit_type": "max", "Det.limit_side_len": FULL, "Rec.rec_batch_num": 1, "Cls.cls_batch_num": 1}
    return RapidOCR(params={**one, **bounded, "Global.log_level": "critical"})


@lru_cache(maxsize=1)
def _languages() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    known = LanguageIdentifier.from_model_file(MODEL_FILE)
    known.set_languages(LANGUAGES)
    return known

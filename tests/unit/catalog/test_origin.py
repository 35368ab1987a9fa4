"""What a file says of its making."""

from typing import Any

import pytest

from services.catalog.origin import Origin, origin

MADE, TAKEN = "trainedAlgorithmicMedia", "digitalCapture"


@pytest.mark.parametrize(
    ("file", "known"),
    [
        ({}, None),
        ({"embedded": {"make": "Canon"}, "sidecar": None}, None),
        ({"embedded": {"digital_source_type": MADE}}, Origin(MADE, True, False, "")),
        ({"sidecar": {"digital_source_type": TAKEN}}, Origin(TAKEN, False, False, "")),
        (
            {"embedded": {"digital_source_type": TAKEN, "c2pa": {"generator": "Firefly", "digital_source_type": MADE}}},
            Origin(MADE, True, True, "Firefly"),
        ),
        ({"embedded": {"c2pa": {}}}, Origin("", False, True, "")),
        ({"embedded": {"c2pa": "torn"}}, None),
    ],
)
def test_what_speaks_of_a_machine_counts_before_all_else(file: dict[str, Any], known: Origin | None) -> None:
    assert origin(file) == known


def test_it_is_said_in_words_and_that_nobody_checked_it() -> None:
    assert Origin(MADE, True, True, "Firefly").words == (
        "Made by a trained model (trainedAlgorithmicMedia); Content Credentials by Firefly; as the file says, "
        "not verified"
    )
    assert Origin("", False, True, "").words == "Content Credentials; as the file says, not verified"
    assert Origin("newWord", False, False, "").words.startswith("NewWord;")

"""The model at hand, and what happens without one."""

import asyncio
import logging

import pytest

from services.catalog.meaning.reader import Reader
from services.catalog.meaning.weights import BadWeights
from tests.fakes.meaning import Words


async def test_it_is_loaded_once_however_many_ask() -> None:
    made = []

    def make() -> Words:
        made.append(1)
        return Words()

    reader = Reader(make)
    await asyncio.gather(*(reader.model() for _ in range(5)), reader.told("shoe"), reader.asked("shoe"))
    assert len(made) == 1


async def test_without_a_model_nothing_is_found_by_meaning_and_that_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def make() -> Words:
        raise BadWeights("there is no x: run `packshot setup`")

    reader = Reader(make)
    with caplog.at_level(logging.WARNING):
        assert [await reader.model(), await reader.told("shoe"), await reader.asked("shoe")] == [None] * 3
    assert [record.message for record in caplog.records] == [
        "nothing is found by meaning: there is no x: run `packshot setup`"
    ]


async def test_what_a_question_has_in_common_with_anything_is_told() -> None:
    reader = Reader(Words)
    common, rare = await reader.asked("pizza dog music"), await reader.asked("shoe")
    assert common and rare
    assert rare.usual == 0 < common.usual

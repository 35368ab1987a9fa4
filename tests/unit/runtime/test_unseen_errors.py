"""The fixture of all tests that fails on errors nobody saw does see them."""

import asyncio
import contextlib
import gc

import pytest


async def test_a_task_that_died_unseen_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    with monkeypatch.context() as patched:
        patched.setattr(
            asyncio.BaseEventLoop, "default_exception_handler", lambda _, what: seen.append(what["exception"])
        )

        async def die() -> None:
            raise KeyError("nobody looks")

        task = asyncio.create_task(die())
        await asyncio.wait([task])
        del task
        gc.collect()
    assert [repr(error) for error in seen] == ["KeyError('nobody looks')"]


async def test_a_task_that_was_looked_at_is_fine() -> None:
    async def die() -> None:
        raise KeyError("somebody looks")

    with contextlib.suppress(KeyError):
        await asyncio.create_task(die())


def test_a_failing_task_fails_its_test(pytester: pytest.Pytester) -> None:
    """A test session in the small, with our own conftest."""
    pytester.makeconftest("from tests.conftest import no_unseen_errors  # noqa: F401")
    pytester.makepyfile(
        """
        import asyncio

        async def die():
            raise KeyError("unseen")

        async def test_forgets():
            asyncio.ensure_future(die())
            await asyncio.sleep(0.01)
        """
    )
    result = pytester.runpytest_inprocess("--asyncio-mode=auto", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*nobody looked at*"])

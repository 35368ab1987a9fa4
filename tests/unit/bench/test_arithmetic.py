"""The arithmetic of the load benches, on made-up samples: a bench that flatters would fail here."""

import random

import pytest

from bench.load.arithmetic import by_part, growth, ratio, share, slope


def creeping(a_minute: float, seed: int = 0) -> list[tuple[float, float]]:
    """Two hours of samples, a tenth of them far off."""
    chance = random.Random(seed)
    far = [chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 0, 500)) for _ in range(720)]
    return [(at / 6, 100 + at / 6 * a_minute + chance.uniform(-3, 3) + far[at]) for at in range(720)]


@pytest.mark.parametrize("a_minute", [0.0, 0.5, 1.5, -2.0])
def test_a_slope_is_found_among_noise_and_outliers(a_minute: float) -> None:
    assert slope(creeping(a_minute)) == pytest.approx(a_minute, abs=0.05)


def test_a_slope_of_nothing_and_of_one_moment_is_none() -> None:
    assert slope([]) == slope([(1, 5)]) == slope([(1, 5), (1, 9)]) == 0.0


def test_growth_is_between_the_first_and_last_quarter() -> None:
    assert growth([(at, 10.0 if at < 50 else 14.0) for at in range(100)]) == 4.0
    assert growth([(at, 10.0 + (at == 99) * 900) for at in range(100)]) == 0.0, "one sample is no growth"
    assert growth([(at, float(-at)) for at in (3, 1, 0, 2)]) == -3.0, "in order of time, whatever theirs is"


def test_percentiles_are_nearest_rank() -> None:
    assert share(list(range(1, 101)), 0.95) == 95
    assert share([7.0], 0.99) == 7.0
    assert share([], 0.5) is None


def test_each_part_has_its_own_percentile_and_an_empty_one_has_none() -> None:
    points = [(0.5, 1.0), (0.9, 3.0), (2.5, 8.0), (3.5, 2.0), (9.0, 99.0), (-1.0, 99.0)]
    assert by_part(points, 0.99, 0, 4) == [3.0, None, 8.0, 2.0]


def test_a_ratio_of_what_is_not_known_is_not_known() -> None:
    assert ratio(3.0, 2.0) == 1.5
    assert ratio(None, 2.0) is ratio(3.0, None) is ratio(3.0, 0.0) is None

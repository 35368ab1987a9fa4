"""Grams of CO2e that bytes stand for, by a stated model. Pure.

Sustainable Web Design Model, version 4: energy in proportion to what is transferred, in data centres, networks and
devices, for running and for making them, at the world's mean grid. It is an estimate for whole systems: a byte more or
less changes little of what runs anyway, so a range is given and never one number alone.
"""

from pydantic import BaseModel, Field

GB = 1_000_000_000
RUNNING = {"data centres": 0.055, "networks": 0.059, "devices": 0.080}
MAKING = {"data centres": 0.012, "networks": 0.013, "devices": 0.081}
"""kWh a GB."""
GRID = 494.0
"""g CO2e a kWh: the world's mean by Ember, as the model takes it."""
OLDER = 0.81
"""kWh a GB by the model's version 3, the highest that is still in use."""
LOW = (RUNNING["data centres"] + RUNNING["networks"]) * GRID / GB
"""g a byte, of running what carries it alone."""
MIDDLE = (sum(RUNNING.values()) + sum(MAKING.values())) * GRID / GB
HIGH = OLDER * GRID / GB
MODEL = (
    "Sustainable Web Design Model 4: 0.300 kWh/GB (data centres, networks and devices, running and making) at the "
    "world's mean grid of 494 g CO2e/kWh. Low: running data centres and networks alone, 0.114 kWh/GB. High: the "
    "model's version 3, 0.81 kWh/GB, at the same grid."
)
SOURCE = "https://sustainablewebdesign.org/estimating-digital-emissions/"


class Grams(BaseModel):
    """CO2e by the model that stands beside it."""

    low: float = Field(examples=[56.3])
    middle: float = Field(examples=[148.2])
    high: float = Field(examples=[400.1])


def grams(size: float) -> Grams:
    """Of so many bytes."""
    return Grams(low=round(size * LOW, 3), middle=round(size * MIDDLE, 3), high=round(size * HIGH, 3))

"""What the curator's tests share."""

import pytest

from tests.fakes.curation import Curation
from tests.fakes.world import World


@pytest.fixture
def curation() -> Curation:
    """The service in an empty world."""
    return Curation(World())

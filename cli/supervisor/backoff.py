"""How long to wait before a crashed part is started again."""

from dataclasses import dataclass

FIRST_S = 0.5
LONGEST_S = 30.0
CALM_S = 60.0


@dataclass(frozen=True)
class Backoff:
    """Doubles with every crash up to LONGEST_S; a part that ran CALM_S seconds begins anew."""

    crashes: int = 0

    def crashed(self, ran_s: float) -> "Backoff":
        """After a run of `ran_s` seconds."""
        return Backoff(1 if ran_s >= CALM_S else self.crashes + 1)

    @property
    def wait_s(self) -> float:
        """Seconds until the next start; 0 before the first crash."""
        return min(LONGEST_S, FIRST_S * 2.0 ** (min(self.crashes, 16) - 1)) if self.crashes else 0.0

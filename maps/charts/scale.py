"""From figures to places in a drawing: from zero, by round steps."""

import math
from dataclasses import dataclass

ROUND_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """From 0 to ``top``, over ``length`` drawn units.

    Attributes
    ----------
    ticks
        Round figures from 0 to ``top``, which is the last.
    """

    top: float
    length: float
    ticks: tuple[float, ...]

    def place(self, value: float) -> float:
        """Return how far from zero a figure is drawn; what is beyond the top is drawn at the top."""
        return round(min(value, self.top) / self.top * self.length, 1)

    @property
    def places(self) -> int:
        """Decimals that tell the ticks apart."""
        step = self.ticks[1]
        return max(0, -math.floor(math.log10(step)))


def scale_to(highest: float, *, length: float, steps: int, whole: bool) -> Scale:
    """Make the scale that ends at the first round step from ``highest`` on.

    Parameters
    ----------
    highest
        0 or more; of 0 the scale goes to 1.
    length
        Drawn units.
    steps
        At most.
    whole
        Figures are counts: no tick lies between two of them.
    """
    rough = (highest or 1) / steps
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in ROUND_STEPS if size * factor >= rough * (1 - 1e-9))
    if whole:
        step = max(1, round(step))
    count = max(1, math.ceil((highest or 1) / step - 1e-9))
    return Scale(top=step * count, length=length, ticks=tuple(step * number for number in range(count + 1)))

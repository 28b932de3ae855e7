"""SplitMix64 (Steele, Lea and Flood, 2014): a generator whose whole state is one word, one per search."""

import numpy as np

from patrols.planner.kernel.jit import inlined
from patrols.planner.kernel.layout import INT64, UInt64

GAMMA = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
S30, S27, S31, S11, S32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11), np.uint64(32)
UNIT = 1.0 / (1 << 53)


@inlined
def draw(rng: UInt64) -> np.uint64:
    """Return the next 64 random bits of ``rng``, shape (1,), uint64."""
    rng[0] += GAMMA
    z = rng[0]
    z = (z ^ (z >> S30)) * MIX_1
    z = (z ^ (z >> S27)) * MIX_2
    return z ^ (z >> S31)


@inlined
def below(rng: UInt64, bound: int) -> int:
    """Return an integer in ``[0, bound)``, for a bound under 2³² (multiply-shift; bias under 2⁻²⁰ here)."""
    return INT64(((draw(rng) >> S32) * np.uint64(bound)) >> S32)


@inlined
def unit(rng: UInt64) -> float:
    """Return a float in ``[0, 1)``."""
    return np.float64(INT64(draw(rng) >> S11)) * UNIT

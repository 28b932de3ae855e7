"""How the search is compiled."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numba

from geo.compiling import Compiler

_COMPILER = Compiler("planner", Path(__file__).parent)
CACHE_DIR = _COMPILER.cache_dir
compiled = _COMPILER.compiled


def inlined[F: Callable[..., Any]](function: F) -> F:
    """Compile `function` into each of its callers: for the small ones that take the big tuples of `layout`.

    Handing 270 words of array descriptors to a function costs 100 to 200 ns, more than most of them do.
    """
    return cast(F, numba.njit(nogil=True, forceinline=True)(function))

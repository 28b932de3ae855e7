"""The one way the kernel compiles: no GIL, cached, and never from a stale cache."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numba
from numba.core import config as numba_config

config: Any = numba_config
KERNEL_DIR = Path(__file__).parent


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for source in sorted(KERNEL_DIR.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]


def _cache_dir() -> Path:
    # numba checks only the file of the function it loads, not those it calls: a directory per state of the
    # whole kernel is what keeps an upgrade from running yesterday's callee.
    root = Path(config.CACHE_DIR) if config.CACHE_DIR else KERNEL_DIR / "__pycache__"
    return root / f"planner-{_fingerprint()}"


CACHE_DIR = _cache_dir()


def _is_usable(directory: Path) -> bool:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / ".writable"
        probe.touch()
    except OSError:
        return any(directory.glob("*.nbi")) if directory.is_dir() else False
    return True


_USABLE = _is_usable(CACHE_DIR)


def compiled[F: Callable[..., Any]](function: F) -> F:
    """Compile `function` with numba, without the GIL, into the cache of this state of the kernel."""
    before = config.CACHE_DIR
    if _USABLE:
        config.CACHE_DIR = str(CACHE_DIR)
    try:
        return cast(F, numba.njit(cache=_USABLE, nogil=True)(function))
    finally:
        config.CACHE_DIR = before


def inlined[F: Callable[..., Any]](function: F) -> F:
    """Compile `function` into each of its callers: for the small ones that take the big tuples of `layout`.

    Handing 270 words of array descriptors to a function costs 100 to 200 ns, more than most of them do.
    """
    return cast(F, numba.njit(nogil=True, forceinline=True)(function))

"""The one way kernels are compiled: no GIL, cached, and never from a stale cache."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numba
from numba.core import config as numba_config

config: Any = numba_config


class Compiler:
    """Compiles the functions of one kernel, into a cache of its own for each state of its sources.

    Numba checks only the file of the function it loads, not those it calls: a directory per state of the whole
    kernel is what keeps an upgrade from running yesterday's callee.

    Parameters
    ----------
    name
        What the directories of the cache begin with.
    sources
        The folder that holds every module of the kernel.
    """

    def __init__(self, name: str, sources: Path) -> None:
        root = Path(config.CACHE_DIR) if config.CACHE_DIR else sources / "__pycache__"
        self.cache_dir = root / f"{name}-{_fingerprint(sources)}"
        self._is_usable = _is_usable(self.cache_dir)

    def compiled[F: Callable[..., Any]](self, function: F) -> F:
        """Compile `function` with numba, without the GIL, into the cache of this state of the kernel."""
        before = config.CACHE_DIR
        if self._is_usable:
            config.CACHE_DIR = str(self.cache_dir)
        try:
            return cast(F, numba.njit(cache=self._is_usable, nogil=True)(function))
        finally:
            config.CACHE_DIR = before


def _fingerprint(sources: Path) -> str:
    digest = hashlib.sha256()
    for source in [Path(__file__), *sorted(sources.glob("*.py"))]:
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]


def _is_usable(directory: Path) -> bool:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / ".writable"
        probe.touch()
    except OSError:
        return any(directory.glob("*.nbi")) if directory.is_dir() else False
    return True

"""How the loops are compiled."""

from pathlib import Path

from geo.compiling import Compiler

_COMPILER = Compiler("statistics", Path(__file__).parent)
CACHE_DIR = _COMPILER.cache_dir
compiled = _COMPILER.compiled
